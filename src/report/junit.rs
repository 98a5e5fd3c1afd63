//! The XML of `JUnit`, which CI servers show as tests: a file is a suite, a finding a test that failed, a clean file a test that passed.

use super::{Report, Style, by_file, is_shown, tame::is_wild};
use crate::diagnostic::{Diagnostic, Severity};
use std::io::{self, Write};

/// Writes a document with a suite for each file.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut suites = by_file(report);
    for (_, found) in &mut suites {
        found.retain(|found| is_shown(found, style));
    }
    let tests: usize = suites.iter().map(|(_, found)| tests(found)).sum();
    let failures: usize = suites.iter().map(|(_, found)| failures(found)).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"postrider\" tests=\"{tests}\" failures=\"{failures}\">")?;
    for (file, found) in &suites {
        suite(out, file.path, found)?;
    }
    writeln!(out, "</testsuites>")
}

/// A file without findings is a test that passes.
fn tests(found: &[&Diagnostic]) -> usize {
    found.len().max(1)
}

/// Only errors fail; the rest is told.
fn failures(found: &[&Diagnostic]) -> usize {
    found.iter().filter(|found| found.severity == Severity::Error).count()
}

fn suite(out: &mut dyn Write, path: &str, found: &[&Diagnostic]) -> io::Result<()> {
    let path = if path.is_empty() { "site" } else { path };
    let (tests, failures) = (tests(found), failures(found));
    writeln!(out, "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\">", escape(path))?;
    if found.is_empty() {
        writeln!(out, "    <testcase classname=\"{}\" name=\"no finding\"/>", escape(path))?;
    }
    for found in found {
        case(out, path, found)?;
    }
    writeln!(out, "  </testsuite>")
}

/// Writes a finding as a test.
fn case(out: &mut dyn Write, path: &str, found: &Diagnostic) -> io::Result<()> {
    let place = found.place.as_ref().filter(|place| place.start.line > 0);
    let at = place.map(|place| format!(":{}:{}", place.start.line, place.start.column)).unwrap_or_default();
    let help = found.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let text = escape(&format!("{path}{at}{help}"));
    let (name, message) = (escape(&format!("{}{at}", found.code)), escape(&found.message));
    write!(out, "    <testcase classname=\"{}\" name=\"{name}\">", escape(path))?;
    match found.severity {
        Severity::Error => write!(out, "<failure type=\"{}\" message=\"{message}\">{text}</failure>", found.code)?,
        severity => write!(out, "<system-out>{}: {message}\n{text}</system-out>", severity.name())?,
    }
    writeln!(out, "</testcase>")
}

/// Escapes text for XML; what XML or a terminal cannot take is replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if is_wild(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn a_file_is_a_suite_and_an_error_a_failure() {
        let text = examples::text(write, &examples::report(), Style { info: true, color: false });
        assert!(uppsala::parse(&text).is_ok(), "{text}");
        insta::assert_snapshot!(text, @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="postrider" tests="5" failures="1">
          <testsuite name="public/ok.xml" tests="1" failures="0">
            <testcase classname="public/ok.xml" name="no finding"/>
          </testsuite>
          <testsuite name="public/a b.xml" tests="3" failures="1">
            <testcase classname="public/a b.xml" name="missing-encoding"><system-out>info: no encoding
        public/a b.xml</system-out></testcase>
            <testcase classname="public/a b.xml" name="missing-link:1:1"><failure type="missing-link" message="`channel` has no `link`">public/a b.xml:1:1</failure></testcase>
            <testcase classname="public/a b.xml" name="contains-html:2:8"><system-out>warning: `50% &lt;b&gt;�`: markup,&#10;in a title
        public/a b.xml:2:8&#10;help: write `b`</system-out></testcase>
          </testsuite>
          <testsuite name="site" tests="1" failures="0">
            <testcase classname="site" name="missing-site-url"><system-out>warning: `site.url` is not set
        site</system-out></testcase>
          </testsuite>
        </testsuites>
        "#);
    }
}
