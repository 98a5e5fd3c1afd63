//! Octets and lines (RFC 5322 §2.1 to §2.3, RFC 2045 §2), and how long things may be.

use super::read::{Encoding, Part, lines};
use super::{Faults, Rule, Scene, codes};
use crate::diagnostic::Span;
use crate::mail::CLIP;
use crate::text::short::shown;
use memchr::{memchr_iter, memchr2_iter};

const NEAR_CLIP: usize = 90_000;

pub(super) const RULES: &[Rule] = &[
    Rule { code: &codes::BARE_LINE_END, spec: Some("RFC 5322 §2.3"), help: "end each line with CR and LF", judge: bare_line_ends },
    Rule { code: &codes::NUL, spec: Some("RFC 2045 §2.7"), help: "remove it", judge: nul },
    Rule {
        code: &codes::LONG_LINE,
        spec: Some("RFC 5322 §2.1.1"),
        help: "fold the header, or send the part as quoted-printable",
        judge: long_lines,
    },
    Rule { code: &codes::LONG_HEADER_LINE, spec: Some("RFC 5322 §2.1.1"), help: "fold it at its white space", judge: long_header_lines },
    Rule { code: &codes::LONG_HEADER, spec: Some("RFC 5322 §2.1.1"), help: "shorten it", judge: long_headers },
    Rule {
        code: &codes::LONG_ENCODED_LINE,
        spec: Some("RFC 2045 §6.7"),
        help: "break the line after at most 76 characters",
        judge: long_encoded_lines,
    },
    Rule {
        code: &codes::EIGHT_BIT_BODY,
        spec: Some("RFC 2045 §2.7"),
        help: "encode the part as quoted-printable or base64",
        judge: eight_bit_bodies,
    },
    Rule {
        code: &codes::EIGHT_BIT_TRANSFER,
        spec: Some("RFC 6152 §3"),
        help: "encode the part as quoted-printable or base64",
        judge: eight_bit_transfers,
    },
    Rule { code: &codes::CLIPPED, spec: None, help: "shorten posts to summaries, or hold fewer", judge: clipped },
    Rule { code: &codes::NEARLY_CLIPPED, spec: None, help: "shorten posts to summaries, or hold fewer", judge: nearly_clipped },
];

fn bare_line_ends(scene: &Scene<'_>, faults: &mut Faults) {
    let raw = scene.mail.raw;
    // Nearly every message has none.
    let ends = memchr::memmem::find_iter(raw, b"\r\n").count();
    if ends == memchr_iter(b'\r', raw).count() && ends == memchr_iter(b'\n', raw).count() {
        return;
    }
    for at in memchr2_iter(b'\r', b'\n', raw) {
        let (is_cr, before, after) = (raw.get(at) == Some(&b'\r'), at.checked_sub(1).and_then(|at| raw.get(at)), raw.get(at + 1));
        if is_cr && after != Some(&b'\n') {
            faults.at(at..at + 1, "a CR stands without LF");
        } else if !is_cr && before != Some(&b'\r') {
            faults.at(at..at + 1, "a LF stands without CR");
        }
    }
}

fn nul(scene: &Scene<'_>, faults: &mut Faults) {
    memchr_iter(0, scene.mail.raw).for_each(|at| faults.at(at..at + 1, "the message holds a NUL"));
}

fn long_lines(scene: &Scene<'_>, faults: &mut Faults) {
    for line in lines(scene.mail.raw, 0..scene.mail.raw.len()).filter(|line| line.span.len() > 998) {
        faults.at(line.span.clone(), format!("the line has {} octets; 998 are allowed", line.span.len()));
    }
}

fn long_header_lines(scene: &Scene<'_>, faults: &mut Faults) {
    for part in &scene.mail.parts {
        for line in lines(scene.mail.raw, part.head.clone()).filter(|line| (79..=998).contains(&line.span.len())) {
            let text = scene.mail.raw.get(line.span.clone()).unwrap_or_default();
            if can_fold(text) {
                faults.at(line.span.clone(), format!("the header's line has {} octets; 78 are usual", text.len()));
            }
        }
    }
}

