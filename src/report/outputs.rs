use super::summary::plural;
use super::tame::tame;

/// What became of one output, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputLine {
    /// The file as the user knows it, with `/`.
    pub path: String,
    /// What was done.
    pub action: Action,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many entries it carries; `None` for what is no feed.
    pub entries: Option<usize>,
}

/// What was done with an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Its bytes changed, and it was replaced.
    Written,
    /// Its bytes are what they were.
    Unchanged,
    /// It is no longer made, and was removed.
    Removed,
    /// A dry run that would write it.
    WouldWrite,
    /// A dry run that would remove it.
    WouldRemove,
}

/// The word of each action in JSON and for people.
const ACTIONS: &[(Action, &str, &str)] = &[
    (Action::Written, "written", "wrote"),
    (Action::Unchanged, "unchanged", "unchanged"),
    (Action::Removed, "removed", "removed"),
    (Action::WouldWrite, "would-write", "would write"),
    (Action::WouldRemove, "would-remove", "would remove"),
];

impl Action {
    /// Returns its word in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        ACTIONS.iter().find(|(action, ..)| *action == self).map_or("", |(_, name, _)| name)
    }

    fn verb(self) -> &'static str {
        ACTIONS.iter().find(|(action, ..)| *action == self).map_or("", |(_, _, verb)| verb)
    }

    /// Returns whether people are told of each such file; the others are a number.
    fn is_named(self) -> bool {
        matches!(self, Action::Removed | Action::WouldWrite | Action::WouldRemove)
    }
}

/// Returns the lines for people: each file that goes or would change. The others are a number in the summary of the run.
#[must_use]
pub fn output_lines(outputs: &[OutputLine]) -> Vec<String> {
    outputs.iter().filter(|output| output.action.is_named()).map(|output| tame(&line(output))).collect()
}

fn line(output: &OutputLine) -> String {
    let entries = output.entries.map(|count| format!("{}, ", if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }));
    let size = format!(" ({}{})", entries.unwrap_or_default(), plural(usize::try_from(output.bytes).unwrap_or(usize::MAX), "byte"));
    let shows_size = output.action == Action::WouldWrite;
    format!("{} {}{}", output.action.verb(), output.path, if shows_size { size.as_str() } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_or_would_change_is_named() {
        let output = |path: &str, action, entries| OutputLine { path: path.into(), action, bytes: 1, entries };
        let outputs = [
            output("a", Action::Written, Some(1)),
            output("b", Action::Unchanged, None),
            output("c", Action::Unchanged, None),
            output("d", Action::Removed, None),
            output("e", Action::WouldWrite, Some(2)),
        ];
        assert_eq!(output_lines(&outputs), ["removed d", "would write e (2 entries, 1 byte)"]);
    }
}
