//! Numbers in sentences.

/// Returns a count with its noun, plural only when plural: `1 post`, `3 posts`.
pub(super) fn plural(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
