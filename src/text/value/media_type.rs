//! Media types (RFC 2045 §5.1, RFC 6838 §4.2) and names of charsets (XML 1.0 §4.3.3).

use super::{Flaw as Any, Reader, char_at, quote};
use encoding_rs::Encoding;

/// What is wrong with a media type or a charset's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// It is not a type and a subtype.
    Malformed,
    /// What follows the subtype is no parameter.
    BadParameter,
    /// It is not of the form that a charset's name has.
    BadCharset,
    /// No browser knows the charset.
    UnknownCharset,
}

/// A flaw of a media type or a charset's name.
pub type Flaw = Any<Kind>;

/// Checks a media type: type, subtype, parameters (RFC 2045 §5.1; the names as RFC 6838 §4.2 restricts them).
pub fn media_type(value: &str) -> Result<(), Flaw> {
    const FORM: &str = "write it like `text/html` or `audio/mpeg`";
    let (inner, start) = super::trim(value);
    let flaw = |kind, range: std::ops::Range<usize>, reason: &str| Err(Flaw::new(kind, range, reason).help(FORM).shift(start));
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help(FORM));
    }
    let mut reader = Reader::new(inner);
    let main = reader.take_while(is_token);
    let slash = reader.take(b'/');
    let sub = reader.take_while(is_token);
    if main.is_empty() || !slash || sub.is_empty() {
        return flaw(Kind::Malformed, 0..inner.len(), "is not a media type, which has a type, `/` and a subtype");
    }
    // RFC 6838 §4.2: 127 characters, the first a letter or digit.
    if [main, sub].iter().any(|name| name.len() > 127 || !name.starts_with(|c: char| c.is_ascii_alphanumeric())) {
        return flaw(Kind::Malformed, 0..main.len() + 1 + sub.len(), "has a name that no media type has");
    }
    loop {
        reader.take_while(|b| b == b' ' || b == b'\t');
        if reader.is_done() {
            return Ok(());
        }
        if !reader.take(b';') {
            // `text/html charset=utf-8` has parameters without a semicolon, `insert type/here` was never a type.
            let range = reader.at()..inner.len();
            let kind = if inner.contains('=') { Kind::BadParameter } else { Kind::Malformed };
            return flaw(kind, range, "has something after the subtype that no `;` begins");
        }
        reader.take_while(|b| b == b' ' || b == b'\t');
        let from = reader.at();
        if reader.is_done() {
            return flaw(Kind::BadParameter, from..from, "has no parameter after the `;`");
        }
        if !take_parameter(&mut reader) {
            let range = from..char_at(inner, reader.at()).end.max(from);
            return flaw(Kind::BadParameter, range, "has a parameter that is not of the form `name=value`");
        }
    }
}

fn take_parameter(reader: &mut Reader<'_>) -> bool {
    if reader.take_while(is_token).is_empty() || !reader.take(b'=') {
        return false;
    }
    if !reader.take(b'"') {
        return !reader.take_while(is_token).is_empty();
    }
    loop {
        reader.take_while(|b| b != b'"' && b != b'\\' && (b == b'\t' || !b.is_ascii_control()));
        if reader.take(b'"') {
            return true;
        }
        // A quoted pair: the backslash and any one character.
        if !reader.take(b'\\') || !reader.skip() {
            return false;
        }
    }
}

/// RFC 2045 §5.1: a character that is no blank, control or `tspecial`.
fn is_token(b: u8) -> bool {
    b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&b)
}

