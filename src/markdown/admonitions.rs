//! Admonitions and tabs of Python-Markdown and `MkDocs`: `!!! note "Title"`, `??? tip`, `=== "Tab"` with an indented body.
//!
//! For `CommonMark` the body is a code block or runs on with the line above. It becomes a quotation before anything else is
//! looked at, so that what it holds is read like any other text.

use super::codes::ADMONITION;
use super::mend::Edit;
use crate::diagnostic::Span;
use crate::html::Findings;
use memchr::memchr3_iter;

/// What an admonition's body is indented by, beyond its first line.
const INDENT: usize = 4;
/// Nothing is nested deeper.
const DEPTH: usize = 16;

/// An admonition whose body is being read.
struct Open {
    /// Blanks before its first line, in the source.
    indent: usize,
    /// Where it stands for the reader: blanks of a list item around it.
    outer: usize,
}

/// Returns the edits that make quotations of a text's admonitions.
pub(super) fn find(text: &str, findings: &mut Findings) -> Vec<Edit> {
    let begins = |rest: &[u8]| [&b"!!! "[..], b"??? ", b"???+ ", b"=== \""].iter().any(|sign| rest.starts_with(sign));
    if !memchr3_iter(b'!', b'?', b'=', text.as_bytes()).any(|at| text.as_bytes().get(at..).is_some_and(begins)) {
        return Vec::new();
    }
    let lines: Vec<Span> = lines(text);
    let mut edits = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut verbatim: Option<Verbatim> = None;
    let mut in_list = false;
    for (number, span) in lines.iter().enumerate() {
        let line = text.get(span.clone()).unwrap_or_default();
        let (blanks, indent) = indentation(line);
        let rest = line.get(blanks..).unwrap_or_default();
        if rest.trim().is_empty() {
            // A blank line stays inside when the body goes on behind it.
            let next =
                lines.get(number + 1..).unwrap_or_default().iter().filter_map(|span| text.get(span.clone())).find(|l| !l.trim().is_empty());
            let depth = next.map_or(0, |next| depth_at(&open, indentation(next).1));
            if depth > 0 {
                edits.push(Edit { span: span.start..span.start, text: prefix(&open, depth).trim_end().to_owned().into() });
            }
            continue;
        }
        open.truncate(depth_at(&open, indent));
        let inner = open.last().map_or(0, |last| last.indent + INDENT);
        if verbatim.as_ref().is_some_and(|begun| begun.depth > open.len()) {
            verbatim = None;
        }
        let is_code = indent >= inner + INDENT && !in_list;
        if verbatim.is_none()
            && !is_code
            && open.len() < DEPTH
            && let Some(head) =
                head(rest).filter(|head| head.title.is_some() || has_body(text, lines.get(number + 1..).unwrap_or_default(), indent))
        {
            let at = span.start + blanks..span.start + blanks + rest.trim_end().len();
            let shown = text.get(at.clone()).unwrap_or_default();
            findings.add(
                &ADMONITION,
                at.clone(),
                || format!("`{}` became a quotation", crate::text::short::shown(shown)),
                Some("write `> [!NOTE]`, or a quotation"),
            );
            let outer = open.last().map_or(indent, |last| last.outer);
            open.push(Open { indent, outer });
            let prefix = prefix(&open, open.len());
            edits.push(Edit { span: span.start..at.end, text: format!("{}{}", prefix, head.line(prefix.trim_end())).into() });
            continue;
        }
        verbatim = Verbatim::after(verbatim, rest, open.len());
        if indent < INDENT && open.is_empty() {
            in_list = rest.starts_with(['-', '*', '+']) || rest.starts_with(|c: char| c.is_ascii_digit()) || in_list && indent > 0;
        }
        if !open.is_empty() {
            // A tab may reach beyond what is taken away.
            let taken = taken(line, inner);
            let more = indentation(line.get(..taken).unwrap_or_default()).1.saturating_sub(inner);
            edits.push(Edit {
                span: span.start..span.start + taken,
                text: format!("{}{}", prefix(&open, open.len()), " ".repeat(more)).into(),
            });
        }
    }
    edits
}

/// Code, raw HTML or a formula, in which nothing is an admonition.
struct Verbatim {
    /// How many admonitions are around it.
    depth: usize,
    end: String,
}

