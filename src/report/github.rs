//! Annotations of GitHub Actions: workflow commands, one for each finding, that mark the lines of a pull request.

use super::{Report, Style, is_shown, last_lines, sorted, tame};
use crate::diagnostic::{Diagnostic, Severity};
use std::io::{self, Write};

/// Writes a workflow command for each finding, then how much was found.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for found in sorted(report.diagnostics).into_iter().filter(|found| is_shown(found, style)) {
        command(out, found)?;
    }
    for line in last_lines(report) {
        // A line of a document must not be taken for a command.
        writeln!(out, "{}", tame(line.trim_start_matches([':', '#'])))?;
    }
    Ok(())
}

/// Writes `::error file=…,line=…::message`.
fn command(out: &mut dyn Write, found: &Diagnostic) -> io::Result<()> {
    let command = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &found.place {
        properties.push(format!("file={}", property(&place.path)));
        let numbers =
            [("line", place.start.line), ("endLine", place.end.line), ("col", place.start.column), ("endColumn", place.end.column)];
        // Columns are only understood within one line.
        let known = |(name, number): &(&str, u32)| *number > 0 && (name.contains("ine") || place.start.line == place.end.line);
        properties.extend(numbers.iter().filter(|number| known(number)).map(|(name, number)| format!("{name}={number}")));
    }
    properties.push(format!("title={}", property(found.code)));
    let help = found.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    writeln!(out, "::{command} {}::{}", properties.join(","), message(&format!("{}{help}", found.message)))
}

/// Escapes the text of a command, which ends at its line's end.
fn message(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    tame(&escaped)
}

/// Escapes a property of a command, which ends at a colon or comma too.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn each_finding_is_a_workflow_command() {
        insta::assert_snapshot!(examples::text(write, &examples::report(), Style { info: true, color: false }), @r"
        ::warning title=missing-site-url::`site.url` is not set
        ::notice file=public/a b.xml,title=missing-encoding::no encoding
        ::error file=public/a b.xml,line=1,endLine=1,col=1,endColumn=6,title=missing-link::`channel` has no `link`
        ::warning file=public/a b.xml,line=2,endLine=2,col=8,endColumn=19,title=contains-html::`50%25 <b>␛`: markup,%0Ain a title%0Ahelp: write `b`
        1 error, 2 warnings
        ");
    }

    #[test]
    fn a_document_cannot_give_commands() {
        assert_eq!(message("a\n::set-output name=x::y%"), "a%0A::set-output name=x::y%25");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
