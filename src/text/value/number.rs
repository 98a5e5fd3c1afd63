//! Numbers, and the small ranges of them that feeds have.
//!
//! Whole numbers are written as XML Schema has them (Part 2 §3.3.13): digits with an optional sign. White space around
//! a number is no flaw, as XML Schema collapses it (Part 2 §4.3.6). A number too large for its type counts as the largest.

use super::{Flaw as Any, Reader, quote};

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// It is not a number.
    Malformed,
    /// It is a number, but not a whole one.
    Fraction,
    /// It is less than zero.
    Negative,
    /// It is zero where it must be more.
    Zero,
    /// It is more than it may be.
    TooLarge,
    /// It is hour 24, which was allowed once and is hour 0 now.
    Midnight,
}

/// A flaw of a number.
pub type Flaw = Any<Kind>;

/// The largest width of a picture of RSS, in pixels (RSS 2.0 `<image>`).
const WIDTH: u64 = 144;

/// The largest height of a picture of RSS, in pixels (RSS 2.0 `<image>`).
const HEIGHT: u64 = 400;

/// Checks a whole number.
pub fn integer(value: &str) -> Result<i64, Flaw> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write a number"));
    }
    let mut reader = Reader::new(inner);
    let negative = reader.take(b'-');
    if !negative {
        reader.take(b'+');
    }
    let digits = reader.digits();
    if !digits.is_empty() && reader.is_done() {
        let limit = if negative { i64::MIN } else { i64::MAX };
        return Ok(inner.parse().unwrap_or(limit));
    }
    let range = start..start + inner.len();
    if decimal(inner).is_some() {
        return Err(Flaw::new(Kind::Fraction, range, "has a fraction").help("write a whole number in digits"));
    }
    let flaw = Flaw::new(Kind::Malformed, range, format!("has {}", quote(inner)));
    // `1,024` and `12 MB` are meant for people.
    let plain: String = inner.chars().filter(|c| !matches!(c, ',' | '\'' | '_' | ' ')).collect();
    let is_grouped = inner.contains([',', '\'', '_']) && !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
    Err(if is_grouped { flaw.help(format!("write `{plain}`")) } else { flaw.help("write a whole number in digits") })
}

/// Checks a whole number that is zero or more.
pub fn non_negative(value: &str) -> Result<u64, Flaw> {
    let number = integer(value)?;
    u64::try_from(number).map_err(|_| out_of_range(value, Kind::Negative, "is less than 0").help("write 0 or more"))
}

/// Checks a whole number that is one or more.
pub fn positive(value: &str) -> Result<u64, Flaw> {
    match non_negative(value).map_err(|flaw| if flaw.kind == Kind::Negative { flaw.help("write 1 or more") } else { flaw })? {
        0 => Err(out_of_range(value, Kind::Zero, "is 0").help("write 1 or more")),
        number => Ok(number),
    }
}

/// Checks a whole number from one to a limit.
pub fn up_to(value: &str, limit: u64) -> Result<u64, Flaw> {
    let number = positive(value)?;
    if number > limit {
        return Err(out_of_range(value, Kind::TooLarge, &format!("is more than {limit}")).help(format!("write a number from 1 to {limit}")));
    }
    Ok(number)
}

/// Checks the width of a picture of RSS: at most 144 (RSS 2.0 `<image>`).
pub fn image_width(value: &str) -> Result<u64, Flaw> {
    up_to(value, WIDTH)
}

/// Checks the height of a picture of RSS: at most 400 (RSS 2.0 `<image>`).
pub fn image_height(value: &str) -> Result<u64, Flaw> {
    up_to(value, HEIGHT)
}

/// Checks a port (RFC 6335 §6): 1 to 65535.
pub fn port(value: &str) -> Result<u64, Flaw> {
    up_to(value, 65535)
}

/// Checks an hour of `skipHours`: 0 to 23, where RSS 0.91 had 1 to 24 (RSS 2.0 `<skipHours>`).
pub fn hour(value: &str) -> Result<u64, Flaw> {
    let number = non_negative(value)?;
    match number {
        0..=23 => Ok(number),
        24 => Err(out_of_range(value, Kind::Midnight, "stands for midnight, which is `0`").help("write `0` for the hour after midnight")),
        _ => Err(out_of_range(value, Kind::TooLarge, "is more than 23").help("write an hour from 0 to 23")),
    }
}

fn out_of_range(value: &str, kind: Kind, reason: &str) -> Flaw {
    let (inner, start) = super::trim(value);
    Flaw::new(kind, start..start + inner.len(), reason)
}

/// Reads a decimal number, perhaps with a sign (XML Schema Part 2 §3.2.3).
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let mut reader = Reader::new(text);
    if !reader.take(b'-') {
        reader.take(b'+');
    }
    let whole = reader.digits();
    let fraction = if reader.take(b'.') { reader.digits() } else { "" };
    let is_number = reader.is_done() && (!whole.is_empty() || !fraction.is_empty());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Checks a number with or without a fraction, also in the form `1.5e3` (XML Schema Part 2 §3.2.4, without its infinities).
