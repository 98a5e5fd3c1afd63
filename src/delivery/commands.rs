//! Commands that are about to be said, with the stage that each belongs to.

use super::error::Stage;
use memchr::memchr3;
use std::fmt::{self, Write as _};
use std::ops::Range;

/// Commands in the order in which they are said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Commands {
    text: String,
    /// The stage of each, and where its line ends.
    stages: Vec<(Stage, usize)>,
    /// Whether one of them would have been two.
    stray: bool,
}

impl Commands {
    /// Forgets all, but for the room they have.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.stages.clear();
        self.stray = false;
    }

    pub(super) fn add(&mut self, stage: Stage, command: fmt::Arguments<'_>) {
        let start = self.text.len();
        let written = self.text.write_fmt(command);
        let line = self.text.as_bytes().get(start..).unwrap_or_default();
        self.stray |= written.is_err() || memchr3(b'\r', b'\n', 0, line).is_some();
        self.text.push_str("\r\n");
        self.stages.push((stage, self.text.len()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.stages.len()
    }

    pub(super) fn stage(&self, at: usize) -> Stage {
        self.stages.get(at).map_or(Stage::Data, |(stage, _)| *stage)
    }

    /// Returns the lines of some; `None` when a line end or NUL in one of them would be taken for the end of a command.
    pub(super) fn lines(&self, which: &Range<usize>) -> Option<&str> {
        let end = |count: usize| count.checked_sub(1).map_or(Some(0), |last| self.stages.get(last).map(|(_, end)| *end));
        if self.stray { None } else { self.text.get(end(which.start)?..end(which.end)?) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(said: &[&str]) -> Commands {
        let mut commands = Commands::default();
        for command in said {
            commands.add(Stage::Mail, format_args!("{command}"));
        }
        commands
    }

    #[test]
    fn each_command_is_a_line() {
        let known = commands(&["RSET", "DATA"]);
        assert_eq!((known.len(), known.lines(&(0..1)), known.lines(&(1..2))), (2, Some("RSET\r\n"), Some("DATA\r\n")));
        assert_eq!((known.lines(&(0..2)), known.lines(&(0..3))), (Some("RSET\r\nDATA\r\n"), None));
    }

    #[test]
    fn nothing_is_said_when_one_command_would_be_two() {
        for stray in ["a\rb", "a\nb", "a\0b"] {
            let mut known = commands(&["RSET", stray]);
            assert_eq!(known.lines(&(0..1)), None);
            known.clear();
            known.add(Stage::Quit, format_args!("QUIT"));
            assert_eq!(known.lines(&(0..1)), Some("QUIT\r\n"));
        }
    }
}
