//! `postrider explain`: what a finding means.

use super::{Exit, codes, print_lines};
use crate::diagnostic::Code;
use crate::text::suggest::did_you_mean;
use crate::validate::PAGES;
use anyhow::bail;

/// What is said of codes outside the validator, whose pages stand in `validate`: below the name of each what its summary does not
/// say, a file for some rooms.
const SECTIONS: &[&str] = &[
    include_str!("explain/build.md"),
    include_str!("explain/check.md"),
    include_str!("explain/config.md"),
    include_str!("explain/content.md"),
    include_str!("explain/frontmatter.md"),
    include_str!("explain/list.md"),
    include_str!("explain/mail.md"),
    include_str!("explain/newsletter.md"),
    include_str!("explain/site.md"),
];

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
    print_lines(&[page(code)])
}

/// Returns the page of a code outside the validator.
fn page(code: &Code) -> String {
    let said = sections().find(|(name, _)| *name == code.name).map_or("", |(_, text)| text);
    let mut summary = code.summary.chars();
    let first: String = summary.next().into_iter().flat_map(char::to_uppercase).collect();
    let summary = first + summary.as_str();
    format!("# {}\n\n## What it reports\n\n{summary}\n\n{said}\n\nSeverity: {}", code.name, code.severity.name())
}

/// Returns the name of each code in [`SECTIONS`] and what is said of it.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let each = SECTIONS.iter().flat_map(|text| text.strip_prefix("# ").unwrap_or(text).split("\n# "));
    each.filter_map(|section| section.split_once('\n')).map(|(name, text)| (name, text.trim()))
}

/// Returns a line of a page without what only the tests of its examples need, behind the language.
fn plain(line: &str) -> String {
    let is_fence = line.starts_with("```");
    line.split(' ').next().filter(|_| is_fence).unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::diagnostic::{Diagnostic, Source};

    /// The headings that a section may have, in order.
    const HEADINGS: [&str; 4] = ["## Why it matters", "## Example (bad)", "## Example (good)", "## How to fix"];

    /// Returns the examples of a section in a language, each with whether it is a bad one.
    fn examples<'t>(text: &'t str, language: &str) -> Vec<(bool, &'t str)> {
        let fence = format!("```{language}\n");
        let of = |part: &'t str| {
            let begun = part.split_once(fence.as_str()).and_then(|(_, rest)| rest.split_once("\n```"));
            begun.map(|(example, _)| (part.starts_with("Example (bad)"), example))
        };
        text.split("## ").filter(|part| part.starts_with("Example")).filter_map(of).collect()
    }

    #[test]
    fn every_code_has_a_page_that_says_how_to_fix_it() {
        let pages: Vec<(&str, String)> = codes().iter().map(|code| (code.name, page_of(code))).collect();
        for (name, page) in &pages {
            let fix = page.split_once("## How to fix\n\n").map_or("", |(_, fix)| fix);
            assert!(fix.lines().next().is_some_and(|line| line.len() > 10 && line.ends_with('.')), "{name}");
        }
    }

    fn page_of(code: &Code) -> String {
        PAGES.iter().find(|(name, _)| *name == code.name).map_or_else(|| page(code), |(_, page)| (*page).to_owned())
    }

    #[test]
    fn every_section_is_of_a_code_and_has_known_headings_in_order() {
        let codes = codes();
        let mut names = std::collections::BTreeSet::new();
        for (name, text) in sections() {
            assert!(codes.iter().any(|code| code.name == name) && PAGES.iter().all(|(page, _)| *page != name), "{name}");
            assert!(names.insert(name), "{name} stands twice");
            let places: Vec<Option<usize>> =
                text.lines().filter(|line| line.starts_with("## ")).map(|line| HEADINGS.iter().position(|known| *known == line)).collect();
            assert!(places.is_sorted() && places.iter().all(Option::is_some) && places.last() == Some(&Some(3)), "{name}: {places:?}");
        }
    }

    /// Judges an example of a configuration, without what is missing in it.
    fn in_configuration(text: &str) -> Vec<Diagnostic> {
        config::read(Source::new("postrider.yaml", text), &[]).1
    }

    #[test]
    fn a_bad_example_of_a_configuration_raises_its_code_and_a_good_one_nothing() {
        let known: Vec<&str> = config::CODES.iter().map(|code| code.name).collect();
        for (name, text) in sections() {
            for (bad, example) in examples(text, "yaml").into_iter().filter(|(_, example)| !example.starts_with("exclude: [postrider")) {
                let found: Vec<&str> = in_configuration(example).iter().map(|found| found.code).collect();
                let raised = found.contains(&name);
                assert!(if bad { raised || !known.contains(&name) } else { found.is_empty() }, "{name}: {found:?}");
            }
        }
    }
}