pub fn float(value: &str) -> Result<f64, Flaw> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write a number"));
    }
    let number = match inner.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => decimal(mantissa).filter(|_| is_exponent(exponent)).and_then(|_| inner.parse().ok()),
        None => decimal(inner),
    };
    let flaw = || {
        let flaw = Flaw::new(Kind::Malformed, start..start + inner.len(), format!("has {}", quote(inner)));
        let dotted = inner.replacen(',', ".", 1);
        if decimal(&dotted).is_some() { flaw.help(format!("write `{dotted}`")) } else { flaw.help("write a number, like `23.976`") }
    };
    number.filter(|number: &f64| number.is_finite()).ok_or_else(flaw)
}

fn is_exponent(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Checks a number that is zero or more, with or without a fraction.
pub fn non_negative_float(value: &str) -> Result<f64, Flaw> {
    match float(value)? {
        number if number < 0.0 => Err(out_of_range(value, Kind::Negative, "is less than 0").help("write 0 or more")),
        number => Ok(number),
    }
}

/// Checks a part of a hundred: 0 to 100, with or without a fraction and a `%`.
pub fn percentage(value: &str) -> Result<f64, Flaw> {
    let (inner, start) = super::trim(value);
    let number = inner.strip_suffix('%').unwrap_or(inner);
    let shift = |flaw: Flaw| flaw.shift(start);
    match non_negative_float(number).map_err(shift)? {
        number if number > 100.0 => Err(out_of_range(value, Kind::TooLarge, "is more than 100").help("write a number from 0 to 100")),
        number => Ok(number),
    }
}

/// Checks whole numbers between commas, as `slash:hit_parade` has them; pushes the first that are none.
pub fn comma_integers(value: &str, flaws: &mut Vec<Flaw>) {
    let (mut at, from) = (0, flaws.len());
    for part in value.split(',') {
        if flaws.len() - from >= super::MOST {
            return;
        }
        flaws.extend(integer(part).err().map(|flaw| flaw.shift(at)));
        at += part.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_are_digits_with_a_sign() {
        table(
            integer,
            &["0", "-12", "+3", " 007\n", "99999999999999999999"],
            &[
                ("", Kind::Empty),
                (" ", Kind::Empty),
                ("2.5", Kind::Fraction),
                ("a", Kind::Malformed),
                ("1,024", Kind::Malformed),
                ("1 2", Kind::Malformed),
                ("-", Kind::Malformed),
                ("٣", Kind::Malformed),
                ("0x1", Kind::Malformed),
            ],
        );
        assert_eq!(integer("-99999999999999999999"), Ok(i64::MIN));
        assert_eq!(integer("1,024").expect_err("for people").help.as_deref(), Some("write `1024`"));
    }

    #[test]
    fn ranges_are_kept() {
        table(non_negative, &["0", "12"], &[("-1", Kind::Negative), ("a", Kind::Malformed)]);
        table(positive, &["1"], &[("0", Kind::Zero), ("-1", Kind::Negative), ("", Kind::Empty), ("7.2", Kind::Fraction)]);
        table(image_width, &["1", "144"], &[("145", Kind::TooLarge), ("0", Kind::Zero), ("-1", Kind::Negative), ("a", Kind::Malformed)]);
        table(image_height, &["400"], &[("401", Kind::TooLarge)]);
        table(port, &["80"], &[("65536", Kind::TooLarge), ("0", Kind::Zero)]);
        table(hour, &["0", "23", "07"], &[("24", Kind::Midnight), ("25", Kind::TooLarge), ("-1", Kind::Negative), ("2.5", Kind::Fraction)]);
    }

    #[test]
    fn fractions_have_a_point() {
        table(
            float,
            &["1", "-1.5", ".5", "5.", "1.5e-3", " 2 "],
            &[
                ("", Kind::Empty),
                ("1,5", Kind::Malformed),
                ("NaN", Kind::Malformed),
                ("inf", Kind::Malformed),
                (".", Kind::Malformed),
                ("1e", Kind::Malformed),
                ("1e999", Kind::Malformed),
            ],
        );
        table(
            percentage,
            &["0", "100", "12.5%"],
            &[("101", Kind::TooLarge), ("-1", Kind::Negative), ("%", Kind::Empty), ("a%", Kind::Malformed)],
        );
        assert_eq!(float("1,5").expect_err("a comma").help.as_deref(), Some("write `1.5`"));
    }

    #[test]
    fn each_wrong_number_of_a_list_is_named() {
        let mut flaws = Vec::new();
        comma_integers("1, 2,x,,3.5", &mut flaws);
        let found: Vec<_> = flaws.iter().map(|flaw| (flaw.kind, flaw.range.clone())).collect();
        assert_eq!(found, [(Kind::Malformed, 5..6), (Kind::Empty, 7..7), (Kind::Fraction, 8..11)]);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            comma_integers(&value, &mut flaws);
            for result in [non_negative(&value), positive(&value), image_width(&value), hour(&value), port(&value)] {
                flaws.extend(result.err());
            }
            flaws.extend(percentage(&value).err());
            flaws.extend(float(&value).err());
            check(&value, &flaws);
        }

        #[test]
        fn numbers_are_read_as_rust_reads_them(value in "[+-]?[0-9.e]{1,20}") {
            if let Ok(number) = value.parse::<i64>() {
                prop_assert_eq!(integer(&value), Ok(number));
            }
            if let Ok(number) = float(&value) {
                prop_assert_eq!(value.parse::<f64>(), Ok(number));
            }
        }
    }
}
