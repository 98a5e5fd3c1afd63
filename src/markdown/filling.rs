//! What Liquid makes of a text where all that it asks for is known: outputs, conditions, loops over plain lists, `case`, `assign`,
//! `capture`, files that are put in (<https://shopify.github.io/liquid/>). Anything else is a [`Fault`], and nothing is shown of it.
//!
//! Loops, nesting, files and what comes out are bounded.

use super::ContentContext;
use super::includes::{expand, include};
use super::leftovers::values::{Variables, holds, is_same, size, split, term, text, value};
use super::resolver::Value;
use std::cell::Cell;
use std::collections::BTreeMap;

/// How much a text may become.
pub(super) const SIZE: usize = 256 * 1024;

/// How deep blocks may stand in one another: a condition in a condition in a condition is a program.
const DEPTH: usize = 8;

/// How many files and blocks are put into a post, and how often its loops run, all of them together.
const FILES: usize = 500;
const ROUNDS: usize = 1000;

/// How many bytes of the sources are read for all blocks and files of a post, those again that a loop runs again; what each tag
/// costs; how much its variables are given in all, and how much of it outputs show.
const WORK: usize = 4 * 1024 * 1024;
const TAG: usize = 32;
const HELD: usize = 2 * 1024 * 1024;
const SHOWN: usize = 2 * SIZE;

/// Why a text is not put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    Missing(String),
    /// It is none that posts may include.
    Refused(&'static str),
    /// It runs something.
    Logic(String),
    TooMuch,
}

/// What a post may still ask for.
#[derive(Debug)]
pub(super) struct Left {
    files: Cell<usize>,
    rounds: Cell<usize>,
    work: Cell<usize>,
    held: Cell<usize>,
    shown: Cell<usize>,
}

impl Default for Left {
    fn default() -> Self {
        Self { files: Cell::new(FILES), rounds: Cell::new(ROUNDS), work: Cell::new(WORK), held: Cell::new(HELD), shown: Cell::new(SHOWN) }
    }
}

impl Left {
    /// Returns whether one more file or block may be put in.
    pub(super) fn take_file(&self) -> bool {
        take(&self.files, 1)
    }

    /// Returns whether variables may hold one more value of a size.
    pub(super) fn hold(&self, size: usize) -> bool {
        take(&self.held, size + TAG)
    }

    /// Returns whether an output may show so much.
    pub(super) fn show(&self, size: usize) -> bool {
        take(&self.shown, size)
    }

    fn work(&self, size: usize) -> Result<(), Fault> {
        if take(&self.work, size) { Ok(()) } else { Err(Fault::TooMuch) }
    }
}

/// Takes what is asked for, or all that is left where that is less; returns whether it was enough.
fn take(left: &Cell<usize>, size: usize) -> bool {
    let before = left.get();
    left.set(before.saturating_sub(size));
    before >= size
}

/// A text that is being put in.
pub(super) struct Filling<'f, 'c> {
    file: &'f str,
    given: Variables<'f>,
    context: &'c ContentContext<'c>,
    /// Whether it is a file of its own, to which a page may or may not give values.
    is_file: bool,
    /// How many files are around.
    depth: usize,
    left: &'f Left,
    /// How many blocks are around.
    blocks: usize,
    out: String,
    at: usize,
}

/// Nothing, or the tag that ends or divides the block around.
type Stop = Result<Option<String>, Fault>;

