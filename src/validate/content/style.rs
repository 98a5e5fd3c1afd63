//! The `style` attribute: which properties and values readers keep.
//!
//! Readers that keep styles at all keep the properties they know to be harmless, and values that are plain words, colours,
//! numbers and lengths. The properties are those that W3C's feed validator documents as accepted (`DangerousStyleAttr`).

use std::ops::Range;

/// Why a declaration is not kept, and where it stands in the attribute's value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub range: Range<usize>,
    pub reason: String,
}

/// The properties that readers keep; sorted.
const PROPERTIES: &[&str] = &[
    "azimuth",
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "clear",
    "color",
    "cursor",
    "direction",
    "display",
    "elevation",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "overflow",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "pause",
    "pause-after",
    "pause-before",
    "pitch",
    "pitch-range",
    "richness",
    "speak",
    "speak-header",
    "speak-numeral",
    "speak-punctuation",
    "speech-rate",
    "stress",
    "text-align",
    "text-decoration",
    "text-indent",
    "unicode-bidi",
    "vertical-align",
    "voice-family",
    "volume",
    "white-space",
    "width",
];

/// The properties that only say how SVG is painted; sorted.
const PAINTING: &[&str] = &[
    "fill",
    "fill-opacity",
    "fill-rule",
    "opacity",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
];

/// The units of lengths, times and angles (CSS Values §5, §6), and how many pixels one is about. Percentages have no pixels.
const UNITS: &[(&str, f64)] = &[
    ("px", 1.0),
    ("em", 16.0),
    ("%", 0.0),
    ("pt", 1.34),
    ("rem", 16.0),
    ("ex", 8.0),
    ("in", 96.0),
    ("cm", 38.0),
    ("mm", 3.8),
    ("pc", 16.0),
    ("q", 1.0),
    ("ch", 8.0),
    ("vw", 10.0),
    ("vh", 10.0),
    ("vmin", 10.0),
    ("vmax", 20.0),
    ("lh", 20.0),
    ("deg", 0.0),
    ("rad", 0.0),
    ("grad", 0.0),
    ("turn", 0.0),
    ("s", 0.0),
    ("ms", 0.0),
    ("hz", 0.0),
    ("khz", 0.0),
];

/// No screen is this many pixels wide; what is larger pushes other things away.
const HUGE: f64 = 10_000.0;

/// Functions that only make a colour.
const COLOURS: &[&str] = &["rgb", "rgba", "hsl", "hsla"];

/// Returns the first declaration that readers do not keep. References to characters in the value were resolved.
pub(super) fn check(value: &str, is_svg: bool) -> Option<Fault> {
    let mut at = 0;
    while at < value.len() {
        let end = declaration_end(value, at);
        let fault = declaration(value, at..end, is_svg);
        if fault.is_some() {
            return fault;
        }
        at = end + 1;
    }
    None
}

/// Returns where a declaration ends: at the next semicolon outside of quotes and brackets.
fn declaration_end(value: &str, from: usize) -> usize {
    let (mut quote, mut depth) = (None, 0_usize);
    for (at, byte) in value.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => depth = depth.saturating_sub(1),
            (None, b';') if depth == 0 => return at,
            _ => {}
        }
    }
    value.len()
}

fn declaration(value: &str, range: Range<usize>, is_svg: bool) -> Option<Fault> {
    let text = value.get(range.clone())?;
    let start = range.start + (text.len() - text.trim_start().len());
    let text = text.trim();
    let range = start..start + text.len();
    let fault = |reason: String| Some(Fault { range: range.clone(), reason });
    if text.is_empty() {
        return None;
    }
    let Some((name, words)) = text.split_once(':') else {
        return fault(format!("`{}` is no declaration", shown(text)));
    };
    let name = name.trim();
    if !is_kept(name, is_svg) {
        return fault(format!("readers drop the property `{}`", shown(name)));
    }
    words_fault(name, words).and_then(|what| fault(format!("`{}` {what}", shown(text))))
}

/// Returns a part of a style as far as a message shows it.
fn shown(text: &str) -> String {
    crate::validate::walk::shorten(text).replace('`', "'")
}

