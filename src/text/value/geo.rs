//! Coordinates: `geo:lat`, `icbm:latitude`, `georss:point` and their like.

use super::{Flaw as Any, number::decimal, quote};
use std::ops::Range;

/// What is wrong with coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// A part is not a number.
    Malformed,
    /// A latitude is not from -90 to 90.
    Latitude,
    /// A longitude is not from -180 to 180.
    Longitude,
    /// A comma stands where white space should.
    Comma,
    /// The numbers are not pairs.
    Odd,
    /// There are fewer or more pairs than the shape has.
    Count,
    /// The last point of a polygon is not the first.
    NotClosed,
}

/// A flaw of coordinates.
pub type Flaw = Any<Kind>;

/// A shape made of points (`GeoRSS` Simple, OGC 17-002r1 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One point.
    Point,
    /// Two points or more.
    Line,
    /// Four points or more, the last as the first.
    Polygon,
    /// Two corners.
    Box,
    /// Any number of points: `gml:posList`, whose shape is told elsewhere.
    Points,
}

impl Shape {
    /// Returns how many points it may have, and what it is called.
    fn limits(self) -> (usize, usize, &'static str) {
        match self {
            Self::Point => (1, 1, "a point has one pair"),
            Self::Line => (2, usize::MAX, "a line has two pairs or more"),
            Self::Polygon => (4, usize::MAX, "a polygon has four pairs or more"),
            Self::Box => (2, 2, "a box has two pairs"),
            Self::Points => (1, usize::MAX, "at least one pair is needed"),
        }
    }
}

/// Checks a latitude: a decimal number from -90 to 90 (WGS 84; W3C Basic Geo).
pub fn latitude(value: &str) -> Result<f64, Flaw> {
    let number = read(value)?;
    within(number, 90.0).ok_or_else(|| outside(value, Kind::Latitude, 90))
}

/// Checks a longitude: a decimal number from -180 to 180 (WGS 84; W3C Basic Geo).
pub fn longitude(value: &str) -> Result<f64, Flaw> {
    let number = read(value)?;
    within(number, 180.0).ok_or_else(|| outside(value, Kind::Longitude, 180))
}

fn within(number: f64, limit: f64) -> Option<f64> {
    (number.abs() <= limit).then_some(number)
}

fn outside(value: &str, kind: Kind, limit: u32) -> Flaw {
    let (inner, start) = super::trim(value);
    let what = if kind == Kind::Latitude { "latitude" } else { "longitude" };
    let reason = format!("has {}, which is not a {what} from -{limit} to {limit}", quote(inner));
    Flaw::new(kind, start..start + inner.len(), reason).help(format!("write degrees from -{limit} to {limit}"))
}

fn read(value: &str) -> Result<f64, Flaw> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write degrees, like `45.256`"));
    }
    decimal(inner).ok_or_else(|| {
        Flaw::new(Kind::Malformed, start..start + inner.len(), format!("has {}, which is not a number", quote(inner)))
            .help("write degrees with a fraction, like `-71.92`")
    })
}

/// Checks pairs of latitude and longitude between white space; pushes what is wrong, of many faults the first.
///
/// The first comma is named, and read as a blank: people write `45.256, -110.45`.
pub fn points(value: &str, shape: Shape, flaws: &mut Vec<Flaw>) {
    let (words, from) = (numbers(value), flaws.len());
    if words.is_empty() {
        flaws.push(Flaw::new(Kind::Empty, 0..value.len(), "has no coordinates").help("write latitude and longitude, like `45.256 -71.92`"));
        return;
    }
    if let Some(at) = value.find(',') {
        let flaw = Flaw::new(Kind::Comma, at..at + 1, "has a comma between coordinates");
        flaws.push(flaw.help("put white space between latitude and longitude, and between pairs"));
    }
    let mut all = true;
    for (index, range) in words.iter().enumerate() {
        let word = value.get(range.clone()).unwrap_or_default();
        let checked = if index % 2 == 0 { latitude(word) } else { longitude(word) };
        all &= !matches!(&checked, Err(flaw) if flaw.kind == Kind::Malformed);
        flaws.extend(checked.err().map(|flaw| flaw.shift(range.start)));
        if flaws.len() - from >= super::MOST {
            return;
        }
    }
    if !all {
        return;
    }
    find_shape(value, &words, shape, flaws);
}

