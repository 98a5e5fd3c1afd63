//! Which findings count: codes that are allowed or denied, profiles, and the findings of an earlier run.

use super::codes::CODES;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::text::suggest::did_you_mean;
use std::collections::BTreeMap;

/// A set of codes that belong to one purpose.
#[derive(Debug)]
pub struct Profile {
    /// Its name, as `--profile` takes it.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub doc: &'static str,
    /// Codes that are errors in it.
    pub deny: &'static [&'static str],
    /// The only codes that it reports; empty for all.
    pub only: &'static [&'static str],
    /// Whether it judges every feed as a podcast.
    pub podcast: bool,
}

/// Every profile.
pub const PROFILES: &[Profile] = &[
    Profile { name: "strict", doc: "Every warning is an error.", deny: &["warnings"], only: &[], podcast: false },
    Profile {
        name: "w3c",
        doc: "Only what the feed validator of the W3C reports, too.",
        deny: &[],
        only: super::w3c::NAMES,
        podcast: false,
    },
    Profile {
        name: "podcast",
        doc: "Every feed is a podcast; what directories of podcasts insist on is an error.",
        deny: &["missing-itunes-element", "missing-itunes-email", "unsupported-itunes-format", "obsolete-itunes-category", "not-utf8"],
        only: &[],
        podcast: true,
    },
];

/// What is said of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Deny,
    Allow,
}

/// Which findings count, and how much. Of what is said of a code and of those above it, the nearest counts.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    words: Vec<(&'static Code, Word)>,
    deny_warnings: bool,
    profile: Option<&'static Profile>,
}

/// Words for severities that stand where codes do: what helps who denies them, and who allows them.
const SEVERITIES: &[(&[&str], &str, &str)] = &[
    (&["warnings", "warning"], "did you mean `warnings`?", "warnings fail nothing; name the findings to leave out"),
    (&["info", "advice"], "advice is never an error; name the findings that are to be errors", "advice is shown only with `--advice`"),
    (&["errors", "error"], "errors count anyway; `warnings` makes warnings count, too", "name the findings to leave out"),
];

/// A code that postrider does not have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no code `{name}`; help: {help}")]
pub struct UnknownCode {
    name: String,
    help: String,
}

impl UnknownCode {
    /// Returns what is wrong.
    #[must_use]
    pub fn message(&self) -> String {
        format!("there is no code `{}`", self.name)
    }

    /// Returns what to do.
    #[must_use]
    pub fn help(&self) -> String {
        self.help.clone()
    }
}

impl Policy {
    /// Does not report a code, nor those below it.
    ///
    /// # Errors
    /// When there is no such code.
    pub fn allow(&mut self, name: &str) -> Result<(), UnknownCode> {
        self.words.push((code(name, Word::Allow)?, Word::Allow));
        Ok(())
    }

    /// Makes a code an error, and those below it; `warnings` stands for every warning.
    ///
    /// # Errors
    /// When there is no such code.
    pub fn deny(&mut self, name: &str) -> Result<(), UnknownCode> {
        if name == "warnings" {
            self.deny_warnings = true;
        } else {
            self.words.push((code(name, Word::Deny)?, Word::Deny));
        }
        Ok(())
    }

    /// Adds a profile, which counts less than what is said of single codes.
    pub fn profile(&mut self, profile: &'static Profile) {
        self.profile = Some(profile);
    }

    /// Returns the profile, if there is one.
    #[must_use]
    pub fn named_profile(&self) -> Option<&'static Profile> {
        self.profile
    }

    /// Returns the findings that count, each with the severity that it has then.
    #[must_use]
    pub fn judge(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        Self::judge_by(&[self], diagnostics)
    }

    /// Returns the findings that count by several policies, the strongest first.
    #[must_use]
    pub fn judge_by(policies: &[&Policy], diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        diagnostics.into_iter().filter_map(|found| judge_one(policies, found)).collect()
    }

    /// Returns what is said of a code, or of the nearest one above it. What is denied is not allowed.
    fn word(&self, code: &str) -> Option<Word> {
        let near = |(named, word): &(&'static Code, Word)| Some((distance(code, named.name)?, *word == Word::Allow, *word));
        self.words.iter().filter_map(near).min_by_key(|(distance, allowed, _)| (*distance, *allowed)).map(|(.., word)| word)
    }
}

