//! Styles into the elements.
//!
//! `css-inline` reads HTML and styles, and says what each element gets. Most elements of a letter stand in its posts, in few shapes:
//! `p`, `p a`, `ul li`. So it is shown the letter with one element of each shape in the posts' places ([`super::shapes`]), and what it
//! says of those is written into all that have the shape. A letter where that could make a difference is shown to it whole.

use super::asked::Asked;
use super::shapes::{Shapes, Written, read};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::html::{Scanner, Token, is_void};
use css_inline::{CSSInliner, InlineOptions};
use std::fmt::Write as _;
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

/// Returns HTML with its styles in the elements. Style sheets go, but those with [`KEPT`] stay too. `bodies` are the posts in it, in
/// their order, as far as it has them.
pub(super) fn inline(html: &str, bodies: &[&str], template: &str) -> Result<String, Diagnostic> {
    let inlined = match Parted::of(html, bodies) {
        Some(parted) => {
            let frame = whole(&parted.frame(), template)?;
            parted.join(&frame).map_or_else(|| whole(html, template), Ok)?
        }
        None => whole(html, template)?,
    };
    Ok(inlined.replace(KEPT, "<style>"))
}

fn whole(html: &str, template: &str) -> Result<String, Diagnostic> {
    INLINER.inline(html).map_err(|error| {
        let place = Place::file(format!("templates/{template}"));
        Diagnostic::new(&BAD_STYLE, format!("the styles cannot be read: {error}")).at(place).help("mend the `<style>` of the template")
    })
}

/// The elements that are open somewhere, each with its attributes as written.
type Chain<'h> = Vec<(&'h str, &'h str)>;

/// A letter apart from its posts.
struct Parted<'h> {
    /// What stands before each post, and behind the last.
    pieces: Vec<&'h str>,
    posts: Vec<Post>,
    /// The shapes of posts that stand in the same elements.
    shapes: Vec<Shapes>,
}

struct Post {
    written: Written,
    /// Which of the shapes are those of its elements.
    shapes: usize,
    /// Whether it is the first with these.
    is_first: bool,
}

impl<'h> Parted<'h> {
    /// Parts a letter; `None` where its styles ask for more than a shape, or no post can be told from the rest.
    fn of(html: &'h str, bodies: &[&str]) -> Option<Self> {
        let mut parted = Parted { pieces: Vec::new(), posts: Vec::new(), shapes: Vec::new() };
        let (mut from, mut asked) = (0, Asked::default());
        let (mut open, mut chains): (Chain<'h>, Vec<Chain<'h>>) = (Vec::new(), Vec::new());
        for body in bodies.iter().filter(|body| body.contains('<')) {
            let Some(at) = find(html.get(from..)?, body) else { continue };
            let piece = html.get(from..from + at)?;
            if parted.posts.is_empty() {
                asked = Asked::of(piece)?;
            }
            let mut chain = open.clone();
            walk(piece, &mut chain);
            let known = chains.iter().position(|known| *known == chain);
            let mut fresh = Shapes::default();
            let shapes = known.and_then(|known| parted.shapes.get_mut(known)).unwrap_or(&mut fresh);
            // A post in which browsers would set something right is for css-inline to read: it stays in the letter.
            let Some(written) = read(body, &asked, shapes) else { continue };
            if known.is_none() {
                chains.push(chain.clone());
                parted.shapes.push(fresh);
            }
            open = chain;
            parted.pieces.push(piece);
            parted.posts.push(Post { written, shapes: known.unwrap_or(chains.len() - 1), is_first: known.is_none() });
            from += at + body.len();
        }
        let last = html.get(from..)?;
        // Styles stand before all posts, or nobody knows them here.
        let is_known = !parted.posts.is_empty() && parted.pieces.iter().skip(1).chain([&last]).all(|piece| !has_style(piece));
        parted.pieces.push(last);
        is_known.then_some(parted)
    }

