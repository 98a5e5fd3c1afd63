//! HTML in an entry: one pass over its tags, text and references, with the place of everything that is found.

use super::LIMIT;
use super::attribute;
use super::references::{self, Place};
use super::structure::Structure;
use super::table::{Fate, Language, fate, fate_of, fate_of_other};
use crate::diagnostic::Code;
use crate::html::{Attribute, Id, Scanner, Tag, Token, id, lookup};
use crate::validate::codes::{DOUBLE_ESCAPED_HTML, DUPLICATE_HTML_ATTRIBUTE, NOT_HTML, SECURITY_RISK, STRIPPED_HTML};
use crate::validate::value::Flaws;
use crate::validate::walk::shorten;
use memchr::{memchr_iter, memchr2};
use std::borrow::Cow;
use std::ops::Range;

/// What is known of the place where HTML stands.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::validate) struct Surroundings {
    /// The document says what relative addresses are relative to.
    pub has_base: bool,
}

/// Finds what is wrong with HTML, in the order of the text.
pub(in crate::validate) fn judge(html: &str, surroundings: Surroundings, flaws: &mut Flaws) {
    if memchr2(b'<', b'&', html.as_bytes()).is_none() {
        return;
    }
    escaped_twice(html, flaws);
    let mut judge =
        Judge { html, surroundings, flaws, open: Structure::new(), foreign: None, is_raw: false, seen: Vec::new(), names: Vec::new() };
    judge.run();
    let Judge { open, flaws, .. } = judge;
    open.finish(flaws);
    flaws.0.sort_by_key(|flaw| flaw.range.start);
}

/// Finds HTML that is all escaped once more than it should be: it begins with an escaped tag, closes one, and has no other.
fn escaped_twice(html: &str, flaws: &mut Flaws) {
    let start = html.trim_start();
    let Some(rest) = start.strip_prefix("&lt;").filter(|_| !html.contains('<')) else { return };
    let name_len = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let is_tag = rest.get(..name_len).and_then(fate_of).is_some() && (rest.contains("&lt;/") || rest.contains("/&gt;"));
    if is_tag {
        let at = html.len() - start.len();
        let message = "the HTML is escaped twice, and readers show its tags as text";
        flaws.raise(&DOUBLE_ESCAPED_HTML, at..at + 4 + name_len, message).help("escape it once; most libraries do so by themselves");
    }
}

struct Judge<'h, 'f> {
    html: &'h str,
    surroundings: Surroundings,
    flaws: &'f mut Flaws,
    open: Structure,
    /// The language of the drawing or formula that is open.
    foreign: Option<Language>,
    /// The text that follows is no HTML.
    is_raw: bool,
    /// What was reported once and for all.
    seen: Vec<(&'static Code, &'h str)>,
    /// The attributes of one tag.
    names: Vec<&'h str>,
}

const SVG: Id = id("svg");
const MATH: Id = id("math");
const IMG: Id = id("img");
/// Elements whose text is neither HTML nor shown with references.
const RAW: &[Id] = &[id("script"), id("style"), id("xmp"), id("iframe"), id("noembed"), id("noframes"), id("plaintext")];

