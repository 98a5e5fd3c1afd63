//! Language tags (RFC 5646) and country codes (ISO 3166-1).

use super::{Flaw as Any, quote};
use crate::text::language as tags;

/// What is wrong with a language tag or a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// The form is not that of a tag.
    Malformed,
    /// The form is right, the language or the region is not registered.
    Unregistered,
    /// It is not a code of ISO 3166-1.
    UnknownCountry,
}

/// A flaw of a language tag or a country code.
pub type Flaw = Any<Kind>;

/// The codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA \
CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM \
GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS \
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL \
PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT \
TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Regions that a language tag may have besides: withdrawn and reserved ones of IANA's registry, and those for private use.
const REGIONS: &str = "AA AC AN BU CP CS DD DG EA EU EZ FX IC NT SU TA TP UN YD YU ZR ZZ";

/// Names of languages that people write instead of a tag.
const NAMES: [(&str, &str); 24] = [
    ("arabic", "ar"),
    ("chinese", "zh"),
    ("czech", "cs"),
    ("danish", "da"),
    ("deutsch", "de"),
    ("dutch", "nl"),
    ("english", "en"),
    ("español", "es"),
    ("finnish", "fi"),
    ("français", "fr"),
    ("french", "fr"),
    ("german", "de"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("italian", "it"),
    ("italiano", "it"),
    ("japanese", "ja"),
    ("klingon", "tlh"),
    ("korean", "ko"),
    ("norwegian", "no"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("spanish", "es"),
];

/// Checks a language tag: well-formed, its language of two letters registered, its region also (RFC 5646 §2.2).
///
/// Languages of three letters are many thousands; they are taken as they are. Where there is a code of two also, RFC 5646
/// §2.2.1 wants that one, but readers know both, and the sample feed of the RSS Advisory Board has `epo`.
pub fn language(value: &str) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    let flaw = |kind, reason: String| Flaw::new(kind, start..start + inner.len(), reason);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write a language tag, like `en` or `pt-BR`"));
    }
    let usual = tags::normalize(inner);
    let Some(usual) = usual.filter(|_| !inner.contains(['_', '.'])) else {
        return Err(malformed(inner).shift(start));
    };
    let mut parts = usual.split('-');
    let primary = parts.next().unwrap_or_default();
    if primary.len() == 2 && !tags::is_two_letter(primary) {
        return Err(flaw(Kind::Unregistered, format!("has the language {}, which is not registered", quote(primary))));
    }
    // `i-klingon`, `x-…` and `sgn-BE-FR` have no region.
    if primary.len() == 1 || primary == "sgn" {
        return Ok(());
    }
    let region = parts.take_while(|part| part.len() > 1).find(|part| part.len() == 2);
    match region {
        Some(region) if !is_region(region) => {
            Err(flaw(Kind::Unregistered, format!("has the region {}, which is not registered", quote(region))))
        }
        _ => Ok(()),
    }
}

fn malformed(value: &str) -> Flaw {
    let flaw = Flaw::new(Kind::Malformed, 0..value.len(), "is not a language tag");
    let lower = value.to_lowercase();
    if let Some((_, tag)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return flaw.help(format!("write `{tag}`"));
    }
    match tags::normalize(value) {
        Some(tag) => flaw.help(format!("write `{tag}`")),
        None => flaw.help("write a language tag, like `en` or `pt-BR`"),
    }
}

/// Returns whether IANA's registry has a region, given in upper case (RFC 5646 §2.2.4).
fn is_region(code: &str) -> bool {
    let private = code.starts_with('X') || code.starts_with('Q') && code > "QL";
    private || [COUNTRIES, REGIONS].iter().any(|list| list.split(' ').any(|known| known == code))
}

/// Checks a country's code, in any case (ISO 3166-1 alpha-2).
pub fn country(value: &str) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    let range = start..start + inner.len();
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write a country's code, like `de` or `us`"));
    }
    if inner.len() == 2 && COUNTRIES.split(' ').any(|known| known.eq_ignore_ascii_case(inner)) {
        return Ok(());
    }
    let flaw = Flaw::new(Kind::UnknownCountry, range, format!("has {}, which is not a country's code of two letters", quote(inner)));
    Err(if inner.eq_ignore_ascii_case("uk") { flaw.help("write `gb`") } else { flaw.help("write a code of ISO 3166-1, like `de` or `us`") })
}

/// Checks a list of countries' codes between blanks, as Media RSS has it, and pushes the first that are none.
pub fn countries(value: &str, flaws: &mut Vec<Flaw>) {
    let from = flaws.len();
    for (at, word) in super::words(value) {
        if flaws.len() - from < super::MOST {
            flaws.extend(country(word).err().map(|flaw| flaw.shift(at)));
        }
    }
    if super::trim(value).0.is_empty() {
        flaws.extend(country(value).err());
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_are_well_formed_and_registered() {
        table(
            language,
            &[
                "en",
                "EN-us",
                "zh-Hant-TW",
                "sr-Latn",
                "es-419",
                "de-CH-1996",
                "tlh",
                "i-klingon",
                "x-own",
                "en-GB-oed",
                "de-x-de",
                "sgn-BE-FR",
                "en-XA",
                "de-EU",
                "epo",
                "deu-AT",
            ],
            &[
                ("", Kind::Empty),
                (" ", Kind::Empty),
                ("English", Kind::Malformed),
                ("en_US", Kind::Malformed),
                ("en-US.UTF-8", Kind::Malformed),
                ("en us", Kind::Malformed),
                ("e", Kind::Malformed),
                ("en-", Kind::Malformed),
                ("en,de", Kind::Malformed),
                ("xx", Kind::Unregistered),
                ("en-UK", Kind::Unregistered),
            ],
        );
        assert_eq!(language("en_us").expect_err("a locale").help.as_deref(), Some("write `en-US`"));
        assert_eq!(language("English").expect_err("a name").help.as_deref(), Some("write `en`"));
    }

    #[test]
    fn countries_have_two_letters() {
        table(
            country,
            &["de", "US", " fr "],
            &[
                ("", Kind::Empty),
                ("XX", Kind::UnknownCountry),
                ("uk", Kind::UnknownCountry),
                ("deu", Kind::UnknownCountry),
                ("é", Kind::UnknownCountry),
            ],
        );
        let mut flaws = Vec::new();
        countries("de us xx\nfr yy", &mut flaws);
        assert_eq!(flaws.iter().map(|flaw| flaw.range.clone()).collect::<Vec<_>>(), [6..8, 12..14]);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            countries(&value, &mut flaws);
            flaws.extend(language(&value).err());
            check(&value, &flaws);
        }
    }
}
