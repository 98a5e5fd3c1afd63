//! Findings and outputs → text for people and for programs. Imports `diagnostic`.
//!
//! A reporter is a function that writes a [`Report`] and a line of the table [`REPORTERS`], one file each. It writes as it goes:
//! a report may be larger than what it is about. Whatever a document holds, no control character of it reaches a terminal.

mod github;
mod human;
mod json;
mod junit;
mod outputs;
mod sarif;
mod short;
mod summary;
mod tame;

pub use outputs::{Action, OutputLine, output_lines};
pub use summary::Summary;
pub use tame::tame;

use crate::diagnostic::{Diagnostic, Place, Severity};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What is reported: the findings of one run, the files it read and what it did or would do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report<'a> {
    /// Every finding, in any order.
    pub diagnostics: &'a [Diagnostic],
    /// The files to name even where nothing was found in them.
    pub files: &'a [FileLine<'a>],
    /// How many files were read.
    pub files_read: usize,
    /// What was written or would be.
    pub outputs: &'a [OutputLine],
    /// What else there is to say, one line each: the zone that was assumed.
    pub notes: &'a [String],
    /// Whether people are told of the findings only.
    pub quiet: bool,
    /// Whether people are shown each error, however many of a kind there are: each is a row of a list that is to be mended.
    pub each_error: bool,
    /// The files that a build left out, each with the name of the reason.
    pub left_out: &'a [(&'a str, &'static str)],
    /// The edition of the newsletter that was made.
    pub edition: Option<&'a EditionLine>,
}

/// An edition of the newsletter that was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct EditionLine {
    /// What it is known by.
    pub key: String,
    /// The hash by which it is known again.
    pub hash: String,
    /// Its letters.
    pub letters: Vec<LetterLine>,
}

/// A letter of an edition.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct LetterLine {
    /// Its language (RFC 5646).
    pub language: Option<String>,
    /// Its subject.
    pub subject: String,
    /// What mail programs show beside the subject.
    pub preheader: String,
}

/// A file that was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileLine<'a> {
    /// Its name as the findings in it know it.
    pub path: &'a str,
    /// Its name as it was given, which the report for programs repeats; `None` where that is the same.
    pub given: Option<&'a str>,
    /// What it turned out to be: `rss-2.0`, `post`.
    pub kind: Option<&'a str>,
    /// Why it could not be read, if it could not.
    pub unread: Option<&'a str>,
}

/// How a report is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are written (for a terminal).
    pub color: bool,
    /// Whether advice of the severity `info` is shown.
    pub info: bool,
}

/// One way to show a report.
#[derive(Debug)]
pub struct Reporter {
    /// Its name, as `--format` takes it.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub doc: &'static str,
    /// Writes a report, with a line end at its end unless there is nothing to say.
    pub write: fn(&Report<'_>, Style, &mut dyn Write) -> io::Result<()>,
}

/// Every reporter; the first is the default.
pub const REPORTERS: &[Reporter] = &[
    Reporter { name: "human", doc: "For people: each finding with its line, and a summary.", write: human::write },
    Reporter { name: "short", doc: "For editors: one line for each finding.", write: short::write },
    Reporter { name: "json", doc: "For programs: one JSON object, version 1.", write: json::write },
    Reporter { name: "sarif", doc: "For code hosts: SARIF 2.1.0.", write: sarif::write },
    Reporter { name: "github", doc: "For GitHub Actions: annotations of lines.", write: github::write },
    Reporter { name: "junit", doc: "For CI servers: a file is a suite of tests.", write: junit::write },
];

/// Returns the reporter of a name.
#[must_use]
pub fn reporter(name: &str) -> Option<&'static Reporter> {
    REPORTERS.iter().find(|reporter| reporter.name == name)
}

/// Returns findings in the order they are reported: by file, line, column, code.
fn sorted(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    sorted
}

/// Returns the file a finding is in; empty for the site as a whole.
fn path_of(diagnostic: &Diagnostic) -> &str {
    diagnostic.place.as_ref().map_or("", |place| &*place.path)
}

/// Returns the file, with the line and column where they are known.
fn origin(place: &Place) -> String {
    let path = tame(&place.path);
    match (place.start.line, &place.key) {
        (0, Some(key)) => format!("{path} (`{}`)", tame(key)),
        (0, None) => path,
        (line, _) => format!("{path}:{line}:{}", place.start.column),
    }
}