fn find_shape(value: &str, words: &[Range<usize>], shape: Shape, flaws: &mut Vec<Flaw>) {
    let whole = words.first().map_or(0, |range| range.start)..words.last().map_or(0, |range| range.end);
    let (least, most, rule) = shape.limits();
    let count = words.len() / 2;
    if !words.len().is_multiple_of(2) {
        let odd = words.last().cloned().unwrap_or(whole);
        flaws.push(Flaw::new(Kind::Odd, odd, "has a latitude without a longitude").help("write pairs of latitude and longitude"));
    } else if count < least || count > most {
        let plural = if count == 1 { "pair" } else { "pairs" };
        flaws.push(Flaw::new(Kind::Count, whole, format!("has {count} {plural} of coordinates, but {rule}")));
    } else if shape == Shape::Polygon {
        let number = |index: usize| words.get(index).and_then(|range| decimal(value.get(range.clone())?));
        let len = words.len();
        if number(0) != number(len - 2) || number(1) != number(len - 1) {
            flaws.push(
                Flaw::new(Kind::NotClosed, whole, "does not end with the point it begins with").help("repeat the first point at the end"),
            );
        }
    }
}

/// Returns where the words between white space and commas stand.
fn numbers(value: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let split = value.split(|c: char| c == ',' || super::is_space(c));
    split
        .filter_map(|word| {
            let range = at..at + word.len();
            at = range.end + 1;
            (!word.is_empty()).then_some(range)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    fn kinds(value: &str, shape: Shape) -> Vec<Kind> {
        let mut flaws = Vec::new();
        points(value, shape, &mut flaws);
        check(value, &flaws);
        flaws.iter().map(|flaw| flaw.kind).collect()
    }

    #[test]
    fn latitudes_and_longitudes_have_their_range() {
        table(
            latitude,
            &["0", "-90", "90.0", " 45.256 "],
            &[("", Kind::Empty), ("90.1", Kind::Latitude), ("-91", Kind::Latitude), ("45° N", Kind::Malformed), ("45,2", Kind::Malformed)],
        );
        table(longitude, &["180", "-180", "+7"], &[("180.01", Kind::Longitude), ("W", Kind::Malformed), (" ", Kind::Empty)]);
    }

    #[test]
    fn shapes_have_so_many_points() {
        for (value, shape, found) in [
            ("45.256 -71.92", Shape::Point, vec![]),
            ("45.256\n\t-71.92 ", Shape::Point, vec![]),
            ("", Shape::Point, vec![Kind::Empty]),
            ("45.256, -71.92", Shape::Point, vec![Kind::Comma]),
            ("45.256", Shape::Point, vec![Kind::Odd]),
            ("1 2 3 4", Shape::Point, vec![Kind::Count]),
            ("1 2", Shape::Line, vec![Kind::Count]),
            ("1 2 3 4 5 6", Shape::Line, vec![]),
            ("1 2 3", Shape::Line, vec![Kind::Odd]),
            ("1 2 3 4 5 6 1.0 2", Shape::Polygon, vec![]),
            ("1 2 3 4 5 6 7 2", Shape::Polygon, vec![Kind::NotClosed]),
            ("1 2 3 4 5 6 1 8", Shape::Polygon, vec![Kind::NotClosed]),
            ("1 2 3 4 1 2", Shape::Polygon, vec![Kind::Count]),
            ("1 2 3 4", Shape::Box, vec![]),
            ("1 2 3 4 5 6", Shape::Box, vec![Kind::Count]),
            ("95 2", Shape::Point, vec![Kind::Latitude]),
            ("5 200", Shape::Point, vec![Kind::Longitude]),
            ("a b", Shape::Point, vec![Kind::Malformed, Kind::Malformed]),
            ("95,200", Shape::Points, vec![Kind::Comma, Kind::Latitude, Kind::Longitude]),
        ] {
            assert_eq!(kinds(value, shape), found, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in "[0-9. ,a\n°-]{0,30}|\\PC{0,20}") {
            for shape in [Shape::Point, Shape::Line, Shape::Polygon, Shape::Box, Shape::Points] {
                kinds(&value, shape);
            }
            check(&value, &latitude(&value).err().into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn any_text_is_taken(value in ANY) {
            kinds(&value, Shape::Polygon);
            check(&value, &longitude(&value).err().into_iter().collect::<Vec<_>>());
        }
    }
}