    /// Returns the letter with the shapes of its posts in their places.
    fn frame(&self) -> String {
        let mut out = String::new();
        for (number, (piece, post)) in self.pieces.iter().zip(&self.posts).enumerate() {
            out.push_str(piece);
            // The `x` shows where words of the post would come to stand.
            let _ = write!(out, "<!--{MARK}{number}-->x");
            if post.is_first
                && let Some(shapes) = self.shapes.get(post.shapes)
            {
                shapes.write(&mut out);
            }
            out.push_str(END);
        }
        out.push_str(self.pieces.last().copied().unwrap_or_default());
        out
    }

    /// Returns the inlined frame with the posts in it; `None` where it is not as it was expected.
    fn join(&self, frame: &str) -> Option<String> {
        let mut out = String::with_capacity(frame.len() + self.posts.iter().map(|post| post.written.len()).sum::<usize>() * 2);
        let (mut from, mut open) = (0, Vec::new());
        let mut found: Vec<Option<(Chain<'_>, Vec<&str>)>> = vec![None; self.shapes.len()];
        for (number, post) in self.posts.iter().enumerate() {
            let mark = format!("<!--{MARK}{number}-->");
            let at = from + memchr::memmem::find(frame.get(from..)?.as_bytes(), mark.as_bytes())?;
            let piece = frame.get(from..at)?;
            walk(piece, &mut open);
            let inside = frame.get(at + mark.len()..)?.strip_prefix('x')?;
            let length = memchr::memmem::find(inside.as_bytes(), END.as_bytes())?;
            let inside = inside.get(..length)?;
            let (shapes, known) = (self.shapes.get(post.shapes)?, found.get_mut(post.shapes)?);
            let styles = match known {
                None => &known.insert((open.clone(), shapes.styles(inside)?)).1,
                Some((chain, styles)) if *chain == open && inside.is_empty() => &*styles,
                Some(_) => return None,
            };
            let is_around = |(name, _): &(&str, &str)| AROUND.contains(name);
            if !open.iter().all(is_around) || open.last().is_none_or(|(name, _)| matches!(*name, "html" | "table" | "tbody" | "tr")) {
                return None;
            }
            out.push_str(piece);
            post.written.push_with(styles, &mut out);
            from = at + mark.len() + 1 + length + END.len();
        }
        out.push_str(frame.get(from..)?);
        Some(out)
    }
}

/// The comments around a post's place.
const MARK: &str = "postrider-post-";
const END: &str = "<!--postrider-end-->";

/// Returns where a long text stands in another. A search for all of it would study it first; nearly always its beginning is told apart
/// from anything else.
fn find(html: &str, body: &str) -> Option<usize> {
    let beginning = body.get(..body.floor_char_boundary(64))?;
    memchr::memmem::find_iter(html.as_bytes(), beginning.as_bytes()).find(|at| html.get(*at..).is_some_and(|rest| rest.starts_with(body)))
}

fn has_style(html: &str) -> bool {
    memchr::memmem::find(html.to_ascii_lowercase().as_bytes(), b"<style").is_some()
}

/// Goes through some HTML, keeping what is open.
fn walk<'h>(html: &'h str, open: &mut Chain<'h>) {
    for token in Scanner::new(html) {
        match token {
            Token::Start(tag) if !is_void(tag.name) => open.push((tag.name, tag.rest)),
            Token::End(tag) => {
                if let Some(at) = open.iter().rposition(|(name, _)| *name == tag.name) {
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
        let is_parted = Parted::of(html, bodies).and_then(|parted| parted.join(&whole(&parted.frame(), "a.html").expect("HTML"))).is_some();
        (inline(html, bodies, "a.html").expect("HTML"), is_parted)
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
            assert_eq!(both(&filled, &values.bodies()), (whole(&filled, "").expect("HTML").replace(KEPT, "<style>"), true), "{name}");
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
            prop_assert_eq!(inline(&html, &bodies, "a.html").expect("HTML"), whole(&html, "").expect("HTML"));
        }
    }
}
