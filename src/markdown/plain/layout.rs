//! What stands on lines of its own: paragraphs, headings, lists, quotations, code.

use super::inline::{Inline, target};
use super::links::Links;
use super::page::Page;
use super::tree::{Element, Node, holds_image, holds_link, push_text};
use crate::markdown::render::NOTES;
use crate::text::chars::one_line;
use crate::text::words::Words;
use crate::text::wrap::width;

/// What code stands behind, and a definition behind its term.
const INDENT: &str = "    ";
/// A line between two parts.
const RULE: &str = "* * *";

/// A post being laid out.
pub(super) struct Layout {
    pub page: Page,
    pub links: Links,
    pub words: &'static Words,
    /// Whether text here is a list item's, without a blank line around it.
    pub tight: bool,
    /// The number of a link around blocks, until it is shown.
    owed: Option<usize>,
}

impl Layout {
    /// Begins a post.
    pub(super) fn new(width: usize, words: &'static Words) -> Self {
        Layout { page: Page::new(width), links: Links::default(), words, tight: false, owed: None }
    }

    /// Lays out some nodes: blocks, and paragraphs of what is between them.
    pub(super) fn blocks(&mut self, nodes: &[Node<'_>]) {
        let mut rest = nodes;
        while !rest.is_empty() {
            let inline = rest.iter().take_while(|node| !node.is_blockish()).count();
            let (run, after) = rest.split_at(inline);
            self.paragraph(run, !self.tight);
            let Some((block, after)) = after.split_first() else { return };
            if let Node::Element(element) = block {
                self.block(element);
            }
            rest = after;
        }
    }

    fn block(&mut self, element: &Element<'_>) {
        match element.name() {
            "p" | "figcaption" | "caption" | "address" if !element.holds_block => self.paragraph(&element.nodes, true),
            "h1" => self.title(element, '='),
            "h2" => self.title(element, '-'),
            "h3" | "h4" | "h5" | "h6" => self.heading(element),
            "pre" => self.code(element),
            "hr" => self.apart(|layout| layout.page.line(RULE)),
            "ul" | "menu" | "ol" => self.list(element),
            "li" => self.item(element, "- "),
            "dt" => self.term(element),
            "dd" => self.within(INDENT, INDENT, element),
            "blockquote" => self.apart(|layout| layout.within("> ", "> ", element)),
            "summary" => self.summary(element),
            "figure" => self.figure(element),
            "table" => self.table(element),
            "a" => self.card(element),
            _ => self.loosely(|layout| layout.apart(|layout| layout.blocks(&element.nodes))),
        }
    }

    /// Writes something between blank lines.
    pub(super) fn apart(&mut self, write: impl FnOnce(&mut Self)) {
        self.page.margin();
        write(self);
        self.page.margin();
    }

    /// Writes something whose paragraphs have blank lines around them.
    fn loosely(&mut self, write: impl FnOnce(&mut Self)) {
        let tight = std::mem::replace(&mut self.tight, false);
        write(self);
        self.tight = tight;
    }

    /// Returns the text of a line, ready to be wrapped.
    pub(super) fn inline(&mut self, nodes: &[Node<'_>], unmarked: bool) -> String {
        let mut inline = Inline::new(&mut self.links, self.words);
        inline.unmarked = unmarked;
        inline.nodes(nodes);
        let number = self.owed.filter(|_| inline.has_words());
        if let Some(number) = number {
            inline.number(number);
        }
        let text = inline.finish();
        self.owed = self.owed.filter(|_| number.is_none());
        text
    }

    fn paragraph(&mut self, nodes: &[Node<'_>], margins: bool) {
        let text = self.inline(nodes, false);
        self.text(&text, margins);
    }

    /// Writes a paragraph.
    pub(super) fn text(&mut self, text: &str, margins: bool) {
        let text = text.trim();
        if text.chars().all(|c| c.is_whitespace() || c.is_control()) {
            return;
        }
        if margins {
            self.page.margin();
        }
        self.page.wrapped(text);
        if margins {
            self.page.margin();
        }
    }

    fn title(&mut self, element: &Element<'_>, sign: char) {
        let text = self.inline(&element.nodes, true);
        if text.trim().is_empty() {
            return;
        }
        self.apart(|layout| {
            let wide = layout.page.wrapped(text.trim()).min(layout.page.room());
            layout.page.line(&sign.to_string().repeat(wide));
        });
    }

    fn heading(&mut self, element: &Element<'_>) {
        let text = self.inline(&element.nodes, true);
        if text.trim().is_empty() {
            return;
        }
        let level = element.name().trim_start_matches('h').parse().unwrap_or(3);
        let mark = format!("{} ", "#".repeat(level));
        self.apart(|layout| {
            layout.page.enter(&mark, &" ".repeat(mark.len()));
            layout.page.wrapped(text.trim());
            layout.page.leave(false);
        });
    }

    fn code(&mut self, element: &Element<'_>) {
        let mut code = String::new();
        self.push_code(&element.nodes, &mut code);
        // HTML Standard §13.2.6.4.7: a line end right behind `<pre>` is none.
        let begins_blank = element.nodes.first().is_some_and(|node| matches!(node, Node::Text(text) if text.starts_with('\n')));
        let code = if begins_blank { code.get(1..).unwrap_or_default() } else { &code };
        let code = code.trim_end();
        if code.is_empty() {
            return;
        }
        self.apart(|layout| {
            layout.page.enter(INDENT, INDENT);
            for line in code.split('\n') {
                layout.page.line(line);
            }
            layout.page.leave(false);
        });
    }

    /// Appends code as it is; a link in it has its number.
    fn push_code(&mut self, nodes: &[Node<'_>], code: &mut String) {
        for node in nodes {
            match node {
                Node::Text(text) => code.extend(text.chars().filter_map(code_char)),
                Node::Element(element) if matches!(element.name(), "a" | "img" | "video" | "audio" | "area") => {
                    let inline = self.inline(std::slice::from_ref(node), true);
                    code.push_str(&crate::text::wrap::unwrapped(&inline));
                }
                Node::Element(element) if element.name() == "br" => code.push('\n'),
                Node::Element(element) => self.push_code(&element.nodes, code),
            }
        }
    }

    fn term(&mut self, element: &Element<'_>) {
        let tight = std::mem::replace(&mut self.tight, true);
        self.page.margin();
        self.blocks(&element.nodes);
        self.page.no_margin();
        self.tight = tight;
    }

    fn within(&mut self, first: &str, rest: &str, element: &Element<'_>) {
        let is_definition = element.name() == "dd";
        self.loosely(|layout| {
            layout.page.enter(first, rest);
            layout.tight = is_definition;
            layout.blocks(&element.nodes);
            layout.page.leave(false);
        });
    }

    fn summary(&mut self, element: &Element<'_>) {
        let text = self.inline(&element.nodes, true);
        let text = text.trim();
        let marked = if text.is_empty() || text.contains('*') { text.to_owned() } else { format!("*{text}*") };
        self.text(&marked, true);
    }

    /// Lays out a figure: its caption follows at once, and only if it says more than the picture's own text.
    fn figure(&mut self, element: &Element<'_>) {
        let is_caption = |node: &Node<'_>| node.element().is_some_and(|child| child.name() == "figcaption");
        self.loosely(|layout| {
            layout.apart(|layout| {
                let before = layout.page.len();
                for part in element.nodes.chunk_by(|one, next| !is_caption(one) && !is_caption(next)) {
                    match part.first().and_then(Node::element).filter(|child| child.name() == "figcaption") {
                        Some(caption) if is_said(caption, element) => {}
                        Some(caption) => {
                            if layout.page.len() > before {
                                layout.page.no_margin();
                            }
                            layout.tight = true;
                            layout.blocks(&caption.nodes);
                            layout.tight = false;
                        }
                        None => layout.blocks(part),
                    }
                }
            });
        });
    }

    /// Lays out a link around whole blocks: its number stands in the first of them that has text.
    fn card(&mut self, element: &Element<'_>) {
        let Some(url) = target(element) else { return self.blocks(&element.nodes) };
        let number = self.links.number(url);
        let outer = self.owed.replace(number);
        self.blocks(&element.nodes);
        if let Some(number) = self.owed.take() {
            self.text(&format!("[{number}]"), true);
        }
        self.owed = outer;
    }

    /// Writes the addresses of the links.
    pub(super) fn references(&mut self) {
        self.page.margin();
        for (number, url) in self.links.numbered() {
            self.page.line(&format!("[{number}] {url}"));
        }
    }

    fn list(&mut self, list: &Element<'_>) {
        let was_tight = self.tight;
        let loose = list.elements().any(|item| item.name() == "li" && item.elements().any(|child| child.name() == "p"));
        let notes = list.attribute("class").as_deref() == Some(NOTES);
        if !was_tight {
            self.page.margin();
        }
        if notes {
            let heading = format!("{}:", self.words.footnotes);
            self.text(&heading, true);
        }
        let numbers = Numbers::of(list);
        let mut at = 0;
        self.tight = true;
        for node in &list.nodes {
            match node.element() {
                Some(item) if item.name() == "li" => {
                    if loose && !notes {
                        self.page.margin();
                    }
                    let mark = if notes { format!("[^{}] ", at + 1) } else { numbers.mark(at) };
                    at += 1;
                    self.item(item, &mark);
                    if loose && !notes {
                        self.page.margin();
                    }
                }
                // What is no item stands among them all the same.
                _ => self.blocks(std::slice::from_ref(node)),
            }
        }
        self.tight = was_tight;
        if !was_tight {
            self.page.margin();
        }
    }

    fn item(&mut self, item: &Element<'_>, mark: &str) {
        let tight = std::mem::replace(&mut self.tight, true);
        self.page.enter(mark, &" ".repeat(width(mark)));
        self.blocks(only_paragraph(item).map_or(&item.nodes, |only| &only.nodes));
        self.page.leave(true);
        self.tight = tight;
    }
}

/// Returns a character as it stands in code.
fn code_char(c: char) -> Option<char> {
    match c {
        '\u{2028}' | '\u{2029}' => Some('\n'),
        c => Some(c).filter(|c| !c.is_control() || matches!(c, '\n' | '\t')),
    }
}

/// Returns whether a picture in a figure says what its caption says.
fn is_said(caption: &Element<'_>, figure: &Element<'_>) -> bool {
    let mut text = String::new();
    push_text(&caption.nodes, &mut text);
    !holds_link(&caption.nodes) && holds_image(&figure.nodes, &one_line(&text))
}

/// Returns the paragraph that is all there is in an element.
fn only_paragraph<'n, 'h>(element: &'n Element<'h>) -> Option<&'n Element<'h>> {
    let mut shown = element.nodes.iter().filter(|node| !matches!(node, Node::Text(text) if text.trim().is_empty()));
    let only = shown.next()?.element().filter(|only| only.name() == "p")?;
    shown.next().is_none().then_some(only)
}

/// How a list numbers its items.
struct Numbers {
    /// The number of each item; none where a list has dots.
    values: Vec<i64>,
    style: char,
    wide: usize,
}

impl Numbers {
    fn of(list: &Element<'_>) -> Self {
        let mut numbers = Numbers { values: Vec::new(), style: '1', wide: 0 };
        if list.name() != "ol" {
            return numbers;
        }
        let number = |element: &Element<'_>, name: &str| element.attribute(name).and_then(|value| value.trim().parse::<i64>().ok());
        let items = || list.elements().filter(|item| item.name() == "li");
        let step = if list.attribute("reversed").is_some() { -1 } else { 1 };
        let count = i64::try_from(items().count()).unwrap_or(i64::MAX);
        let mut next = number(list, "start").unwrap_or(if step < 0 { count } else { 1 });
        for item in items() {
            next = number(item, "value").unwrap_or(next);
            numbers.values.push(next);
            next = next.saturating_add(step);
        }
        numbers.style = list.attribute("type").and_then(|style| style.chars().next()).unwrap_or('1');
        numbers.wide = numbers.values.iter().map(|value| numbers.name(*value).len()).max().unwrap_or(0);
        numbers
    }

    fn mark(&self, at: usize) -> String {
        match self.values.get(at) {
            Some(value) => format!("{:>wide$}. ", self.name(*value), wide = self.wide),
            None => "- ".to_owned(),
        }
    }

    fn name(&self, value: i64) -> String {
        match (self.style, u8::try_from(value)) {
            ('a', Ok(letter @ 1..=26)) => char::from(b'a' + letter - 1).to_string(),
            ('A', Ok(letter @ 1..=26)) => char::from(b'A' + letter - 1).to_string(),
            ('i', Ok(value @ 1..=89)) => roman(value),
            ('I', Ok(value @ 1..=89)) => roman(value).to_uppercase(),
            _ => value.to_string(),
        }
    }
}

fn roman(mut value: u8) -> String {
    let mut out = String::new();
    for (worth, sign) in [(50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")] {
        while value >= worth {
            out.push_str(sign);
            value -= worth;
        }
    }
    out
}
