//! The machine-readable report, version 1: readers ignore fields they do not know, and none is ever renamed.

use super::tame::{Stream, write_json};
use super::{EditionLine, FileLine, OutputLine, Report, Style, Summary, by_file, path_of, sorted};
use crate::diagnostic::Diagnostic;
use serde::Serialize;
use std::io::{self, Write};

/// Writes one JSON object on several lines.
pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Summary { files: read, errors, warnings } = Summary::of(report);
    let files = by_file(report).into_iter().filter(|(line, _)| !line.path.is_empty());
    let site_wide: Vec<_> = sorted(report.diagnostics).into_iter().filter(|found| path_of(found).is_empty()).map(Found::of).collect();
    let object = Object {
        version: 1,
        files: Stream::of(files.map(|(line, found)| File::of(line, found))),
        diagnostics: site_wide,
        outputs: report.outputs.iter().map(Output::of).collect(),
        left_out: report.left_out.iter().map(|(path, reason)| LeftOut { path, reason }).collect(),
        edition: report.edition,
        notes: report.notes,
        summary: Counts { files: read, errors, warnings },
    };
    write_json(&object, out)
}

#[derive(Serialize)]
struct Object<'a, F: Serialize> {
    version: u32,
    /// Every file that is to be named or in which something was found.
    files: F,
    /// The findings about no file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<Found<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    outputs: Vec<Output<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<LeftOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'a EditionLine>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    summary: Counts,
}

/// A file that is in no output, and why.
#[derive(Serialize)]
struct LeftOut<'a> {
    path: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct File<'a, D: Serialize> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    valid: bool,
    diagnostics: D,
}

impl<'a> File<'a, ()> {
    fn of(line: FileLine<'a>, found: Vec<&'a Diagnostic>) -> File<'a, impl Serialize> {
        let valid = !found.iter().any(|found| found.is_error());
        let diagnostics = Stream::of(found.into_iter().map(Found::of));
        File {
            path: line.given.unwrap_or(line.path),
            kind: line.kind,
            status: line.unread.map(|_| "unread"),
            reason: line.unread,
            valid,
            diagnostics,
        }
    }
}

/// A finding; what is not known of it is left out.
#[derive(Serialize)]
struct Found<'a> {
    severity: &'a str,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'a str>,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spec: Option<&'a str>,
}

impl<'a> Found<'a> {
    fn of(found: &'a Diagnostic) -> Self {
        let (place, subject) = (found.place.as_ref(), found.subject.as_deref());
        let known = |number: u32| Some(number).filter(|number| *number > 0);
        Found {
            severity: found.severity.name(),
            code: found.code,
            message: &found.message,
            line: place.and_then(|place| known(place.start.line)),
            column: place.and_then(|place| known(place.start.column)),
            end_line: place.and_then(|place| known(place.end.line)),
            end_column: place.and_then(|place| known(place.end.column)),
            key: place.and_then(|place| place.key.as_deref()),
            element: subject.and_then(|subject| subject.element()),
            parent: subject.and_then(|subject| subject.parent()),
            attr: subject.and_then(|subject| subject.attr.as_deref()),
            pointer: subject.and_then(|subject| subject.pointer.as_deref()),
            entry: subject.and_then(|subject| subject.entry.as_deref()),
            fingerprint: found.fingerprint(),
            help: found.help.as_deref(),
            spec: found.spec,
        }
    }
}

#[derive(Serialize)]
struct Output<'a> {
    path: &'a str,
    action: &'a str,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<usize>,
}

