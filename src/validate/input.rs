//! Bytes to text, as a parser of XML does it: by the byte order mark, by what the server says, by the XML declaration, else
//! UTF-8 (XML 1.0 appendix F, RFC 7303 §3). What means nothing in the encoding becomes U+FFFD and a finding.

use super::codes::{BAD_CHARACTERS, ENCODING_MISMATCH, JSON_SYNTAX, MISSING_ENCODING, NOT_A_FEED, UNICODE_ERROR, UNKNOWN_ENCODING};
use super::encoding::declared;
use super::sniff::{Other, signature};
use super::{Surroundings, Verdict, examine, refuse};
use crate::diagnostic::{Code, Diagnostic, Index, Source, Span, Subject};
use crate::text::decode;
use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::collections::BTreeSet;

/// So many places with bytes that mean nothing are listed.
const LISTED: usize = 1000;

/// How much of a file is looked at to see whether it is a feed.
pub const HEAD: usize = 8 * 1024;

/// A document's text, and what was found on the way to it.
#[derive(Debug)]
pub struct Input {
    text: String,
    /// Where the text begins, after a byte order mark.
    start: usize,
    /// Whether a mark or a server names the encoding.
    labelled: bool,
    /// What the bytes themselves show: a mark, or where the zeros are.
    shown: Option<Way>,
    found: Vec<Found>,
    /// Places with bytes that mean nothing, listed or not.
    malformed: usize,
    /// What it is when its first bytes show that it is no text.
    other: Option<&'static Other>,
}

#[derive(Debug)]
struct Found {
    code: &'static Code,
    span: Span,
    message: String,
    help: String,
}