impl<'h> Judge<'h, '_> {
    fn run(&mut self) {
        let mut scanner = Scanner::new(self.html);
        loop {
            let start = scanner.offset();
            let Some(token) = scanner.next() else { return };
            if self.flaws.0.len() >= LIMIT {
                return;
            }
            let range = start..scanner.offset();
            let was_raw = std::mem::take(&mut self.is_raw);
            match token {
                Token::Text(text) if !was_raw => self.text(text, start),
                Token::Start(tag) => self.start(&tag, start),
                Token::End(tag) => self.end(&tag, range),
                Token::Comment(_) => self.comment(range),
                Token::Unfinished(_) => self.unfinished(range),
                Token::Text(_) | Token::Doctype => {}
            }
        }
    }

    fn text(&mut self, text: &str, start: usize) {
        if memchr2(b'&', b'<', text.as_bytes()).is_none() {
            return;
        }
        references::check(text, start, Place::Text, self.flaws);
        if let Some(at) = memchr_iter(b'<', text.as_bytes()).next() {
            let message = "a `<` that begins no tag, which some readers take for one";
            self.once(&NOT_HTML, "<", start + at..start + at + 1, message, "write `&lt;`");
        }
    }

    fn comment(&mut self, range: Range<usize>) {
        let text = self.html.get(range.clone()).unwrap_or_default();
        if text.starts_with("<![CDATA[") && self.foreign.is_none() {
            let message = "HTML has no CDATA sections: browsers hide everything up to the next `>`";
            return self.once(&NOT_HTML, "<![CDATA[", range.start..range.start + 9, message, "remove `<![CDATA[` and `]]>`");
        }
        if text.starts_with("<?") {
            let shown = shorten(text);
            self.flaws
                .raise(&SECURITY_RISK, range, format!("readers remove `{shown}`, which is an instruction and not HTML"))
                .help("remove it");
        }
    }

    fn unfinished(&mut self, range: Range<usize>) {
        let text = self.html.get(range.clone()).unwrap_or_default();
        let what = if text.starts_with("<!--") { "a comment" } else { "a tag" };
        let message = format!("`{}` begins {what} that never ends, and hides the rest of the text", shorten(text));
        self.flaws.raise(&NOT_HTML, range, message).help(if what == "a tag" {
            "close it with `>`, or write `&lt;`"
        } else {
            "close it with `-->`"
        });
    }

    fn start(&mut self, tag: &Tag<'h>, start: usize) {
        let range = start..start + 1 + tag.name.len();
        if let Some(language) = self.foreign {
            return self.foreign_start(tag, range, language);
        }
        let known = lookup(tag.name);
        match known.map(fate).or_else(|| fate_of_other(tag.name)) {
            Some(Fate::Shown) => {}
            Some(Fate::Risk(why)) => {
                self.flaws
                    .raise(&SECURITY_RISK, range, format!("readers remove `{}`: {why}", tag.name))
                    .help("remove it, and see that the entry reads well without");
            }
            Some(Fate::Stripped(why)) => self.stripped(tag.name, range, &format!("`{}`: {why}", tag.name)),
            None => self.unknown(tag.name, range),
        }
        let language = match known {
            Some(SVG) => Language::Svg,
            Some(MATH) => Language::MathMl,
            _ => Language::Html,
        };
        self.attributes(tag, start, language, known == Some(IMG));
        let Some(id) = known else { return };
        self.is_raw = RAW.contains(&id);
        if language == Language::Html {
            self.open.start(id, start, tag.is_self_closing());
        } else if !tag.is_self_closing() {
            self.open.start(id, start, false);
            self.foreign = Some(language);
        }
    }

    /// Judges a tag inside a drawing or a formula.
    fn foreign_start(&mut self, tag: &Tag<'h>, range: Range<usize>, language: Language) {
        let start = range.start;
        if !language.keeps(tag.name) && fate_of(tag.name) != Some(Fate::Shown) {
            let message = format!("readers remove `{}`, which they do not know in {}", shorten(tag.name), language.name());
            self.once(&SECURITY_RISK, tag.name, range, &message, "remove it");
        }
        let id = lookup(tag.name);
        self.is_raw = id.is_some_and(|id| RAW.contains(&id)) && !tag.is_self_closing();
        self.attributes(tag, start, language, false);
        if let Some(id @ (SVG | MATH)) = id
            && !tag.is_self_closing()
        {
            self.open.start(id, start, false);
            self.foreign = Some(if id == SVG { Language::Svg } else { Language::MathMl });
        }
    }

    fn end(&mut self, tag: &Tag<'h>, range: Range<usize>) {
        let Some(id) = lookup(tag.name) else { return };
        if self.foreign.is_some() && id != SVG && id != MATH {
            return;
        }
        self.open.end(id, range, self.flaws);
        self.foreign = match () {
            () if self.open.has(SVG) => Some(Language::Svg),
            () if self.open.has(MATH) => Some(Language::MathMl),
            () => None,
        };
    }

    fn unknown(&mut self, name: &'h str, range: Range<usize>) {
        if name.contains('-') && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
            return self.stripped(
                name,
                range,
                &format!("`{}` is an element of the author's own, which only a script brings to life", shorten(name)),
            );
        }
        let message = format!("`{}` is no element of HTML", shorten(name));
        self.once(&NOT_HTML, name, range, &message, "remove the tag; if it is text, write `&lt;` for its `<`");
    }

    fn stripped(&mut self, name: &'h str, range: Range<usize>, message: &str) {
        self.once(&STRIPPED_HTML, name, range, message, "see that the entry can be understood without it");
    }

    /// Reports something once in a text.
    fn once(&mut self, code: &'static Code, what: &'h str, range: Range<usize>, message: &str, help: &str) {
        const MANY: usize = 64;
        let known = self.seen.iter().any(|(seen, name)| std::ptr::eq(*seen, code) && name.eq_ignore_ascii_case(what));
        if !known && self.seen.len() < MANY {
            self.seen.push((code, what));
            self.flaws.raise(code, range, message).help(help);
        }
    }

    fn attributes(&mut self, tag: &Tag<'h>, start: usize, language: Language, is_img: bool) {
        if tag.rest.is_empty() {
            return;
        }
        let base = start + 1 + tag.name.len();
        self.names.clear();
        let mut image = Image::default();
        for attribute in tag.attributes() {
            if self.flaws.0.len() >= LIMIT {
                return;
            }
            self.attribute(tag, &attribute, base, language);
            if is_img {
                image.see(&attribute);
            }
        }
        if is_img && let Some(why) = image.fault() {
            self.stripped("img", start..start + 4, why);
        }
    }

    fn attribute(&mut self, tag: &Tag<'h>, attribute: &Attribute<'h>, base: usize, language: Language) {
        let name = attribute.name;
        let in_tag = name.as_ptr() as usize - tag.rest.as_ptr() as usize;
        let name_range = base + in_tag..base + in_tag + name.len();
        self.written(tag, attribute, name_range.clone(), base);
        let value: Cow<'h, str> = if attribute.value.contains('&') {
            references::check(attribute.value, base + attribute.span.start, Place::Attribute, self.flaws);
            htmlize::unescape_attribute(attribute.value)
        } else {
            Cow::Borrowed(attribute.value)
        };
        let Some(fault) = attribute::judge(language, tag.name, name, &value, self.surroundings.has_base) else { return };
        let whole = base + attribute.span.start..base + attribute.span.end;
        let range = match fault.part {
            Some(part) if matches!(value, Cow::Borrowed(_)) => whole.start + part.start..whole.start + part.end,
            Some(_) => whole,
            None => return self.once(fault.code, name, name_range, &fault.message, fault.help),
        };
        // An empty value has no place of its own.
        let range = if range.is_empty() { name_range } else { range };
        self.flaws.raise(fault.code, range, fault.message).help(fault.help);
    }

    /// Judges how an attribute is written: twice, without white space before it, with quotes out of place.
    fn written(&mut self, tag: &Tag<'h>, attribute: &Attribute<'h>, range: Range<usize>, base: usize) {
        const MANY: usize = 32;
        let name = attribute.name;
        if self.names.iter().any(|seen| seen.len() == name.len() && seen.eq_ignore_ascii_case(name)) {
            let message = format!("`{}` has `{}` twice, and browsers take the first", tag.name, shorten(name));
            self.flaws.raise(&DUPLICATE_HTML_ATTRIBUTE, range.clone(), message).help("remove one of them");
        } else if self.names.len() < MANY {
            self.names.push(name);
        }
        let bytes = tag.rest.as_bytes();
        let before = attribute.span.start.checked_sub(1).and_then(|at| bytes.get(at));
        let quoted = before.is_some_and(|b| matches!(b, b'"' | b'\'') && bytes.get(attribute.span.end) == Some(b));
        let stray = |text: &str| text.bytes().any(|b| matches!(b, b'"' | b'\'' | b'<'));
        let value_end = base + attribute.span.end;
        if stray(name) || !quoted && stray(attribute.value) {
            let message = format!("`{}` has a quotation mark or `<` out of place; the tag may be cut in the wrong place", shorten(name));
            self.once(
                &NOT_HTML,
                "\"",
                range.start..value_end,
                &message,
                "quote each value with two equal marks, and write `&quot;` within",
            );
        } else if quoted && bytes.get(attribute.span.end + 1).is_some_and(|b| !b.is_ascii_whitespace() && *b != b'/') {
            let message = format!("there is no white space after `{}`", shorten(name));
            self.once(&NOT_HTML, " ", range.start..value_end + 1, &message, "put a blank between attributes");
        }
    }
}

