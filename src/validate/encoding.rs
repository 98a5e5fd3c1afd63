//! The names of encodings: which of them every parser knows, most know, few know; and what a document's declaration says.

use super::codes::{MISSING_ENCODING, NONSTD_ENCODING, OBSCURE_ENCODING, UNKNOWN_ENCODING};
use super::findings::Findings;
use super::rules::Rule;
use super::scene::Scene;
use crate::diagnostic::Span;
use crate::text::suggest::did_you_mean;
use encoding_rs::Encoding;

/// Encodings that every parser of XML has to know (XML 1.0 §4.3.3).
const STANDARD: &[&str] = &["utf-8", "utf-16", "utf-16le", "utf-16be"];

/// Further encodings that the parsers of most readers know.
const COMMON: &[&str] = &[
    "us-ascii",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-7",
    "iso-8859-9",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "koi8-r",
    "euc-jp",
    "shift_jis",
    "iso-2022-jp",
    "gb2312",
    "gbk",
    "gb18030",
    "big5",
    "euc-kr",
];

/// Encodings that exist and that postrider can read in part or not at all.
const OTHERS: &[&str] = &["utf-32", "utf-32le", "utf-32be", "utf-7", "iso-10646-ucs-2", "iso-10646-ucs-4"];

/// How well an encoding is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fame {
    Standard,
    Common,
    Obscure,
    Unknown,
}

fn fame(label: &str) -> Fame {
    let is_in = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(label));
    match () {
        () if is_in(STANDARD) => Fame::Standard,
        () if is_in(COMMON) => Fame::Common,
        // `utf8` and `latin1` are other names of encodings that most know, but not the names that most know.
        () if is_in(OTHERS) || is_code_page(label) || Encoding::for_label(label.as_bytes()).is_some() => Fame::Obscure,
        () => Fame::Unknown,
    }
}

/// Returns whether a label is that of a code page of IBM, of which IANA registers a hundred and more: `IBM437`, `cp850`.
fn is_code_page(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    let number = label.strip_prefix("ibm").or_else(|| label.strip_prefix("cp")).map(|rest| rest.trim_start_matches(['-', '0']));
    number.is_some_and(|number| (2..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
        || label.starts_with("ebcdic-")
}

/// Returns the name of the encoding that an XML declaration names, and where; both as bytes that are ASCII.
pub(super) fn declared(bytes: &[u8]) -> Option<(&str, Span)> {
    let end = memchr::memmem::find(bytes.get(..bytes.len().min(1024))?, b"?>")?;
    let head = bytes.get(..end).filter(|head| head.starts_with(b"<?xml"))?;
    let at = memchr::memmem::find(head, b"encoding")? + b"encoding".len();
    let blanks = |from: usize| from + head.iter().skip(from).take_while(|byte| byte.is_ascii_whitespace()).count();
    let equals = blanks(at);
    let quote_at = blanks(equals + usize::from(head.get(equals) == Some(&b'=')));
    let quote = *head.get(quote_at).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let length = head.iter().skip(quote_at + 1).position(|byte| *byte == quote)?;
    let span = quote_at + 1..quote_at + 1 + length;
    let name = std::str::from_utf8(head.get(span.clone())?).ok()?;
    (!name.is_empty()).then_some((name, span))
}

/// Judges the encoding that a feed declares.
#[derive(Debug, Default)]
pub(super) struct Declared {
    seen: bool,
}

impl Declared {
    /// Makes the rule for one document.
    pub(super) fn make() -> Box<dyn Rule> {
        Box::new(Declared::default())
    }
}

impl Rule for Declared {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        if std::mem::replace(&mut self.seen, true) || !scene.kind.is_feed() {
            return;
        }
        let Some((name, span)) = scene.reader.declared_encoding() else {
            findings
                .add(scene, &MISSING_ENCODING, 0..0, "nothing says in which encoding this is, so that it has to be UTF-8")
                .help("begin with `<?xml version=\"1.0\" encoding=\"utf-8\"?>`")
                .spec("XML 1.0 §4.3.3");
            return;
        };
        let (code, what) = match fame(name) {
            Fame::Standard => return,
            Fame::Common => (&NONSTD_ENCODING, "is an encoding that parsers need not know"),
            Fame::Obscure => (&OBSCURE_ENCODING, "is an encoding, or a name of one, that few parsers know"),
            Fame::Unknown => (&UNKNOWN_ENCODING, "is not the name of an encoding"),
        };
        let known = STANDARD.iter().chain(COMMON).copied();
        let near = did_you_mean(name, known).filter(|_| code == &UNKNOWN_ENCODING);
        let help = near.unwrap_or_else(|| "save the file as UTF-8 and write `encoding=\"utf-8\"`".to_owned());
        findings.add(scene, code, span, format!("`{}` {what}", super::walk::shorten(name))).help(help).spec("XML 1.0 §4.3.3");
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::judge;
    use super::*;

    #[test]
    fn a_declaration_is_found_in_bytes() {
        assert_eq!(declared(b"<?xml version='1.0' encoding = 'x-y' ?><a/>"), Some(("x-y", 32..35)));
        for none in ["<?xml version='1.0'?>", "<a encoding='b'?>", "<?xml encoding=", "<?xml encoding='?>", "", "<?xml encoding=''?>"] {
            assert_eq!(declared(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn an_encoding_is_standard_common_obscure_or_unknown() {
        let names = [("UTF-8", Fame::Standard), ("ISO-8859-1", Fame::Common), ("iso-8859-16", Fame::Obscure), ("utf-42", Fame::Unknown)];
        let code_pages = ["IBM037", "cp850", "ebcdic-cp-us", "IBM-1047"].map(|name| (name, Fame::Obscure));
        for (name, expected) in names.into_iter().chain(code_pages) {
            assert_eq!(fame(name), expected, "{name}");
        }
    }

    #[test]
    fn the_declaration_is_judged_once_at_its_name() {
        let found = judge("<?xml version='1.0' encoding='uft-8'?><rss version='2.0'><channel/></rss>");
        let found: Vec<_> = found.iter().filter(|found| found.code.ends_with("-encoding")).collect();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].code, found[0].help.as_deref()), ("unknown-encoding", Some("did you mean `utf-8`?")));
        assert_eq!(found[0].place.as_ref().map(|place| place.start.column), Some(31));
    }
}