/// What to read bytes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// An encoding of the WHATWG's standard.
    Known(&'static Encoding),
    /// One of ISO 8859, in which the bytes from 80 to 9F are control characters and not what Windows makes of them.
    Iso(&'static Encoding),
    /// Seven bits.
    Ascii,
    /// UTF-32, or UTF-16 without a mark.
    Wide,
}

impl Input {
    /// Reads a whole document. `charset` is what its server says. UTF-8 is not copied.
    #[must_use]
    pub fn read(bytes: Vec<u8>, charset: Option<&str>) -> Self {
        let other = signature(&bytes);
        let mut input =
            Input { text: String::new(), start: 0, labelled: charset.is_some(), shown: None, found: Vec::new(), malformed: 0, other };
        if other.is_some() {
            return input;
        }
        if bytes.starts_with(&[0x4c, 0x6f, 0xa7, 0x94]) {
            // XML 1.0 appendix F: `<?xm` in EBCDIC.
            input.add(&UNKNOWN_ENCODING, 0..0, "this is EBCDIC, which no feed reader knows", "save the file as UTF-8");
        }
        let marked = marked(&bytes);
        input.labelled |= marked.is_some();
        let way = match marked {
            Some(way) => way,
            None if is_wide(&bytes) => Way::Wide,
            None => input.labels(&bytes, charset),
        };
        input.decode(bytes, way);
        if input.text.starts_with('\u{feff}') {
            input.start = '\u{feff}'.len_utf8();
        }
        input.shown = marked.or((way == Way::Wide).then_some(way));
        input.contradiction(input.shown);
        input
    }

    /// Returns the text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.get(self.start..).unwrap_or_default()
    }

    /// Judges the document.
    #[must_use]
    pub fn judge(self, path: &str, surroundings: Surroundings<'_>) -> Verdict {
        let source = Source::new(path, self.text());
        if let Some(other) = self.other {
            return refuse(source, other).verdict();
        }
        let examined = examine(source, surroundings);
        let mut told: Vec<Diagnostic> = Vec::new();
        if !self.found.is_empty() {
            let index = Index::new(source);
            let diagnostic = |found: &Found| {
                let span = found.span.start.saturating_sub(self.start)..found.span.end.saturating_sub(self.start);
                let made = Diagnostic::new(found.code, found.message.as_str()).at(index.place(span));
                made.help(found.help.as_str()).spec("XML 1.0 §4.3.3").about(Subject::default())
            };
            told.extend(self.found.iter().map(diagnostic));
        }
        // The first line may be the whole document.
        let head = source.text.get(..source.text.floor_char_boundary(HEAD)).unwrap_or_default();
        let shown = self.shown.map(|shown| not_plain_utf8(shown).at(Source::new(path, head).place(0..0)));
        drop(self.text);
        let mut verdict = examined.verdict();
        told.extend(shown.filter(|_| verdict.kind.is_json()));
        let diagnostics = &mut verdict.diagnostics;
        // What is no feed has one fault; what its bytes mean as text matters only if that is why nobody can tell what it is.
        let is_feed = diagnostics.iter().all(|found| found.code != NOT_A_FEED.name);
        told.retain(|found| is_feed || found.code == UNKNOWN_ENCODING.name);
        if self.labelled {
            diagnostics.retain(|found| found.code != MISSING_ENCODING.name);
        }
        // What stands for bytes that could not be read is our own, and those bytes are told.
        let start = |found: &Diagnostic| found.place.as_ref().map(|place| (place.start.line, place.start.column));
        let unread: BTreeSet<_> = told.iter().map(start).collect();
        diagnostics.retain(|found| found.code != BAD_CHARACTERS.name || !unread.contains(&start(found)));
        diagnostics.splice(0..0, told);
        verdict
    }

    fn add(&mut self, code: &'static Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Found { code, span, message: message.into(), help: help.into() });
    }

    /// Decides by what the server and the document itself say.
    fn labels(&mut self, bytes: &[u8], charset: Option<&str>) -> Way {
        let written = declared(bytes);
        let by_server = charset.and_then(way);
        let by_document = written.as_ref().and_then(|(name, _)| way(name));
        if let (Some(charset), None) = (charset, by_server) {
            let message = format!("the server says `charset={charset}`, which is not the name of an encoding");
            self.add(&UNKNOWN_ENCODING, 0..0, message, "serve `charset=utf-8`");
        }
        let utf8 = Way::Known(UTF_8);
        match (by_server, by_document, written) {
            (Some(server), Some(document), Some((name, span))) if server != document => {
                let charset = charset.unwrap_or_default();
                let message = format!("the server says `charset={charset}`, the document `encoding=\"{name}\"`");
                self.add(&ENCODING_MISMATCH, span, message, "serve the encoding in which the file is written");
                // RFC 7303 §3.2 gives the server the last word; bytes that are UTF-8 hardly ever are anything else.
                if (server == utf8 || document == utf8) && std::str::from_utf8(bytes).is_ok() { utf8 } else { server }
            }
            (Some(server), ..) => server,
            (None, Some(document), _) => document,
            // What an unknown name stands for can only be guessed; that it is unknown is said elsewhere.
            (None, None, Some(_)) if std::str::from_utf8(bytes).is_err() => Way::Known(WINDOWS_1252),
            (None, None, _) => utf8,
        }
    }

    /// Reports a declaration that names another encoding than the one that the bytes show.
    fn contradiction(&mut self, seen: Option<Way>) {
        let Some((name, span)) = declared(self.text().as_bytes()).map(|(name, span)| (name.to_owned(), span)) else { return };
        let span = span.start + self.start..span.end + self.start;
        let says = name.to_ascii_lowercase();
        let (says_16, says_32) =
            (says.starts_with("utf-16") || says.contains("ucs-2"), says.starts_with("utf-32") || says.contains("ucs-4"));
        let fits = match seen {
            Some(Way::Known(encoding)) if encoding == UTF_8 => way(&name) == seen,
            Some(Way::Wide) => says_16 || says_32,
            Some(_) => says_16,
            None => !says_16 && !says_32,
        };
        if fits {
            return;
        }
        let help = "write the name of the encoding in which the file is";
        match seen {
            // A mark wins (RFC 7303 §3.3); readers that do not know that show wrong letters.
            Some(Way::Known(encoding)) if encoding == UTF_8 => {
                let message = format!("the byte order mark says UTF-8, the XML declaration `{name}`");
                self.add(&ENCODING_MISMATCH, span, message, help);
            }
            Some(_) => self.add(
                &UNICODE_ERROR,
                span,
                format!("the XML declaration says `{name}`, but two or four bytes make a character here"),
                help,
            ),
            None => self.add(&UNICODE_ERROR, span, format!("the XML declaration says `{name}`, but here each byte is a character"), help),
        }
    }

    fn decode(&mut self, bytes: Vec<u8>, way: Way) {
        match way {
            Way::Known(encoding) if encoding == UTF_8 => match String::from_utf8(bytes) {
                Ok(text) => self.text = text,
                Err(error) => self.transcode(error.as_bytes(), UTF_8, false),
            },
            Way::Known(encoding) => self.transcode(&bytes, encoding, false),
            Way::Iso(encoding) => self.transcode(&bytes, encoding, true),
            Way::Ascii => match String::from_utf8(bytes) {
                Ok(text) => {
                    if let Some(at) = text.bytes().position(|byte| !byte.is_ascii()) {
                        let message = "US-ASCII has 128 characters, and this is none of them";
                        self.add(&UNICODE_ERROR, at..at + 1, message, "write `encoding=\"utf-8\"`");
                    }
                    self.text = text;
                }
                Err(error) => self.transcode(error.as_bytes(), UTF_8, false),
            },
            Way::Wide => {
                let decoded = decode::decode(bytes);
                if !decoded.lossless {
                    let at = decoded.text.find('\u{fffd}').unwrap_or(0);
                    let message = format!("here are bytes that mean nothing in {}", decoded.encoding);
                    self.add(&UNICODE_ERROR, at..at, message, "save the file as UTF-8");
                }
                self.text = decoded.text;
            }
        }
    }

    /// Decodes what is not UTF-8 throughout. `iso`: control characters stay what they are.
    fn transcode(&mut self, bytes: &[u8], encoding: &'static Encoding, iso: bool) {
        if iso {
            let control = |byte: &u8| matches!(byte, 0x80..=0x9f);
            for run in bytes.chunk_by(|a, b| control(a) == control(b)) {
                if run.first().is_some_and(control) {
                    self.text.extend(run.iter().copied().map(char::from));
                } else {
                    self.append(run, encoding);
                }
            }
        } else {
            self.append(bytes, encoding);
        }
        if self.malformed > LISTED
            && let Some(last) = self.found.last_mut()
        {
            last.message.push_str("; there are more below");
        }
    }

    fn append(&mut self, bytes: &[u8], encoding: &'static Encoding) {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut rest = bytes;
        self.text.reserve(bytes.len() + bytes.len() / 16 + 16);
        loop {
            let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut self.text, true);
            let done = rest.get(..read).unwrap_or_default();
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => self.text.reserve(rest.len() + 64),
                DecoderResult::Malformed(length, after) => {
                    let end = done.len().saturating_sub(usize::from(after));
                    let wrong = done.get(end.saturating_sub(usize::from(length))..end).unwrap_or_default();
                    self.malformed(wrong, encoding);
                    if self.malformed > LISTED {
                        return self.append_rest(rest, &mut decoder);
                    }
                }
            }
        }
    }

    /// Decodes what follows when enough was listed: bytes without end that mean nothing cost no more than text.
    fn append_rest(&mut self, mut rest: &[u8], decoder: &mut Decoder) {
        loop {
            self.text.reserve(rest.len().min(1 << 16) + 64);
            let (result, read, _) = decoder.decode_to_string(rest, &mut self.text, true);
            rest = rest.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }

    fn malformed(&mut self, wrong: &[u8], encoding: &'static Encoding) {
        let at = self.text.len();
        self.text.push(char::REPLACEMENT_CHARACTER);
        self.malformed += 1;
        if self.malformed > LISTED {
            return;
        }
        let hex: Vec<String> = wrong.iter().map(|byte| format!("{byte:02X}")).collect();
        let (bytes, verb) = if wrong.len() == 1 { ("byte", "is") } else { ("bytes", "are") };
        let message = format!("the {bytes} `{}` {verb} not {}", hex.join(" "), encoding.name());
        let (western, _) = WINDOWS_1252.decode_without_bom_handling(wrong);
        let guess = western.chars().all(|c| !c.is_control()) && encoding == UTF_8 && !wrong.is_empty();
        let help = if guess {
            format!("save the text as UTF-8; it may have been `{western}` in windows-1252")
        } else {
            "save the text as UTF-8".to_owned()
        };
        self.add(&UNICODE_ERROR, at..at + char::REPLACEMENT_CHARACTER.len_utf8(), message, help);
    }
}

