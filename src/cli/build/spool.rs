//! The entries that are needed again later in a run: serialised once, kept once.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;
use tempfile::SpooledTempFile;

/// Where entries wait for the feeds that hold them.
#[derive(Debug)]
pub(super) struct Spool {
    /// One reader at a time: a read is a copy of a few kilobytes.
    file: Mutex<SpooledTempFile>,
    length: u64,
    /// Where each post's items are, in the order of the posts.
    places: Vec<Kept>,
}

/// One post's items, one after another.
#[derive(Debug)]
struct Kept {
    post: u32,
    at: u64,
    lengths: Box<[usize]>,
}

impl Spool {
    /// Starts with an empty file.
    pub(super) fn new(file: SpooledTempFile) -> Self {
        Spool { file: Mutex::new(file), length: 0, places: Vec::new() }
    }

    /// Keeps the items of a post, which comes after all posts that are kept already.
    pub(super) fn add(&mut self, post: u32, items: &[Vec<u8>]) -> io::Result<()> {
        debug_assert!(self.places.last().is_none_or(|last| last.post < post));
        let file = self.file.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        for item in items {
            file.write_all(item)?;
        }
        self.places.push(Kept { post, at: self.length, lengths: items.iter().map(Vec::len).collect() });
        self.length += items.iter().map(|item| item.len() as u64).sum::<u64>();
        Ok(())
    }

    /// Returns how long the items of a post are; none for one that is not kept.
    pub(super) fn lengths(&self, post: u32) -> &[usize] {
        self.kept(post).map_or(&[], |kept| &kept.lengths)
    }

    fn kept(&self, post: u32) -> Option<&Kept> {
        let found = self.places.binary_search_by_key(&post, |kept| kept.post).ok();
        found.and_then(|index| self.places.get(index))
    }

    /// Reads the items of a post into a buffer and returns them.
    pub(super) fn read<'a>(&self, post: u32, buffer: &'a mut Vec<u8>) -> io::Result<Vec<&'a [u8]>> {
        let kept = self.kept(post).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        buffer.resize(kept.lengths.iter().sum(), 0);
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(kept.at))?;
        file.read_exact(buffer)?;
        drop(file);
        let mut rest: &[u8] = buffer;
        let item = |length: &usize| {
            let (item, after) = rest.split_at_checked(*length).unwrap_or((rest, b""));
            rest = after;
            item
        };
        Ok(kept.lengths.iter().map(item).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back_as_they_went_in_from_memory_and_from_disk() {
        for limit in [1 << 20, 16] {
            let mut spool = Spool::new(SpooledTempFile::new(limit));
            let items = |post: u32| vec![vec![b'a'; post as usize], Vec::new(), post.to_string().into_bytes()];
            for post in [1, 4, 9] {
                spool.add(post, &items(post)).expect("kept");
            }
            let mut buffer = Vec::new();
            for post in [9, 1, 4, 1] {
                assert_eq!(spool.read(post, &mut buffer).expect("there"), items(post));
            }
            assert!(spool.read(2, &mut buffer).is_err());
        }
    }
}
