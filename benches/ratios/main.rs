//! Measures whole runs of postrider against a floor, as ratios.
//!
//! ```sh
//! cargo bench --bench ratios                 # 1,000 and 10,000 posts
//! cargo bench --bench ratios -- --all        # and 100,000 posts (4 GB of free space in the temporary folder)
//! cargo bench --bench ratios -- 2000         # as many posts as you like
//! cargo test --bench ratios                  # 50 posts, once, without optimisation: does it work at all?
//! cargo bench --bench ratios -- posts 500 DIR   # only writes a site with 500 posts
//! cargo bench --bench ratios -- validate 1000   # judges the feeds of 1,000 posts, beside `xmllint --noout`
//! cargo bench --bench ratios -- mail 100000     # an edition beside a build, and its messages for 100,000 recipients
//! cargo bench --bench ratios -- send 10000      # an edition sent to 10,000 recipients, beside `smtp-source` (of Postfix)
//! ```
//!
//! The posts are generated (`posts.rs`), the floor is `floor.rs`, `measure.rs` says how a run is measured. Runs alternate, so that a busy
//! moment of the machine meets all of them; CPU and wall time are the best of five rounds (three from 100,000 posts on), the peak of memory
//! is the worst. Each run starts without output of an earlier one; the posts are in the system's cache. MB and KB are powers of ten.
#![allow(clippy::disallowed_methods, reason = "not the core: it looks at the clock and at files")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is printed")]
#![expect(clippy::cast_precision_loss, reason = "counts of posts and bytes are far below 2^52")]

mod floor;
#[cfg(unix)]
mod judge;
#[cfg(unix)]
mod letters;
#[cfg(unix)]
mod mail;
#[cfg(unix)]
mod measure;
mod posts;
mod random;
#[cfg(unix)]
mod runs;
#[cfg(unix)]
mod send;
mod words;

use std::{env, ffi::OsString, io, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[OsString]) -> io::Result<()> {
    let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    match words[..] {
        ["floor", folder, feed] => floor::run(Path::new(folder), Path::new(feed)),
        ["posts", count, folder, ..] => write_site(Path::new(folder), count.parse().map_err(io::Error::other)?).map(|_| ()),
        #[cfg(unix)]
        ["validate", count, ..] => judge::compare(count.parse().map_err(io::Error::other)?),
        #[cfg(unix)]
        ["mail", ref rest @ ..] => mail::compare(rest),
        #[cfg(unix)]
        ["send", ref rest @ ..] => send::compare(rest),
        #[cfg(unix)]
        ["measure", ..] => measure::run_only_child(&arguments[1..]).map(|line| println!("{line}")),
        _ => compare(&words),
    }
}

#[cfg(unix)]
fn compare(words: &[&str]) -> io::Result<()> {
    runs::compare(&runs::Plan::from_words(words)?)
}

#[cfg(not(unix))]
fn compare(_: &[&str]) -> io::Result<()> {
    Err(io::Error::other("CPU time and peak memory of a child are read on Unix systems only"))
}

/// Writes a site of `count` posts to `folder`, with the default settings and with those for all entries; returns the bytes of its posts.
fn write_site(folder: &Path, count: usize) -> io::Result<u64> {
    let bytes = posts::write_posts(&folder.join("posts"), count)?;
    std::fs::write(folder.join("postrider.yaml"), SITE)?;
    std::fs::write(folder.join("all.yaml"), format!("{SITE}feeds:\n  entries: all\n  bytes: none\n"))?;
    Ok(bytes)
}

const SITE: &str = "site:\n  title: Ten thousand letters\n  url: https://blog.example/\n  description: Posts for a measurement\n  \
    language: en\n  timezone: Europe/Berlin\n  author: Nobody\n";
