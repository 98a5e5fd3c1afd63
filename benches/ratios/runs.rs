//! Which programs run on how many posts, and the table of what they took.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    measure::{Usage, measure},
    write_site,
};

/// How many posts, and how often each run is repeated.
pub(crate) struct Plan {
    counts: Vec<usize>,
    once: bool,
}

impl Plan {
    /// Reads the words of the command line; cargo adds `--bench` to those of the user, but not when it runs benches as tests.
    pub(crate) fn from_words(words: &[&str]) -> io::Result<Self> {
        let mut plan = Self { counts: Vec::new(), once: !words.contains(&"--bench") };
        for word in words {
            match *word {
                "--bench" => {}
                "--smoke" => plan.once = true,
                "--all" => plan.counts = vec![1_000, 10_000, 100_000],
                number => plan.counts.push(number.parse().map_err(|_| {
                    io::Error::other(format!("`{number}` is neither a number of posts nor `--all`, `--smoke`, `posts COUNT DIR`"))
                })?),
            }
        }
        if plan.counts.is_empty() {
            plan.counts = if plan.once { vec![50] } else { vec![1_000, 10_000] };
        }
        Ok(plan)
    }

    fn rounds(&self, count: usize) -> usize {
        match count {
            _ if self.once => 1,
            100_000.. => 3,
            _ => 5,
        }
    }
}

