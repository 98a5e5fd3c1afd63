//! A streaming JSON reader (RFC 8259) with the place of everything, which goes on after a fault.
//!
//! It knows how people get JSON wrong (comments, a comma too many or too few, single quotes, names without quotes), says so
//! once, and reads on as it was meant. It keeps a stack of open brackets and nothing else, and calls itself nowhere.

use super::string::{Unit, decode, unit};
use crate::diagnostic::Span;
use crate::validate::walk::shorten;
use std::borrow::Cow;

/// How deep objects and arrays may nest.
pub(super) const DEEPEST: usize = 256;

/// How many faults are told; a text with more is no JSON.
const MOST: usize = 100;

/// A thing in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// `{` or `[`.
    Start(Bracket, Span),
    /// Its end; `implied` where the bracket is missing.
    End { bracket: Bracket, span: Span, implied: bool },
    /// The name of a member; its value follows, unless it is missing.
    Name(Text<'a>),
    /// A value that is neither object nor array.
    Value(Scalar<'a>),
}

/// A string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text<'a> {
    /// What it says.
    pub value: Cow<'a, str>,
    /// Where it stands, without its quotes.
    pub span: Span,
}

/// A value without parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar<'a> {
    /// A string.
    Text(Text<'a>),
    /// A number, as written.
    Number(&'a str, Span),
    /// `true` or `false`.
    Boolean(Span),
    /// `null`.
    Null(Span),
    /// Something that is no JSON, or nothing at all; it was reported.
    Broken(Span),
}

/// A kind of bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    /// `{`.
    Object,
    /// `[`.
    Array,
}

impl Bracket {
    fn of(byte: u8) -> Bracket {
        if matches!(byte, b'{' | b'}') { Bracket::Object } else { Bracket::Array }
    }

    fn sign(self) -> char {
        if self == Bracket::Object { '{' } else { '[' }
    }
}

/// Something that is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// The text breaks the grammar.
    Syntax,
    /// Half of a pair of surrogates, which the grammar allows and no text can hold.
    Half,
    /// The document is deeper than postrider reads.
    Limit,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A value; in a new array its end will do.
    Value { first: bool },
    /// A name; in a new object its end will do.
    Name { first: bool },
    /// `:`.
    Colon,
    /// `,` or the closing bracket.
    Comma,
    /// Nothing.
    End,
}

/// Reads a document.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    next: Next,
    open: Vec<Bracket>,
    faults: Vec<Fault>,
    told: usize,
    is_cut: bool,
}

