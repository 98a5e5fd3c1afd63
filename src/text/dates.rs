//! Dates as front matter has them, and as feeds want them.
