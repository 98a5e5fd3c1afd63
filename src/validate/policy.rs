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
    /// Codes that are not reported in it.
    pub allow: &'static [&'static str],
}

/// Every profile.
pub const PROFILES: &[Profile] = &[
    Profile { name: "strict", doc: "Every warning is an error.", deny: &["warnings"], allow: &[] },
    Profile { name: "w3c", doc: "Only what the feed validator of the W3C reports too.", deny: &[], allow: &[] },
    Profile {
        name: "podcast",
        doc: "What directories of podcasts insist on is an error.",
        deny: &["missing-itunes-element", "missing-itunes-email"],
        allow: &[],
    },
];

/// Which findings count, and how much.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    allow: Vec<&'static str>,
    deny: Vec<&'static str>,
    deny_warnings: bool,
}

/// A code that postrider does not have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no code `{name}`; help: {help}")]
pub struct UnknownCode {
    name: String,
    help: String,
}

impl Policy {
    /// Does not report a code, nor those below it.
    ///
    /// # Errors
    /// When there is no such code.
    pub fn allow(&mut self, name: &str) -> Result<(), UnknownCode> {
        self.allow.push(code(name)?.name);
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
            self.deny.push(code(name)?.name);
        }
        Ok(())
    }

    /// Adds what a profile allows and denies.
    pub fn profile(&mut self, profile: &'static Profile) {
        self.allow.extend(profile.allow);
        self.deny.extend(profile.deny.iter().filter(|name| **name != "warnings"));
        self.deny_warnings |= profile.deny.contains(&"warnings");
    }

    /// Returns the findings that count, each with the severity that it has then. What is denied is not allowed.
    #[must_use]
    pub fn judge(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        diagnostics.into_iter().filter_map(|found| self.judge_one(found)).collect()
    }

    fn judge_one(&self, mut found: Diagnostic) -> Option<Diagnostic> {
        let is_among = |names: &[&str]| names.iter().any(|name| covers(name, found.code));
        if is_among(&self.deny) {
            found.severity = Severity::Error;
            return Some(found);
        }
        if is_among(&self.allow) {
            return None;
        }
        if self.deny_warnings && found.severity == Severity::Warning {
            found.severity = Severity::Error;
        }
        Some(found)
    }
}

/// Returns the code of a name.
///
/// # Errors
/// When there is none.
pub fn code(name: &str) -> Result<&'static Code, UnknownCode> {
    CODES.iter().find(|code| code.name == name).copied().ok_or_else(|| {
        let known = CODES.iter().map(|code| code.name);
        let help = did_you_mean(name, known).unwrap_or_else(|| "`postrider explain` lists every code".to_owned());
        UnknownCode { name: name.to_owned(), help }
    })
}

/// Returns whether a code is the one of a name or stands below it.
fn covers(name: &str, code: &str) -> bool {
    name == code || CODES.iter().any(|known| known.name == code && known.is_a(name))
}

/// The findings of an earlier run, by fingerprint and file: they do not count again.
#[derive(Debug, Default)]
pub struct Baseline {
    known: BTreeMap<(String, String), usize>,
}

impl Baseline {
    /// Reads a report that was written with `--format json`.
    ///
    /// # Errors
    /// When it is no such report.
    pub fn read(report: &str) -> Result<Self, serde_json::Error> {
        let report: Report = serde_json::from_str(report)?;
        let mut known = BTreeMap::new();
        for file in report.files {
            for found in file.diagnostics {
                *known.entry((file.path.clone(), found.fingerprint)).or_insert(0) += 1;
            }
        }
        Ok(Baseline { known })
    }

    /// Takes the findings of the earlier run out of those of this one: each as often as it was there.
    #[must_use]
    pub fn without_known(mut self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut is_new = |found: &Diagnostic| {
            let path = found.place.as_ref().map_or_else(String::new, |place| place.path.clone());
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
    fingerprint: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Subject;
    use crate::validate::{CONTAINS_HTML, CONTAINS_UNDECLARED_HTML, MISSING_LINK};

    fn found(code: &'static Code) -> Diagnostic {
        Diagnostic::new(code, "m").about(Subject { path: "rss/channel".to_owned(), ..Subject::default() })
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
            assert!(profile.deny.iter().chain(profile.allow).all(|name| *name == "warnings" || code(name).is_ok()), "{}", profile.name);
        }
    }

    #[test]
    fn a_baseline_takes_out_each_finding_as_often_as_it_was_there() {
        let fingerprint = found(&MISSING_LINK).fingerprint();
        let report = format!(r#"{{"version": 1, "files": [{{"path": "", "diagnostics": [{{"fingerprint": "{fingerprint}"}}]}}]}}"#);
        let left = Baseline::read(&report).expect("a report").without_known(vec![
            found(&MISSING_LINK),
            found(&MISSING_LINK),
            found(&CONTAINS_HTML),
        ]);
        assert_eq!(left.iter().map(|found| found.code).collect::<Vec<_>>(), ["missing-link", "contains-html"]);
        assert!(Baseline::read("{}").is_err());
    }
}
