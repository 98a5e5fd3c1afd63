//! Fields in the parts of a report: groups of them, with a blank line between (RFC 3464 §2.1).

use crate::mail::check::read::{fields, same_length};

/// The most groups of a report; further ones are not read.
const MOST_GROUPS: usize = 1_000;

/// Fields that stand together.
#[derive(Debug, Default)]
pub(super) struct Group {
    fields: Vec<(String, String)>,
}

impl Group {
    /// Returns the first value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns all values of a name.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> + 's {
        self.fields.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Returns the groups of a part.
pub(super) fn groups(bytes: &[u8]) -> Vec<Group> {
    let shown = same_length(bytes);
    let mut groups = Vec::new();
    let mut at = 0;
    while at < bytes.len() && groups.len() < MOST_GROUPS {
        let (found, _, body) = fields(bytes, &shown, at..bytes.len(), &mut Vec::new());
        let fields: Vec<(String, String)> = found.into_iter().map(|field| (field.name.to_owned(), field.value)).collect();
        if !fields.is_empty() {
            groups.push(Group { fields });
        }
        // A group ends behind its blank line, or with the part.
        at = body.start.max(at + 1);
    }
    groups
}

/// Returns the header that a mail begins with, as bytes and fields.
pub(super) fn head(bytes: &[u8]) -> Option<(&[u8], Group)> {
    let start = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    let shown = same_length(bytes);
    let (found, head, _) = fields(bytes, &shown, start..bytes.len(), &mut Vec::new());
    let fields = found.into_iter().map(|field| (field.name.to_owned(), field.value)).collect();
    Some((bytes.get(head)?, Group { fields }))
}