impl<'a> Output<'a> {
    fn of(line: &'a OutputLine) -> Self {
        Output { path: &line.path, action: line.action.name(), bytes: line.bytes, entries: line.entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Place, Source};
    use crate::report::{Action, LetterLine, OutputLine, examples};
    use serde_json::{Value, json};

    static UNKNOWN_DATE: Code = Code::error("unknown-date", "A date.");
    static NO_URL: Code = Code::warning("no-url", "An address.");

    #[test]
    fn an_edition_is_told_with_its_letters() {
        let letter = LetterLine { language: None, subject: "Keel".into(), preheader: "Ribs".into() };
        let edition = EditionLine { key: "2026-11-22".into(), hash: "ab12".into(), letters: vec![letter] };
        let report = Report { edition: Some(&edition), ..Report::default() };
        let told: Value = serde_json::from_str(&examples::text(write, &report, Style::default())).expect("JSON");
        let letters = json!([{"language": null, "subject": "Keel", "preheader": "Ribs"}]);
        assert_eq!(told["edition"], json!({"key": "2026-11-22", "hash": "ab12", "letters": letters}));
    }

    #[test]
    fn the_report_follows_the_contract() {
        let text = "date: 19/08/2024\n";
        let diagnostics = [
            Diagnostic::new(&NO_URL, "no `site.url`"),
            Diagnostic::new(&UNKNOWN_DATE, "`19/08/2024` is no date\u{9b}")
                .at(Source::new("posts/trip.md", text).place(6..16))
                .help("write `2024-08-19`")
                .spec("RFC 3339"),
            Diagnostic::new(&NO_URL, "x").at(Place::key("posts/b.md", "permalink")),
        ];
        let files = [
            FileLine { path: "posts/b.md", kind: Some("post"), ..FileLine::default() },
            FileLine { path: "posts/a.md", unread: Some("permission denied"), ..FileLine::default() },
        ];
        let outputs = [OutputLine { path: "public/rss.xml".into(), action: Action::Written, bytes: 9, entries: Some(1) }];
        let report = Report {
            diagnostics: &diagnostics,
            files: &files,
            files_read: 3,
            outputs: &outputs,
            notes: &["note: dates are read as UTC".to_owned()],
            left_out: &[("posts/about.md", "page")],
            ..Report::default()
        };
        insta::assert_snapshot!(examples::text(write, &report, Style::default()), @r#"
    {
      "version": 1,
      "files": [
        {
          "path": "posts/b.md",
          "kind": "post",
          "valid": true,
          "diagnostics": [
            {
              "severity": "warning",
              "code": "no-url",
              "message": "x",
              "key": "permalink",
              "fingerprint": "2efc334037834697"
            }
          ]
        },
        {
          "path": "posts/a.md",
          "status": "unread",
          "reason": "permission denied",
          "valid": true,
          "diagnostics": []
        },
        {
          "path": "posts/trip.md",
          "valid": false,
          "diagnostics": [
            {
              "severity": "error",
              "code": "unknown-date",
              "message": "`19/08/2024` is no date\u009b",
              "line": 1,
              "column": 7,
              "end_line": 1,
              "end_column": 17,
              "fingerprint": "3657debe52f027f3",
              "help": "write `2024-08-19`",
              "spec": "RFC 3339"
            }
          ]
        }
      ],
      "diagnostics": [
        {
          "severity": "warning",
          "code": "no-url",
          "message": "no `site.url`",
          "fingerprint": "85ee7c04735c8069"
        }
      ],
      "outputs": [
        {
          "path": "public/rss.xml",
          "action": "written",
          "bytes": 9,
          "entries": 1
        }
      ],
      "left_out": [
        {
          "path": "posts/about.md",
          "reason": "page"
        }
      ],
      "notes": [
        "note: dates are read as UTC"
      ],
      "summary": {
        "files": 3,
        "errors": 1,
        "warnings": 2
      }
    }
    "#);
    }

    #[test]
    fn an_empty_report_is_still_an_object() {
        let value: Value = serde_json::from_str(&examples::text(write, &Report::default(), Style::default())).expect("JSON");
        assert_eq!(value, json!({"version": 1, "files": [], "summary": {"files": 0, "errors": 0, "warnings": 0}}));
    }
}
