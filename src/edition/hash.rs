//! Hashes by which posts and editions are known again.

use crate::model::Post;
use crate::site::content_digest;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Returns the hash of what a post says ([`content_digest`]), as ledgers have it.
#[must_use]
pub fn content_hash(post: &Post, text: &str) -> Option<String> {
    content_digest(post, text).map(|digest| hex(&digest))
}

/// A hash of parts in order, each with its length, so that none can be mistaken for two.
#[derive(Default)]
pub(super) struct Parts(Sha256);

impl Parts {
    pub(super) fn add(&mut self, part: &str) {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    pub(super) fn into_hex(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Returns an id for a recipient who is no subscriber, from what makes a mail to them one of its own.
#[must_use]
pub fn subscriber_id<'p>(parts: impl IntoIterator<Item = &'p str>) -> [u8; 16] {
    let mut hash = Parts::default();
    parts.into_iter().for_each(|part| hash.add(part));
    hash.0.finalize().first_chunk().copied().unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::choose::tests::post;

    #[test]
    fn the_hash_of_a_post_stays_when_it_is_renamed_or_saved_elsewhere() {
        let one = Post { body: 4, ..post("a.md", "2026-01-01") };
        let other = Post { body: 0, path: "b.md".into(), ..one.clone() };
        assert_eq!(content_hash(&one, "---\nText \r\nmore\r\n"), content_hash(&other, "\nText\nmore"));
        assert_ne!(content_hash(&other, "Text\nmore"), content_hash(&other, "Text\nless"));
        assert_ne!(content_hash(&other, "Text"), content_hash(&Post { title: None, ..other.clone() }, "Text"));
        assert_eq!(content_hash(&one, "---\n \r\n"), None);
    }

    #[test]
    fn parts_that_are_cut_in_another_place_have_another_hash() {
        let hash = |[one, other]: [&str; 2]| {
            let mut hash = Parts::default();
            hash.add(one);
            hash.add(other);
            hash.into_hex()
        };
        assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
        assert_eq!(hash(["", ""]).len(), 64);
    }
}
