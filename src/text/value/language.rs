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

/// The codes of ISO 639-2, in pairs with the shorter ones of ISO 639-1, which a tag has in their place (RFC 5646 §2.2.1).
const LONG: &str = "aar aa abk ab afr af aka ak alb sq amh am ara ar arg an arm hy asm as ava av ave ae aym ay aze az bak ba bam bm baq eu bel be ben bn \
bih bh bis bi bod bo bos bs bre br bul bg bur my cat ca ces cs cha ch che ce chi zh chu cu chv cv cor kw cos co cre cr cym cy cze cs \
dan da deu de div dv dut nl dzo dz ell el eng en epo eo est et eus eu ewe ee fao fo fas fa fij fj fin fi fra fr fre fr fry fy ful ff \
geo ka ger de gla gd gle ga glg gl glv gv gre el grn gn guj gu hat ht hau ha heb he her hz hin hi hmo ho hrv hr hun hu hye hy ibo ig \
ice is ido io iii ii iku iu ile ie ina ia ind id ipk ik isl is ita it jav jv jpn ja kal kl kan kn kas ks kat ka kau kr kaz kk khm km \
kik ki kin rw kir ky kom kv kon kg kor ko kua kj kur ku lao lo lat la lav lv lim li lin ln lit lt ltz lb lub lu lug lg mac mk mah mh \
mal ml mao mi mar mr may ms mkd mk mlg mg mlt mt mon mn mri mi msa ms mya my nau na nav nv nbl nr nde nd ndo ng nep ne nld nl nno nn \
nob nb nor no nya ny oci oc oji oj ori or orm om oss os pan pa per fa pli pi pol pl por pt pus ps que qu roh rm ron ro rum ro run rn \
rus ru sag sg san sa sin si slk sk slo sk slv sl sme se smo sm sna sn snd sd som so sot st spa es sqi sq srd sc srp sr ssw ss sun su \
swa sw swe sv tah ty tam ta tat tt tel te tgk tg tgl tl tha th tib bo tir ti ton to tsn tn tso ts tuk tk tur tr twi tw uig ug ukr uk \
urd ur uzb uz ven ve vie vi vol vo wel cy wln wa wol wo xho xh yid yi yor yo zha za zho zh zul zu";

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
/// Languages of three letters are many thousands; those that have no code of two are taken as they are.
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
    if let Some(short) = shorter(primary) {
        let rest = usual.get(primary.len()..).unwrap_or_default();
        let reason = format!("has the language {}, which is not registered", quote(primary));
        return Err(flaw(Kind::Unregistered, reason).help(format!("write `{short}{rest}`")));
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

/// Returns the code of two letters that stands for one of three.
fn shorter(code: &str) -> Option<&'static str> {
    let mut words = LONG.split(' ');
    while let Some(long) = words.next() {
        let short = words.next();
        if long == code {
            return short;
        }
    }
    None
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
                ("deu-AT", Kind::Unregistered),
                ("ger", Kind::Unregistered),
                ("en-UK", Kind::Unregistered),
            ],
        );
        assert_eq!(language("en_us").expect_err("a locale").help.as_deref(), Some("write `en-US`"));
        assert_eq!(language("DEU-at").expect_err("too long").help.as_deref(), Some("write `de-AT`"));
        assert_eq!(language("English").expect_err("a name").help.as_deref(), Some("write `en`"));
    }

    #[test]
    fn each_long_code_has_a_short_one() {
        let words: Vec<&str> = LONG.split(' ').collect();
        assert!(words.len() > 400 && words.chunks(2).all(|pair| pair[0].len() == 3 && tags::is_two_letter(pair[1])));
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
