//! SARIF 2.1.0 (OASIS), which code hosts show as alerts. Its columns count UTF-16 code units or, as said here, characters.

use super::tame::{Stream, write_json};
use super::{Report, Style, is_shown, sorted};
use crate::diagnostic::{Diagnostic, Place, Severity};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Where the format is described.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes one log with one run.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let found: Vec<&Diagnostic> = sorted(report.diagnostics).into_iter().filter(|found| is_shown(found, style)).collect();
    let codes: BTreeMap<&str, &Diagnostic> = found.iter().rev().map(|found| (found.code, *found)).collect();
    let rules: Vec<Value> = codes.values().map(|found| rule(found)).collect();
    let names: Vec<&str> = codes.keys().copied().collect();
    let mut seen = BTreeMap::new();
    // Code hosts refuse results without a place: what is about no file is shown at the first one, or at the configuration.
    let elsewhere = Place::file(report.files.first().map_or("postrider.yaml", |line| line.path));
    let results = Stream::of(found.iter().map(|found| result(found, &names, &elsewhere, &mut seen)));
    let driver = json!({
        "name": "postrider",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules,
    });
    let run = Run { tool: json!({"driver": driver}), column_kind: "unicodeCodePoints", results };
    write_json(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, out)
}

#[derive(Serialize)]
struct Log<R: Serialize> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R: Serialize> {
    tool: Value,
    column_kind: &'static str,
    results: R,
}

/// Returns the level of a severity (SARIF 2.1.0 §3.27.10).
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Returns what is said of a code once.
fn rule(found: &Diagnostic) -> Value {
    let mut rule = Map::new();
    rule.insert("id".to_owned(), json!(found.code));
    rule.insert("defaultConfiguration".to_owned(), json!({"level": level(found.severity)}));
    let help = format!("`postrider explain {}` says what it reports, why it matters and how to mend it.", found.code);
    rule.insert("help".to_owned(), json!({"text": help}));
    Value::Object(rule)
}

/// Returns a finding. Of findings with one fingerprint, each gets its number, so that none hides another.
fn result(found: &Diagnostic, names: &[&str], elsewhere: &Place, seen: &mut BTreeMap<String, usize>) -> Value {
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), json!(found.code));
    result.insert("ruleIndex".to_owned(), json!(names.binary_search(&found.code).unwrap_or(0)));
    result.insert("level".to_owned(), json!(level(found.severity)));
    let help = found.help.as_ref().map(|help| format!("; help: {help}")).unwrap_or_default();
    result.insert("message".to_owned(), json!({"text": format!("{}{help}", found.message)}));
    let place = found.place.as_ref().filter(|place| !place.path.is_empty()).unwrap_or(elsewhere);
    result.insert("locations".to_owned(), json!([{"physicalLocation": location(place)}]));
    let fingerprint = found.fingerprint();
    let times = seen.entry(fingerprint.clone()).or_insert(0);
    *times += 1;
    result.insert("partialFingerprints".to_owned(), json!({"postrider/v1": format!("{fingerprint}:{times}")}));
    Value::Object(result)
}

/// Returns the file, and the region where it is known.
fn location(place: &Place) -> Value {
    let mut location = Map::new();
    location.insert("artifactLocation".to_owned(), json!({"uri": uri(&place.path)}));
    if place.start.line > 0 {
        let mut region = json!({"startLine": place.start.line, "startColumn": place.start.column});
        if place.end > place.start {
            region["endLine"] = json!(place.end.line);
            region["endColumn"] = json!(place.end.column);
        }
        location.insert("region".to_owned(), region);
    }
    Value::Object(location)
}

