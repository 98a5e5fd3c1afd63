//! Parts and their encodings (RFC 2045, RFC 2046, RFC 2392).

use super::read::{Kind, Part};
use super::{Faults, Rule, Scene, codes};
use crate::text::short::shown;
use std::collections::BTreeSet;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: &codes::BAD_CONTENT_TYPE,
        spec: Some("RFC 2045 §5.1"),
        help: "write it like `Content-Type: text/html; charset=utf-8`",
        judge: |scene, faults| flaws(scene, Kind::ContentType, faults),
    },
    Rule {
        code: &codes::BAD_TRANSFER_ENCODING,
        spec: Some("RFC 2045 §6.1"),
        help: "write `quoted-printable`, `base64` or `7bit`; a multipart has `7bit` or none",
        judge: transfer_encodings,
    },
    Rule {
        code: &codes::BAD_BOUNDARY,
        spec: Some("RFC 2046 §5.1.1"),
        help: "take a boundary of at most 70 letters and digits that no part holds, and close the multipart with it",
        judge: |scene, faults| flaws(scene, Kind::Boundary, faults),
    },
    Rule {
        code: &codes::BAD_BODY_ENCODING,
        spec: Some("RFC 2045 §6.7"),
        help: "encode the part anew",
        judge: |scene, faults| flaws(scene, Kind::Encoding, faults),
    },
    Rule {
        code: &codes::BAD_CHARSET,
        spec: Some("RFC 2046 §4.1.2"),
        help: "write the text in UTF-8, and `charset=utf-8` in its content type",
        judge: |scene, faults| flaws(scene, Kind::Charset, faults),
    },
    Rule { code: &codes::FOREIGN_CHARSET, spec: Some("RFC 2046 §4.1.2"), help: "write it in UTF-8", judge: foreign_charsets },
    Rule {
        code: &codes::NO_ALTERNATIVE,
        spec: Some("RFC 2046 §5.1.4"),
        help: "send a `multipart/alternative` of text and HTML",
        judge: no_alternative,
    },
    Rule {
        code: &codes::ALTERNATIVE_ORDER,
        spec: Some("RFC 2046 §5.1.4"),
        help: "put `text/plain` first and `text/html` last",
        judge: alternative_order,
    },
    Rule {
        code: &codes::MISSING_CONTENT_ID,
        spec: Some("RFC 2392 §2"),
        help: "put the image into a `multipart/related` with this `Content-ID`",
        judge: missing_content_ids,
    },
];

/// Reports the flaws of a kind that were seen when reading.
pub(super) fn flaws(scene: &Scene<'_>, kind: Kind, faults: &mut Faults) {
    for flaw in scene.mail.flaws.iter().filter(|flaw| flaw.kind == kind) {
        faults.at(flaw.span.clone(), flaw.message.as_str());
    }
}

fn transfer_encodings(scene: &Scene<'_>, faults: &mut Faults) {
    flaws(scene, Kind::TransferEncoding, faults);
    for part in scene.mail.parts.iter().filter(|part| part.is_multipart()) {
        let field = part.field("Content-Transfer-Encoding");
        let is_encoded = |value: &str| ["base64", "quoted-printable"].iter().any(|known| known.eq_ignore_ascii_case(value));
        if let Some(field) = field.filter(|field| is_encoded(&field.value)) {
            faults.at(field.span.clone(), format!("a multipart cannot be encoded as `{}`", shown(&field.value)));
        }
    }
}

fn foreign_charsets(scene: &Scene<'_>, faults: &mut Faults) {
    for part in scene.mail.leaves().filter(|part| part.media.starts_with("text/")) {
        let Some(charset) = part.param("charset") else { continue };
        let is_known = ["utf-8", "us-ascii"].iter().any(|known| known.eq_ignore_ascii_case(charset));
        // A charset that nobody knows is said already.
        if !is_known && encoding_rs::Encoding::for_label(charset.as_bytes()).is_some() {
            faults.at(part.start(), format!("a text is in `{}`", shown(charset)));
        }
    }
}

fn no_alternative(scene: &Scene<'_>, faults: &mut Faults) {
    // Parts that cannot be told apart are said already.
    if scene.mail.flaws.iter().any(|flaw| flaw.kind == Kind::Boundary) {
        return;
    }
    let missing = match (scene.text, &scene.html) {
        (Some(_), Some(_)) => {
            let holds_both = |part: &Part<'_>| part.media == "multipart/alternative" && part.children.len() > 1;
            if scene.mail.parts.iter().any(holds_both) {
                return;
            }
            "its text and its HTML are no alternatives"
        }
        (None, Some(_)) => "it has no part in plain text",
        (Some(_), None) => "it has no part in HTML",
        (None, None) => "it has neither text nor HTML",
    };
    faults.whole(format!("the message cannot be read everywhere: {missing}"));
}

fn alternative_order(scene: &Scene<'_>, faults: &mut Faults) {
    for part in scene.mail.parts.iter().filter(|part| part.media == "multipart/alternative") {
        let children = || part.children.iter().filter_map(|child| scene.mail.parts.get(*child));
        if let Some(late) = children().skip(1).find(|child| child.media == "text/plain") {
            faults.at(late.start(), "the plain text comes after another alternative, so it would be shown instead");
        }
    }
}

fn missing_content_ids(scene: &Scene<'_>, faults: &mut Faults) {
    let Some((html, page)) = &scene.html else { return };
    let known: BTreeSet<&str> = scene
        .mail
        .parts
        .iter()
        .filter_map(|part| part.field("Content-ID"))
        .map(|field| field.value.trim_start_matches('<').trim_end_matches('>'))
        .collect();
    for (url, span) in page.urls() {
        if let Some(id) = url.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")).and(url.get(4..))
            && !known.contains(id)
        {
            faults.at(html.text.origin(span), format!("no part of the message has the id `{}`", shown(id)));
        }
    }
}
