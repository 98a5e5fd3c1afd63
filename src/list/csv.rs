//! Rows of CSV (RFC 4180), as people's programs write it, with the place of each value.
//!
//! Why our own reader: one quote that is never closed would make the rest of a list one value for the `csv` crate, and it keeps no
//! columns. Here such a row is one bad row.

use super::lines::{LONGEST, Line, Lines};
use std::borrow::Cow;
use std::io::{self, BufRead};

/// The most lines of a row: a quote that is open longer was never meant to be one.
const MOST_LINES: usize = 100;

/// What programs put between values.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// A row of a list, before its values mean anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The line it begins on.
    pub(super) line: u32,
    /// Its lines, with LF between them.
    pub(super) text: String,
    /// Whether it was longer than is kept.
    pub(super) is_cut: bool,
}

/// A value and where it begins in the text of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) start: usize,
}

/// Returns the next row that is not blank; `Err` with its first line and the place of the quote when a quote is never closed.
pub(super) fn next_record<R: BufRead>(lines: &mut Lines<R>, delimiter: char) -> io::Result<Option<Result<Record, (Line, usize)>>> {
    let first = loop {
        match lines.next()? {
            None => return Ok(None),
            Some(line) if line.text.trim().is_empty() => {}
            Some(line) => break line,
        }
    };
    let Some(open) = open_quote(&first.text, delimiter) else {
        return Ok(Some(Ok(Record { line: first.number, text: first.text, is_cut: first.is_cut })));
    };
    let mut text = first.text.clone();
    let mut is_cut = first.is_cut;
    let mut others = Vec::new();
    while others.len() + 1 < MOST_LINES {
        let Some(line) = lines.next()? else { break };
        let may_close = line.text.contains('"');
        text.push('\n');
        text.push_str(&line.text);
        is_cut |= line.is_cut;
        others.push(line);
        if text.len() > LONGEST {
            break;
        }
        if may_close && open_quote(&text, delimiter).is_none() {
            return Ok(Some(Ok(Record { line: first.number, text, is_cut })));
        }
    }
    lines.unread(others);
    Ok(Some(Err((first, open))))
}

/// Returns where the quote stands that is still open at the end of a text.
fn open_quote(text: &str, delimiter: char) -> Option<usize> {
    // Most rows hold none.
    memchr::memchr(b'"', text.as_bytes())?;
    split(text, delimiter).1
}

/// Returns the values of a row, and where the quote stands that is never closed.
///
/// A value is quoted when it begins with a quote; what stands between its closing quote and the delimiter is added to it.
pub(super) fn split(text: &str, delimiter: char) -> (Vec<Cell<'_>>, Option<usize>) {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        // A value may have blanks before its quote, but a tab may be the delimiter.
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let (cell, length) = match rest.get(blanks..).and_then(|rest| rest.strip_prefix('"')) {
            None => {
                let length = rest.find(delimiter).unwrap_or(rest.len());
                (Cow::Borrowed(rest.get(..length).unwrap_or_default()), length)
            }
            Some(inner) => match quoted(inner, delimiter) {
                Some((cell, length)) => (cell, blanks + 1 + length),
                None => return (cells, Some(at + blanks)),
            },
        };
        cells.push(Cell { text: cell, start: at });
        at += length;
        // The end, or the delimiter.
        if at >= text.len() {
            return (cells, None);
        }
        at += delimiter.len_utf8();
    }
}

/// Returns a quoted value and its length with the closing quote and what follows it; `None` when it is never closed.
fn quoted(inner: &str, delimiter: char) -> Option<(Cow<'_, str>, usize)> {
    let mut value = Cow::Borrowed("");
    let mut at = 0;
    loop {
        let rest = inner.get(at..)?;
        let end = rest.find('"')?;
        let part = rest.get(..end)?;
        if value.is_empty() {
            value = Cow::Borrowed(part);
        } else {
            value.to_mut().push_str(part);
        }
        at += end + 1;
        if inner.get(at..)?.starts_with('"') {
            value.to_mut().push('"');
            at += 1;
            continue;
        }
        let tail = inner.get(at..)?;
        let length = tail.find(delimiter).unwrap_or(tail.len());
        let more = tail.get(..length)?;
        if !more.trim().is_empty() {
            // A quote within a value of one line is bad style; across lines it is the next row's.
            if value.contains('\n') {
                return None;
            }
            value.to_mut().push_str(more);
        }
        return Some((value, at + length));
    }
}

/// Returns what may stand between the values of a header, with what makes the most of them first.
pub(super) fn delimiters_of(header: &str) -> [char; 4] {
    let mut delimiters = DELIMITERS;
    delimiters.sort_by_key(|delimiter| std::cmp::Reverse(split(header, *delimiter).0.len()));
    delimiters
}

