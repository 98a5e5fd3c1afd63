//! Styles into the elements.
//!
//! `css-inline` reads HTML and styles, and says what each element gets. Most elements of a letter are of few shapes: `p`, `p a`,
//! `ul li`. So it is shown the letter with one element of each shape in place of the cells that posts stand in ([`super::shapes`]), and
//! what it says of those is written into all that have the shape. It is asked once for letters that differ in nothing else. A letter
//! where that could make a difference is shown to it whole.

use super::asked::Asked;
use super::shapes::{Shapes, Written, read};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::html::{Scanner, Tag, Token, is_void};
use css_inline::{CSSInliner, InlineOptions};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

/// Styles that cannot be read.
pub(super) static BAD_STYLE: Code =
    Code::error("bad-mail-style", "The styles of a mail template cannot be written into its elements, so the letter has no look.");

/// A style sheet that stays, for what no element can carry: dark colours, small screens. No post can hold one.
const KEPT: &str = "<style data-css-inline=\"keep\">";

/// What a post stands in, from the page down; anything else could move what is in it.
const AROUND: [&str; 13] =
    ["article", "blockquote", "body", "center", "div", "font", "html", "main", "section", "table", "tbody", "td", "tr"];

static INLINER: LazyLock<CSSInliner<'static>> = LazyLock::new(|| {
    let options =
        InlineOptions { minify_css: true, load_remote_stylesheets: false, preallocate_node_capacity: 512, ..InlineOptions::default() };
    options.build()
});

/// What `css-inline` said last.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// What stood around the parts.
    pieces: Vec<String>,
    shapes: Vec<Shapes>,
    /// The letter with its shapes, inlined.
    frame: String,
}

/// Returns HTML with its styles in the elements. Style sheets go, but those with [`KEPT`] stay too. `bodies` are the posts in it, in
/// their order, as far as it has them.
pub(super) fn inline(html: &str, bodies: &[&str], template: &str, known: &mut Known) -> Result<String, Diagnostic> {
    match Parted::of(html, bodies, &known.shapes) {
        Some(parted) => {
            if !parted.is_known(known) {
                *known = parted.ask(template)?;
            }
            parted.join(&known.frame).map_or_else(|| whole(html, template), Ok)
        }
        None => whole(html, template),
    }
}

fn whole(html: &str, template: &str) -> Result<String, Diagnostic> {
    INLINER.inline(html).map(|html| html.replace(KEPT, "<style>")).map_err(|error| {
        let place = Place::file(format!("templates/{template}"));
        Diagnostic::new(&BAD_STYLE, format!("the styles cannot be read: {error}")).at(place).help("mend the `<style>` of the template")
    })
}

/// An element that is open somewhere.
#[derive(Clone, Copy)]
struct Open<'h> {
    name: &'h str,
    /// Its attributes as written.
    rest: &'h str,
    /// Where its content begins.
    inside: usize,
}

/// Returns whether two places are in elements that are written the same.
fn is_same(one: &[Open<'_>], other: &[Open<'_>]) -> bool {
    one.iter().map(|open| (open.name, open.rest)).eq(other.iter().map(|open| (open.name, open.rest)))
}

/// A letter apart from its posts.
struct Parted<'h> {
    /// What stands before each part, and behind the last.
    pieces: Vec<&'h str>,
    parts: Vec<Part>,
    /// The shapes of parts that stand in the same elements, and those.
    shapes: Vec<Shapes>,
    around: Vec<Vec<Open<'h>>>,
}

/// The content of a cell that posts stand in, or a post alone.
struct Part {
    written: Written,
    /// Which of the shapes are those of its elements.
    shapes: usize,
    /// Whether it is the first with these.
    is_first: bool,
}

