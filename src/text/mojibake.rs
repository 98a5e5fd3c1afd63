//! UTF-8 that was read as windows-1252 and saved again: found and undone.
//!
//! A sequence counts only when its characters encode back to bytes that are valid UTF-8. That alone would hit
//! sound text (`voilà »` with a no-break space is three such bytes), so a lone sequence must also be of a kind that
//! nobody writes on purpose; rarer kinds (Cyrillic, Chinese) must come in a row, as they do when it happened to them.

use memchr::memchr;
use std::borrow::Cow;
use std::ops::Range;

/// How often a text may have been read wrongly.
const ROUNDS: usize = 4;

/// A stretch of mojibake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is, in bytes.
    pub span: Range<usize>,
    /// The text it should be.
    pub text: String,
}

/// A sequence of one run that decodes to one character.
struct Sequence {
    span: Range<usize>,
    decoded: char,
    certain: bool,
}

/// Returns every stretch of mojibake with the text it should be.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    let mut found = once(text);
    for item in &mut found {
        for _ in 1..ROUNDS {
            let again = once(&item.text);
            if again.is_empty() {
                break;
            }
            item.text = replace(&item.text, &again);
        }
    }
    found
}

/// Returns the text with its mojibake undone.
#[must_use]
pub fn repair(text: &str) -> Cow<'_, str> {
    let found = find(text);
    if found.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(replace(text, &found)) }
}

/// Returns a stretch's text, or what it should be, with the rest of the word that it stands in.
#[must_use]
pub fn in_word(text: &str, span: &Range<usize>, middle: &str) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    let start = before.char_indices().rev().take(24).take_while(|(_, c)| c.is_alphanumeric()).last().map_or(before.len(), |(at, _)| at);
    let end = after.char_indices().take(24).take_while(|(_, c)| c.is_alphanumeric()).last().map_or(0, |(at, c)| at + c.len_utf8());
    format!("{}{middle}{}", before.get(start..).unwrap_or_default(), after.get(..end).unwrap_or_default())
}

fn replace(text: &str, found: &[Found]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for item in found {
        out.push_str(text.get(done..item.span.start).unwrap_or_default());
        out.push_str(&item.text);
        done = item.span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

fn once(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    // Every lead character (U+00C2–00F4) is C3 xx in UTF-8: nothing else needs a look.
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr(0xC3, rest)) {
        at += next;
        let group = group_at(text, at);
        let end = group.last().map_or(at + 2, |sequence| sequence.span.end);
        accept(&group, &mut found);
        at = end;
    }
    found
}

/// Returns the sequences that follow each other without a gap from `at`.
fn group_at(text: &str, mut at: usize) -> Vec<Sequence> {
    let mut group = Vec::new();
    while let Some(sequence) = sequence_at(text, at) {
        at = sequence.span.end;
        group.push(sequence);
    }
    group
}

fn accept(group: &[Sequence], found: &mut Vec<Found>) {
    let wide = group.iter().any(|s| !s.certain && s.decoded >= '\u{800}');
    let all = group.len() >= if wide { 3 } else { 2 };
    for sequence in group.iter().filter(|s| all || s.certain) {
        match found.last_mut() {
            Some(last) if last.span.end == sequence.span.start => {
                last.span.end = sequence.span.end;
                last.text.push(sequence.decoded);
            }
            _ => found.push(Found { span: sequence.span.clone(), text: sequence.decoded.to_string() }),
        }
    }
}

fn sequence_at(text: &str, at: usize) -> Option<Sequence> {
    let mut chars = text.get(at..)?.chars();
    let lead = byte_of(chars.next()?)?;
    let len = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut end = at + 2;
    for byte in bytes.get_mut(1..len)? {
        let c = chars.next()?;
        *byte = byte_of(c).filter(|b| (0x80..0xC0).contains(b))?;
        end += c.len_utf8();
    }
    let decoded = std::str::from_utf8(bytes.get(..len)?).ok()?.chars().next()?;
    if !super::chars::is_xml_char(decoded) {
        return None;
    }
    let span = at..end;
    let certain = is_certain(lead, decoded, text, &span);
    Some(Sequence { span, decoded, certain })
}

/// Returns whether nobody writes a sequence on purpose where it stands.
fn is_certain(lead: u8, decoded: char, text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).and_then(|t| t.chars().next_back());
    let after = text.get(span.end..).and_then(|t| t.chars().next());
    let second = text.get(span.start + 2..span.end).and_then(|t| t.chars().next());
    // In capitals, or a letter in quotation marks: `«Ã»`.
    let capitals = before.is_some_and(|c| c.is_uppercase() || matches!(c, '«' | '»' | '„' | '“' | '‘' | '‹' | '›' | '"' | '\''));
    // `IRMÃ…`, `»MAÇû: a capital that is at home in the word, then punctuation.
    let closes_word = second.is_some_and(|c| matches!(c, '…' | '“' | '”' | '‘' | '’' | '«' | '»' | '\u{A0}' | '–' | '—' | '‹' | '›'));
    match lead {
        // A C1 control is no text; it may be a byte of what was read wrongly twice, and then it is not alone.
        0xC2 => decoded >= '\u{A0}' && !(capitals && closes_word),
        0xC3 => !(capitals && closes_word && !after.is_some_and(char::is_uppercase)),
        // Polish, Czech, Turkish: inside a word in small letters.
        0xC4 | 0xC5 => !capitals && (before.is_some_and(|c| c.is_ascii_lowercase()) || after.is_some_and(|c| c.is_ascii_lowercase())),
        0xE2 => matches!(decoded, '\u{2000}'..='\u{27FF}' | '\u{2900}'..='\u{2BFF}'),
        0xEF => matches!(decoded, '\u{FEFF}' | '\u{FFFD}' | '\u{FB00}'..='\u{FB06}' | '\u{FE0F}'),
        0xF0 => decoded >= '\u{1F000}',
        _ => false,
    }
}

