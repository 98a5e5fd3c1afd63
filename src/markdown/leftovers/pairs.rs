//! Which tags begin and end one another: `{{< x >}}…{{< /x >}}`, `{% if %}…{% endif %}`, `{% quote() %}…{% end %}`, `[x]…[/x]`.
//!
//! One pass over the text with a stack, so that nesting is understood and no search runs again and again.

use super::Finder;
use crate::diagnostic::Span;
use std::collections::BTreeMap;

/// The end of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// Where its end tag stands.
    pub close: Span,
    /// Where its first `else` or its like stands, and whether that is a plain `else`.
    pub middle: Option<(Span, bool)>,
}

/// The blocks of a text by where they begin.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    blocks: BTreeMap<usize, Pair>,
}

impl Pairs {
    /// Returns the block that begins at a place.
    pub(super) fn at(&self, at: usize) -> Option<&Pair> {
        self.blocks.get(&at)
    }
}

/// How a tag is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Signs {
    Hugo,
    HugoMarkdown,
    Liquid,
    Bracket,
}

/// A tag that waits for its end.
struct Open<'a> {
    key: (Signs, &'a str),
    at: usize,
    is_call: bool,
    middle: Option<(Span, bool)>,
}

/// What a tag does.
enum Role<'a> {
    Opens(&'a str),
    Ends(&'a str),
    Divides(bool),
    Nothing,
}

impl<'a> Finder<'a, '_> {
    /// Returns the block that begins at a place.
    pub(super) fn pair(&mut self, at: usize) -> Option<Pair> {
        if self.pairs.is_none() {
            self.pairs = Some(self.find_pairs());
        }
        self.pairs.as_ref()?.at(at).cloned()
    }

    fn find_pairs(&mut self) -> Pairs {
        let (mut pairs, mut open) = (Pairs::default(), Vec::<Open<'a>>::new());
        let mut waiting: BTreeMap<(Signs, &'a str), usize> = BTreeMap::new();
        let mut calls = 0_usize;
        let brackets = self.context.resolver.has_shortcodes();
        let literal = self.literal;
        let mut code = literal.code.iter().peekable();
        let mut at = 0;
        while let Some(found) = self.rest(at).find(|c| c == '{' || brackets && c == '[') {
            at += found;
            while code.next_if(|span| span.end <= at).is_some() {}
            if let Some(span) = code.peek().filter(|span| span.start <= at) {
                at = span.end;
                continue;
            }
            let Some((signs, end, inner)) = self.tag(at) else {
                at += 1;
                continue;
            };
            match role(signs, inner) {
                Role::Opens(name @ ("raw" | "comment" | "highlight")) if signs != Signs::Bracket => {
                    let after = self.opaque_end(signs == Signs::Liquid, self.rest(at).starts_with("{{%"), end, name);
                    at = after.unwrap_or(end);
                    continue;
                }
                Role::Opens(name) => {
                    let is_call = signs == Signs::Liquid && inner.contains('(');
                    calls += usize::from(is_call);
                    *waiting.entry((signs, name)).or_default() += 1;
                    open.push(Open { key: (signs, name), at, is_call, middle: None });
                }
                Role::Ends(name) => {
                    let is_call = signs == Signs::Liquid && name.is_empty();
                    let known = if is_call { calls > 0 } else { waiting.get(&(signs, name)).is_some_and(|count| *count > 0) };
                    while known && let Some(last) = open.pop() {
                        calls -= usize::from(last.is_call);
                        if let Some(count) = waiting.get_mut(&last.key) {
                            *count -= 1;
                        }
                        if if is_call { last.is_call } else { last.key == (signs, name) } {
                            pairs.blocks.insert(last.at, Pair { close: at..end, middle: last.middle });
                            break;
                        }
                    }
                }
                Role::Divides(plain) => {
                    let divided = open.iter_mut().rev().take(8).find(|open| matches!(open.key.1, "if" | "unless" | "case" | "for"));
                    if let Some(open) = divided.filter(|open| open.middle.is_none()) {
                        open.middle = Some((at..end, plain));
                    }
                }
                Role::Nothing => {}
            }
            at = end;
        }
        pairs
    }

    /// Returns how a tag is written, where it ends, and what stands inside it.
    fn tag(&mut self, at: usize) -> Option<(Signs, usize, &'a str)> {
        let rest = self.rest(at);
        let (signs, open, close) = match rest.as_bytes() {
            [b'{', b'{', b'<', ..] => (Signs::Hugo, 3, ">}}"),
            [b'{', b'{', b'%', ..] => (Signs::HugoMarkdown, 3, "%}}"),
            [b'{', b'%', ..] => (Signs::Liquid, 2, "%}"),
            [b'[', ..] => return self.bracket_tag(at),
            _ => return None,
        };
        let inside = at + open;
        let end = inside + self.near(inside, close)?;
        Some((signs, end + close.len(), self.body.get(inside..end)?.trim_matches('-').trim()))
    }

    /// Returns the same of `[name key="value"]`.
    pub(super) fn bracket_inner(&mut self, at: usize) -> Option<(usize, &'a str)> {
        let line = self.line(at);
        let mut quote = None;
        let close = line.bytes().skip(1).position(|b| {
            match quote {
                Some(open) if open == b => quote = None,
                None if b == b'"' => quote = Some(b),
                _ => {}
            }
            quote.is_none() && b == b']'
        })?;
        let inner = line.get(1..close + 1)?;
        let name = inner.trim_start_matches('/').split([' ', '=', '/']).next().unwrap_or_default();
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        let follows = line.get(close + 2..)?;
        (is_name && self.context.resolver.has_shortcode(name) && !follows.starts_with(['(', '[', ':'])).then_some((at + close + 2, inner))
    }

    fn bracket_tag(&mut self, at: usize) -> Option<(Signs, usize, &'a str)> {
        self.bracket_inner(at).map(|(end, inner)| (Signs::Bracket, end, inner))
    }
}

/// Returns what a tag does.
fn role(signs: Signs, inner: &str) -> Role<'_> {
    let word = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')).len();
    if signs == Signs::Liquid {
        let name = inner.get(..word(inner)).unwrap_or_default();
        return match name {
            "else" => Role::Divides(true),
            "elsif" | "when" => Role::Divides(false),
            "" => Role::Nothing,
            name => name.strip_prefix("end").map_or(Role::Opens(name), Role::Ends),
        };
    }
    if let Some(name) = inner.strip_prefix('/') {
        let name = name.trim();
        return if name.starts_with('*') { Role::Nothing } else { Role::Ends(name.split_whitespace().next().unwrap_or_default()) };
    }
    let name = inner.get(..word(inner)).unwrap_or_default();
    if name.is_empty() || inner.ends_with('/') { Role::Nothing } else { Role::Opens(name) }
}