impl<'h> Parted<'h> {
    /// Parts a letter; `None` where its styles ask for more than a shape, or no post can be told from the rest. Its shapes go on from
    /// those that are `known`.
    fn of(html: &'h str, bodies: &[&str], known: &[Shapes]) -> Option<Self> {
        let posts = places(html, bodies);
        let asked = Asked::of(html.get(..posts.first()?.start)?)?;
        let mut parted = Parted { pieces: Vec::new(), parts: Vec::new(), shapes: Vec::new(), around: Vec::new() };
        let (mut from, mut at, mut open) = (0, 0, Vec::new());
        for post in posts {
            if post.start < from {
                continue;
            }
            walk(html, at..post.start, &mut open);
            at = post.start;
            let cell = cell(html, &open, post.end).filter(|(cell, _)| cell.start >= from);
            for (part, depth) in cell.into_iter().chain([(post, open.len())]) {
                // A part in which browsers would set something right is for css-inline to read: it stays in the letter.
                if parted.read(html.get(part.clone())?, open.get(..depth)?, &asked, known).is_some() {
                    parted.pieces.push(html.get(from..part.start)?);
                    open.truncate(depth);
                    (from, at) = (part.end, part.end);
                    break;
                }
            }
        }
        parted.pieces.push(html.get(from..)?);
        // Styles stand before all posts, or nobody knows them here.
        let is_plain = !parted.parts.is_empty() && parted.pieces.iter().skip(1).all(|piece| !has_style(piece));
        is_plain.then_some(parted)
    }

