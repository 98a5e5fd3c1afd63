//! What is found in a list, one finding after another; a fault that every row has is told a bounded number of times.

use super::Found;
use super::address::masked;
use super::codes::{GUESSED_LIST_ENCODING, NOT_SUBSCRIBED};
use super::standing::Standing;
use crate::diagnostic::{Code, Diagnostic, Place, Position, Severity, Source, Span};
use crate::text::short::shown;
use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

/// The most findings of one code; those behind are counted.
const MOST: u64 = 10_000;

/// What was found and has not been given out yet, and what is only counted.
#[derive(Debug)]
pub(super) struct Told {
    path: String,
    /// Whether addresses may be shown, and the lines they stand in.
    shows_addresses: bool,
    queue: VecDeque<Found>,
    counts: BTreeMap<&'static str, u64>,
    standings: BTreeMap<Standing, (u64, u32)>,
    guessed: bool,
    /// How many rows were left out.
    left_out: u64,
}

impl Told {
    pub(super) fn new(path: &str, shows_addresses: bool) -> Self {
        Told {
            path: path.to_owned(),
            shows_addresses,
            queue: VecDeque::new(),
            counts: BTreeMap::new(),
            standings: BTreeMap::new(),
            guessed: false,
            left_out: 0,
        }
    }

    pub(super) fn take(&mut self) -> Option<Found> {
        self.queue.pop_front()
    }

    pub(super) fn push(&mut self, found: Found) {
        self.queue.push_back(found);
    }

    /// Adds a finding.
    pub(super) fn tell(&mut self, code: &'static Code, message: impl Into<String>, place: Place, help: impl Into<String>) {
        self.left_out += u64::from(code.severity == Severity::Error);
        let count = self.counts.entry(code.name).or_default();
        *count += 1;
        if *count <= MOST {
            self.queue.push_back(Found::Finding(Diagnostic::new(code, message).at(place).help(help)));
        }
    }

    /// Returns the place of a part of a record that begins on a line.
    pub(super) fn place(&self, line: u32, text: &str, span: Span) -> Place {
        let mut place = Source::new(&self.path, text).place(span);
        for end in [&mut place.start, &mut place.end] {
            end.line = end.line.saturating_add(line.saturating_sub(1));
        }
        if !self.shows_addresses {
            place.excerpt.clear();
            place.mark = (0, 0);
        }
        place
    }

    /// Returns the place of a line.
    pub(super) fn line(&self, line: u32) -> Place {
        let start = Position { line, column: 1 };
        Place { start, end: start, ..Place::file(self.path.as_str()) }
    }

    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    pub(super) fn shows_addresses(&self) -> bool {
        self.shows_addresses
    }

    /// Returns a text as a message may show it.
    pub(super) fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.shows_addresses || !text.contains('@') { shown(text) } else { masked(text) }
    }

    /// Notes that a line was not UTF-8; the first of them is told.
    pub(super) fn guess(&mut self, line: u32) {
        if !std::mem::replace(&mut self.guessed, true) {
            let place = self.line(line);
            self.tell(&GUESSED_LIST_ENCODING, "the list is not in UTF-8 and is read as windows-1252", place, "save it as UTF-8");
        }
    }

    /// Notes how a row stands; who gets no mail is told at the end.
    pub(super) fn stand(&mut self, standing: Standing, line: u32) {
        if standing != Standing::Active {
            self.standings.entry(standing).or_insert((0, line)).0 += 1;
        }
    }

    /// Tells what was only counted.
    pub(super) fn finish(&mut self) {
        for (standing, (count, line)) in std::mem::take(&mut self.standings) {
            let rows = if count == 1 { "1 row is".to_owned() } else { format!("{count} rows are") };
            let message = format!("{rows} kept as {} and gets no mail", standing.name());
            let message = if count == 1 { message } else { message.replace(" gets ", " get ") };
            let place = self.line(line);
            self.tell(&NOT_SUBSCRIBED, message, place, "nothing, if that is right; who wants mail again has to confirm it");
        }
        let more = |(code, count): (&&'static str, &u64)| count.checked_sub(MOST).filter(|more| *more > 0).map(|more| (*code, more));
        let over: Vec<(&'static str, u64)> = self.counts.iter().filter_map(more).collect();
        for (name, more) in over {
            if let Some(code) = super::CODES.iter().find(|code| code.name == name) {
                let found = Diagnostic::new(code, format!("{more} more findings like this are not listed"));
                self.queue.push_back(Found::Finding(found.at(Place::file(self.path.as_str()))));
            }
        }
        self.counts.clear();
    }
}