/// Says that JSON is not written as programs have to send it to one another (RFC 8259 §8.1).
fn not_plain_utf8(shown: Way) -> Diagnostic {
    let message = match shown {
        Way::Known(encoding) if encoding == UTF_8 => "the text begins with a byte order mark, at which many readers of JSON stop",
        _ => "two or four bytes make a character here, and JSON is read as UTF-8",
    };
    let help = "save the file as UTF-8 without a byte order mark";
    Diagnostic::new(&JSON_SYNTAX, message).help(help).spec("RFC 8259 §8.1").about(Subject::default())
}

/// Returns what the byte order mark says.
fn marked(bytes: &[u8]) -> Option<Way> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some(Way::Wide),
        [0xff, 0xfe, ..] => Some(Way::Known(UTF_16LE)),
        [0xfe, 0xff, ..] => Some(Way::Known(UTF_16BE)),
        [0xef, 0xbb, 0xbf, ..] => Some(Way::Known(UTF_8)),
        _ => None,
    }
}

/// Returns whether several bytes make a character, by where the zeros are.
fn is_wide(bytes: &[u8]) -> bool {
    decode::looks_like_utf16(bytes)
}

/// Returns what a label means.
fn way(label: &str) -> Option<Way> {
    let label = label.trim();
    let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(label));
    if is(&["us-ascii", "ascii", "iso646-us", "ansi_x3.4-1968"]) {
        return Some(Way::Ascii);
    }
    let encoding = Encoding::for_label(label.as_bytes())?;
    if !encoding.is_ascii_compatible() && (encoding == UTF_16LE || encoding == UTF_16BE) {
        // Bytes that are UTF-16 have been recognised already; a label alone does not make them so.
        return Some(Way::Known(UTF_8));
    }
    if encoding == encoding_rs::REPLACEMENT || encoding == encoding_rs::X_USER_DEFINED {
        return None;
    }
    let is_iso = label.to_ascii_lowercase().starts_with("iso-8859-") || is(&["latin1", "l1", "iso_8859-1"]);
    // The others of ISO 8859 map these bytes to control characters anyway.
    let differs = encoding.name().starts_with("windows-");
    Some(if is_iso && differs { Way::Iso(encoding) } else { Way::Known(encoding) })
}