/// Returns where a document is: a path as a relative reference (RFC 3986 §4.2), a whole path as an address of the scheme `file`
/// (RFC 8089). What is on the web stands without its scheme: code hosts refuse a whole log for one address of another scheme than
/// that of their files.
fn uri(path: &str) -> String {
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let has_drive = path.as_bytes().get(1..3).is_some_and(|rest| matches!(rest, [b':', b'/' | b'\\'])) && !path.starts_with('/');
    let mut out = String::new();
    let rest = match path {
        _ if has_drive => {
            let (drive, rest) = path.split_at(2);
            out.push_str("file:///");
            out.push_str(drive);
            rest
        }
        _ if path.starts_with('/') => {
            out.push_str("file://");
            path
        }
        _ => path,
    };
    for byte in rest.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    #[allow(clippy::too_many_lines, reason = "the snapshot is long")]
    fn the_log_has_rules_results_and_fingerprints() {
        insta::assert_snapshot!(examples::text(write, &examples::report(), Style { info: true, color: false }), @r#"
        {
          "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "postrider",
                  "version": "0.1.0",
                  "informationUri": "https://github.com/postrider/postrider",
                  "rules": [
                    {
                      "id": "contains-html",
                      "defaultConfiguration": {
                        "level": "warning"
                      },
                      "help": {
                        "text": "`postrider explain contains-html` says what it reports, why it matters and how to mend it."
                      }
                    },
                    {
                      "id": "missing-encoding",
                      "defaultConfiguration": {
                        "level": "note"
                      },
                      "help": {
                        "text": "`postrider explain missing-encoding` says what it reports, why it matters and how to mend it."
                      }
                    },
                    {
                      "id": "missing-link",
                      "defaultConfiguration": {
                        "level": "error"
                      },
                      "help": {
                        "text": "`postrider explain missing-link` says what it reports, why it matters and how to mend it."
                      }
                    },
                    {
                      "id": "missing-site-url",
                      "defaultConfiguration": {
                        "level": "warning"
                      },
                      "help": {
                        "text": "`postrider explain missing-site-url` says what it reports, why it matters and how to mend it."
                      }
                    }
                  ]
                }
              },
              "columnKind": "unicodeCodePoints",
              "results": [
                {
                  "ruleId": "missing-site-url",
                  "ruleIndex": 3,
                  "level": "warning",
                  "message": {
                    "text": "`site.url` is not set"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "public/ok.xml"
                        }
                      }
                    }
                  ],
                  "partialFingerprints": {
                    "postrider/v1": "8c016102c23c95e8:1"
                  }
                },
                {
                  "ruleId": "missing-encoding",
                  "ruleIndex": 1,
                  "level": "note",
                  "message": {
                    "text": "no encoding"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "public/a%20b.xml"
                        }
                      }
                    }
                  ],
                  "partialFingerprints": {
                    "postrider/v1": "0d00c5a76c94bab3:1"
                  }
                },
                {
                  "ruleId": "missing-link",
                  "ruleIndex": 2,
                  "level": "error",
                  "message": {
                    "text": "`channel` has no `link`"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "public/a%20b.xml"
                        },
                        "region": {
                          "startLine": 1,
                          "startColumn": 1,
                          "endLine": 1,
                          "endColumn": 6
                        }
                      }
                    }
                  ],
                  "partialFingerprints": {
                    "postrider/v1": "fe92c70ab14a097c:1"
                  }
                },
                {
                  "ruleId": "contains-html",
                  "ruleIndex": 0,
                  "level": "warning",
                  "message": {
                    "text": "`50% <b>\u001b`: markup,\nin a title; help: write `b`"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "public/a%20b.xml"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 8,
                          "endLine": 2,
                          "endColumn": 19
                        }
                      }
                    }
                  ],
                  "partialFingerprints": {
                    "postrider/v1": "4ade912c723e0476:1"
                  }
                }
              ]
            }
          ]
        }
        "#);
    }

    #[test]
    fn a_path_is_a_reference_that_code_hosts_take() {
        for (path, reference) in [
            ("a b/ü:c.xml", "a%20b/%C3%BC%3Ac.xml"),
            ("../a.xml", "../a.xml"),
            ("/tmp/a b.xml", "file:///tmp/a%20b.xml"),
            ("C:\\b\\a.xml", "file:///C:/b/a.xml"),
            ("-", "-"),
            ("https://example.org/a?b=c", "example.org/a%3Fb%3Dc"),
        ] {
            assert_eq!(uri(path), reference, "{path}");
        }
    }
}