impl Verbatim {
    /// Returns what a line leaves open.
    fn after(begun: Option<Self>, line: &str, depth: usize) -> Option<Self> {
        if let Some(begun) = begun {
            let fence = begun.end.starts_with(['`', '~']);
            let closed = if fence {
                line.trim_end().trim_end_matches(['`', '~']).is_empty() && line.starts_with(&begun.end)
            } else {
                line.contains(&begun.end)
            };
            return (!closed).then_some(begun);
        }
        let item = line.trim_start_matches(['-', '*', '+', ' ', '>']);
        let end = if let Some(sign) = item
            .chars()
            .next()
            .filter(|c| item.starts_with("```") && !item.trim_start_matches('`').contains('`') || *c == '~' && item.starts_with("~~~"))
        {
            item.get(..item.len() - item.trim_start_matches(sign).len())?.to_owned()
        } else {
            let lower = line.to_ascii_lowercase();
            let pairs = [("<pre", "</pre>"), ("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")];
            let (start, end) =
                pairs.into_iter().find(|(start, _)| lower.contains(start)).or_else(|| (line.trim() == "$$").then_some(("$$", "$$")))?;
            if start != end && lower.rfind(end) > lower.rfind(start) {
                return None;
            }
            end.to_owned()
        };
        Some(Self { depth, end })
    }
}

/// What the first line of an admonition says.
struct Head<'a> {
    kind: &'a str,
    title: Option<&'a str>,
}

impl Head<'_> {
    /// Returns the line of the quotation that stands for it; GitHub's own form gets its word in the post's language.
    fn line(&self, prefix: &str) -> String {
        let known = ["note", "tip", "important", "warning", "caution"].into_iter().find(|known| known.eq_ignore_ascii_case(self.kind));
        match (self.title, known) {
            (Some(""), _) => String::new(),
            (Some(title), _) => format!("**{}**\n{prefix}", title.trim().trim_matches('*')),
            (None, Some(known)) => format!("[!{}]", known.to_ascii_uppercase()),
            (None, None) => format!("**{}**\n{prefix}", super::leftovers::capitalised(self.kind)),
        }
    }
}

/// Returns whether a text begins with an admonition; a tab is none.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("!!! ") || text.starts_with("???")
}

/// Reads the first line of an admonition.
fn head(line: &str) -> Option<Head<'_>> {
    let line = line.trim_end();
    let (sign, rest) = line.split_once(' ')?;
    let rest = rest.trim();
    let (kinds, title) = match rest.split_once('"') {
        Some((kinds, title)) => (kinds.trim(), Some(title.strip_suffix('"').filter(|title| !title.contains('\n'))?)),
        None => (rest, None),
    };
    let mut words = kinds.split_whitespace();
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let kind = words.next().unwrap_or_default();
    let named = is_word(kind) && words.clone().count() < 4 && words.all(is_word);
    let fits = match sign {
        "!!!" | "???" | "???+" => named,
        "===" | "===!" | "===+" => kind.is_empty() && title.is_some(),
        _ => false,
    };
    fits.then_some(Head { kind, title })
}

/// Returns whether the next line with text is indented as a body is.
fn has_body(text: &str, lines: &[Span], indent: usize) -> bool {
    let next = lines.iter().filter_map(|span| text.get(span.clone())).find(|line| !line.trim().is_empty());
    next.is_some_and(|line| indentation(line).1 >= indent + INDENT)
}

/// Returns how many of the open admonitions a line with such an indentation is inside of.
fn depth_at(open: &[Open], indent: usize) -> usize {
    open.iter().take_while(|open| indent >= open.indent + INDENT).count()
}

/// Returns what a line inside so many admonitions begins with.
fn prefix(open: &[Open], depth: usize) -> String {
    " ".repeat(open.first().map_or(0, |first| first.outer.min(64))) + &"> ".repeat(depth)
}

/// Returns how many bytes of blanks make up an indentation at least.
fn taken(line: &str, indent: usize) -> usize {
    let mut width = 0;
    line.bytes()
        .take_while(|b| {
            let more = width < indent && matches!(b, b' ' | b'\t');
            width = if *b == b'\t' { width / INDENT * INDENT + INDENT } else { width + 1 };
            more
        })
        .count()
}

/// Returns the blanks a line begins with, in bytes and in columns.
fn indentation(line: &str) -> (usize, usize) {
    let blanks = line.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let columns = line.bytes().take(blanks).fold(0, |at, b| if b == b'\t' { at / INDENT * INDENT + INDENT } else { at + 1 });
    (blanks, columns)
}

/// Returns the lines without their ends.
fn lines(text: &str) -> Vec<Span> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            start..start + line.trim_end_matches(['\n', '\r']).len()
        })
        .collect()
}
