//! Bodies decoded (RFC 2045 §6), with the way back to the lines of the message.

use super::{Field, Flaw, Kind, Media, lines};
use crate::diagnostic::Span;
use crate::text::short::shown as short;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::{Encoding as Charset, UTF_8};

/// How a body is encoded for its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    SevenBit,
    EightBit,
    QuotedPrintable,
    Base64,
}

/// A decoded text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// Where each line of the message begins in the text, and its bytes in the message.
    origins: Vec<(usize, Span)>,
    /// Whether a line of the text stands in the message as it is.
    exact: bool,
}

impl Decoded {
    /// Returns where some bytes of the text stand in the message; the line, where the text is encoded.
    pub(crate) fn origin(&self, span: &Span) -> Span {
        let next = self.origins.partition_point(|(at, _)| *at <= span.start);
        let Some((at, line)) = self.origins.get(next.saturating_sub(1)) else { return 0..0 };
        if !self.exact {
            return line.clone();
        }
        let start = (line.start + span.start.saturating_sub(*at)).min(line.end);
        start..(start + span.len()).min(line.end)
    }

    /// Returns the number of octets as they arrive: each line end has two, one of which is not in the text unless it was base64.
    pub(crate) fn size(&self) -> usize {
        let bytes = self.text.as_bytes();
        let is_whole = |at: &usize| at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\r');
        bytes.len() + memchr::memchr_iter(b'\n', bytes).filter(|at| !is_whole(at)).count()
    }
}

