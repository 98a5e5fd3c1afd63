//! What the rendering of a post asks of the site around it, and a call of a shortcode or tag by its parts.

use crate::html::{NoPosts, Posts};
use crate::model::Date;
use crate::text::scalar::{Scalar, Scalars};

/// How the rendering asks for what other files and the front matter say; the site answers.
pub trait Resolver: Posts {
    /// Returns a value that Liquid or Hugo knows: `page.title`, `page.date`, `site.title`, `page.key` of the front matter.
    fn value(&self, _name: &str) -> Option<Value> {
        None
    }

    /// Returns whether a value is known and kept back, because it looks like a secret.
    fn is_withheld(&self, _name: &str) -> bool {
        false
    }

    /// Returns the text of a file that a post includes, of the site's folder for that or `beside` the post.
    ///
    /// # Errors
    ///
    /// When there is no such file, it is too large or no text, or posts may not include it.
    fn included(&self, name: &str, _beside: bool) -> Result<String, NotIncluded> {
        Err(NotIncluded::Missing(name.to_owned()))
    }

    /// Returns the address of a file beside the post, or of this name in the site, that is published as it is.
    fn published(&self, _path: &str) -> Option<String> {
        None
    }

    /// Returns the path from the site's root of a picture that a note embeds by its name, where it does not lie beside the note.
    fn attachment(&self, _name: &str) -> Option<String> {
        None
    }

    /// Returns whether `content.shortcodes` has any template.
    fn has_shortcodes(&self) -> bool {
        false
    }

    /// Returns whether `content.shortcodes` has a template of a name.
    fn has_shortcode(&self, _name: &str) -> bool {
        false
    }

    /// Returns what the template that `content.shortcodes` has for a call makes of it, with Markdown between [`MARKDOWN`] signs; nothing
    /// where it has none. `inner` is what stands between its tags.
    fn shortcode(&self, _call: &Call, _inner: &str) -> Option<String> {
        None
    }
}

/// Why a file is not included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotIncluded {
    /// There is none at this path, or it is no text.
    Missing(String),
    /// Posts may not include it, for this reason; it was not read.
    Refused(&'static str),
}

/// A value of Liquid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// A point in time.
    Date(Date),
    /// A list.
    List(Vec<Value>),
    /// What the post does not say.
    Nothing,
    /// `empty`, which a text or list without anything is equal to.
    Empty,
    /// `blank`, of which programs think differently.
    Blank,
}

impl From<Scalar> for Value {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Text(text) => Self::Text(text),
            Scalar::Number(number) => Self::Number(number),
            Scalar::Bool(value) => Self::Bool(value),
        }
    }
}

impl From<Scalars> for Value {
    fn from(told: Scalars) -> Self {
        match told {
            Scalars::One(one) => one.into(),
            Scalars::List(items) => Self::List(items.into_iter().map(Self::from).collect()),
        }
    }
}

impl Resolver for NoPosts {}

/// What stands around Markdown in what a template makes of a shortcode; no text has this sign.
pub const MARKDOWN: char = '\u{ffff}';

/// A shortcode or tag with what it is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// The values without a name, in order.
    pub args: Vec<String>,
    /// The values with a name, in order.
    pub named: Vec<(String, String)>,
    /// Which of the named are written without quotes: Liquid takes them for names of values.
    bare: Vec<usize>,
}

impl Call {
    /// Reads what stands between the signs of a call: `figure src="a.png" 300`, `youtube(id="x", autoplay=true)`.
    pub(super) fn read(inner: &str) -> Self {
        let inner = inner.trim();
        let end = inner.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(inner.len());
        let (name, rest) = inner.split_at(end);
        let rest = rest.trim();
        let rest = rest.strip_prefix('(').map_or(rest, |rest| rest.strip_suffix(')').unwrap_or(rest));
        let mut call = Call { name: name.to_owned(), ..Call::default() };
        call.read_values(rest);
        call
    }

    fn read_values(&mut self, mut rest: &str) {
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if rest.is_empty() {
                return;
            }
            let key = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':')).count();
            let (name, after) = rest.split_at(key);
            let named =
                after.trim_start().strip_prefix('=').filter(|_| !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()));
            if let Some(value) = named {
                let (value, after, quoted) = read_value(value.trim_start());
                if !quoted {
                    self.bare.push(self.named.len());
                }
                self.named.push((name.to_owned(), value));
                rest = after;
            } else {
                let (value, after, _) = read_value(rest);
                // `/` ends a call without an inside.
                if value != "/" {
                    self.args.push(value);
                }
                rest = after;
            }
        }
    }

    /// Returns the value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.named.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the value of a name, or else the one at a place.
    #[must_use]
    pub fn get_or(&self, name: &str, place: usize) -> Option<&str> {
        self.get(name).or_else(|| self.args.get(place).map(String::as_str)).filter(|value| !value.is_empty())
    }

    /// Returns whether the named value at a place is written without quotes.
    pub(super) fn is_bare(&self, place: usize) -> bool {
        self.bare.contains(&place)
    }

    /// Puts values in the place of names of values.
    pub(super) fn resolve(&mut self, value: impl Fn(&str) -> String) {
        for place in std::mem::take(&mut self.bare) {
            if let Some((_, written)) = self.named.get_mut(place).filter(|(_, written)| written.starts_with(|c: char| c.is_alphabetic())) {
                *written = value(written);
            }
        }
    }
}

/// Reads a value in quotes or without; returns what follows, and whether it is in quotes.
fn read_value(text: &str) -> (String, &str, bool) {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '“'));
    let Some(quote) = quote else {
        let list = text.starts_with('[').then(|| text.find(']').map(|end| end + 1)).flatten();
        let end = list.unwrap_or_else(|| text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len()));
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest, false);
    };
    let close = if quote == '“' { '”' } else { quote };
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' && chars.peek().is_some_and(|(_, next)| matches!(next, '"' | '\\')) => {
                value.extend(chars.next().map(|(_, next)| next));
            }
            c if c == close => return (value, text.get(at + c.len_utf8()..).unwrap_or_default(), true),
            c => value.push(c),
        }
    }
    (value, "", true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_in_the_ways_of_every_generator() {
        for (written, name, args, named) in [
            ("youtube abc", "youtube", &["abc"][..], &[][..]),
            ("figure src=\"a b.png\" alt='x' width=300 /", "figure", &[], &[("src", "a b.png"), ("alt", "x"), ("width", "300")]),
            ("highlight go \"linenos=table,hl_lines=1\"", "highlight", &["go", "linenos=table,hl_lines=1"], &[]),
            ("youtube(id=\"x\", autoplay=true, n=1)", "youtube", &[], &[("id", "x"), ("autoplay", "true"), ("n", "1")]),
            ("show(list=[\"a\", \"b\"], t=`c d`)", "show", &[], &[("list", "[\"a\", \"b\"]"), ("t", "c d")]),
            ("include a.html say=\"a \\\"b\\\"\"", "include", &["a.html"], &[("say", "a \"b\"")]),
            ("youtube https://youtu.be/watch?v=abc", "youtube", &["https://youtu.be/watch?v=abc"], &[]),
            ("x \"open", "x", &["open"], &[]),
            ("", "", &[], &[]),
        ] {
            let call = Call::read(written);
            let pairs: Vec<(&str, &str)> = call.named.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(
                (call.name.as_str(), call.args.iter().map(String::as_str).collect::<Vec<_>>(), pairs),
                (name, args.to_vec(), named.to_vec()),
                "{written}"
            );
        }
    }
}
