//! Files that Jekyll puts into a post: `{% include note.html text="…" %}`, `{% include_relative part.md %}`.
//!
//! A file is put in as it is where it is plain: text, HTML, Markdown, what it is given (`{{ include.text }}`) and conditions on that.
//! One that runs anything else is left to the finding of its tag. Which files may be read the site decides (`site::values`).

use super::ContentContext;
use super::leftovers::values::{Variables, text, value};
use super::literal::Literal;
use super::mend::Edit;
use super::resolver::{Call, NotIncluded, Value};
use memchr::memmem;
use std::cell::Cell;

/// How deep files may include one another, how many are put into a post, and how much they may add to it.
const DEPTH: usize = 8;
const FILES: usize = 500;
const SIZE: usize = 256 * 1024;

/// Why a file is not put in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    Missing(String),
    /// It is none that posts may include.
    Refused(&'static str),
    /// It runs something.
    Logic(String),
    TooMuch,
}

/// Returns whether a text may include a file.
pub(super) fn are_likely(body: &str) -> bool {
    memmem::find_iter(body.as_bytes(), b"{%").any(|at| inner_of(body, at).is_some_and(|(inner, _)| inner.starts_with("include")))
}

/// Returns the edits that put the plain files in.
pub(super) fn find(body: &str, literal: &Literal, context: &ContentContext<'_>) -> Vec<Edit> {
    let (mut edits, mut size, mut raw) = (Vec::new(), 0, false);
    let left = Cell::new(FILES);
    for at in memmem::find_iter(body.as_bytes(), b"{%") {
        let Some((inner, end)) = inner_of(body, at) else { continue };
        match inner {
            "raw" => raw = true,
            "endraw" => raw = false,
            _ => {}
        }
        let Some(call) = include(inner).filter(|_| !raw && !literal.is_in_code(at)) else { continue };
        let Ok(text) = expand(&call, context, None, (0, &left)) else { continue };
        size += text.len();
        if size > SIZE {
            break;
        }
        // A line break at its end would end what it stands in.
        edits.push(Edit { span: at..end, text: text.trim_end_matches(['\n', '\r']).to_owned().into() });
    }
    edits
}

/// Returns what to do about a tag whose file is not put in.
pub(super) fn reason(call: &Call, context: &ContentContext<'_>) -> String {
    let name = call.args.first().map(String::as_str).unwrap_or_default();
    // A path is no name of a template.
    let is_plain =
        |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')) && !name.starts_with('.');
    let template =
        if name.is_empty() || !is_plain(name) { String::new() } else { format!(", or give `content.shortcodes.{name}` a template") };
    match expand(call, context, None, (0, &Cell::new(DEPTH))) {
        Err(Fault::Missing(path)) => format!("there is no file `{path}`; write here what it should say{template}"),
        Err(Fault::Refused(why)) => format!("the file is not read, because {why}; write here what it should say{template}"),
        // Only what stands among the site's templates is quoted.
        Err(Fault::Logic(_)) if call.name == "include_relative" => {
            format!("the file runs something, and nothing here does; write here what it shows{template}")
        }
        Err(Fault::Logic(tag)) => format!("the file runs `{tag}`, and nothing here does; write here what it shows{template}"),
        _ => format!("write here what the file says{template}"),
    }
}

/// Returns what stands inside a tag, and where it ends.
fn inner_of(body: &str, at: usize) -> Option<(&str, usize)> {
    let rest = body.get(at + 2..)?;
    let near = rest.get(..rest.floor_char_boundary(rest.len().min(4096)))?;
    let end = near.find("%}")?;
    Some((near.get(..end)?.trim_matches('-').trim(), at + 2 + end + 2))
}

/// Reads a tag that includes a file.
fn include(inner: &str) -> Option<Call> {
    let is_include = ["include", "include_relative", "include_cached"]
        .iter()
        .any(|name| inner.strip_prefix(name).is_some_and(|rest| rest.starts_with(char::is_whitespace)));
    (is_include && !inner.contains('(')).then(|| Call::read(inner))
}

