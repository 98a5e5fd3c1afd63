//! Values of media modules: base64, hashes, ratings, colours.

use super::{Flaw as Any, ensure, quote};

/// What is wrong with a media module's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// It is not base64.
    NotBase64,
    /// The algorithm is neither `md5` nor `sha-1`.
    Algorithm,
    /// The hash is not written in hexadecimal digits.
    NotHex,
    /// The hash has another length than its algorithm gives.
    HashLength,
    /// The scheme has no such rating.
    Rating,
    /// It is not a colour.
    Colour,
}

/// A flaw of a media module's value.
pub type Flaw = Any<Kind>;

/// Checks base64 (RFC 4648 §4); white space is allowed in XML (RFC 4287 §4.1.3.3, XML Schema Part 2 §3.2.16).
pub fn base64(value: &str) -> Result<(), Flaw> {
    let bytes = value.as_bytes();
    let (mut digits, mut padding, mut last) = (0_usize, 0_usize, 0_u8);
    for (at, c) in value.char_indices() {
        match c {
            c if super::is_space(c) => {}
            '=' => padding += 1,
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' if padding == 0 => {
                digits += 1;
                last = bytes.get(at).copied().unwrap_or_default();
            }
            _ => {
                let what = if padding > 0 {
                    "has something after the `=` at its end".to_owned()
                } else {
                    format!("has {} in it, which is not base64", super::name_char(c))
                };
                let flaw = Flaw::new(Kind::NotBase64, at..at + c.len_utf8(), what);
                return Err(if matches!(c, '-' | '_') {
                    flaw.help("write `+` for `-` and `/` for `_`")
                } else {
                    flaw.help("encode the content as base64")
                });
            }
        }
    }
    let missing = match digits % 4 {
        0 => 0,
        1 => usize::MAX,
        left => 4 - left,
    };
    if padding != missing {
        let reason = if missing == usize::MAX {
            "has a number of digits that base64 never has"
        } else {
            "has not the `=` that its length needs at the end"
        };
        return Err(Flaw::new(Kind::NotBase64, 0..value.len(), reason).help("encode the content as base64"));
    }
    // The bits that stand for nothing are zero (RFC 4648 §3.5; XML Schema's grammar has no others).
    let spare: &[u8] = match missing {
        1 => b"AEIMQUYcgkosw048",
        2 => b"AQgw",
        _ => return Ok(()),
    };
    ensure(spare.contains(&last), || {
        Flaw::new(Kind::NotBase64, 0..value.len(), "has bits at the end that stand for nothing").help("encode the content as base64")
    })
}

/// Checks a hash of Media RSS: hexadecimal digits, 32 of `md5`, which is the default, or 40 of `sha-1`.
pub fn hash(value: &str, algorithm: Option<&str>) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    let range = start..start + inner.len();
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write the hash in hexadecimal digits"));
    }
    let name = algorithm.map_or("md5", str::trim);
    let len = match name {
        "md5" => 32,
        "sha-1" => 40,
        _ => {
            return Err(Flaw::new(Kind::Algorithm, range, format!("is made with {}, which Media RSS does not know", quote(name)))
                .help("use `md5` or `sha-1`"));
        }
    };
    if let Some((at, c)) = inner.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
        let flaw = Flaw::new(
            Kind::NotHex,
            start + at..start + at + c.len_utf8(),
            format!("has {} in it, which is no hexadecimal digit", super::name_char(c)),
        );
        return Err(flaw.help(format!("write the {len} hexadecimal digits of the hash")));
    }
    if inner.len() != len {
        let flaw = Flaw::new(Kind::HashLength, range, format!("has {} digits, but {name} gives {len}", inner.len()));
        return Err(if inner.len() == 40 { flaw.help("add `algo=\"sha-1\"`") } else { flaw });
    }
    Ok(())
}

/// The ratings of the schemes that Media RSS names.
const RATINGS: [(&str, &[&str]); 3] = [
    ("urn:simple", &["adult", "nonadult"]),
    ("urn:mpaa", &["g", "pg", "pg-13", "r", "nc-17"]),
    ("urn:v-chip", &["tv-y", "tv-y7", "tv-y7-fv", "tv-g", "tv-pg", "tv-14", "tv-ma"]),
];

/// Checks a rating by its scheme, `urn:simple` by default (Media RSS `<media:rating>`); other schemes have any value.
pub fn rating(value: &str, scheme: Option<&str>) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    let range = start..start + inner.len();
    let scheme = scheme.map_or("urn:simple", str::trim);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write a rating of its scheme, or leave it out"));
    }
    if scheme == "urn:icra" {
        return ensure(is_icra(inner), || {
            Flaw::new(Kind::Rating, range, format!("has {}, which is no rating of `urn:icra`", quote(inner)))
                .help("write it like `r (cz 1 lz 1 nz 1 oz 1 vz 1)`")
        });
    }
    let Some((_, known)) = RATINGS.iter().find(|(name, _)| *name == scheme) else { return Ok(()) };
    if known.iter().any(|word| word.eq_ignore_ascii_case(inner)) {
        return Ok(());
    }
    let flaw = Flaw::new(Kind::Rating, range, format!("has {}, which is no rating of `{scheme}`", quote(inner)));
    let other = RATINGS.iter().find(|(_, words)| words.iter().any(|word| word.eq_ignore_ascii_case(inner)));
    Err(match other {
        Some((other, _)) => flaw.help(format!("write `scheme=\"{other}\"`")),
        None => flaw.help(format!("write {}", known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))),
    })
}

