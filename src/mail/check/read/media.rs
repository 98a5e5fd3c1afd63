//! The value of a Content-Type header (RFC 2045 §5.1).

use super::{Field, Flaw, Kind};
use crate::diagnostic::Span;
use crate::text::short::shown as short;

/// What a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Media {
    /// Type and subtype in lower case.
    pub(crate) essence: String,
    /// The parameters, with their names in lower case.
    pub(crate) params: Vec<(String, String)>,
    /// The header, or nothing where there is none.
    pub(crate) span: Span,
}

impl Media {
    /// Returns a parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Returns what the header says a part is; text in US-ASCII where it says nothing (RFC 2045 §5.2).
pub(super) fn of(fields: &[Field<'_>], flaws: &mut Vec<Flaw>) -> Media {
    let plain = |span| Media { essence: "text/plain".to_owned(), params: Vec::new(), span };
    let Some(field) = fields.iter().find(|field| field.name.eq_ignore_ascii_case("Content-Type")) else { return plain(0..0) };
    match parse(&field.value) {
        Some((essence, params)) => Media { essence, params, span: field.span.clone() },
        None => {
            let message = format!("the content type `{}` cannot be read", short(&field.value));
            flaws.push(Flaw { kind: Kind::ContentType, span: field.span.clone(), message });
            plain(field.span.clone())
        }
    }
}

fn parse(value: &str) -> Option<(String, Vec<(String, String)>)> {
    let (essence, mut rest) = value.split_at(value.find(';').unwrap_or(value.len()));
    let essence = essence.trim();
    let (kind, subtype) = essence.split_once('/')?;
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    let mut params = Vec::new();
    while let Some(next) = rest.trim_start().strip_prefix(';') {
        let next = next.trim_start();
        if next.is_empty() {
            break;
        }
        let (name, after) = next.split_once('=')?;
        if !is_token(name) {
            return None;
        }
        let (value, left) = param_value(after)?;
        params.push((name.to_ascii_lowercase(), value));
        rest = left;
    }
    rest.trim().trim_start_matches(';').is_empty().then(|| (essence.to_ascii_lowercase(), params))
}

fn param_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_at(text.find([';', ' ', '\t']).unwrap_or(text.len()));
        return is_token(value).then(|| (value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, quoted.get(at + 1..).unwrap_or_default())),
            '\\' => value.push(chars.next()?.1),
            c => value.push(c),
        }
    }
    None
}

/// RFC 2045 §5.1.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?=".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let found = parse("Text/HTML; charset=\"utf-8\" ;Boundary=\"a; \\\"b\"; x=y;");
        let params = [("charset", "utf-8"), ("boundary", "a; \"b"), ("x", "y")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(found, Some(("text/html".to_owned(), params.to_vec())));
    }

    #[test]
    fn what_is_no_content_type_is_refused() {
        for value in ["", "text", "text/", "text/plain; charset", "text/plain; charset=\"utf-8", "text/plain; a=b c", "text/pl ain"] {
            assert_eq!(parse(value), None, "{value}");
        }
    }
}
