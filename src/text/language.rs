//! Language tags (RFC 5646).

/// The two-letter codes of ISO 639-1, among them `bh`, which was withdrawn but is in use.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo \
es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr \
ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm \
rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi \
yo za zh zu";

/// Tags that are registered but do not follow the grammar (RFC 5646 §2.1, `irregular`).
const IRREGULAR: [&str; 17] = [
    "en-GB-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "sgn-BE-FR",
    "sgn-BE-NL",
    "sgn-CH-DE",
];

/// Returns the tag in its usual spelling (`en_us` → `en-US`), or nothing where it is not well-formed.
///
/// Stricter than RFC 5646 §2.1 in one point: no language of four or more letters is registered, so that `english` is
/// a word, not a tag. Looser in another: the `.UTF-8` of a locale's name is dropped.
#[must_use]
pub fn normalize(tag: &str) -> Option<String> {
    let tag = tag.trim().split('.').next()?.replace('_', "-");
    if let Some(irregular) = IRREGULAR.iter().find(|known| known.eq_ignore_ascii_case(&tag)) {
        return Some((*irregular).to_owned());
    }
    let mut rest: Vec<&str> = tag.split('-').collect();
    if rest.iter().any(|part| part.is_empty() || part.len() > 8 || !part.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return None;
    }
    rest.reverse();
    let mut out: Vec<String> = Vec::new();
    if !rest.last()?.eq_ignore_ascii_case("x") {
        take_language(&mut rest, &mut out)?;
        take_variants(&mut rest, &mut out)?;
        take_extensions(&mut rest, &mut out)?;
    }
    take_private_use(&mut rest, &mut out)?;
    rest.is_empty().then(|| out.join("-"))
}

/// Takes language, extended language, script and region off the end of `rest`.
fn take_language(rest: &mut Vec<&str>, out: &mut Vec<String>) -> Option<()> {
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let language = rest.pop().filter(|part| letters(part) && (2..=3).contains(&part.len()))?;
    out.push(language.to_ascii_lowercase());
    for _ in 0..3 {
        if let Some(part) = rest.pop_if(|part| part.len() == 3 && letters(part)) {
            out.push(part.to_ascii_lowercase());
        }
    }
    if let Some(script) = rest.pop_if(|part| part.len() == 4 && letters(part)) {
        let (first, others) = script.split_at(1);
        out.push(first.to_ascii_uppercase() + &others.to_ascii_lowercase());
    }
    let is_region = |part: &str| part.len() == 2 && letters(part) || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
    if let Some(region) = rest.pop_if(|part| is_region(part)) {
        out.push(region.to_ascii_uppercase());
    }
    Some(())
}

/// Takes variants, each of which may stand once (RFC 5646 §2.2.5).
fn take_variants(rest: &mut Vec<&str>, out: &mut Vec<String>) -> Option<()> {
    let first = out.len();
    let is_variant = |part: &str| part.len() >= 5 || part.len() == 4 && part.as_bytes()[0].is_ascii_digit();
    while let Some(part) = rest.pop_if(|part| is_variant(part)) {
        let part = part.to_ascii_lowercase();
        if out.get(first..)?.contains(&part) {
            return None;
        }
        out.push(part);
    }
    Some(())
}

/// Takes extensions: a single character that stands once, and what belongs to it (RFC 5646 §2.2.6).
fn take_extensions(rest: &mut Vec<&str>, out: &mut Vec<String>) -> Option<()> {
    let mut seen: Vec<String> = Vec::new();
    while let Some(singleton) = rest.pop_if(|part| part.len() == 1 && !part.eq_ignore_ascii_case("x")) {
        let singleton = singleton.to_ascii_lowercase();
        if seen.contains(&singleton) || rest.last().is_none_or(|part| part.len() < 2) {
            return None;
        }
        out.push(singleton.clone());
        seen.push(singleton);
        while let Some(part) = rest.pop_if(|part| part.len() > 1) {
            out.push(part.to_ascii_lowercase());
        }
    }
    Some(())
}

/// Takes `x-…`, which runs to the end.
fn take_private_use(rest: &mut Vec<&str>, out: &mut Vec<String>) -> Option<()> {
    if rest.pop_if(|part| part.eq_ignore_ascii_case("x")).is_some() {
        rest.last()?;
        out.push("x".to_owned());
        out.extend(rest.drain(..).rev().map(str::to_ascii_lowercase));
    }
    Some(())
}

/// Returns whether this is a language code of ISO 639-1, in any case.
#[must_use]
pub fn is_two_letter(code: &str) -> bool {
    code.len() == 2 && TWO_LETTERS.split(' ').any(|known| known.eq_ignore_ascii_case(code))
}

/// Returns whether two tags name the same language, whatever the country or the script.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    let primary = |tag: &str| tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    primary(a) == primary(b)
}

/// Languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 12] = ["ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "syr", "ug", "ur", "yi"];

/// Returns how a language is written, as HTML's `dir` says it: `ltr` or `rtl`.
#[must_use]
pub fn direction(tag: &str) -> &'static str {
    let primary = tag.split('-').next().unwrap_or_default();
    if RIGHT_TO_LEFT.iter().any(|known| known.eq_ignore_ascii_case(primary)) { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_two_letter_code_stands_once() {
        let mut codes: Vec<&str> = TWO_LETTERS.split(' ').collect();
        assert_eq!(codes.len(), 184);
        codes.dedup();
        assert_eq!(codes.len(), 184);
        assert!(codes.is_sorted() && codes.iter().all(|code| code.len() == 2));
        assert!(is_two_letter("de") && is_two_letter("DE") && !is_two_letter("js") && !is_two_letter("d") && !is_two_letter("e e"));
    }

    #[test]
    fn tags_are_written_the_usual_way() {
        for (written, usual) in [
            ("en", "en"),
            ("en_US", "en-US"),
            ("EN-us", "en-US"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("zh-yue-hk", "zh-yue-HK"),
            ("de-1996", "de-1996"),
            ("sl-rozaj-biske", "sl-rozaj-biske"),
            ("de_DE.UTF-8", "de-DE"),
            ("de-DE-u-co-phonebk", "de-DE-u-co-phonebk"),
            ("en-x-Pirate", "en-x-pirate"),
            ("x-klingon", "x-klingon"),
            ("I-Klingon", "i-klingon"),
            (" fr ", "fr"),
        ] {
            assert_eq!(normalize(written).as_deref(), Some(usual), "{written}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_no_tag() {
        for wrong in [
            "",
            "e",
            "english",
            "en-",
            "-en",
            "en--us",
            "en us",
            "en-us-us",
            "de-1996-1996",
            "x",
            "en-x",
            "en-u",
            "en-u-co-u-nu",
            "12",
            "dé",
        ] {
            assert_eq!(normalize(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_primary_part_says_which_language_it_is() {
        assert!(same("en-US", "en_GB") && same("DE", "de") && !same("de", "den"));
    }

    proptest! {
        #[test]
        fn a_normal_tag_is_normal(tag in "[a-zA-Z0-9_-]{0,16}") {
            if let Some(normal) = normalize(&tag) {
                prop_assert_eq!(normalize(&normal), Some(normal.clone()));
            }
        }

        #[test]
        fn any_text_is_a_tag_or_not(text in any::<String>()) {
            let _ = (normalize(&text), is_two_letter(&text), same(&text, &text));
        }
    }
}