/// Returns whether a line could be folded so that its first piece ends before it does: at white space behind a word of the value.
fn can_fold(line: &[u8]) -> bool {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let name = if line.first().is_some_and(blank) { 0 } else { memchr::memchr(b':', line).map_or(0, |at| at + 1) };
    let value = line.get(name..).unwrap_or_default().trim_ascii();
    value.iter().any(blank)
}

fn long_headers(scene: &Scene<'_>, faults: &mut Faults) {
    for field in scene.mail.parts.iter().flat_map(|part| &part.fields) {
        let length = field.name.len() + 2 + field.value.len();
        // One long line is another rule's business.
        let is_folded = || lines(scene.mail.raw, field.span.clone()).all(|line| line.span.len() <= 998);
        if length > 998 && is_folded() {
            faults.at(field.span.clone(), format!("the header `{}` has {length} octets when it is unfolded", shown(field.name)));
        }
    }
}

/// Returns the parts that hold none, and are encoded so.
fn encoded<'a>(scene: &'a Scene<'_>, is: impl Fn(Encoding) -> bool) -> impl Iterator<Item = &'a Part<'a>> {
    scene.mail.leaves().filter(move |part| is(part.encoding))
}

fn long_encoded_lines(scene: &Scene<'_>, faults: &mut Faults) {
    for part in encoded(scene, |encoding| matches!(encoding, Encoding::QuotedPrintable | Encoding::Base64)) {
        for line in lines(scene.mail.raw, part.body.clone()).filter(|line| (77..=998).contains(&line.span.len())) {
            faults.at(line.span.clone(), format!("the encoded line has {} characters; 76 are allowed", line.span.len()));
        }
    }
}

fn eight_bit_bodies(scene: &Scene<'_>, faults: &mut Faults) {
    for part in encoded(scene, |encoding| encoding != Encoding::EightBit) {
        if let Some(at) = eight_bit(scene.mail.raw, &part.body) {
            faults.at(at, "a part that is said to be 7-bit holds 8-bit text");
        }
    }
}

/// Returns the first bytes that are no ASCII.
fn eight_bit(raw: &[u8], body: &Span) -> Option<Span> {
    let bytes = raw.get(body.clone()).filter(|bytes| !bytes.is_ascii())?;
    let start = bytes.iter().position(|byte| !byte.is_ascii())?;
    let length = bytes.iter().skip(start).take_while(|byte| !byte.is_ascii()).count();
    Some(body.start + start..body.start + start + length)
}

fn eight_bit_transfers(scene: &Scene<'_>, faults: &mut Faults) {
    for part in encoded(scene, |encoding| encoding == Encoding::EightBit) {
        if let Some(field) = part.field("Content-Transfer-Encoding").filter(|field| is_eight_bit(&field.value)) {
            faults.at(field.span.clone(), format!("the part is sent as `{}`, which not every server takes", shown(&field.value)));
        }
    }
}

fn is_eight_bit(value: &str) -> bool {
    ["8bit", "binary"].iter().any(|known| known.eq_ignore_ascii_case(value))
}

fn html_size(scene: &Scene<'_>) -> Option<(Span, usize)> {
    scene.html.as_ref().map(|(part, _)| (part.start(), part.text.size()))
}

fn clipped(scene: &Scene<'_>, faults: &mut Faults) {
    if let Some((at, size)) = html_size(scene).filter(|(_, size)| *size >= CLIP) {
        faults.at(at, format!("the HTML has {size} octets; Gmail shows about {CLIP}"));
    }
}

fn nearly_clipped(scene: &Scene<'_>, faults: &mut Faults) {
    if let Some((at, size)) = html_size(scene).filter(|(_, size)| (NEAR_CLIP..CLIP).contains(size)) {
        faults.at(at, format!("the HTML has {size} octets; Gmail cuts it off at about {CLIP}"));
    }
}
