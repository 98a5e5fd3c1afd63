//! `postrider explain`: what a finding means.

use super::{Exit, codes, print_lines};
use crate::diagnostic::Code;
use crate::text::suggest::did_you_mean;
use crate::validate::PAGES;
use anyhow::bail;

/// Prints the page of a code, or a line for each.
pub(super) fn run(name: Option<&str>) -> anyhow::Result<Exit> {
    let mut all = codes();
    all.sort_by_key(|code| code.name);
    let Some(name) = name else {
        let width = all.iter().map(|code| code.name.len()).max().unwrap_or(0);
        let line = |code: &&Code| format!("{:width$}  {:7}  {}", code.name, code.severity.name(), code.summary);
        return print_lines(&all.iter().map(line).collect::<Vec<_>>());
    };
    if let Some((_, page)) = PAGES.iter().find(|(known, _)| *known == name) {
        return print_lines(&page.trim_end().lines().map(plain).collect::<Vec<_>>());
    }
    let Some(code) = all.iter().find(|code| code.name == name) else {
        let help =
            did_you_mean(name, all.iter().map(|code| code.name)).unwrap_or_else(|| "`postrider explain` lists every code".to_owned());
        bail!("there is no code `{name}`; help: {help}");
    };
    print_lines(&[format!("# {name}\n\n{}\n\nSeverity: {}", code.summary, code.severity.name())])
}

/// Returns a line of a page without what only the tests of its examples need, behind the language.
fn plain(line: &str) -> String {
    let is_fence = line.starts_with("```");
    line.split(' ').next().filter(|_| is_fence).unwrap_or(line).to_owned()
}
