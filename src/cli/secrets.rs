//! Secrets: from the environment or from a file that it names, never from the command line, and never printed.

use super::Workplace;
use crate::mail::token::Keys;
use anyhow::{Context, bail};
use std::path::Path;

/// Where the keys of unsubscribe links come from.
pub(super) const UNSUBSCRIBE_KEY: &str = "POSTRIDER_UNSUBSCRIBE_KEY";

/// Returns the keys of unsubscribe links: the first signs, all verify. They are separated by blanks or commas.
///
/// # Errors
/// When there is none, or one is too short.
pub(super) fn unsubscribe_keys(workplace: &Workplace) -> anyhow::Result<Keys> {
    let Some(text) = secret(workplace, UNSUBSCRIBE_KEY)? else {
        bail!(
            "there is no key for unsubscribe links; help: make one with `openssl rand -base64 32`, keep it, and set {UNSUBSCRIBE_KEY}, or {UNSUBSCRIBE_KEY}_FILE to a file that holds it"
        );
    };
    let keys: Vec<&[u8]> = text.split([' ', ',', '\t']).filter(|key| !key.is_empty()).map(str::as_bytes).collect();
    Keys::new(&keys).map_err(|found| anyhow::anyhow!("{}; help: {}", found.message, found.help.unwrap_or_default()))
}

/// Returns a secret: the variable of that name, or the first line of the file that `NAME_FILE` names.
///
/// # Errors
/// When both are set, or the file cannot be read or others may read it.
pub(super) fn secret(workplace: &Workplace, name: &str) -> anyhow::Result<Option<String>> {
    let variable = |name: &str| {
        let found = workplace.environment.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    };
    let file = format!("{name}_FILE");
    match (variable(name), variable(&file)) {
        (Some(_), Some(_)) => bail!("{name} and {file} are both set; help: set one of them"),
        (Some(secret), None) => Ok(Some(secret.to_owned())),
        (None, Some(path)) => read(&workplace.path(Path::new(path)), &file).map(Some),
        (None, None) => Ok(None),
    }
}

fn read(path: &Path, variable: &str) -> anyhow::Result<String> {
    private(path).with_context(|| format!("{variable} names `{}`", path.display()))?;
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`, which {variable} names", path.display()))?;
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(line.to_owned()),
        None => bail!("`{}`, which {variable} names, is empty", path.display()),
    }
}

/// Refuses a file that others than its owner may read or change.
#[cfg(unix)]
pub(super) fn private(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).with_context(|| format!("cannot read `{}`", path.display()))?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("others than its owner may read `{0}`; help: `chmod 600 {0}`", path.display());
    }
    Ok(())
}

/// Systems without such permissions have others of their own.
#[cfg(not(unix))]
pub(super) fn private(path: &Path) -> anyhow::Result<()> {
    std::fs::metadata(path).with_context(|| format!("cannot read `{}`", path.display())).map(drop)
}