impl<'a> Reader<'a> {
    /// Starts at the beginning.
    pub(super) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Reader { text, at, next: Next::Value { first: false }, open: Vec::new(), faults: Vec::new(), told: 0, is_cut: false }
    }

    /// Returns the faults since the last call.
    pub(super) fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Returns the range of the next character.
    fn character(&self) -> Span {
        self.at..self.at + self.rest().chars().next().map_or(0, char::len_utf8)
    }

    fn line_end(&self) -> usize {
        self.at + self.rest().find(['\n', '\r']).unwrap_or(self.rest().len())
    }

    fn fault(&mut self, span: Span, message: impl Into<String>, help: &'static str) {
        self.fault_of(FaultKind::Syntax, span, message, help);
    }

    fn fault_of(&mut self, kind: FaultKind, span: Span, message: impl Into<String>, help: &'static str) {
        self.told += 1;
        if self.told <= MOST || kind == FaultKind::Limit {
            self.faults.push(Fault { kind, span, message: message.into(), help });
        }
    }

    /// Passes over blanks, and over comments, of which JSON has none.
    fn skip_blanks(&mut self) {
        loop {
            let blanks = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += blanks.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
            let rest = self.rest();
            let end = match rest.as_bytes() {
                [b'/', b'/', ..] | [b'#', ..] => self.line_end(),
                [b'/', b'*', ..] => self.at + rest.find("*/").map_or(rest.len(), |end| end + 2),
                _ => return,
            };
            self.fault(self.at..end, "JSON has no comments", "remove the comment; `user_comment` is for people who look at the feed");
            self.at = end;
        }
    }

    /// Ends what is open where the document ends.
    fn finish(&mut self) -> Option<Event<'a>> {
        let end = self.text.len();
        if self.next == Next::End {
            return None;
        }
        if !self.is_cut {
            self.is_cut = true;
            let message = match self.open.last() {
                Some(bracket) => format!("the document ends, but its last `{}` is not closed", bracket.sign()),
                None => "there is no JSON in the document".to_owned(),
            };
            let last = self.text.char_indices().next_back().map_or(end, |(at, _)| at);
            self.fault(last..end, message, "look whether the file was cut off when it was written or copied");
        }
        let Some(bracket) = self.open.pop() else {
            self.next = Next::End;
            return None;
        };
        self.next = if self.open.is_empty() { Next::End } else { Next::Comma };
        Some(Event::End { bracket, span: end..end, implied: true })
    }

    /// Reads a value where one is due.
    fn value(&mut self, byte: u8, first: bool) -> Option<Event<'a>> {
        let at = self.at;
        match byte {
            b'{' | b'[' => return self.start(byte),
            b'"' | b'\'' => {
                let text = self.string(byte);
                self.after_value();
                return Some(Event::Value(Scalar::Text(text)));
            }
            b'0'..=b'9' | b'-' | b'+' | b'.' => return Some(Event::Value(self.number())),
            b'}' | b']' if self.open.last() == Some(&Bracket::Array) => {
                if !first && byte == b']' {
                    self.fault(at..at + 1, "`,` stands before `]`, but no value between them", "remove the comma");
                }
                return self.end(byte);
            }
            b',' | b'}' | b']' => {
                if self.open.is_empty() {
                    return self.stray();
                }
                self.fault(at..at + 1, "a value is missing here", "write a value, or remove the member");
                if self.open.last() == Some(&Bracket::Array) {
                    self.at += 1;
                    return None;
                }
                self.after_value();
                return Some(Event::Value(Scalar::Broken(at..at)));
            }
            b if b.is_ascii_alphabetic() || matches!(b, b'_' | b'$') || !b.is_ascii() && self.is_word() => {}
            _ => return self.stray(),
        }
        Some(Event::Value(self.word()))
    }

    /// Says what comes after a value that is complete.
    fn after_value(&mut self) {
        self.next = if self.open.is_empty() { Next::End } else { Next::Comma };
    }

    fn start(&mut self, byte: u8) -> Option<Event<'a>> {
        let at = self.at;
        if self.open.len() == DEEPEST {
            let message = format!("objects and arrays nest deeper than {DEEPEST} levels; what follows is not read");
            self.fault_of(FaultKind::Limit, at..at + 1, message, "nest less deeply");
            (self.at, self.is_cut) = (self.text.len(), true);
            return None;
        }
        let bracket = Bracket::of(byte);
        self.open.push(bracket);
        self.at += 1;
        self.next = if bracket == Bracket::Object { Next::Name { first: true } } else { Next::Value { first: true } };
        Some(Event::Start(bracket, at..at + 1))
    }

    /// Closes the innermost bracket, or says that another one is open.
    fn end(&mut self, byte: u8) -> Option<Event<'a>> {
        let (at, closes) = (self.at, Bracket::of(byte));
        let Some(open) = self.open.last().copied() else { return self.stray() };
        let implied = open != closes;
        if implied {
            let message = format!("here is `{}`, but the innermost open bracket is `{}`", byte as char, open.sign());
            self.fault(at..at + 1, message, "close the brackets in the order in which they were opened");
            if !self.open.contains(&closes) {
                self.at += 1;
                return None;
            }
        } else {
            self.at += 1;
        }
        self.open.pop();
        self.after_value();
        Some(Event::End { bracket: open, span: at..self.at, implied })
    }

    /// Passes over signs that belong nowhere.
    fn stray(&mut self) -> Option<Event<'a>> {
        let first = self.rest().chars().next()?;
        let is_stray =
            |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"' | '\'' | '_' | '$' | '-');
        let rest = self.rest();
        let more = rest.get(first.len_utf8()..).unwrap_or_default();
        let length = if is_stray(first) { more.find(|c: char| !is_stray(c) || c.is_whitespace()).unwrap_or(more.len()) } else { 0 };
        let end = self.at + first.len_utf8() + length;
        let shown = shorten(self.text.get(self.at..end).unwrap_or_default());
        let message = if first.is_whitespace() || first.is_control() || first == '\u{feff}' {
            format!("the character U+{:04X} stands where JSON has only spaces, tabs and line ends", u32::from(first))
        } else {
            format!("`{shown}` is no JSON here")
        };
        self.fault(self.at..end, message, "remove it");
        self.at = end;
        None
    }

    /// Reads a name where one is due.
    fn name(&mut self, byte: u8, first: bool) -> Option<Event<'a>> {
        let at = self.at;
        let text = match byte {
            b'"' | b'\'' => self.string(byte),
            b'}' => {
                if !first {
                    self.fault(at..at + 1, "`,` stands before `}`, but no member between them", "remove the comma");
                }
                return self.end(byte);
            }
            b']' => return self.end(byte),
            b',' => {
                self.fault(at..at + 1, "a member is missing before this comma", "remove the comma");
                self.at += 1;
                return None;
            }
            b':' | b'{' | b'[' => {
                self.fault(at..at + 1, "a name is missing before this value", "write `\"name\": ` before it");
                Text { value: Cow::Borrowed(""), span: at..at }
            }
            _ if self.is_word() => {
                let word = self.take_word();
                let span = at..self.at;
                self.fault(span.clone(), format!("the name `{}` is not in double quotes", shorten(word)), "write it in double quotes");
                Text { value: Cow::Borrowed(word), span }
            }
            _ => return self.stray(),
        };
        self.next = Next::Colon;
        Some(Event::Name(text))
    }

    fn colon(&mut self, byte: u8) -> Option<Event<'a>> {
        let at = self.at;
        self.next = Next::Value { first: false };
        match byte {
            b':' => self.at += 1,
            b'=' => {
                self.at += if self.rest().starts_with("=>") { 2 } else { 1 };
                self.fault(at..self.at, "a name and its value are parted by `:`", "write `:`");
            }
            b',' | b'}' | b']' => {
                self.fault(at..at + 1, "a name without a value", "write `:` and a value behind the name");
                self.after_value();
                return Some(Event::Value(Scalar::Broken(at..at)));
            }
            _ => self.fault(self.character(), "`:` is missing between a name and its value", "write `:`"),
        }
        None
    }

    fn comma(&mut self, byte: u8) -> Option<Event<'a>> {
        let at = self.at;
        match byte {
            b',' => self.at += 1,
            b'}' | b']' => return self.end(byte),
            b';' => {
                self.at += 1;
                self.fault(at..at + 1, "values are parted by `,`", "write `,`");
            }
            b'"' | b'\'' | b'{' | b'[' => self.fault(at..at + 1, "`,` is missing before this", "write `,`"),
            _ if self.is_word() => self.fault(self.character(), "`,` is missing before this", "write `,`"),
            _ => return self.stray(),
        }
        self.next = match self.open.last() {
            Some(Bracket::Object) => Next::Name { first: false },
            _ => Next::Value { first: false },
        };
        None
    }

    /// Reads a string up to its closing quote.
    fn string(&mut self, quote: u8) -> Text<'a> {
        let start = self.at + 1;
        let is_double = quote == b'"';
        let (mut at, mut plain, mut is_closed) = (start, start, false);
        let mut broken_line = false;
        let bytes = self.text.as_bytes();
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(quote, b'\\', rest) else {
                at = bytes.len();
                break;
            };
            if bytes.get(at + found) == Some(&b'\\') {
                at = self.escape(at + found);
                continue;
            }
            at += found;
            is_closed = true;
            break;
        }
        // Looked at in one go, because strings are long and controls are rare.
        while let Some(control) = bytes.get(plain..at).and_then(|part| part.iter().position(|b| *b < b' ')) {
            let place = plain + control;
            plain = place + 1;
            let is_line = matches!(bytes.get(place), Some(b'\n' | b'\r'));
            if is_line && self.begins_member(place) {
                (at, is_closed) = (place, false);
                break;
            }
            if !is_line || !broken_line {
                self.control(place);
            }
            broken_line |= is_line;
        }
        if !is_closed && at == bytes.len() {
            self.fault(
                start - 1..start,
                "the document ends inside this string",
                "look whether the file was cut off when it was written or copied",
            );
            (self.at, self.is_cut) = (at, true);
            return Text { value: decode(self.text, start..at), span: start..at };
        }
        if !is_closed {
            // What a writer forgot is the quote; the comma behind it is JSON's.
            let raw = self.text.get(start..at).unwrap_or_default().trim_end_matches([' ', '\t', '\r']);
            let end = start + raw.trim_end_matches(',').len();
            self.fault(start - 1..start, "this string has no closing quote", "write `\"` behind it");
            self.at = end;
            return Text { value: decode(self.text, start..end), span: start..end };
        }
        if !is_double {
            self.fault(start - 1..at + 1, "a string stands in double quotes", "write `\"` for both of its quotes");
        }
        self.at = at + 1;
        Text { value: decode(self.text, start..at), span: start..at }
    }

    /// Returns where the escape at an offset ends.
    fn escape(&mut self, at: usize) -> usize {
        let Some((unit, end)) = unit(self.text, at) else { return self.text.len() };
        let shown = || self.text.get(at..end).unwrap_or_default().escape_debug().to_string().replace("\\\\", "\\");
        match unit {
            Unit::Character(_) => {}
            Unit::Half => {
                let message = format!("`{}` is half of a pair of surrogates, and no character", shown());
                self.fault_of(FaultKind::Half, at..end, message, "write both halves, or the character itself");
            }
            Unit::Unknown(_) => {
                let message = format!("JSON has no escape `{}`", shown());
                self.fault(at..end, message, "write `\\\\` for a backslash, and four hexadecimal digits behind `\\u`");
            }
        }
        end
    }

    fn control(&mut self, at: usize) {
        let (message, help) = match self.text.as_bytes().get(at) {
            Some(b'\n' | b'\r') => ("a line ends inside a string".to_owned(), "write `\\n` for a line end"),
            Some(b'\t') => ("a tab stands inside a string as it is".to_owned(), "write `\\t` for a tab"),
            other => {
                let code = other.copied().unwrap_or_default();
                (format!("the control character U+{code:04X} stands inside a string as it is"), "remove it")
            }
        };
        self.fault(at..at + 1, message, help);
    }

    /// Returns whether the line after a line end looks like the next member, so that a quote was forgotten before it.
    fn begins_member(&self, at: usize) -> bool {
        const FAR: usize = 120;
        let end = self.text.floor_char_boundary(at.saturating_add(FAR));
        let line = self.text.get(at..end).unwrap_or_default().trim_start();
        let line = line.split(['\n', '\r']).next().unwrap_or_default();
        let name = line.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let is_member = name.is_some_and(|(_, rest)| rest.trim_start().starts_with(':'));
        let is_end = !line.is_empty() && line.bytes().all(|b| matches!(b, b'}' | b']' | b',' | b' ' | b'\t'));
        is_member || is_end && line.starts_with(['}', ']'])
    }

    fn number(&mut self) -> Scalar<'a> {
        let start = self.at;
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_');
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        self.at += rest.iter().take_while(|b| is_part(b)).count();
        self.after_value();
        let number = self.text.get(start..self.at).unwrap_or_default();
        let span = start..self.at;
        if is_number(number.as_bytes()) {
            return Scalar::Number(number, span);
        }
        let message = format!("`{}` is no number of JSON", shorten(number));
        self.fault(span.clone(), message, "write digits without leading zeros or plus, or put text in double quotes");
        Scalar::Broken(span)
    }

    /// Returns whether a word begins here.
    fn is_word(&self) -> bool {
        self.rest().chars().next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-'))
    }

    fn take_word(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.'))).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Reads a value that begins with a letter.
    fn word(&mut self) -> Scalar<'a> {
        let start = self.at;
        let word = self.take_word();
        let span = start..self.at;
        self.after_value();
        let help = match word {
            "true" | "false" => return Scalar::Boolean(span),
            "null" => return Scalar::Null(span),
            "True" | "TRUE" => "write `true`",
            "False" | "FALSE" => "write `false`",
            "None" | "nil" | "NULL" | "undefined" | "NaN" | "Infinity" => "leave the member out",
            _ => {
                // Text without quotes: it ends where the line or the value does.
                let rest = self.rest();
                let length = rest.find([',', '}', ']', '\n', '\r', '"']).unwrap_or(rest.len());
                self.at += rest.get(..length).unwrap_or_default().trim_end().len();
                "write text in double quotes"
            }
        };
        let span = start..self.at;
        let message = format!("`{}` is no value of JSON", shorten(self.text.get(span.clone()).unwrap_or_default()));
        self.fault(span.clone(), message, help);
        Scalar::Broken(span)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            self.skip_blanks();
            let Some(byte) = self.peek() else { return self.finish() };
            let event = match self.next {
                Next::Value { first } => self.value(byte, first),
                Next::Name { first } => self.name(byte, first),
                Next::Colon => self.colon(byte),
                Next::Comma => self.comma(byte),
                Next::End => {
                    self.fault(self.at..self.line_end(), "there is text after the end of the JSON", "remove it");
                    self.at = self.text.len();
                    None
                }
            };
            if event.is_some() {
                return event;
            }
        }
    }
}

