//! A line of a log or a table that holds a token: whether it shows that somebody asked, and by what it is known again.

/// The methods of requests that change nothing (RFC 9110 §9.2.1), as far as links are followed with them.
const LOOKS: [&str; 2] = ["GET", "HEAD"];

/// Returns whether a line tells of a request that only looks at something: programs that scan mails follow each link.
#[must_use]
pub fn only_looks(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    LOOKS.iter().any(|method| is_method(&line, method)) && !is_method(&line, "POST")
}

/// Returns whether a word stands in a line as the method of a request: before what is asked for, or in a column of its own.
fn is_method(line: &str, method: &str) -> bool {
    line.match_indices(method).any(|(at, _)| {
        let (before, after) = (line.get(..at).unwrap_or_default(), line.get(at + method.len()..).unwrap_or_default());
        let is_column = before.ends_with(['"', '\'', ',', ';', '\t', '|']) && after.starts_with(['"', '\'', ',', ';', '\t', '|']);
        let is_field = before.ends_with('=') && after.starts_with([' ', '\t']);
        let is_request = !before.ends_with(|c: char| c.is_alphanumeric()) && (after.starts_with(" /") || after.starts_with(" http"));
        is_column || is_field || is_request
    })
}

/// Returns whether a line says when it was written: then the same line is the same request, however often it is read. A token alone may
/// have come twice.
#[must_use]
pub fn says_when(line: &[u8]) -> bool {
    let digit = |at: usize| line.get(at).is_some_and(u8::is_ascii_digit);
    let is_time = |at: usize| digit(at) && digit(at + 1) && line.get(at + 2) == Some(&b':') && digit(at + 3) && digit(at + 4);
    // A time of the day, or the seconds since 1970.
    (0..line.len()).any(is_time)
        || line.split(|byte| !byte.is_ascii_alphanumeric()).any(|word| word.len() >= 10 && word.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_was_only_looked_at_is_no_wish() {
        for line in [
            r#"::1 - - [23/Nov/2026:13:20:13 +0000] "GET /u?t=x HTTP/1.1" 200 12"#,
            r#"{"path":"/u?t=x","method":"HEAD"}"#,
            "GET /u/x",
            "at=1 method=GET path=/u?t=x",
            "x,GET,/u?t=x",
        ] {
            assert!(only_looks(line.as_bytes()), "{line}");
        }
        for line in [
            "POST /u?t=x",
            "x,ada@example.org,GET me out",
            "GET STARTED: https://example.org/u?t=x",
            r#""POST /u?t=x" "https://example.org/GET""#,
        ] {
            assert!(!only_looks(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn a_line_that_says_when_is_told_from_one_that_does_not() {
        for line in ["[23/Nov/2026:13:20:13 +0000] POST /u", "2026-11-23T09:01Z,x", "1795165200,x", "1795165200.123 POST"] {
            assert!(says_when(line.as_bytes()), "{line}");
        }
        for line in ["x", "POST /u 200 2048", "https://example.org:8080/u?t=x", "198.51.100.7 POST /u"] {
            assert!(!says_when(line.as_bytes()), "{line}");
        }
    }
}
