//! Files that Jekyll puts into a post: `{% include note.html text="…" %}`, `{% include_relative part.md %}`; and what its loops and
//! `case` show: `{% for x in page.list %}…{% endfor %}`.
//!
//! They are put in where all that they ask for is known ([`super::filling`]); the others are left to the finding of their tag. Which files
//! may be read the site decides (`site::values`).

use super::ContentContext;
use super::filling::{Fault, Filling, Left, SIZE};
use super::leftovers::values::{Variables, size as weight, term, value};
use super::literal::Literal;
use super::mend::Edit;
use super::resolver::{Call, NotIncluded, Value};
use memchr::memmem;

/// How deep files may include one another.
const DEPTH: usize = 8;

/// The tags of blocks that run something.
const BLOCKS: [&str; 5] = ["if", "unless", "for", "case", "tablerow"];

/// Returns whether a text may include a file or have a loop.
pub(super) fn are_likely(body: &str) -> bool {
    let is_one = |inner: &str| ["include", "for ", "case "].iter().any(|name| inner.starts_with(name));
    memmem::find_iter(body.as_bytes(), b"{%").any(|at| inner_of(body, at).is_some_and(|(inner, _)| is_one(inner)))
}

/// Returns the edits that put in the plain files, and what loops show.
pub(super) fn find(body: &str, literal: &Literal, context: &ContentContext<'_>) -> Vec<Edit> {
    let (mut edits, mut size, mut raw, mut done) = (Vec::new(), 0, false, 0);
    let (mut variables, mut depth, mut comment) = (Variables::default(), 0_usize, false);
    let left = Left::default();
    for at in memmem::find_iter(body.as_bytes(), b"{%") {
        let Some((inner, end)) = inner_of(body, at) else { continue };
        match inner {
            "raw" => raw = true,
            "endraw" => raw = false,
            _ => {}
        }
        if raw || at < done || literal.is_in_code(at) {
            continue;
        }
        let was_comment = comment;
        comment = if comment { inner != "endcomment" } else { inner == "comment" };
        if comment || was_comment {
            continue;
        }
        let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let edit = if let Some(call) = include(inner) {
            // A line break at its end would end what it stands in.
            expand(&call, context, None, (0, &left)).ok().map(|text| (text.trim_end_matches(['\n', '\r']).to_owned(), end))
        } else if matches!(name, "for" | "case") {
            Filling::new(body, at, &variables, context, (0, &left)).block()
        } else {
            match name {
                "assign" | "capture" if depth > 0 => forget(&mut variables, name, argument),
                "assign" => assign(&mut variables, argument, context, &left),
                "capture" => match Filling::new(body, at, &variables, context, (0, &left)).captured() {
                    Some(changes) => variables.change(changes),
                    None => forget(&mut variables, name, argument),
                },
                _ => {}
            }
            None
        };
        if let Some((text, end)) = edit {
            size += text.len();
            if size > SIZE {
                break;
            }
            edits.push(Edit { span: at..end, text: text.into() });
            done = end;
        } else if BLOCKS.contains(&name) {
            depth += 1;
        } else if name.strip_prefix("end").is_some_and(|name| BLOCKS.contains(&name)) {
            depth = depth.saturating_sub(1);
        }
    }
    edits
}

/// Gives a variable its value, if that is known.
fn assign(variables: &mut Variables<'_>, argument: &str, context: &ContentContext<'_>, left: &Left) {
    let Some((name, expression)) = argument.split_once('=') else { return };
    match value(expression.trim(), context, variables).filter(|value| left.hold(weight(value))) {
        Some(value) => variables.insert(name.trim().to_owned(), value),
        None => forget(variables, "assign", argument),
    }
}

/// Takes its value from a variable: a tag that nobody ran gives it another.
fn forget(variables: &mut Variables<'_>, tag: &str, argument: &str) {
    variables.remove(variable(tag, argument));
}

/// Returns the name of the variable that `assign` or `capture` gives a value.
fn variable<'t>(tag: &str, argument: &'t str) -> &'t str {
    let name = if tag == "assign" { argument.split('=').next().unwrap_or_default() } else { argument };
    name.trim().trim_matches(['"', '\''])
}

/// Returns the names of the variables that a text gives a value.
pub(super) fn assigned(text: &str) -> impl Iterator<Item = &str> {
    memmem::find_iter(text.as_bytes(), b"{%").filter_map(|at| {
        let (name, argument) = inner_of(text, at)?.0.split_once(char::is_whitespace)?;
        matches!(name, "assign" | "capture").then(|| variable(name, argument))
    })
}

/// Returns what stands between the tags of `capture`, once it has run; nothing where it asks for what is not known.
pub(super) fn captured(inside: &str, context: &ContentContext<'_>, variables: &Variables<'_>, left: &Left) -> Option<String> {
    Filling::new(inside, 0, variables, context, (0, left)).fill().ok().filter(|text| left.hold(text.len()))
}

/// Returns what to do about a tag whose file is not put in.
pub(super) fn reason(call: &Call, context: &ContentContext<'_>, left: &Left) -> String {
    let name = call.args.first().map(String::as_str).unwrap_or_default();
    // A path is no name of a template.
    let is_plain =
        |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')) && !name.starts_with('.');
    let template =
        if name.is_empty() || !is_plain(name) { String::new() } else { format!(", or give `content.shortcodes.{name}` a template") };
    match expand(call, context, None, (0, left)) {
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
pub(super) fn include(inner: &str) -> Option<Call> {
    let is_include = ["include", "include_relative", "include_cached"]
        .iter()
        .any(|name| inner.strip_prefix(name).is_some_and(|rest| rest.starts_with(char::is_whitespace)));
    (is_include && !has_bracket(inner)).then(|| Call::read(inner))
}

/// Returns whether a tag has a bracket outside its quoted values.
fn has_bracket(inner: &str) -> bool {
    let mut quote = None;
    for c in inner.chars() {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None if c == '(' => return true,
            None => quote = Some(c).filter(|c| matches!(c, '"' | '\'')),
        }
    }
    false
}

/// Returns the text of an included file with what it is given.
pub(super) fn expand(
    call: &Call,
    context: &ContentContext<'_>,
    around: Option<&Variables<'_>>,
    (depth, left): (usize, &Left),
) -> Result<String, Fault> {
    let name = call.args.first().map(String::as_str).unwrap_or_default();
    if depth >= DEPTH || !left.take_file() {
        return Err(Fault::TooMuch);
    }
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
    let nothing = Variables::default();
    let around = around.unwrap_or(&nothing);
    let mut given = Variables::default();
    for (place, (name, written)) in call.named.iter().enumerate() {
        let is_name = written.starts_with(char::is_alphabetic);
        let known = if call.is_bare(place) { term(written, context, around) } else { None };
        let otherwise = || Value::Text(if call.is_bare(place) && is_name { String::new() } else { written.clone() });
        given.insert(format!("include.{name}"), known.unwrap_or_else(otherwise));
    }
    Filling::new(&file, 0, &given, context, (depth, left)).of_file().fill()
}