/// What decides whether readers show an image.
#[derive(Default)]
struct Image {
    has_source: bool,
    is_lazy: bool,
    /// How many of its sides are a pixel long or less.
    tiny_sides: u8,
}

impl Image {
    fn see(&mut self, attribute: &Attribute<'_>) {
        let is = |name: &str| attribute.name.eq_ignore_ascii_case(name);
        match () {
            () if is("src") || is("srcset") => self.has_source = true,
            () if is("width") || is("height") => self.tiny_sides = self.tiny_sides.saturating_add(u8::from(is_tiny(attribute.value))),
            () if is("data-src") || is("data-lazy-src") || is("data-original") || is("data-srcset") => self.is_lazy = true,
            () => {}
        }
    }

    fn fault(&self) -> Option<&'static str> {
        match () {
            () if self.tiny_sides >= 2 => Some("Miniflux and most readers remove an image of one pixel, which only counts its readers"),
            () if self.is_lazy && !self.has_source => Some("the image has its address in an attribute for a script, and readers run none"),
            () => None,
        }
    }
}

fn is_tiny(length: &str) -> bool {
    matches!(length.trim(), "0" | "1" | "0px" | "1px")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns each finding as `code text`.
    fn found(html: &str) -> Vec<String> {
        let mut flaws = Flaws::default();
        judge(html, Surroundings::default(), &mut flaws);
        flaws.0.iter().map(|flaw| format!("{} {}", flaw.code.map_or("", |code| code.name), &html[flaw.range.clone()])).collect()
    }

    #[test]
    fn modern_html_is_no_fault() {
        for html in [
            "Plain text with <b>bold</b>, <br> and <img src='https://example.org/a.png' alt=''/>",
            "<p>One<p>Two<ul><li>a<li>b</ul><dl><dt>t<dd>d</dl>",
            "<table><caption>c</caption><thead><tr><th>h<tbody><tr><td>a<td><p>b<tr><td>c</table>",
            "<figure><picture><source srcset=\"https://a.example/1.webp 1x, https://a.example/2.webp 2x\"><img src=https://a.example/1.png loading=lazy decoding=async fetchpriority=low></picture><figcaption>x</figcaption></figure>",
            "<video src=https://a.example/v.mp4 controls playsinline poster=https://a.example/p.png><track kind=captions src=https://a.example/c.vtt srclang=en></video>",
            "<details open><summary>More</summary><mark>m</mark> <time datetime=2026-01-01>today</time></details>",
            "<a href=\"#fn1\" id=a1 class='x y' role=doc-noteref aria-label=\"a\" data-x=1>1</a> <a href=\"mailto:a@b.example\">m</a>",
            "<math display=block><mi>x</mi><mo>=</mo><mn>1</mn></math>",
            "<ruby>漢<rp>(<rt>kan<rp>)</ruby> AT&amp;T, 1 &lt; 2, R & B &mdash; x",
            "<P STYLE=\"text-align: center\">old <FONT COLOR=red>school</FONT></P>",
            "<html><head><title>t</title><body><p>x",
            "<!-- a comment --><pre><code>a &lt; b</code></pre>",
            "<div><p>a</div><section><h2>b</h2></section>",
            "<dl><dd><li><dd>a</dd></li></dd></dl><ul><li><dl><dt>b<dd><ul><li>c</li></ul></dl><li>d</li></ul>",
        ] {
            assert!(found(html).is_empty(), "{html}: {:?}", found(html));
        }
    }

    #[test]
    fn tags_that_are_not_closed_are_named_where_they_begin() {
        assert_eq!(found("<p><b>a</p><em>c"), ["unclosed-tag <b", "unclosed-tag <em"]);
        assert_eq!(found("<div><div>a</div>"), ["unclosed-tag <div"]);
        let mut flaws = Flaws::default();
        judge("<a name=\"x\"/>y", Surroundings::default(), &mut flaws);
        assert_eq!(flaws.0[0].help.as_deref(), Some("write `<a></a>`; in HTML the `/` of `<a/>` does nothing"));
    }

    #[test]
    fn end_tags_that_end_nothing_are_named() {
        assert_eq!(found("a</div><br></br></nothing></p>"), ["stray-end-tag </div>", "stray-end-tag </br>", "stray-end-tag </p>"]);
        assert_eq!(found("<p>a<div>b</div></p>"), ["stray-end-tag </p>"]);
    }

    #[test]
    fn elements_that_overlap_are_named_once() {
        assert_eq!(found("<b><i>x</b></i>"), ["misnested-tags </i>"]);
        assert_eq!(found("<div><span>x</div>y</span><div><u>z</u></div>"), ["misnested-tags </span>"]);
        assert_eq!(found("<ul><li><a>x</ul>"), ["unclosed-tag <a"]);
    }

    #[test]
    fn what_readers_remove_is_named_with_its_place() {
        assert_eq!(found("<script>if (a < b && c) x</script>"), ["security-risk <script"]);
        assert_eq!(
            found("<EMBED><object></object><meta charset=x><link rel=x><comment></comment><listing></listing>"),
            [
                "security-risk <EMBED",
                "security-risk <object",
                "security-risk <meta",
                "security-risk <link",
                "security-risk <comment",
                "security-risk <listing"
            ]
        );
        assert_eq!(found("a<?import namespace=\"x\">b"), ["security-risk <?import namespace=\"x\">"]);
        assert_eq!(found("<p onclick=x() ONLOAD='y()'>a</p>"), ["security-risk-attr onclick", "security-risk-attr ONLOAD"]);
        assert_eq!(found("<td bgcolor=red>a<td bgcolor=blue>"), ["security-risk-attr bgcolor"]);
        assert_eq!(found("<a href=\" JavaScript:x()\">a</a>"), ["security-risk-attr JavaScript:x()"]);
        assert_eq!(found("<a href=\"java&#115;cript:x()\">a</a>"), ["security-risk-attr java&#115;cript:x()"]);
        assert_eq!(found("<p style=\"color:red; position:fixed\">a</p>"), ["dangerous-style-attr position:fixed"]);
        assert_eq!(found("<form><input></form>"), ["stripped-html <form", "stripped-html <input"]);
        assert_eq!(found("<my-tag>x</my-tag><my-tag></my-tag>"), ["stripped-html <my-tag"]);
        assert_eq!(found("<img data-src=https://a.example/x.png><img width=1 height=1 src=https://a.example/y>"), ["stripped-html <img"]);
    }

    #[test]
    fn relative_addresses_are_named_where_they_stand() {
        assert_eq!(
            found("<a href=\"../b/\">x</a><img src='pic.png'><img src=\"//c.example/a.png\"><q cite=/x>y</q><a href>z</a>"),
            [
                "contains-rel-ref ../b/",
                "contains-rel-ref pic.png",
                "contains-rel-ref //c.example/a.png",
                "contains-rel-ref /x",
                "contains-rel-ref href"
            ]
        );
        assert_eq!(found("<img src=https://a.example/1 srcset=\"https://a.example/1 1x, two.png 2x\">"), ["contains-rel-ref two.png"]);
        assert!(found("<img src=\" https://a.example/b.png \"><a href=' #x '>y</a><img src='data:image/png;base64,AA=='>").is_empty());
        let mut flaws = Flaws::default();
        judge("<a href=b>x</a>", Surroundings { has_base: true }, &mut flaws);
        assert!(flaws.0.is_empty());
    }

    #[test]
    fn text_that_is_no_html_is_named() {
        assert_eq!(found("It was <em short"), ["not-html <em short"]);
        assert_eq!(found("a <!-- b"), ["not-html <!-- b"]);
        assert_eq!(found("Vec<String> and <o:p>"), ["not-html <String", "not-html <o:p"]);
        assert_eq!(found("1 < 2 < 3 and I <3 you"), ["not-html <"]);
        assert_eq!(found("<a href=\"https://a.example/\"title=\"x\">y</a>"), ["not-html href=\"https://a.example/\""]);
        assert_eq!(found("<a title=\"x\"y\">z</a>").first().map(String::as_str), Some("not-html title=\"x\""));
    }

    #[test]
    fn html_that_is_escaped_twice_is_named() {
        assert_eq!(found(" &lt;p&gt;a &lt;b&gt;b&lt;/b&gt;&lt;/p&gt;"), ["double-escaped-html &lt;p"]);
        assert!(found("&lt;p&gt; is the tag of a paragraph").is_empty());
        assert!(found("<p>&lt;p&gt;a&lt;/p&gt;</p>").is_empty());
        assert!(found("&lt;String&gt; &lt;/String&gt;").is_empty());
    }

    #[test]
    fn sections_of_cdata_are_no_html() {
        assert_eq!(found("a <![CDATA[b <i>c</i>]]>"), ["not-html <![CDATA[", "stray-end-tag </i>"]);
        assert!(found("<math><![CDATA[b]]></math>").is_empty());
    }

    #[test]
    fn attributes_and_references_are_looked_at_in_every_tag() {
        assert_eq!(found("<img alt=a ALT=b src=https://a.example/>"), ["duplicate-html-attribute ALT"]);
        assert_eq!(
            found("&nonsense; <i title='&copy 1'>&#146;</i>"),
            ["html-character-reference &nonsense;", "html-character-reference &copy", "html-character-reference &#146;"]
        );
    }

    #[test]
    fn drawings_and_formulas_have_tables_of_their_own() {
        assert_eq!(
            found("<svg viewBox='0 0 1 1'><g><path d='M0 0' fill=red bogus=1 /></g><bogus/></svg><div>x</div>"),
            ["stripped-html <svg", "security-risk-attr bogus", "security-risk <bogus"]
        );
        assert_eq!(
            found("<math><none bogus=1></none><mi onclick=x>a</mi><script>x</script></math>"),
            ["security-risk-attr bogus", "security-risk-attr onclick", "security-risk <script"]
        );
        assert!(found("<math><mtext><b>x</b></mtext></math>").is_empty());
    }

    #[test]
    fn a_text_full_of_faults_ends_early() {
        assert!(found(&"<script></script>".repeat(10_000)).len() <= LIMIT + 1);
        assert!(found(&"&x;".repeat(10_000)).len() <= LIMIT);
        assert!(found(&"<b>".repeat(10_000)).len() <= LIMIT + 256);
        assert!(found(&"</b>".repeat(10_000)).len() <= LIMIT + 1);
    }

    /// Returns HTML as postrider writes it.
    fn cleaned(html: &str) -> String {
        let base = url::Url::parse("https://example.org/a/").expect("a URL");
        let words = crate::text::words::of(None);
        let medium = crate::html::Medium::Feed;
        crate::html::clean(
            html,
            &crate::html::CleanContext { base: &base, posts: &crate::html::NoPosts, words, medium, title_from_heading: false },
        )
        .html
    }

    proptest! {
        #[test]
        fn what_postrider_writes_has_no_fault(
            html in "(<(a|b|i|p|div|span|ul|li|table|tr|td|dl|dd|h1|br|img|form|script|x-y|foo|select|option|ruby|rt|math|mi|svg|title|template)( (href|src|onclick|id|style|class|width|srcset)(=(/x|'../y'|\"a&copy=b\"|javascript:x|#f|1))?){0,2}>|</(a|b|i|p|div|span|ul|li|table|tr|td|dl|h1|br|form|math|svg|foo)>|[a-z &<;#]{0,6}|&(copy|nonsense|#146|#0);?){0,14}"
        ) {
            let html = cleaned(&html);
            prop_assert!(found(&html).is_empty(), "{html}: {:?}", found(&html));
        }

        #[test]
        fn no_html_panics_and_places_ascend_inside_the_text(html in "(<|</|>|[a-z]{1,4}| |=|\"|'|&|;|#|/|!--|-->|<b>|</b>|<p>|<li>|<svg>|</svg>|<td>|style=|href=|\\PC){0,40}") {
            let mut flaws = Flaws::default();
            judge(&html, Surroundings::default(), &mut flaws);
            for flaw in &flaws.0 {
                prop_assert!(html.get(flaw.range.clone()).is_some(), "{:?}", flaw);
            }
            prop_assert!(flaws.0.is_sorted_by_key(|flaw| flaw.range.start));
        }
    }
}