/// Returns whether the beginning of a file is that of a feed, whatever its name.
#[must_use]
pub fn looks_like_feed(head: &[u8]) -> bool {
    let text = match marked(head) {
        Some(Way::Known(encoding)) => encoding.decode(head).0,
        Some(_) => decode::decode(head.to_vec()).text.into(),
        None if is_wide(head) => decode::decode(head.to_vec()).text.into(),
        None => String::from_utf8_lossy(head),
    };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') {
        // PHP writes `\/` for each slash.
        return text.contains("jsonfeed.org");
    }
    let Some(tag) = root_tag(text) else { return false };
    let name_end = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).unwrap_or(tag.len());
    let (name, attributes) = tag.split_at(name_end);
    let local = name.rsplit(':').next().unwrap_or_default();
    match local {
        "rss" => true,
        "feed" | "entry" => attributes.contains("Atom") || attributes.contains("atom") || !attributes.contains("xmlns"),
        "RDF" => attributes.contains("purl.org/rss/") || attributes.contains("netscape.com/rdf/simple"),
        "Channel" => attributes.contains("purl.org/net/rss1.1"),
        _ => false,
    }
}

/// Returns the root's start tag, without `<`, as far as it is there.
fn root_tag(mut text: &str) -> Option<&str> {
    loop {
        let (_, rest) = text.split_once('<')?;
        let end = match rest.as_bytes().first()? {
            b'?' => "?>",
            b'!' if rest.starts_with("!--") => "-->",
            b'!' if rest.split('>').next().is_some_and(|doctype| doctype.contains('[')) => "]>",
            b'!' => ">",
            _ => return Some(rest.split('>').next().unwrap_or(rest)),
        };
        text = rest.split_once(end)?.1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str, mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xfeff).into_iter();
        mark.chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }

    /// Returns the text and the codes found.
    fn read(bytes: &[u8], charset: Option<&str>) -> (String, Vec<&'static str>) {
        let input = Input::read(bytes.to_vec(), charset);
        (input.text().to_owned(), input.found.iter().map(|found| found.code.name).collect())
    }

    fn check(bytes: &[u8], charset: Option<&str>, text: &str, codes: &[&str]) {
        let (read, found) = read(bytes, charset);
        assert_eq!((read.as_str(), found.as_slice()), (text, codes), "{bytes:x?}");
    }

    #[test]
    fn mark_server_and_declaration_say_the_encoding_in_this_order() {
        check("\u{feff}<a>é</a>".as_bytes(), None, "<a>é</a>", &[]);
        check(b"<?xml version='1.0' encoding='iso-8859-2'?><a>\xb1</a>", None, "<?xml version='1.0' encoding='iso-8859-2'?><a>ą</a>", &[]);
        check(b"<a>\xb1</a>", Some("iso-8859-2"), "<a>ą</a>", &[]);
        check("<a>é</a>".as_bytes(), Some("utf-8"), "<a>é</a>", &[]);
        let xml = "<?xml version='1.0' encoding='utf-16'?><a>é</a>";
        check(&utf16(xml, true), None, xml, &[]);
        check(&utf16(xml, false), None, xml, &[]);
        check("<a>é</a>".as_bytes(), None, "<a>é</a>", &[]);
    }

    #[test]
    fn what_contradicts_is_reported() {
        let latin = "<?xml version='1.0' encoding='iso-8859-1'?><a/>";
        check(latin.as_bytes(), Some("utf-8"), latin, &["encoding-mismatch"]);
        check(format!("\u{feff}{latin}").as_bytes(), None, latin, &["encoding-mismatch"]);
        check(&utf16(latin, true), None, latin, &["unicode-error"]);
        let wide = "<?xml version='1.0' encoding='utf-16'?><a/>";
        check(wide.as_bytes(), None, wide, &["unicode-error"]);
        check(b"<a/>", Some("klingon"), "<a/>", &["unknown-encoding"]);
    }

    #[test]
    fn bytes_that_mean_nothing_are_reported_at_their_place() {
        let input = Input::read(b"<a>\n caf\xe9 na\xefve</a>".to_vec(), None);
        assert_eq!(input.text(), "<a>\n caf\u{fffd} na\u{fffd}ve</a>");
        let now = chrono::DateTime::default();
        let found = input.judge("a", Surroundings { url: None, now, html_judged: false, podcast: false }).diagnostics;
        let found: Vec<_> = found.iter().filter(|found| found.code == "unicode-error").collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].message, "the byte `E9` is not UTF-8");
        assert_eq!(found[0].help.as_deref(), Some("save the text as UTF-8; it may have been `é` in windows-1252"));
        assert_eq!(found[0].place.as_ref().map(|place| (place.start.line, place.start.column)), Some((2, 5)));
        check(
            "<?xml version='1.0' encoding='us-ascii'?>é".as_bytes(),
            None,
            "<?xml version='1.0' encoding='us-ascii'?>é",
            &["unicode-error"],
        );
        assert_eq!(read(&[b"<a>".as_slice(), &[0xff; 5000]].concat(), None).1.len(), LISTED);
    }

    #[test]
    fn what_is_no_feed_has_one_fault() {
        let judge = |bytes: &[u8]| {
            let input = Input::read(bytes.to_vec(), None);
            let verdict =
                input.judge("a", Surroundings { url: None, now: chrono::DateTime::default(), html_judged: false, podcast: false });
            verdict.diagnostics.iter().map(|found| found.message.clone()).collect::<Vec<_>>()
        };
        let garbage: Vec<u8> = (0..4000_u32).map(|n| (n * 7919 % 251) as u8).collect();
        assert_eq!(judge(&[b"\x1f\x8b\x08\0\0\0\0\0\0\x03", garbage.as_slice()].concat()), ["this is a compressed file, not a feed"]);
        assert_eq!(judge(&garbage), ["this is a binary file, not a feed"]);
        assert_eq!(judge(b"<html>\n caf\xe9 na\xefve"), ["this is an HTML page, not a feed"]);
        assert!(judge(b"<rss>\n caf\xe9").len() > 1);
        assert_eq!(judge(b"\x4c\x6f\xa7\x94").first().map(String::as_str), Some("this is EBCDIC, which no feed reader knows"));
    }

    #[test]
    fn bytes_that_cannot_be_read_are_told_once() {
        let feed = b"<rss version='2.0'><channel><title>caf\xe9</title></channel></rss>".to_vec();
        let surroundings = Surroundings { url: None, now: chrono::DateTime::default(), html_judged: false, podcast: false };
        let found = Input::read(feed, None).judge("a", surroundings).diagnostics;
        let about: Vec<_> = found.iter().filter(|found| found.place.as_ref().is_some_and(|place| place.start.column == 39)).collect();
        assert_eq!(about.iter().map(|found| found.code).collect::<Vec<_>>(), ["unicode-error"]);
    }

    #[test]
    fn json_is_utf_8_without_a_mark() {
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[]}"#;
        let found = |bytes: Vec<u8>| {
            let surroundings = Surroundings { url: None, now: chrono::DateTime::default(), html_judged: false, podcast: false };
            let found = Input::read(bytes, None).judge("a", surroundings).diagnostics;
            found.into_iter().filter(|found| found.code == "json-syntax").map(|found| found.message).collect::<Vec<_>>()
        };
        assert_eq!(found(json.into()), [""; 0]);
        let marked = "the text begins with a byte order mark, at which many readers of JSON stop";
        assert_eq!(found(format!("\u{feff}{json}").into()), [marked]);
        assert_eq!(found(utf16(json, true)), ["two or four bytes make a character here, and JSON is read as UTF-8"]);
    }

    #[test]
    fn iso_8859_1_has_control_characters_where_windows_has_quotes() {
        let xml = |name: &str| [b"<?xml version='1.0' encoding='".as_slice(), name.as_bytes(), b"'?>\x93\xe9"].concat();
        assert!(read(&xml("iso-8859-1"), None).0.ends_with("\u{93}é"));
        assert!(read(&xml("windows-1252"), None).0.ends_with("“é"));
    }

    #[test]
    fn a_named_encoding_is_not_missing() {
        let codes = |bytes: &[u8], charset| {
            let verdict = Input::read(bytes.to_vec(), charset)
                .judge("a", Surroundings { url: None, now: chrono::DateTime::default(), html_judged: false, podcast: false });
            verdict.diagnostics.iter().filter(|found| found.code == "missing-encoding").count()
        };
        let feed = b"<rss version='2.0'/>".as_slice();
        assert_eq!((codes(feed, None), codes(feed, Some("utf-8")), codes(&[b"\xef\xbb\xbf", feed].concat(), None)), (1, 0, 0));
    }

    #[test]
    fn a_feed_is_known_by_its_root() {
        let feeds = [
            "<rss>",
            "\u{feff} <?xml version='1.0'?><!-- <html> --><!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'>",
            "<feed xmlns='http://www.w3.org/2005/Atom'>",
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'>",
            "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='x'>",
            "{\"version\": \"https://jsonfeed.org/version/1.1\"",
            r#"{"version":"https:\/\/jsonfeed.org\/version\/1.1""#,
        ];
        for feed in feeds {
            assert!(looks_like_feed(feed.as_bytes()), "{feed}");
        }
        assert!(looks_like_feed(&utf16("<?xml version='1.0'?><rss>", true)));
        for other in [
            "",
            "<html>",
            "<!DOCTYPE html><html>",
            "<urlset>",
            "{\"a\": 1}",
            "<!-- <rss> -->",
            "<rdf:RDF xmlns='foaf'>",
            "<feed xmlns='x'>",
            "rss",
        ] {
            assert!(!looks_like_feed(other.as_bytes()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_become_a_text(bytes in proptest::collection::vec(any::<u8>(), 0..80), charset in proptest::option::of("[a-z0-9-]{0,12}")) {
            let input = Input::read(bytes.clone(), charset.as_deref());
            prop_assert!(input.found.iter().all(|found| found.span.end <= input.text().len() + 3));
            let _ = looks_like_feed(&bytes);
        }

        #[test]
        fn utf_8_stays_as_it_is(text in "[^\u{feff}\0]{0,40}") {
            prop_assume!(declared(text.as_bytes()).is_none());
            let input = Input::read(text.clone().into_bytes(), None);
            prop_assert_eq!(input.text(), text.as_str());
            prop_assert!(input.found.is_empty());
        }
    }
}
