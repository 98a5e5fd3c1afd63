//! The newsletter: an edition beside the feeds of its posts, and its messages.

use std::{ffi::OsString, fs, io, path::Path};

use crate::{
    SITE,
    letters::{self, Cost},
    measure::{Usage, measure},
    posts, runs,
};

/// How many posts an edition holds.
const POSTS: usize = 20;

/// How often edition and build run, in turns; the best counts.
const ROUNDS: usize = 15;

/// How many recipients, when nobody says.
const RECIPIENTS: usize = 100_000;

/// Measures an edition and messages for as many recipients as `words` say; prints a table of each.
pub(crate) fn compare(words: &[&str]) -> io::Result<()> {
    let (rounds, recipients) = if words.contains(&"--bench") { (ROUNDS, RECIPIENTS) } else { (1, 100) };
    let recipients = match words.iter().find(|word| !word.starts_with('-')) {
        Some(number) => number
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| io::Error::other(format!("`{number}` is no number of recipients")))?,
        None => recipients,
    };
    compare_edition(rounds)?;
    println!();
    compare_letters(recipients)
}

/// What runs on the posts of the edition; the first is what the others are measured by.
const RUNS: &[(&str, &str, &[&str])] = &[
    ("`build`: RSS, Atom and JSON", "full.yaml", &["build", "--out"]),
    ("`newsletter preview`, full posts up to 102 KB", "full.yaml", &["newsletter", "preview", "--allow-old", "--out"]),
    ("`newsletter preview`, summaries", "summary.yaml", &["newsletter", "preview", "--allow-old", "--out"]),
    ("`newsletter preview`, titles", "titles.yaml", &["newsletter", "preview", "--allow-old", "--out"]),
];

fn compare_edition(rounds: usize) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let site = folder.path();
    posts::write_posts(&site.join("posts"), POSTS)?;
    for content in ["full", "summary", "titles"] {
        let newsletter = format!("newsletter:\n  from: Ada Example <ada@example.org>\n  postal_address: none\n  content: {content}\n");
        let leave = "  unsubscribe_url: https://blog.example/leave?t={token}\n";
        fs::write(site.join(format!("{content}.yaml")), [SITE, &newsletter, leave].concat())?;
    }
    let mut best: Vec<Option<Usage>> = vec![None; RUNS.len()];
    for _ in 0..rounds {
        for ((name, config, arguments), best) in RUNS.iter().zip(&mut best) {
            let usage = run_once(site, config, arguments)?;
            if usage.status != 0 {
                return Err(io::Error::other(format!("{name} failed:\n{}", fs::read_to_string(site.join("log.txt"))?)));
            }
            *best = Some(best.map_or(usage, |before| runs::merge(before, usage)));
        }
    }
    println!("| {POSTS} posts | CPU ms | wall ms | peak MB | CPU, build = 1 | target |");
    println!("| :-- | ---: | ---: | ---: | ---: | :-- |");
    let best: Vec<Usage> = best.into_iter().flatten().collect();
    for (at, ((name, ..), usage)) in RUNS.iter().zip(&best).enumerate() {
        let ratio = usage.cpu / best[0].cpu;
        let verdict = if at == 0 { String::new() } else { format!("CPU < 1: {}", word(ratio < 1.0)) };
        println!("| {name} | {:.1} | {:.1} | {:.1} | {ratio:.2} | {verdict} |", usage.cpu * 1e3, usage.wall * 1e3, usage.peak / 1e6);
    }
    Ok(())
}

/// Runs it once into a fresh folder.
fn run_once(site: &Path, config: &str, arguments: &[&str]) -> io::Result<Usage> {
    let out = site.join("public");
    for old in [&out, &site.join(".postrider")] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    let mut command: Vec<OsString> = vec![env!("CARGO_BIN_EXE_postrider").into()];
    command.extend(arguments.iter().map(Into::into));
    command.extend([out.into(), "-C".into(), site.into(), "--config".into(), site.join(config).into()]);
    if arguments.contains(&"preview") {
        command.push("--posts".into());
        command.extend((0..POSTS).map(posts::make_post).map(|post| format!("posts/{}/{}", post.folder, post.name).into()));
    }
    measure(&command, &site.join("log.txt"))
}

fn compare_letters(recipients: usize) -> io::Result<()> {
    let (costs, size) = letters::measure(recipients)?;
    println!("| message of {:.1} KB, one core | messages | CPU µs each | a second | CPU, made anew = 1 | target |", size as f64 / 1e3);
    println!("| :-- | ---: | ---: | ---: | ---: | :-- |");
    for cost in &costs {
        let Cost { name, messages, seconds, .. } = cost;
        let ratio = seconds / costs[0].seconds;
        let verdict = cost.most.map(|most| format!("≤ {:.0} µs: {}", most * 1e6, word(*seconds <= most))).unwrap_or_default();
        println!("| {name} | {messages} | {:.2} | {:.0} | {ratio:.3} | {verdict} |", seconds * 1e6, 1.0 / seconds);
    }
    Ok(())
}

fn word(kept: bool) -> &'static str {
    if kept { "PASS" } else { "over" }
}
