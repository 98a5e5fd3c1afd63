//! What stands in a line: words, links, images, code, and what HTML shows by other means than letters.

use super::links::Links;
use super::marks::{Line, Mark};
use super::tree::{Element, Node, holds_link, push_text};
use crate::text::words::Words;
use crate::text::wrap::width;
use url::Url;

/// Code up to this width stays on one line if it can: people copy commands.
const SHORT: usize = 28;

/// Text as it is written into one paragraph.
pub(super) struct Inline<'r> {
    pub links: &'r mut Links,
    pub words: &'static Words,
    /// Whether text stands out already, as in a heading or in a piece with a mark.
    pub unmarked: bool,
    line: Line,
    in_deleted: bool,
    in_link: bool,
}

impl<'r> Inline<'r> {
    /// Begins a paragraph.
    pub(super) fn new(links: &'r mut Links, words: &'static Words) -> Self {
        Inline { links, words, unmarked: false, line: Line::default(), in_deleted: false, in_link: false }
    }

    /// Returns the text, ready to be wrapped.
    pub(super) fn finish(self) -> String {
        self.line.finish()
    }

    /// Returns whether anything was written.
    pub(super) fn has_words(&self) -> bool {
        self.line.since(0).contains(|c: char| !c.is_control() && !c.is_whitespace())
    }