/// Returns type and subtype in lower case, without parameters; nothing where the value is no media type.
#[must_use]
pub fn essence(value: &str) -> Option<String> {
    media_type(value).ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// Returns whether content of a type is XML (RFC 7303 §4.2 and RFC 4287 §4.1.3.3).
#[must_use]
pub fn is_xml(essence: &str) -> bool {
    essence.ends_with("+xml") || essence.ends_with("/xml")
}

/// Returns whether content of a type is text (RFC 4287 §4.1.3.3).
#[must_use]
pub fn is_text(essence: &str) -> bool {
    essence.starts_with("text/")
}

/// Returns whether a type is composite, `multipart` or `message`, which content may not be (RFC 4287 §4.1.3.1).
#[must_use]
pub fn is_composite(essence: &str) -> bool {
    essence.starts_with("multipart/") || essence.starts_with("message/")
}

/// Checks a charset's name: of the form that XML wants, and known to browsers (Encoding Standard §4.2).
///
/// Returns the encoding. Those that browsers refuse for safety (`utf-7`, `hz-gb-2312`) are unknown.
pub fn charset(value: &str) -> Result<&'static Encoding, Flaw> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write `utf-8`"));
    }
    let range = start..start + inner.len();
    // XML 1.0 §4.3.3 production 81; labels of the web with a colon (`iso_8859-1:1987`) are none in XML.
    let is_name =
        inner.starts_with(|c: char| c.is_ascii_alphabetic()) && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if !is_name {
        return Err(Flaw::new(Kind::BadCharset, range, format!("has {} as charset, which no charset is called", quote(inner)))
            .help("write `utf-8`"));
    }
    let known = Encoding::for_label(inner.as_bytes()).filter(|encoding| *encoding != encoding_rs::REPLACEMENT);
    // A name of XML that no browser needs: the byte order must be told by a mark.
    let known = known.or_else(|| inner.eq_ignore_ascii_case("iso-10646-ucs-2").then_some(encoding_rs::UTF_16LE));
    known.ok_or_else(|| {
        Flaw::new(Kind::UnknownCharset, range, format!("has the charset {}, which no reader knows", quote(inner))).help("write `utf-8`")
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn media_types_have_type_subtype_and_parameters() {
        table(
            media_type,
            &[
                "text/html",
                "application/atom+xml;type=entry",
                "text/plain; charset=\"utf-8\"; format=flowed",
                "x/y; a=\"b\\\"c\\\\\"",
                "audio/x-m4a ",
                "application/vnd.a.b-c+xml",
            ],
            &[
                ("", Kind::Empty),
                ("html", Kind::Malformed),
                ("text/", Kind::Malformed),
                ("/html", Kind::Malformed),
                ("text/html/x", Kind::Malformed),
                ("insert type here", Kind::Malformed),
                ("text /html", Kind::Malformed),
                ("text/html, text/plain", Kind::Malformed),
                ("text/-", Kind::Malformed),
                ("tëxt/html", Kind::Malformed),
                ("text/html;", Kind::BadParameter),
                ("text/html; charset", Kind::BadParameter),
                ("text/html; charset=", Kind::BadParameter),
                ("text/html charset=utf-8", Kind::BadParameter),
                ("text/html; a=\"b", Kind::BadParameter),
                ("text/html; a=\"b\\", Kind::BadParameter),
                ("text/html; a=é", Kind::BadParameter),
            ],
        );
    }

    #[test]
    fn a_name_has_127_characters_at_most() {
        assert_eq!(media_type(&format!("text/{}", "x".repeat(127))), Ok(()));
        assert_eq!(media_type(&format!("text/{}", "x".repeat(128))).map_err(|flaw| flaw.kind), Err(Kind::Malformed));
    }

    #[test]
    fn the_essence_tells_what_content_is() {
        assert_eq!(essence("Text/HTML; charset=utf-8").as_deref(), Some("text/html"));
        assert_eq!(essence("html"), None);
        assert!(is_xml("application/atom+xml") && is_xml("text/xml") && !is_xml("text/html"));
        assert!(is_composite("multipart/mixed") && is_text("text/html") && !is_text("audio/mpeg"));
    }

    #[test]
    fn charsets_are_those_that_readers_know() {
        table(
            charset,
            &["utf-8", "UTF8", "iso-8859-15", "windows-1252", "Shift_JIS", "koi8-r", "us-ascii", "utf-16"],
            &[
                ("", Kind::Empty),
                ("utf 8", Kind::BadCharset),
                ("8859-1", Kind::BadCharset),
                ("utf-7", Kind::UnknownCharset),
                ("hz-gb-2312", Kind::UnknownCharset),
                ("utf-9", Kind::UnknownCharset),
            ],
        );
    }

    #[test]
    fn the_types_of_common_files_pass() {
        for ending in [
            "mp3", "m4a", "opus", "html", "xhtml", "rss", "atom", "png", "webp", "svg", "pdf", "mp4", "webm", "json", "woff2", "docx",
            "vtt",
        ] {
            for guess in mime_guess::from_ext(ending) {
                assert_eq!(media_type(guess.as_ref()), Ok(()), "{ending}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            flaws.extend(media_type(&value).err());
            flaws.extend(charset(&value).err());
            check(&value, &flaws);
            prop_assert_eq!(essence(&value).is_some(), media_type(&value).is_ok());
        }
    }
}