/// Returns a value with an apostrophe before it where a spreadsheet would take it for a formula; [`unguard`] takes it away.
pub(super) fn guard(value: &str) -> Cow<'_, str> {
    if is_formula(value.trim_start_matches('\'')) { Cow::Owned(format!("'{value}")) } else { Cow::Borrowed(value) }
}

/// Returns a value without the apostrophe that keeps a spreadsheet from taking it for a formula.
pub(super) fn unguard(value: &str) -> &str {
    value.strip_prefix('\'').filter(|rest| is_formula(rest.trim_start_matches('\''))).unwrap_or(value)
}

fn is_formula(value: &str) -> bool {
    value.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Writes a value, in quotes where it needs them.
pub(super) fn push_cell(value: &str, out: &mut String) {
    let value = guard(value);
    // Some readers take blanks at the ends away.
    if value.contains([',', ';', '\t', '|', '"', '\n', '\r']) || value.trim() != value {
        out.push('"');
        out.push_str(&value.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str, delimiter: char) -> Vec<String> {
        split(text, delimiter).0.into_iter().map(|cell| cell.text.into_owned()).collect()
    }

    #[test]
    fn values_fall_apart_at_delimiters_outside_quotes() {
        assert_eq!(cells(r#"a,"b,c","say ""hi""", d,"#, ','), ["a", "b,c", "say \"hi\"", " d", ""]);
        assert_eq!(cells("a;b,c;\"x\ny\"", ';'), ["a", "b,c", "x\ny"]);
        assert_eq!(cells("\"\",\"\"\"\"", ','), ["", "\""]);
    }

    #[test]
    fn a_value_keeps_its_place() {
        let starts: Vec<usize> = split(r#"ab,"c,d",e"#, ',').0.iter().map(|cell| cell.start).collect();
        assert_eq!(starts, [0, 3, 9]);
    }

    #[test]
    fn a_quote_within_a_value_is_a_quote() {
        assert_eq!(cells(r#"Ada "the first" L.,"x" y,z"#, ','), ["Ada \"the first\" L.", "x y", "z"]);
    }

    #[test]
    fn the_delimiter_makes_the_most_of_a_header() {
        for (header, expected) in [("email,name", ','), ("a;b;c,d", ';'), ("email\tname", '\t'), ("email", ','), ("\"a;b;c\",d", ',')] {
            assert_eq!(delimiters_of(header)[0], expected, "{header}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_row() {
        let text = "a,\"b\nc,d\n\"e\nf\",g\n";
        let mut lines = Lines::new(text.as_bytes());
        let mut next = || {
            next_record(&mut lines, ',')
                .expect("bytes")
                .map(|record| record.map(|found| found.text).map_err(|(line, at)| (line.number, at)))
        };
        assert_eq!(next(), Some(Err((1, 2))));
        assert_eq!(next(), Some(Ok("c,d".to_owned())));
        assert_eq!(next(), Some(Ok("\"e\nf\",g".to_owned())));
        assert_eq!(next(), None);
    }

    #[test]
    fn a_formula_is_text_in_a_spreadsheet_and_comes_back_as_it_was() {
        assert_eq!(guard("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(guard("'=x"), "''=x");
        assert_eq!((guard("O'Neil"), guard("'quoted'")), (Cow::Borrowed("O'Neil"), Cow::Borrowed("'quoted'")));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_by_us_and_by_others(row in prop::collection::vec("[a='\"\n,;+ \t-]{0,6}", 1..5)) {
            let mut text = String::new();
            for (at, value) in row.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                push_cell(value, &mut text);
            }
            let (found, open) = split(&text, ',');
            prop_assert_eq!(open, None);
            let found: Vec<String> = found.iter().map(|cell| unguard(&cell.text).to_owned()).collect();
            prop_assert_eq!(&found, &row);
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            if let Some(record) = reader.records().next() {
                let others: Vec<String> = record.expect("a row").iter().map(|value| unguard(value).to_owned()).collect();
                prop_assert_eq!(others, row);
            }
        }

        #[test]
        fn any_text_falls_apart(text in "[a\",; \nä]{0,30}|.{0,40}") {
            for delimiter in DELIMITERS {
                for cell in split(&text, delimiter).0 {
                    prop_assert!(text.is_char_boundary(cell.start));
                }
            }
            let mut lines = Lines::new(text.as_bytes());
            let mut count = 0;
            while next_record(&mut lines, ',').expect("bytes").is_some() {
                count += 1;
            }
            prop_assert!(count <= 42);
        }
    }
}