fn judge_one(policies: &[&Policy], mut found: Diagnostic) -> Option<Diagnostic> {
    let word = policies.iter().find_map(|policy| policy.word(found.code));
    let profile = policies.iter().find_map(|policy| policy.profile);
    let by_profile = || profile.filter(|profile| profile.deny.iter().any(|name| distance(found.code, name).is_some()));
    let outside = profile.is_some_and(|profile| !profile.only.is_empty() && !profile.only.contains(&found.code));
    match word {
        Some(Word::Allow) => return None,
        Some(Word::Deny) => found.severity = Severity::Error,
        None if outside => return None,
        None if by_profile().is_some() => found.severity = Severity::Error,
        None => {}
    }
    let deny_warnings =
        policies.iter().any(|policy| policy.deny_warnings) || profile.is_some_and(|profile| profile.deny.contains(&"warnings"));
    if deny_warnings && found.severity == Severity::Warning {
        found.severity = Severity::Error;
    }
    Some(found)
}

/// Returns the code of a name, of which something is said.
fn code(name: &str, word: Word) -> Result<&'static Code, UnknownCode> {
    CODES.iter().find(|code| code.name == name).copied().ok_or_else(|| {
        let severity = SEVERITIES.iter().find(|(words, ..)| words.contains(&name));
        let help = severity.map(|(_, denied, allowed)| if word == Word::Deny { *denied } else { *allowed }.to_owned());
        let words = (word == Word::Deny).then_some("warnings");
        let near = || did_you_mean(name, CODES.iter().map(|code| code.name).chain(words));
        let help = help.or_else(near).unwrap_or_else(|| "`postrider explain` lists every code".to_owned());
        UnknownCode { name: name.to_owned(), help }
    })
}

/// Returns how far a code is below the one of a name, if it is; 0 for itself.
fn distance(code: &str, name: &str) -> Option<usize> {
    if code == name {
        return Some(0);
    }
    let code = CODES.iter().find(|known| known.name == code)?;
    std::iter::successors(code.parent, |code| code.parent).position(|above| above.name == name).map(|at| at + 1)
}

/// The findings of an earlier run, by fingerprint and file: they do not count again.
#[derive(Debug, Default)]
pub struct Baseline {
    known: BTreeMap<(String, String), usize>,
}

impl Baseline {
    /// Reads a report that was written with `--format json`. `usual` spells its paths as the findings do that it is compared with.
    ///
    /// # Errors
    /// When it is no such report.
    pub fn read(report: &str, usual: impl Fn(&str) -> String) -> Result<Self, serde_json::Error> {
        let report: Report = serde_json::from_str(report)?;
        let mut known = BTreeMap::new();
        for file in report.files {
            let path = usual(&file.path);
            for found in file.diagnostics {
                *known.entry((path.clone(), found.fingerprint)).or_insert(0) += 1;
            }
        }
        Ok(Baseline { known })
    }

    /// Takes the findings of the earlier run out of those of this one: each as often as it was there.
    #[must_use]
    pub fn without_known(mut self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.known.is_empty() {
            return diagnostics;
        }
        let mut is_new = |found: &Diagnostic| {
            let path = found.place.as_ref().map_or_else(String::new, |place| place.path.to_string());
            match self.known.get_mut(&(path, found.fingerprint())) {
                Some(times) if *times > 0 => {
                    *times -= 1;
                    false
                }
                _ => true,
            }
        };
        diagnostics.retain(|found| is_new(found));
        diagnostics
    }
}

#[derive(serde::Deserialize)]
struct Report {
    files: Vec<File>,
}

#[derive(serde::Deserialize)]
struct File {
    path: String,
    diagnostics: Vec<Known>,
}

#[derive(serde::Deserialize)]
struct Known {
    #[serde(default)]
    fingerprint: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Subject;
    use crate::validate::{CONTAINS_HTML, CONTAINS_UNDECLARED_HTML, MISSING_ETAG, MISSING_LINK};