/// One program with its settings.
struct Run {
    /// What the table calls it.
    name: &'static str,
    /// Settings file and flags of `postrider build`; nothing for the floor.
    build: Option<(&'static str, &'static [&'static str])>,
    /// Largest CPU time, in times of the floor's.
    most_cpu: Option<f64>,
    /// Largest peak of memory in bytes, for so many posts and bytes written.
    most_peak: Option<fn(posts: f64, written: f64) -> f64>,
}

const RUNS: &[Run] = &[
    Run { name: "floor: one RSS feed, all entries, nothing checked", build: None, most_cpu: None, most_peak: None },
    Run {
        name: "default settings (newest 20)",
        build: Some(("postrider.yaml", &[])),
        most_cpu: Some(1.0),
        most_peak: Some(|posts, _| 32e6 + 1e3 * posts),
    },
    Run {
        name: "all entries in RSS, Atom, JSON",
        build: Some(("all.yaml", &[])),
        most_cpu: Some(4.0),
        most_peak: Some(|_, written| 1.5 * written),
    },
    Run { name: "all entries, `--check`", build: Some(("all.yaml", &["--check"])), most_cpu: None, most_peak: None },
];

/// The figures of a run over all rounds.
struct Figures {
    best: Usage,
    written: u64,
}

impl Figures {
    fn did_the_job(&self) -> bool {
        self.best.status == 0 && self.written > 0
    }
}

/// Measures every run of the plan and prints the table; an error says that a run did not do its job, whatever it took.
pub(crate) fn compare(plan: &Plan) -> io::Result<()> {
    println!("| posts | run | CPU s | wall s | CPU / wall | peak MB | CPU, floor = 1 | written MB | peak / written | target |");
    println!("| ---: | :-- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | :-- |");
    let mut notes = Vec::new();
    let mut growth: Vec<(usize, Vec<f64>)> = Vec::new();
    let mut failed = 0;
    for &count in &plan.counts {
        let figures = measure_site(count, plan.rounds(count), &mut notes)?;
        let floor = figures[0].best.cpu;
        for (run, figures) in RUNS.iter().zip(&figures) {
            print_row(count, run, figures, floor);
        }
        failed += figures.iter().filter(|figures| !figures.did_the_job()).count();
        growth.push((count, figures.iter().map(|figures| figures.best.cpu).collect()));
    }
    println!();
    for pair in growth.windows(2) {
        print_growth(&pair[0], &pair[1]);
    }
    for note in notes {
        println!("{note}");
    }
    if failed > 0 { Err(io::Error::other(format!("{failed} of the runs failed or wrote nothing"))) } else { Ok(()) }
}

fn measure_site(count: usize, rounds: usize, notes: &mut Vec<String>) -> io::Result<Vec<Figures>> {
    let folder = tempfile::tempdir()?;
    let bytes = write_site(folder.path(), count)?;
    notes.push(format!("{count} posts: {:.1} MB of Markdown, best of {rounds}.", bytes as f64 / 1e6));
    let mut all: Vec<Option<Figures>> = RUNS.iter().map(|_| None).collect();
    for round in 0..rounds {
        for (run, figures) in RUNS.iter().zip(&mut all) {
            let (usage, written) = run_once(run, folder.path())?;
            if round == 0 {
                notes.extend(complaint(run, count, usage, folder.path()));
            }
            let best = figures.take().map_or(usage, |before| merge(before.best, usage));
            *figures = Some(Figures { best, written });
        }
    }
    Ok(all.into_iter().flatten().collect())
}

/// Returns the shorter times and the larger peak.
pub(crate) fn merge(before: Usage, now: Usage) -> Usage {
    Usage {
        cpu: before.cpu.min(now.cpu),
        wall: before.wall.min(now.wall),
        peak: before.peak.max(now.peak),
        status: if before.status == 0 { now.status } else { before.status },
    }
}

/// Runs it once into a fresh folder; returns what it took and the bytes it wrote.
fn run_once(run: &Run, site: &Path) -> io::Result<(Usage, u64)> {
    let out = site.join("public");
    for old in [&out, &site.join(".postrider")] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    let usage = measure(&command(run, site, &out)?, &log(site))?;
    let written = if out.exists() { size_of_tree(&out)? } else { 0 };
    Ok((usage, written))
}

fn log(site: &Path) -> PathBuf {
    site.join("log.txt")
}

fn command(run: &Run, site: &Path, out: &Path) -> io::Result<Vec<OsString>> {
    let Some((config, flags)) = run.build else {
        fs::create_dir(out)?;
        return Ok(vec![std::env::current_exe()?.into(), "floor".into(), site.join("posts").into(), out.join("rss.xml").into()]);
    };
    let mut command: Vec<OsString> = vec![env!("CARGO_BIN_EXE_postrider").into(), "build".into(), "-C".into(), site.into()];
    command.extend(["--config".into(), site.join(config).into(), "--out".into(), out.into()]);
    command.extend(flags.iter().map(Into::into));
    Ok(command)
}

fn size_of_tree(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        sum += if about.is_dir() { size_of_tree(&entry.path())? } else { about.len() };
    }
    Ok(sum)
}

/// Returns the first lines of what a run printed, when it failed or found something: the posts deserve no finding.
fn complaint(run: &Run, count: usize, usage: Usage, site: &Path) -> Option<String> {
    let printed = fs::read_to_string(log(site)).unwrap_or_default();
    let found = printed.lines().any(|line| ["warning", "error"].iter().any(|word| line.starts_with(word)));
    let first: Vec<&str> = printed.lines().take(12).collect();
    (usage.status != 0 || found)
        .then(|| format!("\n{count} posts, {}: exit status {}, and it printed:\n\n{}\n", run.name, usage.status, first.join("\n")))
}

fn print_row(count: usize, run: &Run, figures: &Figures, floor: f64) {
    let (best, posts, bytes) = (&figures.best, count as f64, figures.written as f64);
    println!(
        "| {count} | {} | {:.3} | {:.3} | {:.1} | {:.1} | {:.2} | {:.1} | {} | {} |",
        run.name,
        best.cpu,
        best.wall,
        best.cpu / best.wall,
        best.peak / 1e6,
        best.cpu / floor,
        bytes / 1e6,
        if figures.written == 0 { "–".to_owned() } else { format!("{:.2}", best.peak / bytes) },
        verdict(run, figures, posts, floor),
    );
}

fn verdict(run: &Run, figures: &Figures, posts: f64, floor: f64) -> String {
    let (best, written) = (&figures.best, figures.written as f64);
    if !figures.did_the_job() {
        return "did not do the job".to_owned();
    }
    let word = |kept: bool| if kept { "PASS" } else { "over" };
    let mut parts = Vec::new();
    if let Some(most) = run.most_cpu {
        parts.push(format!("CPU ≤ {most}: {}", word(best.cpu <= most * floor)));
    }
    if let Some(most) = run.most_peak {
        let most = most(posts, written);
        parts.push(format!("peak ≤ {:.0} MB: {}", most / 1e6, word(best.peak <= most)));
    }
    parts.join(", ")
}

fn print_growth((few, before): &(usize, Vec<f64>), (many, after): &(usize, Vec<f64>)) {
    println!("From {few} to {many} posts, {:.1} times as many, the CPU time grows:\n", *many as f64 / *few as f64);
    for ((run, before), after) in RUNS.iter().zip(before).zip(after) {
        println!("- {}: {:.1} times", run.name, after / before);
    }
    println!();
}