/// Returns the windows-1252 byte of a character above ASCII; C1 controls stand for themselves, as in ISO 8859-1.
fn byte_of(c: char) -> Option<u8> {
    Some(match c {
        '\u{80}'..='\u{FF}' => c as u8,
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns a text as a program shows it that reads UTF-8 as windows-1252.
    fn spoil(text: &str) -> String {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn what_was_read_wrongly_is_read_back() {
        for text in [
            "network’s",
            "café",
            "5 °C",
            "a\u{a0}b",
            "😀 ok",
            "“yes” – no…",
            "zażółć",
            "привет",
            "Straße",
            "ÉCOLE",
            "日本語の",
            "MÜNCHEN",
            "naïve",
            "©",
            "½",
        ] {
            assert_eq!(repair(&spoil(text)), text, "{}", spoil(text));
            assert_eq!(repair(&spoil(&spoil(text))), text, "twice: {text}");
        }
    }

    #[test]
    fn the_place_and_the_right_text_are_told() {
        assert_eq!(find("a networkâ€™s b"), [Found { span: 9..17, text: "’".into() }]);
    }

    #[test]
    fn sound_text_in_many_languages_is_left_alone() {
        let sound = [
            "SÃO PAULO, IRMÃ… e MAÇû; não há maçãs. «Ã»",
            "« Voilà\u{a0}», dit-il ; l’été\u{a0}» à©Â",
            "„Hä…“, sagte er. »Ö« »TSCHÖ« ÄÖÜß",
            "Việt Nam: Ấ ầ â Ã ã, đã à…",
            "På ø og å – »Å« «Ø»",
            "Gęś, źdźbło, Łódź. Çünkü, ığdır. Ĺ",
            "Ça va\u{a0}? Où ça\u{a0}! Â",
            "Привет, мир. 日本語。 😀",
        ];
        for text in sound {
            assert_eq!(find(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn repair_never_panics_and_ends(text in "[ÂÃâ€™œžŸðï»¿Ä…a-z\u{80}-\u{ff}]{0,30}|\\PC{0,30}") {
            let once = repair(&text).into_owned();
            prop_assert!(once.len() <= text.len());
            for found in find(&text) {
                prop_assert!(text.get(found.span).is_some());
            }
        }

        #[test]
        fn ascii_is_never_touched(text in "[ -~]{0,60}") {
            prop_assert!(matches!(repair(&text), Cow::Borrowed(_)));
        }
    }
}