/// A label of PICS: `r (` then categories, each with its value, then `)` (PICS Label Distribution §3).
fn is_icra(text: &str) -> bool {
    let Some(inner) =
        text.strip_prefix('r').map(str::trim_start).and_then(|rest| rest.strip_prefix('(')).and_then(|rest| rest.strip_suffix(')'))
    else {
        return false;
    };
    let words: Vec<&str> = inner.split_ascii_whitespace().collect();
    let is_pair = |pair: &[&str]| match pair {
        [category, number] => category.bytes().all(|b| b.is_ascii_alphabetic()) && super::number::decimal(number).is_some(),
        _ => false,
    };
    !words.is_empty() && words.chunks(2).all(is_pair)
}

/// Checks a colour: `#` and six hexadecimal digits (HTML 4.01 §6.5).
pub fn colour(value: &str) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write it like `#ff8800`"));
    }
    let digits = inner.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(());
    }
    let flaw = Flaw::new(Kind::Colour, start..start + inner.len(), format!("has {}, which is not a colour", quote(inner)));
    let is_bare = inner.len() == 6 && inner.bytes().all(|b| b.is_ascii_hexdigit());
    Err(if is_bare { flaw.help(format!("write `#{inner}`")) } else { flaw.help("write it like `#ff8800`") })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    fn encode(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digit = |bits: u32, at: u32| char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]);
        let groups = bytes.chunks(3).map(|chunk| {
            let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
            (0..4).map(|at| if at as usize <= chunk.len() { digit(bits, at) } else { '=' }).collect::<String>()
        });
        groups.collect()
    }

    #[test]
    fn base64_has_groups_of_four() {
        table(
            base64,
            &["", "QQ==", "QUI=", "QUJD", "QU\n JD\t", "+/+/"],
            &[
                ("Q", Kind::NotBase64),
                ("QQ", Kind::NotBase64),
                ("QQ=", Kind::NotBase64),
                ("QQ===", Kind::NotBase64),
                ("QR==", Kind::NotBase64),
                ("QUJ=", Kind::NotBase64),
                ("QUJ", Kind::NotBase64),
                ("Q-==", Kind::NotBase64),
                ("=QQ=", Kind::NotBase64),
                ("é===", Kind::NotBase64),
                ("<b>", Kind::NotBase64),
            ],
        );
    }

    #[test]
    fn hashes_are_as_long_as_their_algorithm_makes_them() {
        let (md5, sha) = ("0".repeat(32), "aF".repeat(20));
        assert_eq!(hash(&md5, None), Ok(()));
        assert_eq!(hash(&md5, Some("md5")), Ok(()));
        assert_eq!(hash(&sha, Some("sha-1")), Ok(()));
        let kind = |value: &str, algorithm| hash(value, algorithm).map_err(|flaw| flaw.kind);
        assert_eq!(kind("", None), Err(Kind::Empty));
        assert_eq!(kind(&sha, None), Err(Kind::HashLength));
        assert_eq!(kind(&md5, Some("sha-1")), Err(Kind::HashLength));
        assert_eq!(kind(&md5, Some("sha-256")), Err(Kind::Algorithm));
        assert_eq!(kind("Yb692vVDEcbCQhrUNo9R7J7d7Dw=", None), Err(Kind::NotHex));
        assert_eq!(hash(&sha, None).expect_err("too long").help.as_deref(), Some("add `algo=\"sha-1\"`"));
    }

    #[test]
    fn ratings_belong_to_their_scheme() {
        for (value, scheme) in [
            ("adult", None),
            ("PG-13", Some("urn:mpaa")),
            ("tv-14", Some("urn:v-chip")),
            ("fresh", Some("https://a.example/")),
            ("r (cz 1 lz 0 nz 1)", Some("urn:icra")),
            ("r (n 0 s 0 v 0 l 0)", Some("urn:icra")),
        ] {
            assert_eq!(rating(value, scheme), Ok(()), "{value}");
        }
        for (value, scheme) in [
            ("x", None),
            ("tv-ma", Some("urn:mpaa")),
            ("pg-13", Some("urn:v-chip")),
            ("r", Some("urn:icra")),
            ("r ()", Some("urn:icra")),
            ("r (cz)", Some("urn:icra")),
            ("r (1 cz)", Some("urn:icra")),
        ] {
            assert_eq!(rating(value, scheme).map_err(|flaw| flaw.kind), Err(Kind::Rating), "{value}");
        }
        assert_eq!(rating("tv-ma", Some("urn:mpaa")).expect_err("another's").help.as_deref(), Some("write `scheme=\"urn:v-chip\"`"));
    }

    #[test]
    fn colours_have_six_digits() {
        table(
            colour,
            &["#ff8800", " #00FF00 "],
            &[("", Kind::Empty), ("#f80", Kind::Colour), ("ff8800", Kind::Colour), ("red", Kind::Colour), ("#gg8800", Kind::Colour)],
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY, other in ANY) {
            let mut flaws = Vec::new();
            flaws.extend(base64(&value).err());
            flaws.extend(hash(&value, None).err());
            flaws.extend(hash(&value, Some(&other)).err());
            for scheme in [None, Some("urn:icra"), Some("urn:mpaa"), Some(other.as_str())] {
                flaws.extend(rating(&value, scheme).err());
            }
            flaws.extend(colour(&value).err());
            check(&value, &flaws);
        }

        #[test]
        fn what_is_encoded_passes(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(base64(&encode(&bytes)), Ok(()));
        }
    }
}
