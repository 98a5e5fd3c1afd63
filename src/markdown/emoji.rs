//! Signs by their names, as GitHub has them: `:tada:`. Some generators show them, where they are told to.

use super::mend::Edit;
use super::{ContentContext, literal};
use memchr::memchr_iter;

/// The longest name with its colons.
const LONGEST: usize = 64;

/// Returns the edits that put signs in the places of their names, outside of code and tags.
pub(super) fn find(text: &str, context: &ContentContext<'_>) -> Vec<Edit> {
    if !context.typography.emoji {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut done = 0;
    for at in memchr_iter(b':', text.as_bytes()) {
        if at >= done
            && let Some((name, sign)) = sign(text, at)
        {
            done = at + name.len() + 2;
            found.push(Edit { span: at..done, text: sign.into() });
        }
    }
    if found.is_empty() {
        return found;
    }
    let literal = literal(text, context);
    // `[a](/x:y:z)`, `https://example.org/:y:`: an address is no text.
    let is_address = |at: usize| {
        let head = text.get(..at).unwrap_or_default();
        let word = head.get(head.ceil_char_boundary(at.saturating_sub(200))..).unwrap_or_default();
        word.rsplit(char::is_whitespace).next().is_some_and(|word| word.contains("](") && !word.ends_with(')') || word.contains("://"))
    };
    found.retain(|edit| {
        let at = edit.span.start;
        !literal.is_in_code(at) && !literal.is_in_tag(at) && !is_address(at)
    });
    found
}

/// Returns the name between the colon at a place and the next, and its sign.
fn sign(text: &str, at: usize) -> Option<(&str, &'static str)> {
    let rest = text.get(at + 1..)?;
    let near = rest.get(..rest.floor_char_boundary(LONGEST.min(rest.len())))?;
    let name = near.get(..near.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+')))?)?;
    rest.get(name.len()..).filter(|after| !name.is_empty() && after.starts_with(':'))?;
    emojis::get_by_shortcode(name).map(|emoji| (name, emoji.as_str()))
}
