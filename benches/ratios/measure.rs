//! CPU time, wall time and peak memory of one child process.
//!
//! The system adds up the use of all children that have ended, and keeps the largest peak among them. So each command is run by a small
//! process of its own (this program, started again), which has that one child and no other.

use std::{
    ffi::OsString,
    fs::File,
    io,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeVal,
};

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Seconds of CPU, user and system together.
    pub(crate) cpu: f64,
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Largest resident memory in bytes.
    pub(crate) peak: f64,
    /// Exit status; -1 when a signal ended it.
    pub(crate) status: i32,
}

/// Runs `command` through a process of its own and returns what it took; what it prints goes to the file `log`.
pub(crate) fn measure(command: &[OsString], log: &Path) -> io::Result<Usage> {
    let output = Command::new(std::env::current_exe()?)
        .arg("measure")
        .arg(log)
        .args(command)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let line = String::from_utf8_lossy(&output.stdout);
    let mut fields = line.split_whitespace().map(|field| field.parse::<f64>().map_err(io::Error::other));
    let mut next = || fields.next().unwrap_or_else(|| Err(io::Error::other("the measuring process said nothing")));
    Ok(Usage { cpu: next()?, wall: next()?, peak: next()?, status: next()? as i32 })
}

/// Runs `arguments` (log file, program, its arguments) as the only child of this process; returns the line that [`measure`] reads.
pub(crate) fn run_only_child(arguments: &[OsString]) -> io::Result<String> {
    let [log, program, rest @ ..] = arguments else { return Err(io::Error::other("measure needs a log file and a program")) };
    let log = File::create(log)?;
    let start = Instant::now();
    let status = Command::new(program).args(rest).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).status()?;
    let wall = start.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    // Linux counts in units of 1,024 bytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Ok(format!("{cpu} {wall} {} {}", usage.max_rss() * unit, status.code().unwrap_or(-1)))
}

/// Returns the seconds of CPU, user and system together, that this process has used.
pub(crate) fn own_cpu() -> io::Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

fn seconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
}