/// Returns how the header says a body is encoded (RFC 2045 §6.1).
pub(super) fn encoding(fields: &[Field<'_>], flaws: &mut Vec<Flaw>) -> Encoding {
    let Some(field) = fields.iter().find(|field| field.name.eq_ignore_ascii_case("Content-Transfer-Encoding")) else {
        return Encoding::SevenBit;
    };
    match field.value.to_ascii_lowercase().as_str() {
        "7bit" => Encoding::SevenBit,
        "8bit" | "binary" => Encoding::EightBit,
        "quoted-printable" => Encoding::QuotedPrintable,
        "base64" => Encoding::Base64,
        other => {
            let message = format!("nobody knows the transfer encoding `{}`", short(other));
            flaws.push(Flaw { kind: Kind::TransferEncoding, span: field.span.clone(), message });
            Encoding::EightBit
        }
    }
}

/// Decodes the body of a part; what is no text is only checked.
pub(super) fn decode(raw: &[u8], body: Span, encoding: Encoding, media: &Media, flaws: &mut Vec<Flaw>) -> Decoded {
    let (bytes, origins) = bytes(raw, body.clone(), encoding, flaws);
    if !media.essence.starts_with("text/") {
        return Decoded::default();
    }
    let exact = matches!(encoding, Encoding::SevenBit | Encoding::EightBit);
    let mut flaw = |message: String| flaws.push(Flaw { kind: Kind::Charset, span: body.start..body.start, message });
    // RFC 2046 §4.1.2: without a charset it is US-ASCII.
    let label = media.param("charset").unwrap_or("us-ascii");
    let charset = Charset::for_label(label.as_bytes());
    let length = bytes.len();
    let text = match charset {
        // Nearly every text: nothing is copied.
        Some(charset) if charset == UTF_8 && !label.eq_ignore_ascii_case("us-ascii") && str::from_utf8(&bytes).is_ok() => {
            String::from_utf8(bytes).unwrap_or_default()
        }
        None => {
            flaw(format!("nobody knows the charset `{}`", short(label)));
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Some(_) if label.eq_ignore_ascii_case("us-ascii") => {
            if !bytes.is_ascii() {
                flaw("a text without a charset holds more than US-ASCII".to_owned());
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Some(charset) => {
            let (text, bad) = charset.decode_without_bom_handling(&bytes);
            if bad {
                flaw(format!("a text holds bytes that are no `{}`", short(label)));
            }
            text.into_owned()
        }
    };
    // What is in another charset has another length: places would be wrong.
    let is_same = text.len() == length && (charset == Some(UTF_8) || text.is_ascii());
    let origins = if is_same { origins } else { vec![(0, body.start..body.start)] };
    Decoded { text, origins, exact: exact && is_same }
}

type Lines = (Vec<u8>, Vec<(usize, Span)>);

/// Undoes the transfer encoding of a body.
pub(super) fn bytes(raw: &[u8], body: Span, encoding: Encoding, flaws: &mut Vec<Flaw>) -> Lines {
    match encoding {
        Encoding::QuotedPrintable => quoted_printable(raw, body, flaws),
        Encoding::Base64 => base64(raw, body, flaws),
        Encoding::SevenBit | Encoding::EightBit => plain(raw, body),
    }
}

fn plain(raw: &[u8], body: Span) -> Lines {
    let (mut out, mut origins) = (Vec::with_capacity(body.len()), Vec::new());
    for line in lines(raw, body) {
        origins.push((out.len(), line.span.clone()));
        out.extend_from_slice(raw.get(line.span.clone()).unwrap_or_default());
        out.extend(line.is_ended().then_some(b'\n'));
    }
    (out, origins)
}

fn quoted_printable(raw: &[u8], body: Span, flaws: &mut Vec<Flaw>) -> Lines {
    let (mut out, mut origins) = (Vec::with_capacity(body.len()), Vec::new());
    for line in lines(raw, body) {
        origins.push((out.len(), line.span.clone()));
        let text = raw.get(line.span.clone()).unwrap_or_default();
        if memchr::memchr(b'=', text).is_none() {
            out.extend_from_slice(text.trim_ascii_end());
            out.extend(line.is_ended().then_some(b'\n'));
            continue;
        }
        if let Some(at) = bad_escape(text) {
            let at = line.span.start + at;
            let message = "`=` begins no code of quoted-printable".to_owned();
            flaws.push(Flaw { kind: Kind::Encoding, span: at..at + 1, message });
        }
        decode_line(text, &mut out);
        let soft = text.trim_ascii_end().ends_with(b"=");
        if soft && !line.is_ended() {
            let message = "quoted-printable ends in a line that is to be continued".to_owned();
            flaws.push(Flaw { kind: Kind::Encoding, span: line.span.clone(), message });
        }
        out.extend((line.is_ended() && !soft).then_some(b'\n'));
    }
    (out, origins)
}

/// Appends a line of quoted-printable as it was: what is no code stays, blanks at the end go (RFC 2045 §6.7).
fn decode_line(line: &[u8], out: &mut Vec<u8>) {
    let mut rest = line.trim_ascii_end();
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (before, code) = rest.split_at(at);
        out.extend_from_slice(before);
        let digit = |at: usize| code.get(at).and_then(|byte| char::from(*byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        rest = match (digit(1), digit(2)) {
            (Some(high), Some(low)) => {
                out.push(high << 4 | low);
                code.get(3..).unwrap_or_default()
            }
            // The line goes on in the next one.
            _ if code.len() == 1 => return,
            _ => {
                out.push(b'=');
                code.get(1..).unwrap_or_default()
            }
        };
    }
    out.extend_from_slice(rest);
}

/// Returns where a `=` stands that neither ends the line nor begins two hexadecimal digits (RFC 2045 §6.7).
fn bad_escape(line: &[u8]) -> Option<usize> {
    let end = line.trim_ascii_end().len();
    let digits = |at: usize| line.get(at + 1..at + 3).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
    memchr::memchr_iter(b'=', line).find(|at| at + 1 != end && !digits(*at))
}

fn base64(raw: &[u8], body: Span, flaws: &mut Vec<Flaw>) -> Lines {
    let (mut letters, mut origins) = (Vec::with_capacity(body.len()), Vec::new());
    for line in lines(raw, body.clone()) {
        // Four letters are three octets.
        origins.push((letters.len() / 4 * 3, line.span.clone()));
        letters.extend(raw.get(line.span.clone()).unwrap_or_default().iter().filter(|byte| !byte.is_ascii_whitespace()));
    }
    let out = STANDARD.decode(&letters).unwrap_or_else(|_| {
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        let good = letters.iter().position(|byte| !is_letter(byte)).unwrap_or(letters.len());
        let next = origins.partition_point(|(from, _)| from / 3 * 4 <= good);
        let line = origins.get(next.saturating_sub(1)).map_or(body, |(_, line)| line.clone());
        flaws.push(Flaw { kind: Kind::Encoding, span: line, message: "the body is no base64".to_owned() });
        // What is before the fault can be read.
        STANDARD.decode(letters.get(..good / 4 * 4).unwrap_or_default()).unwrap_or_default()
    });
    (out, origins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::quoted_printable::ParseMode;
    use proptest::prelude::*;

    fn decoded(line: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        decode_line(line, &mut out);
        out
    }

    #[test]
    fn what_is_no_code_stays_and_blanks_at_the_end_go() {
        assert_eq!(decoded(b"a =3D=c3=A9 =4 =zz =  \t"), "a =\u{e9} =4 =zz ".as_bytes());
        assert_eq!(decoded(b"soft="), b"soft");
    }

    proptest! {
        #[test]
        fn a_line_is_decoded_as_another_program_does(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let encoded = ::quoted_printable::encode_binary(&bytes);
            for line in encoded.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
                let theirs = ::quoted_printable::decode(line, ParseMode::Robust).expect("a robust decoder never fails");
                prop_assert_eq!(decoded(line), theirs);
            }
        }
    }
}