    fn found(code: &'static Code) -> Diagnostic {
        Diagnostic::new(code, "m").about(Subject { path: "rss/channel".into(), ..Subject::default() })
    }

    fn judged(policy: &Policy, code: &'static Code) -> Option<Severity> {
        policy.judge(vec![found(code)]).first().map(|found| found.severity)
    }

    #[test]
    fn a_code_covers_those_below_it() {
        let mut policy = Policy::default();
        policy.allow("contains-html").expect("a code");
        assert_eq!((judged(&policy, &CONTAINS_UNDECLARED_HTML), judged(&policy, &MISSING_LINK)), (None, Some(Severity::Error)));
        policy.deny("contains-undeclared-html").expect("a code");
        assert_eq!((judged(&policy, &CONTAINS_UNDECLARED_HTML), judged(&policy, &CONTAINS_HTML)), (Some(Severity::Error), None));
    }

    #[test]
    fn the_nearest_word_counts_and_the_strongest_policy() {
        let policy = |allow: &str, deny: &str| {
            let mut policy = Policy::default();
            policy.allow(allow).expect("a code");
            policy.deny(deny).expect("a code");
            policy
        };
        assert_eq!(judged(&policy("contains-undeclared-html", "contains-html"), &CONTAINS_UNDECLARED_HTML), None);
        let (flags, file) = (policy("missing-link", "contains-html"), policy("contains-html", "missing-link"));
        let severities = |codes: [&'static Code; 2]| {
            let found = Policy::judge_by(&[&flags, &file], codes.map(found).to_vec());
            found.iter().map(|found| (found.code, found.severity)).collect::<Vec<_>>()
        };
        assert_eq!(severities([&MISSING_LINK, &CONTAINS_HTML]), [("contains-html", Severity::Error)]);
    }

    #[test]
    fn a_profile_says_what_is_an_error_and_what_is_left_out() {
        let with = |name: &str| {
            let mut policy = Policy::default();
            policy.profile(PROFILES.iter().find(|profile| profile.name == name).expect("a profile"));
            policy
        };
        assert_eq!(judged(&with("strict"), &CONTAINS_HTML), Some(Severity::Error));
        assert_eq!((judged(&with("w3c"), &MISSING_ETAG), judged(&with("w3c"), &CONTAINS_HTML)), (None, Some(Severity::Warning)));
        let mut strict = with("strict");
        strict.allow("contains-html").expect("a code");
        assert_eq!(judged(&strict, &CONTAINS_HTML), None);
    }

    #[test]
    fn warnings_can_be_errors() {
        let mut policy = Policy::default();
        assert_eq!(judged(&policy, &CONTAINS_HTML), Some(Severity::Warning));
        policy.deny("warnings").expect("a word");
        assert_eq!(judged(&policy, &CONTAINS_HTML), Some(Severity::Error));
    }

    #[test]
    fn an_unknown_code_is_an_error_with_advice() {
        let error = Policy::default().allow("missing-lnik").expect_err("no code");
        assert_eq!(error.to_string(), "there is no code `missing-lnik`; help: did you mean `missing-link`?");
    }

    #[test]
    fn profiles_name_codes_that_exist() {
        for profile in PROFILES {
            assert!(
                profile.deny.iter().chain(profile.only).all(|name| *name == "warnings" || code(name, Word::Deny).is_ok()),
                "{}",
                profile.name
            );
        }
    }

    #[test]
    fn a_baseline_takes_out_each_finding_as_often_as_it_was_there() {
        let fingerprint = found(&MISSING_LINK).fingerprint();
        let report = format!(r#"{{"version": 1, "files": [{{"path": "", "diagnostics": [{{"fingerprint": "{fingerprint}"}}]}}]}}"#);
        let left = Baseline::read(&report, str::to_owned).expect("a report").without_known(vec![
            found(&MISSING_LINK),
            found(&MISSING_LINK),
            found(&CONTAINS_HTML),
        ]);
        assert_eq!(left.iter().map(|found| found.code).collect::<Vec<_>>(), ["missing-link", "contains-html"]);
        assert!(Baseline::read("{}", str::to_owned).is_err());
    }
}
