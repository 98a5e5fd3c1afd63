//! This start of the machine: what was committed without a full sync is lost with it, and only with it.

use std::fs;

/// Returns what tells this start of the machine from every other, where the system has such a thing.
#[must_use]
pub fn boot() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok().or_else(of_macos)?;
    let id = id.trim();
    (!id.is_empty()).then(|| id.to_owned())
}

#[cfg(target_os = "macos")]
fn of_macos() -> Option<String> {
    let output = std::process::Command::new("/usr/sbin/sysctl").args(["-n", "kern.bootsessionuuid"]).output().ok()?;
    String::from_utf8(output.stdout).ok()
}

#[cfg(not(target_os = "macos"))]
fn of_macos() -> Option<String> {
    None
}