/// Returns the text of an included file with what it is given.
fn expand(
    call: &Call,
    context: &ContentContext<'_>,
    around: Option<&Variables>,
    (depth, left): (usize, &Cell<usize>),
) -> Result<String, Fault> {
    let name = call.args.first().map(String::as_str).unwrap_or_default();
    if depth >= DEPTH || left.get() == 0 {
        return Err(Fault::TooMuch);
    }
    left.set(left.get() - 1);
    if name.contains(['{', '}']) {
        return Err(Fault::Logic(name.to_owned()));
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if [name, stem].iter().any(|name| context.resolver.has_shortcode(name)) {
        return Err(Fault::Logic(name.to_owned()));
    }
    let beside = call.name == "include_relative";
    let file = context.resolver.included(name, beside).map_err(|fault| match fault {
        NotIncluded::Missing(path) => Fault::Missing(path),
        NotIncluded::Refused(why) => Fault::Refused(why),
    })?;
    let nothing = Variables::new();
    let around = around.unwrap_or(&nothing);
    let mut call = call.clone();
    call.resolve(|name| value(name, context, around).map(|value| text(&value)).unwrap_or_default());
    let given = call.named.into_iter().map(|(name, value)| (format!("include.{name}"), Value::Text(value))).collect();
    Filling { file: &file, given, context, depth, left, conditions: 0, out: String::new(), at: 0 }.fill()
}

/// A file that is being put in.
struct Filling<'f, 'c> {
    file: &'f str,
    given: Variables,
    context: &'c ContentContext<'c>,
    depth: usize,
    /// How many files may follow.
    left: &'f Cell<usize>,
    /// How many conditions are around.
    conditions: usize,
    out: String,
    at: usize,
}

impl Filling<'_, '_> {
    fn fill(mut self) -> Result<String, Fault> {
        match self.until_end(true)? {
            None => Ok(self.out),
            Some(tag) => Err(Fault::Logic(tag)),
        }
    }

    /// Puts in what follows up to the end or the next part of a condition, whose tag it returns; only if it `counts`.
    fn until_end(&mut self, counts: bool) -> Result<Option<String>, Fault> {
        loop {
            let rest = self.file.get(self.at..).unwrap_or_default();
            let Some(found) = rest.find("{{").into_iter().chain(rest.find("{%")).min() else {
                self.push(rest, counts);
                self.at = self.file.len();
                return Ok(None);
            };
            self.push(rest.get(..found).unwrap_or_default(), counts);
            let tag = rest.get(found..).unwrap_or_default();
            let (is_tag, close) = if tag.starts_with("{%") { (true, "%}") } else { (false, "}}") };
            let Some(end) = tag.find(close) else { return Err(Fault::Logic(close.to_owned())) };
            let inner = tag.get(2..end).unwrap_or_default().trim_matches('-').trim();
            self.at += found + end + 2;
            if self.out.len() > SIZE {
                return Err(Fault::TooMuch);
            }
            if !is_tag {
                self.output(inner, counts)?;
            } else if let Some(tag) = self.tag(inner, counts)? {
                return Ok(Some(tag));
            }
        }
    }

    fn push(&mut self, text: &str, counts: bool) {
        if counts {
            self.out.push_str(text);
        }
    }

    /// `{{ include.text }}`, `{{ site.url }}`; a value that is not given is nothing.
    fn output(&mut self, expression: &str, counts: bool) -> Result<(), Fault> {
        let known = value(expression, self.context, &self.given).map(|value| text(&value));
        let plain = expression.split('|').next().unwrap_or_default().trim();
        let absent = plain.starts_with("include.") && !self.given.contains_key(plain);
        match known {
            Some(text) => self.push(&text, counts),
            None if absent => {}
            None => return Err(Fault::Logic(expression.to_owned())),
        }
        Ok(())
    }

    /// Returns the tag where it ends or divides a condition.
    fn tag(&mut self, inner: &str, counts: bool) -> Result<Option<String>, Fault> {
        let (name, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        match name {
            "comment" => self.comment()?,
            "if" | "unless" => self.condition(rest, name == "if", counts)?,
            "else" | "elsif" | "endif" | "endunless" => return Ok(Some(inner.to_owned())),
            "assign" => {
                let (name, expression) = rest.split_once('=').ok_or_else(|| Fault::Logic(inner.to_owned()))?;
                let value = value(expression.trim(), self.context, &self.given).ok_or_else(|| Fault::Logic(inner.to_owned()))?;
                if counts {
                    self.given.insert(name.trim().to_owned(), value);
                }
            }
            _ => {
                let call = include(inner).ok_or_else(|| Fault::Logic(inner.to_owned()))?;
                let text =
                    if counts { expand(&call, self.context, Some(&self.given), (self.depth + 1, self.left))? } else { String::new() };
                self.push(&text, counts);
            }
        }
        Ok(None)
    }

    fn comment(&mut self) -> Result<(), Fault> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let close = rest.find("endcomment").and_then(|at| Some(at + rest.get(at..)?.find("%}")? + 2));
        self.at += close.ok_or_else(|| Fault::Logic("comment".to_owned()))?;
        Ok(())
    }

    fn condition(&mut self, condition: &str, wanted: bool, counts: bool) -> Result<(), Fault> {
        // A condition in a condition in a condition is a program.
        self.conditions += 1;
        if self.conditions > DEPTH {
            return Err(Fault::TooMuch);
        }
        let mut holds = self.holds(condition)? == wanted;
        let mut done = holds;
        while let Some(tag) = self.until_end(counts && holds)? {
            match tag.split_once(char::is_whitespace) {
                Some(("elsif", condition)) => holds = !done && self.holds(condition)?,
                None if tag == "else" => holds = !done,
                None if tag.starts_with("end") => {
                    self.conditions -= 1;
                    return Ok(());
                }
                _ => break,
            }
            done |= holds;
        }
        Err(Fault::Logic(condition.to_owned()))
    }

    /// Returns whether a condition holds: one of those between `or`, all of those between `and`.
    fn holds(&self, condition: &str) -> Result<bool, Fault> {
        let mut any = false;
        for part in condition.split(" or ") {
            let mut all = true;
            for part in part.split(" and ") {
                all &= self.holds_alone(part.trim())?;
            }
            any |= all;
        }
        Ok(any)
    }

    fn holds_alone(&self, condition: &str) -> Result<bool, Fault> {
        let unknown = || Fault::Logic(condition.to_owned());
        for (sign, wanted) in [("==", true), ("!=", false)] {
            if let Some((one, other)) = condition.split_once(sign) {
                let (one, other) = (self.said(one.trim()).ok_or_else(unknown)?, self.said(other.trim()).ok_or_else(unknown)?);
                return Ok((one.unwrap_or_default() == other.unwrap_or_default()) == wanted);
            }
        }
        Ok(self.said(condition).ok_or_else(unknown)?.is_some_and(|text| text != "false"))
    }

    /// Returns what a name stands for: a text, or nothing at all; `None` where it is not known.
    #[allow(clippy::option_option, reason = "nothing is something that is known")]
    fn said(&self, name: &str) -> Option<Option<String>> {
        if matches!(name, "nil" | "null" | "blank" | "empty") {
            return Some(None);
        }
        let known = value(name, self.context, &self.given).map(|value| text(&value));
        let is_given = name.starts_with("include.")
            || name.starts_with("page.")
            || name.starts_with("site.") && self.context.resolver.value(name) == Some(Value::Nothing);
        if known.is_none() && !is_given { None } else { Some(known) }
    }
}
