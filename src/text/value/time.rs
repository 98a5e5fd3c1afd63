//! Times within a recording, and durations.

use super::{Flaw as Any, Reader, ensure, quote};

/// What is wrong with a time or a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// The form is another one.
    Malformed,
    /// It has 60 or more minutes or seconds where hours or minutes stand before them.
    OutOfRange,
}

/// A flaw of a time or a duration.
pub type Flaw = Any<Kind>;

/// Cuts the white space off and refuses what is empty.
fn inner<'a>(value: &'a str, help: &str) -> Result<(&'a str, usize), Flaw> {
    let (inner, start) = super::trim(value);
    ensure(!inner.is_empty(), || Flaw::new(Kind::Empty, 0..value.len(), "is empty").help(help))?;
    Ok((inner, start))
}

/// Checks a time of Media RSS: normal play time (RFC 2326 §3.6), `now`, seconds or `h:mm:ss`, both with a fraction.
pub fn npt(value: &str) -> Result<(), Flaw> {
    const FORM: &str = "write seconds like `12.5`, or hours, minutes and seconds like `0:01:30.5`";
    let (inner, start) = inner(value, FORM)?;
    if inner == "now" {
        return Ok(());
    }
    let range = start..start + inner.len();
    let malformed = || Flaw::new(Kind::Malformed, range.clone(), format!("has {}, which is no time", quote(inner))).help(FORM);
    let mut reader = Reader::new(inner);
    let first = reader.digits();
    let mut parts = Vec::new();
    while parts.len() < 2 && reader.take(b':') {
        parts.push(reader.digits());
    }
    if reader.take(b'.') {
        reader.digits();
    }
    let is_npt = !first.is_empty() && reader.is_done() && parts.len() != 1 && parts.iter().all(|part| matches!(part.len(), 1 | 2));
    if !is_npt {
        return Err(malformed());
    }
    ensure(parts.iter().all(|part| part.parse().is_ok_and(|number: u32| number < 60)), || {
        Flaw::new(Kind::OutOfRange, range.clone(), "has 60 or more minutes or seconds").help("carry them into hours and minutes")
    })
}

/// Checks the duration of an episode: seconds, `MM:SS` or `HH:MM:SS` (Apple's `<itunes:duration>`).
///
/// Minutes at the front may be more than 59. Returns the seconds.
pub fn itunes_duration(value: &str) -> Result<u64, Flaw> {
    const FORM: &str = "write seconds like `3725`, or `1:02:05`";
    let (inner, start) = inner(value, FORM)?;
    let range = start..start + inner.len();
    let Some(parts) = clock(inner) else {
        let flaw = Flaw::new(Kind::Malformed, range, format!("has {}, which is no duration", quote(inner)));
        return Err(match inner.rsplit_once('.') {
            Some((whole, _)) if clock(whole).is_some() => flaw.help(format!("write `{whole}`, without a fraction")),
            _ => flaw.help(FORM),
        });
    };
    ensure(parts.iter().skip(1).all(|part| *part < 60), || {
        Flaw::new(Kind::OutOfRange, range, "has 60 or more minutes or seconds").help("carry them into hours and minutes")
    })?;
    Ok(parts.iter().fold(0, |total: u64, part| total.saturating_mul(60).saturating_add(*part)))
}

/// Reads up to three numbers between colons, those after the first of one or two digits.
fn clock(text: &str) -> Option<Vec<u64>> {
    let parts: Vec<&str> = text.splitn(4, ':').collect();
    let is_digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_form = parts.len() <= 3 && parts.iter().all(is_digits) && parts.iter().skip(1).all(|part| part.len() <= 2);
    is_form.then(|| parts.iter().map(|part| part.parse().unwrap_or(u64::MAX)).collect())
}

/// Checks seconds with or without a fraction, as the podcast namespace has them; returns them.
pub fn seconds(value: &str) -> Result<f64, Flaw> {
    const FORM: &str = "write seconds like `73` or `73.5`";
    let (inner, start) = inner(value, FORM)?;
    let number = super::number::decimal(inner)
        .filter(|_| inner.starts_with(|c: char| c.is_ascii_digit()) && inner.ends_with(|c: char| c.is_ascii_digit()));
    number.ok_or_else(|| {
        Flaw::new(Kind::Malformed, start..start + inner.len(), format!("has {}, which is no number of seconds", quote(inner))).help(FORM)
    })
}

/// Checks a duration of ISO 8601 (XML Schema Part 2 §3.2.6, with the weeks of ISO 8601:2004 §4.4.3.2).
pub fn iso_duration(value: &str) -> Result<(), Flaw> {
    const FORM: &str = "write it like `PT1H30M` or `P2D`";
    let (inner, start) = inner(value, FORM)?;
    match read_duration(inner) {
        Some(()) => Ok(()),
        None => {
            Err(Flaw::new(Kind::Malformed, start..start + inner.len(), format!("has {}, which is no duration of ISO 8601", quote(inner)))
                .help(FORM))
        }
    }
}

