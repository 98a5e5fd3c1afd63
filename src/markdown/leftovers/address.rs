//! Leftovers in addresses. Without what one stood for, the rest of its address leads nowhere: `{% post_url x %}#part`.

use super::Finder;
use crate::diagnostic::Span;
use crate::html::{NO_POST, is_address};
use crate::markdown::resolver::Call;
use crate::text::short::shown;
use url::Url;

/// An address is not longer than this before a leftover in it.
const NEAR: usize = 600;

/// The tags and shortcodes that mean the address of a post.
const REFERENCES: [&str; 4] = ["post_url", "link", "ref", "relref"];

impl Finder<'_, '_> {
    /// Takes out a leftover, with the whole address if it is part of one; returns where what was taken out ends.
    pub(super) fn take_out(&mut self, at: usize, end: usize) -> usize {
        let Some(written) = address_before(self.before(at, NEAR)) else {
            self.leave_out(at..end);
            return end;
        };
        let start = at - written;
        let to = end + address_len(self.rest(end));
        self.forget_edits(start..at);
        // `[a]("title")` would be an address, and `[a]:` without one is no definition.
        let nothing = match self.body.as_bytes().get(start.wrapping_sub(1)) {
            Some(b'<' | b'"' | b'\'') => "",
            Some(b'=') => "\"\"",
            _ => "<>",
        };
        self.edit(start..to, nothing);
        to
    }

    /// Puts the address in the place of a tag or shortcode that means one: `post_url`, `link`, `ref`, `relref`. Where nothing has that
    /// name, it is reported, and only the text of the link stays. Returns where it ends; nothing for other tags.
    pub(super) fn reference(&mut self, at: usize, end: usize, inner: &str) -> Option<usize> {
        if !REFERENCES.iter().any(|name| inner.strip_prefix(name).is_some_and(|rest| rest.starts_with(char::is_whitespace))) {
            return None;
        }
        let call = Call::read(inner);
        let written = call.get_or("path", 0)?.trim();
        // `{% link {{ x }} %}`, `{% link page.x %}`: what it means is not known.
        if written.contains(['{', '}']) {
            return None;
        }
        let (path, fragment) = written.find('#').map_or((written, ""), |at| written.split_at(at));
        let url = if path.is_empty() { Some(String::new()) } else { self.context.resolver.by_name(path, call.get("lang")) };
        if let Some(url) = url {
            let is_path = !inner.starts_with("ref") && !self.literal.is_in_tag(at) && !is_in_address(self.before(at, NEAR));
            if is_path && let Ok(address) = Url::parse(&url) {
                // In a sentence it is printed as the generator prints it.
                self.edit(at..end, format!("{}{fragment}", address.path()));
            } else {
                self.put_address(at, end, url + fragment);
            }
            return Some(end);
        }
        let message = format!("there is no post `{}`, so only the text of the link is shown", shown(path));
        let help = self.context.resolver.advice(path).unwrap_or_else(|| "write the name of a post that is published".to_owned());
        self.findings.add(&NO_POST, at..end, || message, Some(&help));
        Some(self.take_out(at, end))
    }

    /// Puts an address in the place of a leftover and of what stands before it for the site's: `{{ site.baseurl }}`.
    pub(super) fn put_address(&mut self, at: usize, end: usize, url: String) {
        let start = at - address_before(self.before(at, NEAR)).unwrap_or_default();
        self.forget_edits(start..at);
        self.edit(start..end, url);
    }

    /// Takes back the edits of a stretch that ends here. The end of a block around it stays, which was edited when the block began.
    fn forget_edits(&mut self, stretch: Span) {
        let mut later = Vec::new();
        while let Some(edit) = self.edits.pop_if(|edit| edit.span.start >= stretch.start) {
            if edit.span.start >= stretch.end {
                later.push(edit);
            }
        }
        self.edits.extend(later.into_iter().rev());
    }

    /// Puts a value in the place of what stood between two places; two slashes around nothing become one.
    pub(super) fn put(&mut self, at: usize, end: usize, mut value: String) {
        let mut to = end;
        if at.checked_sub(1).and_then(|at| self.body.as_bytes().get(at)) == Some(&b'/') {
            if value.is_empty() && self.rest(end).starts_with('/') {
                to += 1;
            } else if value.starts_with('/') {
                value.remove(0);
            }
        }
        // The site's own address, where it has no path.
        let ends = self.rest(end).starts_with([')', '>', '"', '\'', ' ', '#', '?']);
        if value.is_empty() && ends && address_before(self.before(at, NEAR)) == Some(0) {
            value.push('/');
        }
        self.edit(at..to, value);
    }
}

/// Returns whether a text leads into an address.
pub(super) fn is_in_address(before: &str) -> bool {
    address_before(before).is_some()
}

/// Returns how much of the address that a text leads into stands there already; nothing where it leads into none.
fn address_before(before: &str) -> Option<usize> {
    let mut rest = before.get(address_start(before)?..)?;
    let written = rest.len();
    // `{{ site.baseurl }}` in front is part of the address, blanks and all.
    while let Some(at) = rest.find('{') {
        let (head, tail) = rest.split_at(at);
        if address_len(head) < head.len() {
            return None;
        }
        let close = if tail.starts_with("{%") { "%}" } else { "}}" };
        rest = tail.split_once(close)?.1;
    }
    (address_len(rest) == rest.len()).then_some(written)
}

/// Returns where the last address begins that a text leads into: a link's, a definition's, an attribute's.
fn address_start(before: &str) -> Option<usize> {
    let link = before.rfind("](").map(|at| at + 2);
    let definition = before.rfind("]:").map(|at| at + 2).filter(|_| {
        let inner = before.trim_start_matches([' ', '>']);
        inner.starts_with('[') && !inner.starts_with("[^")
    });
    let definition = definition.map(|at| before.len() - before.get(at..).unwrap_or_default().trim_start().len());
    let start = link.max(definition);
    let start = start.map(|at| at + usize::from(before.as_bytes().get(at) == Some(&b'<')));
    let attribute = before.rfind('=').filter(|at| {
        let head = before.get(..*at).unwrap_or_default();
        let name = head.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        name.len() < head.len() && head.contains('<') && is_address(name)
    });
    let attribute = attribute.map(|at| at + 1 + usize::from(matches!(before.as_bytes().get(at + 1), Some(b'"' | b'\''))));
    start.max(attribute)
}

/// Returns how much of a text belongs to the address that it goes on with.
fn address_len(rest: &str) -> usize {
    rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '"' | '\'' | '<' | '>' | '{')).unwrap_or(rest.len())
}