    /// Writes some nodes.
    pub(super) fn nodes(&mut self, nodes: &[Node<'_>]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.line.text(text),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn element(&mut self, element: &Element<'_>) {
        match element.name() {
            "a" => self.link(element),
            "img" => self.image(element),
            "br" => self.line.end_line(),
            "wbr" => self.line.may_break(),
            "code" | "tt" | "samp" => self.code(element),
            "strong" | "b" => self.marked(element, Mark::Strong),
            "em" | "i" | "cite" => self.marked(element, Mark::Emphasis),
            "del" | "s" | "strike" => self.deleted(element),
            "sup" => self.script(element, "^", SUPERSCRIPT),
            "sub" => self.script(element, "_", SUBSCRIPT),
            "q" => self.between("\"", element, "\""),
            "rt" => self.between("(", element, ")"),
            "rp" if !holds_link(&element.nodes) => {}
            "video" => self.media(element, self.words.video),
            "audio" => self.media(element, self.words.audio),
            "area" => self.area(element),
            "mfrac" => self.operators(element, ["/", "/"]),
            "msup" | "mover" => self.operators(element, ["^", "^"]),
            "msub" | "munder" => self.operators(element, ["_", "_"]),
            "msubsup" | "munderover" => self.operators(element, ["_", "^"]),
            "msqrt" => self.between("√(", element, ")"),
            _ if element.is_block() => {
                self.line.blank();
                self.nodes(&element.nodes);
                self.line.blank();
            }
            _ => self.nodes(&element.nodes),
        }
    }

    fn between(&mut self, before: &str, element: &Element<'_>, after: &str) {
        self.line.text(before);
        self.nodes(&element.nodes);
        self.line.text(after);
    }

    fn link(&mut self, element: &Element<'_>) {
        let Some(url) = target(element) else { return self.nodes(&element.nodes) };
        let from = self.line.begin();
        let outer = std::mem::replace(&mut self.in_link, true);
        self.nodes(&element.nodes);
        self.in_link = outer;
        match shown_by(self.line.since(from), &url) {
            Some(shown) => self.line.replace(from, &shown),
            None => {
                let number = self.links.number(url);
                self.line.reference(from, number);
            }
        }
    }

    /// Writes the number of a link around whole blocks.
    pub(super) fn number(&mut self, number: usize) {
        self.line.reference(0, number);
    }

    fn image(&mut self, element: &Element<'_>) {
        let Some(alt) = element.attribute("alt").filter(|alt| !alt.trim().is_empty()) else { return };
        self.line.text("[");
        self.line.text(alt.trim());
        self.line.text("]");
    }

    fn code(&mut self, element: &Element<'_>) {
        if element.elements().next().is_some() {
            return self.nodes(&element.nodes);
        }
        let mut code = String::new();
        push_text(&element.nodes, &mut code);
        if code.trim().is_empty() {
            return self.nodes(&element.nodes);
        }
        let code = code.trim_matches(['\n', '\t', ' ']);
        let sign = if code.contains('`') { "``" } else { "`" };
        // Signs of its own would run into ours.
        let apart = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
        self.line.text(sign);
        self.line.together([apart, code, apart].concat().as_str(), width(code) <= SHORT);
        self.line.text(sign);
    }

    fn marked(&mut self, element: &Element<'_>, mark: Mark) {
        if self.unmarked || element.holds_block {
            return self.nodes(&element.nodes);
        }
        self.unmarked = true;
        self.line.open(mark);
        self.nodes(&element.nodes);
        self.line.close(mark);
        self.unmarked = false;
    }

    fn deleted(&mut self, element: &Element<'_>) {
        if self.in_deleted {
            return self.nodes(&element.nodes);
        }
        self.in_deleted = true;
        self.line.open(Mark::Deleted);
        self.nodes(&element.nodes);
        self.line.close(Mark::Deleted);
        self.in_deleted = false;
    }

    /// Writes raised or lowered text: digits have characters of their own, `H₂O`; ordinals need none, `1st`.
    fn script(&mut self, element: &Element<'_>, sign: &str, small: &[(char, char)]) {
        if element.elements().next().is_some() {
            return self.nodes(&element.nodes);
        }
        let mut text = String::new();
        push_text(&element.nodes, &mut text);
        let text = text.trim();
        let replaced: Option<String> = text.chars().map(|c| Some(small.iter().find(|(plain, _)| *plain == c)?.1)).collect();
        if text.is_empty() {
            self.nodes(&element.nodes);
        } else if let Some(small) = replaced {
            self.line.text(&small);
        } else if self.line.since(0).ends_with(|c: char| c.is_numeric()) && text.chars().all(char::is_alphabetic) || text.starts_with('[') {
            self.line.text(text);
        } else if text.chars().count() == 1 {
            self.line.text(sign);
            self.line.text(text);
        } else {
            self.between(&format!("{sign}("), element, ")");
        }
    }

    /// Writes the parts of a formula with signs between them, and brackets around what is more than one sign.
    fn operators(&mut self, element: &Element<'_>, signs: [&str; 2]) {
        for (at, part) in element.elements().enumerate() {
            if let Some(sign) = at.checked_sub(1).and_then(|at| signs.get(at)) {
                self.line.text(sign);
            }
            if part.elements().nth(1).is_some() { self.between("(", part, ")") } else { self.element(part) }
        }
    }

    fn media(&mut self, element: &Element<'_>, word: &str) {
        let source = element.elements().find(|child| child.name() == "source").and_then(|source| source.attribute("src"));
        let from = self.line.begin();
        let title = element.attribute("title");
        self.line.text(title.as_deref().map(str::trim).filter(|title| !title.is_empty()).unwrap_or(word));
        if let Some(url) = element.attribute("src").or(source).map(|src| address(&src)).filter(|url| leads_out(url) && !self.in_link) {
            let number = self.links.number(url);
            self.line.reference(from, number);
        }
        // What is said to those who cannot play it is for us only if it leads somewhere.
        if holds_link(&element.nodes) {
            self.line.blank();
            self.nodes(&element.nodes);
        }
    }

    fn area(&mut self, element: &Element<'_>) {
        let Some(url) = target(element).filter(|_| !self.in_link) else { return };
        self.line.blank();
        let from = self.line.begin();
        self.image(element);
        let number = self.links.number(url);
        self.line.reference(from, number);
    }
}

/// Returns where a link leads, if that is of use in a text.
pub(super) fn target(element: &Element<'_>) -> Option<String> {
    element.attribute("href").map(|href| address(&href)).filter(|url| leads_out(url))
}

/// Returns an address as one word.
fn address(url: &str) -> String {
    let url = url.trim();
    if url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return url.to_owned();
    }
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            c if c.is_whitespace() => out.push_str("%20"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Returns whether an address is of use to someone who reads the text: not a place in the post, not a document in itself.
fn leads_out(url: &str) -> bool {
    !url.is_empty() && !url.starts_with('#') && !url.starts_with("data:")
}

/// Returns what a link shows that needs no number, since its text is its address.
fn shown_by(text: &str, url: &str) -> Option<String> {
    if text.is_empty() || text.contains(' ') {
        return None;
    }
    let plain = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("tel:"));
    if plain == Some(text) {
        return Some(text.to_owned());
    }
    let bare = |text: &str| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
        rest.strip_suffix('/').unwrap_or(rest).to_owned()
    };
    let same = text == url
        || text.contains('.') && bare(text) == bare(url)
        || text.contains("://") && Url::parse(text).is_ok_and(|text| text.as_str() == url);
    same.then(|| url.to_owned())
}

const SUPERSCRIPT: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('+', '⁺'),
    ('-', '⁻'),
    ('−', '⁻'),
    ('n', 'ⁿ'),
];

const SUBSCRIPT: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('-', '₋'),
    ('−', '₋'),
];
