//! Dates as the formats write them.

use crate::model::Date;

/// Returns a date as RFC 822 §5 has it, with a year of four digits (RFC 1123 §5.2.14) and a numeric offset; chrono's own
/// form has a day of one digit.
pub(crate) fn rfc822(date: &Date) -> String {
    date.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// Returns a date as RFC 3339 §5.6 has it, with a numeric offset and no fraction.
pub(crate) fn rfc3339(date: &Date) -> String {
    date.to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}
