//! The machine-readable report, version 1: readers ignore fields they do not know, and none is ever renamed.

use super::{FileLine, Report, Style, Summary, by_file, path_of, sorted, tame};
use crate::diagnostic::{Diagnostic, Position};
use serde_json::{Map, Value, json};

/// Renders one JSON object on several lines.
pub(super) fn render(report: &Report<'_>, _style: Style) -> String {
    let summary = Summary::of(report);
    let mut object = Map::new();
    object.insert("version".to_owned(), json!(1));
    object.insert("files".to_owned(), files(report));
    insert_some(&mut object, "diagnostics", site_wide(report));
    if !report.outputs.is_empty() {
        object.insert("outputs".to_owned(), outputs(report));
    }
    if !report.left_out.is_empty() {
        let files = report.left_out.iter().map(|(path, reason)| json!({"path": path, "reason": reason}));
        object.insert("left_out".to_owned(), files.collect());
    }
    if !report.notes.is_empty() {
        object.insert("notes".to_owned(), json!(report.notes));
    }
    let counts = json!({"files": summary.files, "errors": summary.errors, "warnings": summary.warnings});
    object.insert("summary".to_owned(), counts);
    // Maps of strings and numbers serialise without fail.
    let text = serde_json::to_string_pretty(&Value::Object(object)).unwrap_or_default();
    tame::tame_json(&text) + "\n"
}

/// Returns the findings about no file, if there are any.
fn site_wide(report: &Report<'_>) -> Option<Value> {
    let found: Vec<Value> = sorted(report.diagnostics).into_iter().filter(|found| path_of(found).is_empty()).map(diagnostic).collect();
    (!found.is_empty()).then_some(Value::Array(found))
}

/// Returns every file that is to be named or in which something was found.
fn files(report: &Report<'_>) -> Value {
    let files = by_file(report).into_iter().filter(|(line, _)| !line.path.is_empty());
    Value::Array(files.map(|(line, found)| file(line, &found)).collect())
}

fn file(line: FileLine<'_>, found: &[&Diagnostic]) -> Value {
    let mut file = Map::new();
    file.insert("path".to_owned(), json!(line.given.unwrap_or(line.path)));
    insert_some(&mut file, "kind", line.kind.map(Value::from));
    insert_some(&mut file, "status", line.unread.map(|_| Value::from("unread")));
    insert_some(&mut file, "reason", line.unread.map(Value::from));
    file.insert("valid".to_owned(), json!(!found.iter().any(|found| found.is_error())));
    file.insert("diagnostics".to_owned(), found.iter().map(|found| diagnostic(found)).collect());
    Value::Object(file)
}

fn diagnostic(found: &Diagnostic) -> Value {
    let mut object = Map::new();
    object.insert("severity".to_owned(), json!(found.severity.name()));
    object.insert("code".to_owned(), json!(found.code));
    object.insert("message".to_owned(), json!(found.message));
    if let Some(place) = &found.place {
        insert_position(&mut object, ["line", "column"], place.start);
        insert_position(&mut object, ["end_line", "end_column"], place.end);
        insert_some(&mut object, "key", place.key.clone().map(Value::from));
    }
    if let Some(subject) = &found.subject {
        insert_some(&mut object, "element", subject.element().map(Value::from));
        insert_some(&mut object, "parent", subject.parent().map(Value::from));
        insert_some(&mut object, "attr", subject.attr.as_deref().map(Value::from));
        insert_some(&mut object, "pointer", subject.pointer.as_deref().map(Value::from));
        insert_some(&mut object, "entry", subject.entry.as_deref().map(Value::from));
    }
    object.insert("fingerprint".to_owned(), json!(found.fingerprint()));
    insert_some(&mut object, "help", found.help.clone().map(Value::from));
    insert_some(&mut object, "spec", found.spec.map(Value::from));
    Value::Object(object)
}

/// Adds a position where it is known.
fn insert_position(object: &mut Map<String, Value>, names: [&str; 2], at: Position) {
    for (name, number) in names.into_iter().zip([at.line, at.column]) {
        insert_some(object, name, (number > 0).then(|| json!(number)));
    }
}

fn insert_some(object: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value);
    }
}

fn outputs(report: &Report<'_>) -> Value {
    let output = |line: &super::OutputLine| {
        let mut object = Map::new();
        object.insert("path".to_owned(), json!(line.path));
        object.insert("action".to_owned(), json!(line.action.name()));
        object.insert("bytes".to_owned(), json!(line.bytes));
        insert_some(&mut object, "entries", line.entries.map(Value::from));
        Value::Object(object)
    };
    report.outputs.iter().map(output).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Place, Source};
    use crate::report::{Action, OutputLine};

    static UNKNOWN_DATE: Code = Code::error("unknown-date", "A date.");
    static NO_URL: Code = Code::warning("no-url", "An address.");

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
            quiet: false,
        };
        insta::assert_snapshot!(render(&report, Style::default()), @r#"
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
        let value: Value = serde_json::from_str(&render(&Report::default(), Style::default())).expect("JSON");
        assert_eq!(value, json!({"version": 1, "files": [], "summary": {"files": 0, "errors": 0, "warnings": 0}}));
    }
}
