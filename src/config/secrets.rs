//! Passwords have no place in a file that is committed, or that a site generator may publish.

use crate::diagnostic::{Place, Source, Span};

/// Names of keys that people put secrets under.
const NAMES: &[&str] = &["password", "passwd", "pass", "secret", "token", "api_key", "apikey", "unsubscribe_key", "smtp_password"];

/// Returns whether a key's name says that its value is a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    NAMES.contains(&name.to_ascii_lowercase().replace('-', "_").as_str())
}

/// Returns whether text holds a URL with a password (RFC 3986 §3.2.1), however broken the URL is otherwise.
pub(super) fn has_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, mark)| {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        // A password may hold any of `/?#` unescaped by mistake: the last `@` before the next blank counts.
        let user = word.rsplit_once('@').map(|(user, _)| user).unwrap_or_default();
        let host_ends = user.find(['/', '?', '#']).unwrap_or(user.len());
        user.find(':').is_some_and(|colon| colon < host_ends && !looks_like_port(user, colon, host_ends))
    })
}

/// Returns the place of a span, without its excerpt where the line holds a secret: a finding must not publish it.
pub(super) fn place(source: Source<'_>, span: Span) -> Place {
    let mut place = source.place(span.clone());
    if is_secret_line(line_of(source.text, span.start)) {
        place.excerpt = String::new();
        place.mark = (0, 0);
    }
    place
}

/// Returns the line that holds a byte.
pub(super) fn line_of(text: &str, at: usize) -> &str {
    let at = text.floor_char_boundary(at.min(text.len()));
    let start = text.get(..at).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |i| i + 1);
    text.get(start..).and_then(|rest| rest.split(['\n', '\r']).next()).unwrap_or_default()
}

/// Returns whether a line holds a key for a secret or a URL with a password.
pub(super) fn is_secret_line(line: &str) -> bool {
    let names = line.match_indices(':').filter_map(|(at, _)| {
        let before = line.get(..at)?.trim_end().trim_end_matches(['"', '\'']);
        let start = before
            .rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
            .map_or(0, |i| i + before.get(i..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        before.get(start..)
    });
    has_password(line) || names.into_iter().any(is_secret_name)
}

/// Returns whether a colon is followed by a port and a path, as in `https://host:8080/@ada`.
fn looks_like_port(user: &str, colon: usize, host_ends: usize) -> bool {
    let port = user.get(colon + 1..host_ends).unwrap_or_default();
    host_ends < user.len() && port.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_a_secret_are_known() {
        for line in ["  password: x", "{a: b, \"api-key\": c}", "ledger: x://a:b@c"] {
            assert!(is_secret_line(line), "{line}");
        }
        assert!(!is_secret_line("url: https://x.org/{token}"));
        assert_eq!(line_of("a\r\nbä\nc", 4), "bä");
    }

    #[test]
    fn passwords_in_urls_are_seen_even_in_broken_ones() {
        for text in ["postgres://u:p@h/db", "smtp://u:p@ss@h", "https://u:a/b@h/", "see https://a:b@c now", "x://:p@h"] {
            assert!(has_password(text), "{text}");
        }
        for text in ["postgres://user@host/db", "https://h:80/@ada", "https://h/a:b@c", "a:b@c", "https://h/?x=a:b@c", "mailto:a@b"] {
            assert!(!has_password(text), "{text}");
        }
    }
}
