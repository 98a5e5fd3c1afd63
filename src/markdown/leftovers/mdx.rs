//! Imports and components of MDX.

use super::super::codes::MDX;
use super::Finder;
use crate::html::{GONE, lookup};
use std::collections::BTreeSet;

impl<'a> Finder<'a, '_> {
    /// Returns the names that an end tag has.
    fn end_tags(&mut self) -> &BTreeSet<&'a str> {
        let body = self.body;
        self.end_tags.get_or_insert_with(|| body.match_indices("</").filter_map(|(at, _)| Some(tag_name(body.get(at + 2..)?))).collect())
    }

    /// `<Component prop={…}/>`.
    pub(super) fn component(&mut self, at: usize) -> Option<usize> {
        let window = self.window(at);
        let name = window.strip_prefix('<')?;
        let name = name.strip_prefix('/').unwrap_or(name);
        let name = tag_name(name);
        // `Vec<String>`, `std::vector<T>`
        let before = self.body.get(..at)?.chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '\\'))
            && !window.starts_with("</")
            && !self.end_tags().contains(name)
        {
            return None;
        }
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) || lookup(name).is_some() {
            return None;
        }
        let end = component_end(window)?;
        let text = window.get(..end)?;
        if text.contains(['@']) && !text.contains(' ') || text.contains("://") && !text.contains(' ') {
            return None; // an autolink
        }
        let attributes = text.get(name.len() + 1..)?;
        let marked = attributes.ends_with("/>") || attributes.starts_with(char::is_whitespace) && attributes.contains(['=', '{']);
        if !marked && !text.starts_with("</") && !self.end_tags().contains(name) {
            return None;
        }
        self.report(&MDX, at..at + end, "write it in Markdown or HTML");
        self.leave_out(at..at + end);
        Some(at + end)
    }

    /// `import X from 'y'`, `export const x = …`.
    pub(super) fn import(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let head = self.body.get(..at)?;
        let follows = self.edits.last().is_some_and(|edit| edit.span.end + 1 >= at && edit.text == GONE);
        if !(head.is_empty() || head.ends_with("\n\n") || head.ends_with("\n\r\n") || follows) || !is_module(line) {
            return None;
        }
        let span = at..at + line.len();
        self.report(&MDX, span.clone(), "remove it; nothing here runs it");
        self.leave_out(span.clone());
        Some(span.end)
    }
}

/// Returns the name at the start of a tag.
fn tag_name(text: &str) -> &str {
    text.get(..text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'.').count()).unwrap_or_default()
}

/// Returns whether a line is an import or export, and not prose that begins with the word.
fn is_module(line: &str) -> bool {
    let line = line.trim_end();
    let plain = line.trim_end_matches(';');
    if let Some(names) = line.strip_prefix("import ") {
        let names = names.split_once(" from ").map(|(names, _)| names.trim());
        let binding = names.map_or(plain.starts_with("import '") || plain.starts_with("import \""), |names| {
            names.starts_with(['{', '*']) || names.contains(", {") || names.starts_with("type ") || !names.contains(' ')
        });
        return binding && plain.ends_with(['\'', '"']);
    }
    let Some(rest) = line.strip_prefix("export ") else { return false };
    if let Some(rest) = rest.strip_prefix("default ") {
        return line.ends_with([';', '{', ')', '}']) || !rest.contains(' ');
    }
    ["const ", "function ", "let ", "async "].iter().any(|start| rest.starts_with(start)) && rest.contains(['=', '(', '{'])
}

/// Returns where a component's tag ends: braces and quotes may hold a `>`.
fn component_end(text: &str) -> Option<usize> {
    let (mut braces, mut quote) = (0_usize, None);
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b, Some(open)) if b == open => quote = None,
            (b'"' | b'\'', None) => quote = Some(byte),
            (b'{', None) => braces += 1,
            (b'}', None) => braces = braces.saturating_sub(1),
            (b'>', None) if braces == 0 => return Some(at + 1),
            (b'<', None) if at > 0 && braces == 0 => return None,
            _ => {}
        }
    }
    None
}