    /// Reads a part; `None` where that cannot be done.
    fn read(&mut self, part: &str, around: &[Open<'h>], asked: &Asked, known: &[Shapes]) -> Option<()> {
        let place = self.around.iter().position(|other| is_same(other, around));
        let mut fresh = if place.is_some() { Shapes::default() } else { known.get(self.shapes.len()).cloned().unwrap_or_default() };
        let shapes = place.and_then(|place| self.shapes.get_mut(place)).unwrap_or(&mut fresh);
        let written = read(part, asked, shapes)?;
        if place.is_none() {
            self.around.push(around.to_vec());
            self.shapes.push(fresh);
        }
        self.parts.push(Part { written, shapes: place.unwrap_or(self.shapes.len() - 1), is_first: place.is_none() });
        Some(())
    }

    /// Returns whether `css-inline` was asked about all of this.
    fn is_known(&self, known: &Known) -> bool {
        self.pieces == known.pieces && self.shapes.iter().map(Shapes::len).eq(known.shapes.iter().map(Shapes::len))
    }

    /// Asks `css-inline`.
    fn ask(&self, template: &str) -> Result<Known, Diagnostic> {
        let pieces = self.pieces.iter().map(|piece| (*piece).to_owned()).collect();
        Ok(Known { pieces, shapes: self.shapes.clone(), frame: whole(&self.frame(), template)? })
    }

    /// Returns the letter with the shapes of its parts in their places.
    fn frame(&self) -> String {
        let mut out = String::new();
        for (number, (piece, part)) in self.pieces.iter().zip(&self.parts).enumerate() {
            out.push_str(piece);
            // The `x` shows where words of the part would come to stand.
            let _ = write!(out, "<!--{MARK}{number}-->x");
            if part.is_first
                && let Some(shapes) = self.shapes.get(part.shapes)
            {
                shapes.write(&mut out);
            }
            out.push_str(END);
        }
        out.push_str(self.pieces.last().copied().unwrap_or_default());
        out
    }

    /// Returns the inlined frame with the parts in it; `None` where it is not as it was expected.
    fn join(&self, frame: &str) -> Option<String> {
        let mut out = String::with_capacity(frame.len() + self.parts.iter().map(|part| part.written.len()).sum::<usize>() * 2);
        let (mut from, mut open) = (0, Vec::new());
        let mut found: Vec<Option<(Vec<Open<'_>>, Vec<&str>)>> = vec![None; self.shapes.len()];
        for (number, part) in self.parts.iter().enumerate() {
            let mark = format!("<!--{MARK}{number}-->");
            let at = from + memchr::memmem::find(frame.get(from..)?.as_bytes(), mark.as_bytes())?;
            walk(frame, from..at, &mut open);
            let inside = frame.get(at + mark.len()..)?.strip_prefix('x')?;
            let length = memchr::memmem::find(inside.as_bytes(), END.as_bytes())?;
            let inside = inside.get(..length)?;
            let (shapes, known) = (self.shapes.get(part.shapes)?, found.get_mut(part.shapes)?);
            let styles = match known {
                None => &known.insert((open.clone(), shapes.styles(inside)?)).1,
                Some((around, styles)) if is_same(around, &open) && inside.is_empty() => &*styles,
                Some(_) => return None,
            };
            let is_around = |open: &Open<'_>| AROUND.contains(&open.name);
            if !open.iter().all(is_around) || open.last().is_none_or(|open| matches!(open.name, "html" | "table" | "tbody" | "tr")) {
                return None;
            }
            out.push_str(frame.get(from..at)?);
            part.written.push_with(styles, &mut out);
            from = at + mark.len() + 1 + length + END.len();
        }
        out.push_str(frame.get(from..)?);
        Some(out)
    }
}

/// The comments around a part's place.
const MARK: &str = "postrider-post-";
const END: &str = "<!--postrider-end-->";

/// Returns where each of some posts stands, as far as they are there in this order.
fn places(html: &str, bodies: &[&str]) -> Vec<Range<usize>> {
    let mut from = 0;
    let place = |body: &&str| {
        let at = from + find(html.get(from..)?, body)?;
        from = at + body.len();
        Some(at..from)
    };
    bodies.iter().filter(|body| body.contains('<')).filter_map(place).collect()
}

/// Returns where a long text stands in another. A search for all of it would study it first; nearly always its beginning is told apart
/// from anything else.
fn find(html: &str, body: &str) -> Option<usize> {
    let beginning = body.get(..body.floor_char_boundary(64))?;
    memchr::memmem::find_iter(html.as_bytes(), beginning.as_bytes()).find(|at| html.get(*at..).is_some_and(|rest| rest.starts_with(body)))
}

/// Returns the content of the innermost cell that is open at a place, and how many elements are open around it.
fn cell(html: &str, open: &[Open<'_>], at: usize) -> Option<(Range<usize>, usize)> {
    let depth = open.iter().rposition(|open| open.name == "td")? + 1;
    let start = open.get(depth - 1)?.inside;
    let mut names: Vec<&str> = open.iter().map(|open| open.name).collect();
    let mut scanner = Scanner::new(html.get(at..)?);
    let mut end = at;
    while let Some(token) = scanner.next() {
        match token {
            Token::Start(tag) if !is_void(tag.name) => names.push(tag.name),
            Token::End(tag) => names.truncate(names.iter().rposition(|name| *name == tag.name).unwrap_or(names.len())),
            _ => {}
        }
        if names.len() < depth {
            return Some((start..end, depth));
        }
        end = at + scanner.offset();
    }
    None
}

fn has_style(html: &str) -> bool {
    memchr::memmem::find(html.to_ascii_lowercase().as_bytes(), b"<style").is_some()
}

/// Goes through a part of some HTML, keeping what is open.
fn walk<'h>(html: &'h str, part: Range<usize>, open: &mut Vec<Open<'h>>) {
    let mut scanner = Scanner::new(html.get(part.clone()).unwrap_or_default());
    while let Some(token) = scanner.next() {
        match token {
            Token::Start(Tag { name, rest }) if !is_void(name) => open.push(Open { name, rest, inside: part.start + scanner.offset() }),
            Token::End(tag) => {
                if let Some(at) = open.iter().rposition(|open| open.name == tag.name) {
                    open.truncate(at);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{page, post, to};
    use super::*;
    use crate::edition::render::values;
    use crate::html::{CleanContext, Medium, NoPosts, clean};
    use crate::model::{MailContent, Subscriber};
    use crate::template::Templates;
    use crate::text::words;
    use proptest::prelude::*;
    use url::Url;

    fn clean_html(html: &str) -> String {
        let base = Url::parse("https://example.org/a/").expect("a URL");
        let words = words::of(None);
        let context = CleanContext { base: &base, posts: &NoPosts, words, medium: Medium::Mail, title_from_heading: false };
        clean(html, &context).html
    }

    fn styled(css: &str, bodies: &[&str]) -> String {
        let posts = bodies.iter().map(|body| format!("<tr><td class=\"in\"><div class=\"entry\">{body}</div></td></tr>\n"));
        let posts: String = posts.collect();
        format!("<!doctype html>\n<html><head><style>{css}</style></head>\n<body>\n<table>{posts}</table>\n</body></html>\n")
    }

    /// Returns the letter, and whether posts were put into their places.
    fn both(html: &str, bodies: &[&str]) -> (String, bool) {
        let parted = Parted::of(html, bodies, &[]);
        let is_parted = parted.and_then(|parted| parted.join(&whole(&parted.frame(), "a.html").expect("HTML"))).is_some();
        (inline(html, bodies, "a.html", &mut Known::default()).expect("HTML"), is_parted)
    }

    const CSS: &str = ".entry p { margin: 0 } .entry > p { color: red } .entry a[href] { color: blue } li p, td { padding: 1px }
        .notes { font: serif } [align=right] { text-align: right } table { width: 9px } #x { top: 0 } @media all { p:hover { top: 1px } }";

    #[test]
    fn posts_of_few_shapes_are_styled_as_in_the_whole() {
        let first = "<p>a <a href=\"https://a.example/?b&amp;c\">b &quot;c&quot; &gt; &eacute;</a><br>\u{a0}d</p>\n<ul><li><p>e</p></li></ul>\
            <table><thead><tr><th align=\"right\">1</th></tr></thead><tbody><tr><td>2</td></tr></tbody></table><pre>\n x</pre>";
        let second =
            "<p id=\"x\" class=\"notes\" title=\"y\">f <em>g</em><img src=\"i\" alt=\"&gt;\" class=\"c\" width=\"1\"></p><p><a>h</a></p>";
        let html = styled(CSS, &[first, second, first]);
        assert_eq!(both(&html, &[first, second, first]), (whole(&html, "").expect("HTML"), true));
    }

    #[test]
    fn styles_that_ask_for_a_place_among_others_are_read_with_the_whole_letter() {
        let body = "<p>a</p><p>b</p>";
        for css in ["p + p { top: 0 }", "p:first-child { top: 0 }", ".a ~ p, i { top: 0 }", "@layer b { p:last-child { top: 0 } }"] {
            let html = styled(css, &[body]);
            assert_eq!(both(&html, &[body]), (whole(&html, "").expect("HTML"), false), "{css}");
        }
    }

    #[test]
    fn a_post_in_a_place_where_browsers_move_things_is_read_with_the_whole_letter() {
        let body = "<p>a <b>b</b></p>";
        for around in
            ["<table>_</table>", "<p>_</p>", "<pre>_</pre>", "<b><p></b>_", "<!-- _ -->", "<div>_</div><style>p { top: 1px }</style>"]
        {
            let html = format!("<!doctype html><style>p {{ top: 0 }}</style>{}", around.replace('_', body));
            assert_eq!(both(&html, &[body]), (whole(&html, "").expect("HTML"), false), "{around}");
        }
    }

    #[test]
    fn the_posts_of_both_looks_are_told_from_the_rest() {
        let subscriber = Subscriber { address: "a@example.org".into(), ..Subscriber::default() };
        let posts = vec![post("Keel", MailContent::Full), post("Ribs", MailContent::Full), post("Mast", MailContent::Summary)];
        let page = page(posts);
        for name in ["letter", "magazine"] {
            let templates = Templates::built_in();
            let look = super::super::Look::new(&templates, name).expect("a look");
            let values = values::Letter::new(&page, &to(&subscriber), look.uses());
            let filled = look.fill(&format!("{name}/message.html"), &values).expect("HTML");
            assert_eq!(both(&filled, &values.bodies()), (whole(&filled, "").expect("HTML"), true), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_posts_are_styled_as_in_the_whole(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "<p>", "</p>", "<a href='https://a.example/?a&b'>", "</a>", "<b>", "</b>", "<i>", "</i>", "<ul>", "</ul>", "<li>", "</li>",
                    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<thead>", "<tbody>", "<th align=right>", "<caption>", "<pre>\n",
                    "</pre>", "<code>", "</code>", "<h2>", "</h2>", "<blockquote>", "</blockquote>", "<dl>", "<dt>", "<dd>", "</dl>", "<hr>",
                    "<br>", "<img src=i alt='a > \"b\"'>", "<div align=right>", "</div>", "<ruby>", "<rt>", "</ruby>", "<details>", "<summary>",
                    "text ", "1 < 2 > 0 ", "&amp;lt; ", "&eacute;&quot; ", "\u{a0}«é» ", "\n", "<span title=x>", "</span>", "<sup>", "</sup>",
                ]),
                0..30,
            ),
            more in prop::collection::vec(prop::sample::select(vec!["<p>a</p>", "<ul><li>b</li></ul>", "<table><tr><td>c</td></tr></table>"]), 0..3),
        ) {
            let bodies = [clean_html(&parts.concat()), clean_html(&more.concat())];
            let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
            let html = styled(CSS, &bodies);
            let mut known = Known::default();
            for _ in 0..2 {
                prop_assert_eq!(inline(&html, &bodies, "a.html", &mut known).expect("HTML"), whole(&html, "").expect("HTML"));
            }
        }
    }
}