fn is_kept(name: &str, is_svg: bool) -> bool {
    let among = |known: &[&str]| known.binary_search_by(|known| known.bytes().cmp(name.bytes().map(|b| b.to_ascii_lowercase()))).is_ok();
    among(PROPERTIES) || is_svg && among(PAINTING)
}

/// Says what is wrong with the value of a declaration.
fn words_fault(property: &str, text: &str) -> Option<&'static str> {
    const HARD: &str = "is hard to tell from something dangerous";
    let mut words = Words { text, at: 0 };
    loop {
        match words.next() {
            Word::End => return None,
            Word::Number { pixels, .. } if pixels.abs() > HUGE => return Some("is so large that it pushes other things off the screen"),
            Word::Number { pixels, .. } if pixels < 0.0 && starts_with(property, "margin") => {
                return Some("lays the text over what stands beside it");
            }
            Word::Number { unit: false, .. } => return Some("has a unit that CSS does not have"),
            Word::Plain | Word::Number { .. } => {}
            Word::Function(name) if name.eq_ignore_ascii_case("url") => return Some("loads an address"),
            Word::Function(name) if name.eq_ignore_ascii_case("expression") => return Some("runs a script in old browsers"),
            Word::Function(name) if COLOURS.iter().any(|colour| name.eq_ignore_ascii_case(colour)) => {
                if !words.skip_arguments() {
                    return Some(HARD);
                }
            }
            Word::Function(_) | Word::Other => return Some(HARD),
        }
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
}

/// A piece of a value.
enum Word<'v> {
    /// A keyword, a colour, a string, `!important`, a comma.
    Plain,
    /// A number; how many pixels it is, and whether its unit is one.
    Number {
        pixels: f64,
        unit: bool,
    },
    /// A name and the bracket after it.
    Function(&'v str),
    /// Anything else.
    Other,
    End,
}

struct Words<'v> {
    text: &'v str,
    at: usize,
}