/// Returns whether bytes are a number (RFC 8259 §6).
fn is_number(bytes: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut rest = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = digits(rest);
    if whole == 0 || whole > 1 && rest.first() == Some(&b'0') {
        return false;
    }
    rest = rest.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = fraction.get(length..).unwrap_or_default();
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the faults of a text, each as `what stands there: message`.
    fn faults(text: &str) -> Vec<String> {
        let mut reader = Reader::new(text);
        let mut found = Vec::new();
        while reader.next().is_some() {
            found.append(&mut reader.take_faults());
        }
        found.append(&mut reader.take_faults());
        found.iter().map(|fault| format!("{}: {}", &text[fault.span.clone()], fault.message)).collect()
    }

    /// Returns what a text says, on one line.
    fn said(text: &str) -> String {
        let word = |event| match event {
            Event::Start(bracket, _) => bracket.sign().to_string(),
            Event::End { bracket, .. } => if bracket == Bracket::Object { "}" } else { "]" }.to_owned(),
            Event::Name(text) => format!("{}:", text.value),
            Event::Value(Scalar::Text(text)) => format!("'{}' ", text.value),
            Event::Value(Scalar::Number(number, _)) => format!("{number} "),
            Event::Value(Scalar::Boolean(span) | Scalar::Null(span)) => format!("{} ", &text[span]),
            Event::Value(Scalar::Broken(_)) => "? ".to_owned(),
        };
        Reader::new(text).map(word).collect()
    }

    #[test]
    fn json_is_read_without_a_fault() {
        let text = r#" {"a": [1, -0.5e+3, true, null, "x\n"], "b": {}, "c": []} "#;
        assert_eq!(faults(text), [""; 0]);
        assert_eq!(said(text), "{a:[1 -0.5e+3 true null 'x\n' ]b:{}c:[]}");
        for text in ["0", "\"x\"", "[]", "-0", "1E5", "{\"\":{\"\":[[]]}}"] {
            assert_eq!(faults(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn each_fault_is_told_once_at_its_place_and_reading_goes_on() {
        for (text, fault, meant) in [
            (r#"{"a": 1,}"#, "}: `,` stands before `}`, but no member between them", "{a:1 }"),
            (r"[1, 2,]", "]: `,` stands before `]`, but no value between them", "[1 2 ]"),
            (r"[1,, 2]", ",: a value is missing here", "[1 2 ]"),
            (r#"{"a": 1 "b": 2}"#, "\": `,` is missing before this", "{a:1 b:2 }"),
            (r#"{"a" 1}"#, "1: `:` is missing between a name and its value", "{a:1 }"),
            (r#"{"a" = 1}"#, "=: a name and its value are parted by `:`", "{a:1 }"),
            (r#"{"a":}"#, "}: a value is missing here", "{a:? }"),
            (r#"{"a"}"#, "}: a name without a value", "{a:? }"),
            (r"{a: 1}", "a: the name `a` is not in double quotes", "{a:1 }"),
            ("['x']", "'x': a string stands in double quotes", "['x' ]"),
            ("[True]", "True: `True` is no value of JSON", "[? ]"),
            ("[My feed, 1]", "My feed: `My feed` is no value of JSON", "[? 1 ]"),
            ("[01]", "01: `01` is no number of JSON", "[? ]"),
            ("[1.]", "1.: `1.` is no number of JSON", "[? ]"),
            ("[+1]", "+1: `+1` is no number of JSON", "[? ]"),
            ("[1] // x\n", "// x: JSON has no comments", "[1 ]"),
            ("[/* x */ 1]", "/* x */: JSON has no comments", "[1 ]"),
            (r#"["\x"]"#, r"\x: JSON has no escape `\x`", "['x' ]"),
            (r#"["\u12"]"#, r"\u: JSON has no escape `\u`", "['u12' ]"),
            (r#"["\uD83D"]"#, r"\uD83D: `\uD83D` is half of a pair of surrogates, and no character", "['\u{fffd}' ]"),
            ("[\"a\tb\"]", "\t: a tab stands inside a string as it is", "['a\tb' ]"),
            ("[\"a\nb\nc\"]", "\n: a line ends inside a string", "['a\nb\nc' ]"),
            ("{\"a\": \"x,\n \"b\": 1}", "\": this string has no closing quote", "{a:'x' b:1 }"),
            (r#"{"a": [1}"#, "}: here is `}`, but the innermost open bracket is `[`", "{a:[1 ]}"),
            ("[1}, 2]", "}: here is `}`, but the innermost open bracket is `[`", "[1 2 ]"),
            ("[1] [2]", "[2]: there is text after the end of the JSON", "[1 ]"),
            (r#"{"a": [1"#, "1: the document ends, but its last `[` is not closed", "{a:[1 ]}"),
            ("[1 @@ , 2]", "@@: `@@` is no JSON here", "[1 2 ]"),
            ("[\u{a0}1]", "\u{a0}: the character U+00A0 stands where JSON has only spaces, tabs and line ends", "[1 ]"),
            ("[1; 2]", ";: values are parted by `,`", "[1 2 ]"),
            ("", ": there is no JSON in the document", ""),
        ] {
            assert_eq!(faults(text), [fault], "{text}");
            assert_eq!(said(text), meant, "{text}");
        }
    }

    #[test]
    fn depth_has_a_limit() {
        let text = "[".repeat(200_000);
        let found = faults(&text);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("deeper than 256"), "{found:?}");
        assert_eq!(said(&text).len(), 2 * DEEPEST);
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "\\PC{0,40}|([{}\\[\\],:\"'\\\\/*#a1-]|\\\\u|true|null|\n| |é|-1e5|\"a\":){0,40}") {
            let mut reader = Reader::new(&text);
            let (mut depth, mut events, mut before) = (0_i32, 0, 0);
            for event in reader.by_ref() {
                events += 1;
                let span = match event {
                    Event::Start(_, span) => { depth += 1; span }
                    Event::End { span, .. } => { depth -= 1; span }
                    Event::Name(text) | Event::Value(Scalar::Text(text)) => text.span,
                    Event::Value(Scalar::Number(_, span) | Scalar::Boolean(span) | Scalar::Null(span) | Scalar::Broken(span)) => span,
                };
                prop_assert!(depth >= 0 && span.start >= before && text.get(span.clone()).is_some());
                before = span.start;
            }
            prop_assert!(depth == 0 && events <= 3 * text.len() + 2);
            let faults = reader.take_faults();
            prop_assert!(faults.iter().all(|fault| text.get(fault.span.clone()).is_some()));
            // The verdict is that of a strict parser, apart from halves of pairs, numbers beyond 64 bits and nesting.
            let strict = serde_json::from_str::<serde::de::IgnoredAny>(&text);
            let is_json = faults.iter().all(|fault| fault.kind == FaultKind::Half);
            if faults.is_empty() || strict.is_ok() {
                prop_assert!(strict.is_ok() == is_json, "{:?} {:?}", strict, faults);
            }
        }
    }
}