fn read_duration(text: &str) -> Option<()> {
    let mut reader = Reader::new(text);
    reader.take(b'-');
    reader.take(b'P').then_some(())?;
    let (mut units, mut count, mut in_time) = (b"YMWD".as_slice(), 0, false);
    while !reader.is_done() {
        if !in_time && reader.take(b'T') {
            (units, in_time, count) = (b"HMS".as_slice(), true, 0);
            continue;
        }
        if reader.digits().is_empty() {
            return None;
        }
        let fraction = (reader.take(b'.') || reader.take(b',')).then(|| reader.digits());
        let unit = reader.peek()?;
        let at = units.iter().position(|known| *known == unit)?;
        reader.take(unit);
        units = units.get(at + 1..)?;
        count += 1;
        // Only the last part has a fraction.
        if fraction.is_some_and(|digits| digits.is_empty() || !reader.is_done()) {
            return None;
        }
    }
    (count > 0).then_some(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn play_times_are_seconds_or_clock_times() {
        table(
            npt,
            &["0", "12.5", "12.", "12:05:35.3", "100:0:1", "now", " 42 "],
            &[
                ("", Kind::Empty),
                ("-3", Kind::Malformed),
                ("+17sec", Kind::Malformed),
                ("1:30", Kind::Malformed),
                ("1:2:3:4", Kind::Malformed),
                ("1:002:3", Kind::Malformed),
                ("NOW", Kind::Malformed),
                (".5", Kind::Malformed),
                ("1:60:00", Kind::OutOfRange),
                ("1:00:75", Kind::OutOfRange),
            ],
        );
    }

    #[test]
    fn durations_of_episodes_have_three_forms() {
        table(
            itunes_duration,
            &["3725", "7:40", "1:02:05", "01:02:05", "90:30"],
            &[
                ("", Kind::Empty),
                ("1:2:3:4", Kind::Malformed),
                ("12.5", Kind::Malformed),
                ("1h", Kind::Malformed),
                (":30", Kind::Malformed),
                ("-5", Kind::Malformed),
                ("1:002", Kind::Malformed),
                ("1:60", Kind::OutOfRange),
                ("1:75:00", Kind::OutOfRange),
            ],
        );
        assert_eq!(itunes_duration("1:02:05"), Ok(3725));
        assert_eq!(itunes_duration("01:30.500").expect_err("a fraction").help.as_deref(), Some("write `01:30`, without a fraction"));
    }

    #[test]
    fn many_dots_do_no_harm() {
        assert_eq!(itunes_duration(&"1.".repeat(200_000)).map_err(|flaw| flaw.kind), Err(Kind::Malformed));
    }

    #[test]
    fn seconds_may_have_a_fraction() {
        table(
            seconds,
            &["0", "73.5", " 5 "],
            &[
                ("", Kind::Empty),
                ("-1", Kind::Malformed),
                ("1:30", Kind::Malformed),
                ("1.", Kind::Malformed),
                (".5", Kind::Malformed),
                ("1e3", Kind::Malformed),
            ],
        );
    }

    #[test]
    fn iso_durations_have_units_in_order() {
        table(
            iso_duration,
            &["PT1H30M", "P1Y2M3DT4H5M6.7S", "P2W", "-P1D", "PT0S", "PT1,5H", "P1M", "PT1M"],
            &[
                ("", Kind::Empty),
                ("P", Kind::Malformed),
                ("PT", Kind::Malformed),
                ("P1DT", Kind::Malformed),
                ("1H", Kind::Malformed),
                ("PT1M1H", Kind::Malformed),
                ("P1H", Kind::Malformed),
                ("PT1.5H2M", Kind::Malformed),
                ("P1", Kind::Malformed),
                ("p1d", Kind::Malformed),
                ("PT1.S", Kind::Malformed),
            ],
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            flaws.extend(npt(&value).err());
            flaws.extend(itunes_duration(&value).err());
            flaws.extend(seconds(&value).err());
            flaws.extend(iso_duration(&value).err());
            check(&value, &flaws);
        }

        #[test]
        fn a_clock_time_is_its_seconds(total in 0_u64..1_000_000) {
            let clock = format!("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
            prop_assert_eq!(itunes_duration(&clock), Ok(total));
            prop_assert_eq!(itunes_duration(&total.to_string()), Ok(total));
            prop_assert_eq!(npt(&clock), Ok(()));
            let iso = format!("PT{}H{}M{}S", total / 3600, total / 60 % 60, total % 60);
            prop_assert_eq!(iso_duration(&iso), Ok(()));
        }
    }
}