impl<'v> Words<'v> {
    fn next(&mut self) -> Word<'v> {
        let rest = self.text.get(self.at..).unwrap_or_default().trim_start();
        self.at = self.text.len() - rest.len();
        let second = rest.as_bytes().get(1).copied().unwrap_or(0);
        match rest.bytes().next() {
            None => Word::End,
            Some(b',' | b'/') if second != b'*' => self.take(1, Word::Plain),
            Some(b'#') => self.colour(rest),
            Some(b'!') => self.important(rest),
            Some(quote @ (b'"' | b'\'')) => self.string(rest, quote),
            Some(b'0'..=b'9') => self.number(rest),
            Some(b'+' | b'-' | b'.') if matches!(second, b'0'..=b'9' | b'.') => self.number(rest),
            Some(b) if b == b'-' || is_name(b) => self.name(rest),
            Some(_) => Word::Other,
        }
    }

    fn take(&mut self, len: usize, word: Word<'v>) -> Word<'v> {
        self.at += len;
        word
    }

    fn colour(&mut self, rest: &str) -> Word<'v> {
        let len = rest.bytes().skip(1).take_while(u8::is_ascii_hexdigit).count();
        let is_end = rest.as_bytes().get(len + 1).is_none_or(|b| !is_name(*b));
        if matches!(len, 3 | 4 | 6 | 8) && is_end { self.take(len + 1, Word::Plain) } else { Word::Other }
    }

    fn important(&mut self, rest: &str) -> Word<'v> {
        let after = rest.get(1..).unwrap_or_default().trim_start();
        if !starts_with(after, "important") {
            return Word::Other;
        }
        let len = rest.len() - after.len() + "important".len();
        self.take(len, Word::Plain)
    }

    fn string(&mut self, rest: &str, quote: u8) -> Word<'v> {
        let inside = rest.get(1..).unwrap_or_default();
        let Some(len) = inside.bytes().position(|b| b == quote) else { return Word::Other };
        if inside.as_bytes().iter().take(len).any(|b| matches!(b, b'\\' | b'<' | b'>' | b'\n')) {
            return Word::Other;
        }
        self.take(len + 2, Word::Plain)
    }

    fn number(&mut self, rest: &str) -> Word<'v> {
        let sign = usize::from(rest.starts_with(['+', '-']));
        let digits = rest.bytes().skip(sign).take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let end = sign + digits;
        let unit_len = match rest.as_bytes().get(end) {
            Some(b'%') => 1,
            _ => rest.bytes().skip(end).take_while(|b| is_name(*b)).count(),
        };
        let number = rest.get(..end).and_then(|number| number.parse::<f64>().ok());
        let name = rest.get(end..end + unit_len).unwrap_or_default();
        let unit = UNITS.iter().find(|(unit, _)| unit.eq_ignore_ascii_case(name));
        let Some(number) = number else { return Word::Other };
        let pixels = number * unit.map_or(1.0, |(_, pixels)| *pixels);
        self.take(end + unit_len, Word::Number { pixels, unit: name.is_empty() || unit.is_some() })
    }

    fn name(&mut self, rest: &'v str) -> Word<'v> {
        let len = rest.bytes().take_while(|b| is_name(*b) || *b == b'-').count();
        if rest.as_bytes().get(len) == Some(&b'(') {
            self.at += len + 1;
            return Word::Function(rest.get(..len).unwrap_or_default());
        }
        self.take(len, Word::Plain)
    }

    /// Passes the arguments of a colour; returns whether they are only numbers.
    fn skip_arguments(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(len) = rest.bytes().position(|b| b == b')') else { return false };
        self.at += len + 1;
        rest.bytes().take(len).all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'%' | b' ' | b'/' | b'-' | b'+'))
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(PROPERTIES.is_sorted() && PAINTING.is_sorted());
    }

    #[test]
    fn plain_styles_are_kept() {
        for style in [
            "",
            ";;",
            "COLOR: Red",
            "color:#1a2B3c;background:#fff",
            "font: italic bold 12px/1.5 \"Noto Serif\", 'Gill Sans', serif",
            "margin: 0 auto .5em 10%; padding:1ex",
            "border : 1px solid rgb(10, 20, 30) !important",
            "background-color: rgba(0,0,0,.5); width:100%; display:none",
            "text-indent:-18pt; letter-spacing: -1px",
            "font-family: Größe, 明朝",
            "background: transparent",
        ] {
            assert_eq!(check(style, false), None, "{style}");
        }
    }

    #[test]
    fn what_readers_drop_is_named_with_its_place() {
        for (style, part, reason) in [
            ("color: red; position: fixed; top: 0", "position: fixed", "property `position`"),
            ("x-y:1", "x-y:1", "property `x-y`"),
            ("background: url(https://example.org/a.png)", "background: url(https://example.org/a.png)", "loads an address"),
            ("background:URL('a;b')", "background:URL('a;b')", "loads"),
            ("width: expression(alert(1))", "width: expression(alert(1))", "runs a script"),
            ("margin: 0 99999px", "margin: 0 99999px", "so large"),
            ("margin-left:-50px", "margin-left:-50px", "lays the text over"),
            ("height: 50000em;", "height: 50000em", "so large"),
            ("width: 3parsec", "width: 3parsec", "a unit"),
            ("width: calc(1px + 2px)", "width: calc(1px + 2px)", "hard"),
            ("color: r\\65 d", "color: r\\65 d", "hard"),
            ("color: /**/red", "color: /**/red", "hard"),
            ("font-family: 'open", "font-family: 'open", "hard"),
            ("color: rgb(1,2", "color: rgb(1,2", "hard"),
            ("color: #12345", "color: #12345", "hard"),
            ("fill: red", "fill: red", "property `fill`"),
            ("red", "red", "no declaration"),
        ] {
            let fault = check(style, false).expect(style);
            assert_eq!(style.get(fault.range.clone()), Some(part), "{style}");
            assert!(fault.reason.contains(reason), "{style}: {}", fault.reason);
        }
        assert_eq!(check("fill: red; stroke-width:2", true), None);
    }

    proptest! {
        #[test]
        fn no_style_panics_and_places_lie_inside(style in "\\PC{0,40}|[a-z:;()'\"#!0-9.%/*\\\\ -]{0,60}") {
            if let Some(fault) = check(&style, true) {
                prop_assert!(style.get(fault.range).is_some());
            }
        }
    }
}
