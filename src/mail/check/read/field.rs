//! Header fields (RFC 5322 §2.2), unfolded.

use super::{Flaw, Kind, lines};
use crate::diagnostic::Span;
use crate::text::short::shown as short;

/// A header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    /// The name as written.
    pub(crate) name: &'a str,
    /// The value without line ends and the white space around it.
    pub(crate) value: String,
    /// The whole field without the last line end.
    pub(crate) span: Span,
}

/// Reads the fields of a header; returns them, the header's bytes and the body's.
pub(crate) fn fields<'a>(raw: &[u8], shown: &'a str, within: Span, flaws: &mut Vec<Flaw>) -> (Vec<Field<'a>>, Span, Span) {
    let mut fields: Vec<Field<'a>> = Vec::new();
    let mut flaw = |span: Span, message: String| flaws.push(Flaw { kind: Kind::HeaderLine, span, message });
    let mut head = within.clone();
    let mut body = within.end..within.end;
    for line in lines(raw, within.clone()) {
        if line.span.is_empty() && line.is_ended() {
            head.end = line.span.start;
            body.start = line.next;
            break;
        }
        let text = shown.get(line.span.clone()).unwrap_or_default();
        if text.starts_with([' ', '\t']) {
            if text.trim().is_empty() {
                flaw(line.span.clone(), "a line of the header holds white space only".to_owned());
            }
            match fields.last_mut() {
                Some(field) => {
                    field.value.push_str(text);
                    field.span.end = line.span.end;
                }
                None => flaw(line.span.clone(), "the header begins with white space".to_owned()),
            }
            continue;
        }
        match text.split_once(':').filter(|(name, _)| is_name(name)) {
            Some((name, value)) => fields.push(Field { name, value: value.to_owned(), span: line.span }),
            None => flaw(line.span.clone(), format!("the header has a line that is no field: `{}`", short(text))),
        }
    }
    for field in &mut fields {
        field.value = field.value.trim_matches([' ', '\t', '\r']).to_owned();
    }
    (fields, head, body)
}

/// RFC 5322 §3.6.8.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, 33..=126))
}
