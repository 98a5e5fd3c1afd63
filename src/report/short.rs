//! One line for each finding, as editors and `grep` read them: `path:line:column: severity[code]: message`.

use super::{Report, Style, is_shown, last_lines, origin, sorted, tame};
use std::io::{self, Write};

/// Writes a line for each finding, then how much was found.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for found in sorted(report.diagnostics).into_iter().filter(|found| is_shown(found, style)) {
        let place = found.place.as_ref().map(|place| origin(place) + ": ").unwrap_or_default();
        writeln!(out, "{place}{}[{}]: {}", found.severity.name(), found.code, tame(&found.message))?;
    }
    for line in last_lines(report) {
        writeln!(out, "{}", tame(&line))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn each_finding_is_one_line() {
        insta::assert_snapshot!(examples::text(write, &examples::report(), Style { info: true, color: false }), @r"
        warning[missing-site-url]: `site.url` is not set
        public/a b.xml: info[missing-encoding]: no encoding
        public/a b.xml:1:1: error[missing-link]: `channel` has no `link`
        public/a b.xml:2:8: warning[contains-html]: `50% <b>␛`: markup,␊in a title
        1 error, 2 warnings
        ");
    }
}
