//! `postrider validate` beside `xmllint --noout`, on feeds of our own making.

use std::{ffi::OsString, fs, io, path::Path};

use crate::{
    measure::{Usage, measure},
    write_site,
};

/// A feed as postrider writes it, in the folder of its build.
const FEEDS: [&str; 3] = ["rss.xml", "atom.xml", "feed.json"];

/// How often each program runs; the best counts.
const ROUNDS: usize = 5;

/// Builds all entries of `count` posts, judges each feed, and prints what it took.
pub(crate) fn compare(count: usize) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    write_site(folder.path(), count)?;
    let log = folder.path().join("log.txt");
    let build = ["build", "-C", &folder.path().display().to_string(), "--config", &folder.path().join("all.yaml").display().to_string()];
    let build = measure(&postrider(&build), &log)?;
    if build.status != 0 {
        return Err(io::Error::other("the build failed"));
    }
    println!("| feed | MB | CPU s | peak MB | peak / file | `xmllint --noout` CPU s | CPU, xmllint = 1 |");
    println!("| :-- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for name in FEEDS {
        let feed = folder.path().join("public").join(name);
        let size = fs::metadata(&feed)?.len() as f64;
        let ours = best(&postrider(&["validate", &feed.display().to_string()]), &log)?;
        let is_xml = *name != *"feed.json";
        let theirs = is_xml.then(|| best(&xmllint(&feed), &log).ok()).flatten().filter(|usage| usage.status == 0);
        let (cpu, ratio) = theirs
            .map_or(("–".to_owned(), "–".to_owned()), |usage| (format!("{:.3}", usage.cpu), format!("{:.2}", ours.cpu / usage.cpu)));
        println!("| {name} | {:.1} | {:.3} | {:.1} | {:.2} | {cpu} | {ratio} |", size / 1e6, ours.cpu, ours.peak / 1e6, ours.peak / size);
    }
    Ok(())
}

fn postrider(arguments: &[&str]) -> Vec<OsString> {
    std::iter::once(env!("CARGO_BIN_EXE_postrider")).chain(arguments.iter().copied()).map(OsString::from).collect()
}

fn xmllint(feed: &Path) -> Vec<OsString> {
    vec!["xmllint".into(), "--noout".into(), "--huge".into(), feed.into()]
}

/// Runs a command several times; returns the shortest time and the largest peak.
fn best(command: &[OsString], log: &Path) -> io::Result<Usage> {
    let mut best = measure(command, log)?;
    for _ in 1..ROUNDS {
        let usage = measure(command, log)?;
        best = Usage { cpu: best.cpu.min(usage.cpu), wall: best.wall.min(usage.wall), peak: best.peak.max(usage.peak), ..usage };
    }
    Ok(best)
}