impl<'f, 'c> Filling<'f, 'c> {
    pub(super) fn new(
        file: &'f str,
        at: usize,
        given: &'f Variables<'f>,
        context: &'c ContentContext<'c>,
        (depth, left): (usize, &'f Left),
    ) -> Self {
        Self { file, given: Variables::within(given), context, is_file: false, depth, left, blocks: 0, out: String::new(), at }
    }

    /// Takes the text as a file of its own.
    pub(super) fn of_file(self) -> Self {
        Self { is_file: true, ..self }
    }

    /// Returns what becomes of all of the text.
    pub(super) fn fill(mut self) -> Result<String, Fault> {
        match self.until_end(true)? {
            None => Ok(self.out),
            Some(tag) => Err(Fault::Logic(tag)),
        }
    }

    /// Returns what becomes of the block that begins here, and where it ends; nothing where that is not known, or it gives variables
    /// other values.
    pub(super) fn block(mut self) -> Option<(String, usize)> {
        self.first()?;
        (!self.given.differ()).then_some((self.out, self.at))
    }

    /// Returns which variables have other values after the `capture` that begins here.
    pub(super) fn captured(mut self) -> Option<BTreeMap<String, Option<Value>>> {
        self.first()?;
        Some(self.given.changes())
    }

    /// Runs the tag that stands here.
    fn first(&mut self) -> Option<()> {
        let (inner, end) = self.left.take_file().then(|| self.tag_here())??;
        self.at = end;
        self.skip_blanks(inner);
        self.tag(trimmed(inner), true).ok().filter(Option::is_none).map(|_| ())
    }

    /// Returns what stands between the signs of the tag or output that begins here, and where it ends.
    fn tag_here(&self) -> Option<(&'f str, usize)> {
        let tag = self.file.get(self.at..)?;
        let end = tag.find(if tag.starts_with("{%") { "%}" } else { "}}" })?;
        Some((tag.get(2..end)?, self.at + end + 2))
    }

    /// `-%}` takes the blanks behind it.
    fn skip_blanks(&mut self, inner: &str) {
        let rest = self.file.get(self.at..).unwrap_or_default();
        if inner.len() > 1 && inner.ends_with('-') {
            self.at += rest.len() - rest.trim_start().len();
        }
    }

    /// Puts in what follows up to the end or the next part of a block, whose tag it returns; only if it `counts`.
    fn until_end(&mut self, counts: bool) -> Stop {
        loop {
            let file = self.file;
            let rest = file.get(self.at..).unwrap_or_default();
            let Some(found) = next_tag(rest) else {
                self.left.work(rest.len())?;
                self.push(rest, counts);
                self.at = file.len();
                return Ok(None);
            };
            let before = rest.get(..found).unwrap_or_default();
            self.left.work(found + TAG)?;
            self.at += found;
            let is_tag = rest.get(found..).is_some_and(|tag| tag.starts_with("{%"));
            let Some((inner, end)) = self.tag_here() else { return Err(Fault::Logic(if is_tag { "%}" } else { "}}" }.to_owned())) };
            self.push(if inner.starts_with('-') { before.trim_end() } else { before }, counts);
            self.at = end;
            self.skip_blanks(inner);
            if self.out.len() > SIZE {
                return Err(Fault::TooMuch);
            }
            if !is_tag {
                self.output(trimmed(inner), counts)?;
            } else if let Some(tag) = self.tag(trimmed(inner), counts)? {
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
        let absent = plain.starts_with("include.") && self.given.get(plain).is_none();
        match known {
            Some(text) => self.push(&text, counts),
            None if absent => {}
            None => return Err(Fault::Logic(expression.to_owned())),
        }
        Ok(())
    }

    /// Returns the tag where it ends or divides a block.
    fn tag(&mut self, inner: &str, counts: bool) -> Stop {
        let (name, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        match name {
            "comment" => self.comment()?,
            "if" | "unless" => self.within(|filling| filling.condition(rest, name == "if", counts))?,
            "for" => self.within(|filling| filling.repeat(inner, rest, counts))?,
            "case" => self.within(|filling| filling.choose(rest, counts))?,
            "capture" => self.within(|filling| filling.capture(rest, counts))?,
            "else" | "elsif" | "when" | "endif" | "endunless" | "endfor" | "endcase" | "endcapture" => return Ok(Some(inner.to_owned())),
            "assign" => {
                let (name, expression) = rest.split_once('=').ok_or_else(|| Fault::Logic(inner.to_owned()))?;
                let value = value(expression.trim(), self.context, &self.given).ok_or_else(|| Fault::Logic(inner.to_owned()))?;
                if counts {
                    self.give(name.trim(), value)?;
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

    /// Runs a block, unless too many are around.
    fn within(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.blocks += 1;
        if self.blocks > DEPTH {
            return Err(Fault::TooMuch);
        }
        run(self)?;
        self.blocks -= 1;
        Ok(())
    }

    fn comment(&mut self) -> Result<(), Fault> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let close = rest.find("endcomment").and_then(|at| Some(at + rest.get(at..)?.find("%}")? + 2));
        let close = close.ok_or_else(|| Fault::Logic("comment".to_owned()))?;
        self.at += close;
        self.left.work(close)
    }

    fn condition(&mut self, condition: &str, wanted: bool, counts: bool) -> Result<(), Fault> {
        let mut holds = self.holds(condition)? == wanted;
        let mut done = holds;
        while let Some(tag) = self.until_end(counts && holds)? {
            match tag.split_once(char::is_whitespace) {
                Some(("elsif", condition)) => holds = !done && self.holds(condition)?,
                None if tag == "else" => holds = !done,
                None if matches!(tag.as_str(), "endif" | "endunless") => return Ok(()),
                _ => break,
            }
            done |= holds;
        }
        Err(Fault::Logic(condition.to_owned()))
    }

    /// `{% case x %}{% when 1, 2 %}a{% when "b" or "c" %}d{% else %}e{% endcase %}`.
    fn choose(&mut self, expression: &str, counts: bool) -> Result<(), Fault> {
        let unknown = || Fault::Logic(format!("case {expression}"));
        let subject = self.known(expression).ok_or_else(unknown)?;
        let mut done = false;
        let mut tag = self.until_end(false)?;
        while let Some(part) = tag {
            let holds = match part.split_once(char::is_whitespace) {
                Some(("when", values)) => self.is_among(&subject, values).ok_or_else(unknown)?,
                None if part == "else" => !done,
                None if part == "endcase" => return Ok(()),
                _ => break,
            };
            done |= holds;
            tag = self.until_end(counts && holds)?;
        }
        Err(unknown())
    }

    fn is_among(&self, subject: &Value, values: &str) -> Option<bool> {
        // Of strings with `or` in them nobody asks here.
        let values = split(values, ',').into_iter().flat_map(|value| value.split(" or "));
        values.map(|value| is_same(subject, &self.known(value)?)).try_fold(false, |any, is| Some(any | is?))
    }

    /// `{% capture x %}…{% endcapture %}`.
    fn capture(&mut self, name: &str, counts: bool) -> Result<(), Fault> {
        let before = std::mem::take(&mut self.out);
        let end = self.until_end(counts)?;
        let text = std::mem::replace(&mut self.out, before);
        if end.as_deref() != Some("endcapture") {
            return Err(Fault::Logic(format!("capture {name}")));
        }
        if counts {
            self.give(name.trim().trim_matches(['"', '\'']), Value::Text(text))?;
        }
        Ok(())
    }

    /// Gives a variable a value.
    fn give(&mut self, name: &str, value: Value) -> Result<(), Fault> {
        if !self.left.hold(size(&value)) {
            return Err(Fault::TooMuch);
        }
        self.given.insert(name.to_owned(), value);
        Ok(())
    }

    /// `{% for x in page.list limit:2 offset:1 reversed %}…{% else %}…{% endfor %}`.
    fn repeat(&mut self, inner: &str, rest: &str, counts: bool) -> Result<(), Fault> {
        let unknown = || Fault::Logic(inner.to_owned());
        let (name, list) = rest.split_once(" in ").ok_or_else(unknown)?;
        let items = if counts { self.items(list).ok_or_else(unknown)? } else { Vec::new() };
        let (start, name) = (self.at, name.trim());
        let names: Vec<String> = FORLOOP.iter().map(|part| format!("forloop.{part}")).chain([name.to_owned()]).collect();
        let before = self.given.own(&names);
        let mut end = None;
        for (place, item) in items.iter().enumerate() {
            if !take(&self.left.rounds, 1) {
                return Err(Fault::TooMuch);
            }
            self.at = start;
            let values = forloop(place, items.len()).into_iter().chain([item.clone()]);
            for (name, value) in names.iter().cloned().zip(values) {
                self.given.insert(name, value);
            }
            end = self.until_end(true)?;
        }
        if items.is_empty() {
            end = self.until_end(false)?;
        }
        if end.as_deref() == Some("else") {
            end = self.until_end(counts && items.is_empty())?;
        }
        self.given.restore(&names, before);
        if end.as_deref() == Some("endfor") { Ok(()) } else { Err(unknown()) }
    }

    /// Returns what a loop runs over.
    fn items(&self, list: &str) -> Option<Vec<Value>> {
        let list = list.replace(": ", ":");
        let mut words = list.split([' ', ',']).filter(|word| !word.is_empty());
        let mut items = self.listed(words.next()?)?;
        let (mut limit, mut offset, mut reversed) = (items.len(), 0, false);
        for word in words {
            match word.split_once(':') {
                Some(("limit", count)) => limit = self.count(count)?,
                Some(("offset", count)) => offset = self.count(count)?,
                None if word == "reversed" => reversed = true,
                _ => return None,
            }
        }
        items = items.into_iter().skip(offset).take(limit).collect();
        if reversed {
            items.reverse();
        }
        Some(items)
    }

    fn listed(&self, name: &str) -> Option<Vec<Value>> {
        if let Some((from, to)) = name.strip_prefix('(').and_then(|range| range.strip_suffix(')')?.split_once("..")) {
            let (from, to) = (self.count(from)?, self.count(to)?);
            return (to.saturating_sub(from) <= ROUNDS).then(|| (from..=to).map(|number| Value::Number(number.to_string())).collect());
        }
        Some(match self.known(name)? {
            Value::List(items) => items,
            Value::Text(text) if !text.is_empty() => vec![Value::Text(text)],
            _ => Vec::new(),
        })
    }

    fn count(&self, name: &str) -> Option<usize> {
        text(&self.known(name)?).parse().ok()
    }

    fn holds(&self, condition: &str) -> Result<bool, Fault> {
        holds(condition, &|name| self.known(name)).ok_or_else(|| Fault::Logic(condition.to_owned()))
    }

    /// Returns what a name stands for; nothing where it is not known. What an include is not given is known to be nothing.
    fn known(&self, name: &str) -> Option<Value> {
        let name = name.trim();
        let is_absent = || name.starts_with("include.") || self.is_file && name.starts_with("page.");
        term(name, self.context, &self.given).or_else(|| is_absent().then_some(Value::Nothing))
    }
}

/// What a loop says of its rounds.
const FORLOOP: [&str; 7] = ["index", "index0", "rindex", "rindex0", "first", "last", "length"];

fn forloop(place: usize, len: usize) -> [Value; 7] {
    let counts = [place + 1, place, len - place, len - place - 1, len].map(|count| Value::Number(count.to_string()));
    let [index, index0, rindex, rindex0, length] = counts;
    [index, index0, rindex, rindex0, Value::Bool(place == 0), Value::Bool(place + 1 == len), length]
}

/// Returns where the next tag or output begins.
fn next_tag(text: &str) -> Option<usize> {
    text.match_indices('{').map(|(at, _)| at).find(|at| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%')))
}

/// Returns what stands inside a tag without the signs that take blanks.
fn trimmed(inner: &str) -> &str {
    inner.trim_matches('-').trim()
}
