//! Writing the middle of a document: the crates write whole ones only.

use std::io::{self, Write};

/// A writer that leaves out the first bytes, so that what follows a known beginning is appended without a copy.
pub(super) struct Cut<'a> {
    out: &'a mut Vec<u8>,
    left: usize,
}

impl<'a> Cut<'a> {
    /// Appends to `out` all but the first `bytes` of what is written.
    pub(super) fn after(bytes: usize, out: &'a mut Vec<u8>) -> Self {
        Cut { out, left: bytes }
    }
}

impl Write for Cut<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let skipped = self.left.min(bytes.len());
        self.left -= skipped;
        self.out.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes a known end off what was written.
pub(super) fn cut_end(out: &mut Vec<u8>, end: &[u8]) {
    debug_assert!(out.ends_with(end));
    out.truncate(out.len().saturating_sub(end.len()));
}