/// Returns every file that is to be named or in which something was found, with its findings: those to be named first and
/// in their own order, then the others; last what is about no file.
fn by_file<'a>(report: &Report<'a>) -> Vec<(FileLine<'a>, Vec<&'a Diagnostic>)> {
    let mut by_path: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for found in sorted(report.diagnostics) {
        by_path.entry(path_of(found)).or_default().push(found);
    }
    let about_none = by_path.remove("");
    let mut files: Vec<_> = report.files.iter().map(|line| (*line, by_path.remove(line.path).unwrap_or_default())).collect();
    files.extend(by_path.into_iter().map(|(path, found)| (FileLine { path, ..FileLine::default() }, found)));
    files.extend(about_none.map(|found| (FileLine::default(), found)));
    files
}

/// Returns what people are told at the end: the notes, and how much was found.
fn last_lines(report: &Report<'_>) -> Vec<String> {
    if report.quiet { Vec::new() } else { report.notes.iter().cloned().chain(Summary::of(report).line()).collect() }
}

/// Returns whether a finding is shown.
fn is_shown(diagnostic: &Diagnostic, style: Style) -> bool {
    style.info || diagnostic.severity != Severity::Info
}

#[cfg(test)]
mod examples {
    //! A report with one finding of each sort, for the snapshots of every reporter.

    use super::*;
    use crate::diagnostic::{Code, Source, Subject};
    use std::sync::LazyLock;

    static MISSING: Code = Code::error("missing-link", "A link.");
    static HTML: Code = Code::warning("contains-html", "HTML.");
    static ADVICE: Code = Code::info("missing-encoding", "An encoding.");
    static NO_URL: Code = Code::warning("missing-site-url", "An address.");
    static FOUND: LazyLock<Vec<Diagnostic>> = LazyLock::new(|| {
        let source = Source::new("public/a b.xml", "<rss>\n<title>50% &lt;b>\u{1b}</title>\n");
        let about = |path: &str| Subject { path: path.into(), entry: Some("tag:a".into()), ..Subject::default() };
        vec![
            Diagnostic::new(&NO_URL, "`site.url` is not set"),
            Diagnostic::new(&MISSING, "`channel` has no `link`").at(source.place(0..5)).about(about("rss/channel/link")).spec("RSS 2.0"),
            Diagnostic::new(&HTML, "`50% <b>\u{1b}`: markup,\nin a title")
                .at(source.place(13..24))
                .help("write `b`")
                .about(about("rss/title")),
            Diagnostic::new(&ADVICE, "no encoding").at(Place::file("public/a b.xml")),
        ]
    });

    /// Returns what a reporter writes.
    pub(super) fn text(write: fn(&Report<'_>, Style, &mut dyn Write) -> io::Result<()>, report: &Report<'_>, style: Style) -> String {
        let mut bytes = Vec::new();
        write(report, style, &mut bytes).expect("a vector takes everything");
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// Returns the report.
    pub(super) fn report() -> Report<'static> {
        let files = &[
            FileLine { path: "public/ok.xml", given: None, kind: Some("rss-2.0"), unread: None },
            FileLine { path: "public/a b.xml", given: None, kind: Some("rss-2.0"), unread: None },
        ];
        Report { diagnostics: &FOUND, files, files_read: 2, ..Report::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reporters_are_found_by_name_and_documented() {
        assert!(reporter("json").is_some() && reporter("xml").is_none());
        assert!(REPORTERS.iter().all(|reporter| reporter.doc.ends_with('.')));
    }

    #[test]
    fn a_quiet_report_says_what_was_found_and_no_more() {
        let notes = ["1 document checked".to_owned()];
        let loud = Report { notes: &notes, ..examples::report() };
        for name in ["human", "short", "github"] {
            let write = reporter(name).expect("a reporter").write;
            let text = |report: &Report<'_>| examples::text(write, report, Style::default());
            let (loud, quiet) = (text(&loud), text(&Report { quiet: true, ..loud }));
            assert_eq!(loud, format!("{quiet}1 document checked\n1 error, 2 warnings\n"), "{name}");
            assert_eq!(text(&Report { notes: &notes, quiet: true, ..Report::default() }), "", "{name}");
        }
    }

    #[test]
    fn an_empty_report_says_nothing_to_people() {
        let human = reporter("human").expect("a reporter");
        assert_eq!(examples::text(human.write, &Report::default(), Style::default()), "");
    }
}
