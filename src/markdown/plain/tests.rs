#![allow(clippy::disallowed_methods, reason = "tests look at the clock and at files")]

use super::super::{body_of, entry_content, mend, open_nested, prepare};
use super::*;
use crate::diagnostic::Source;
use crate::html::{Medium, NoPosts, Scanner, Token};
use crate::model::Typography;
use crate::text::{words, wrap};
use proptest::prelude::*;
use std::fmt::Write as _;
use url::Url;

fn base() -> Url {
    Url::parse("https://example.org/blog/post/").expect("a valid base")
}

fn context(base: &Url) -> ContentContext<'_> {
    ContentContext {
        base,
        site: base,
        resolver: &NoPosts,
        words: words::of(None),
        id_prefix: "p",
        generator: "",
        has_liquid: true,
        code_marks: false,
        is_html: false,
        repair_encoding: true,
        title_from_heading: false,
        typography: Typography::default(),
        math: false,
        want_summary: false,
        want_text: true,
        want_origins: false,
        medium: Medium::Mail,
    }
}

/// Returns the text of a post that was rendered for it alone.
fn alone(post: &str, body: usize, context: &ContentContext<'_>, width: usize) -> String {
    let (_, text) = body_of(Source::new("a.md", post), body);
    let whole = open_nested(text, context);
    let prepared = prepare(&whole.text, context);
    let mended = mend::apply(&prepared.quoted.text, prepared.edits);
    set(&rendered(&mended.text, prepared.math, context), width, context)
}

/// Returns the text of a post that was rendered with its HTML: the same.
fn text_in(post: &str, body: usize, context: &ContentContext<'_>) -> String {
    let text = entry_content(Source::new("a.md", post), body, context).0.text;
    assert_eq!(text, alone(post, body, context, WIDTH), "{post}");
    text
}

fn text(markdown: &str) -> String {
    let base = base();
    text_in(markdown, 0, &context(&base))
}

fn assert_cases(cases: &[(&str, &str)]) {
    for (input, output) in cases {
        assert_eq!(text(input), *output, "{input}");
    }
}

#[test]
fn a_post_with_every_construct_reads_like_this() {
    insta::assert_snapshot!(text(include_str!("fixtures/every-construct.md")));
}

#[test]
fn a_link_keeps_one_number_for_one_address() {
    let text = text("[a](/x) [b](../y) [c](https://example.org/x)\n");
    assert_eq!(text, "a [1] b [2] c [1]\n\n[1] https://example.org/x\n[2] https://example.org/blog/y\n");
}

#[test]
fn a_link_that_shows_its_address_has_no_number() {
    assert_cases(&[
        ("<https://a.example/b>", "https://a.example/b\n"),
        ("[a.example/b](https://a.example/b/)", "https://a.example/b/\n"),
        ("<me@a.example>", "me@a.example\n"),
        ("[here](#there)", "here\n"),
        ("<a href='https://a.example/'></a>x", "[1]x\n\n[1] https://a.example/\n"),
    ]);
}

#[test]
fn a_number_stands_behind_the_word_and_its_emphasis() {
    assert_cases(&[
        ("[a](/x)s, [b](/x)'s, ([c](/x)).", "as [1], b's [1], (c [1]).\n\n[1] https://example.org/x\n"),
        ("**[a](/x)** *b [c](/x)*", "*a* [1] _b c_ [1]\n\n[1] https://example.org/x\n"),
        ("[中文](/x)是", "中文 [1]是\n\n[1] https://example.org/x\n"),
    ]);
}

#[test]
fn emphasis_is_shown_only_where_it_reads_well() {
    assert_cases(&[
        ("a *b* **c** d*e*f ***g***", "a _b_ *c* def _g_\n"),
        ("*a_b* **a * b** <b> a </b>b", "a_b a * b *a* b\n"),
        ("# *a* **b**\n", "a b\n===\n"),
    ]);
}

#[test]
fn a_mark_of_a_footnote_is_no_number_of_a_link() {
    assert_eq!(text("a[^x] [b](/y)\n\n[^x]: c\n"), "a[^1] b [1]\n\nFootnotes:\n\n[^1] c\n\n[1] https://example.org/y\n");
}

#[test]
fn code_is_never_wrapped_and_keeps_its_tabs() {
    let code = format!("\tlet a = {};", "b + ".repeat(30));
    assert_eq!(text(&format!("```\n{code}\n\n  c\n```\n")), format!("    {code}\n\n      c\n"));
}

#[test]
fn a_table_that_does_not_fit_becomes_records() {
    let url = "https://example.org/a-long-address-that-no-line-may-break";
    assert_eq!(text(&format!("|a|b|c|\n|-|-|-|\n|1|`{url}`|x|\n|2||`{url}`|\n")), format!("a: 1\nb: `{url}`\nc: x\n\na: 2\nc: `{url}`\n"));
}

#[test]
fn long_cells_are_wrapped_where_columns_still_fit() {
    let long = "word ".repeat(20);
    assert_eq!(
        text(&format!("|a|b|\n|-|-|\n|1|{long}|\n")),
        format!("a  b\n-  {}\n1  {}\n   {}\n", "-".repeat(69), "word ".repeat(14).trim_end(), "word ".repeat(6).trim_end())
    );
}

#[test]
fn a_part_for_the_other_medium_is_left_out() {
    let base = base();
    let post = "a\n\n<!-- mail:only -->\n\nb\n\n<!-- /mail:only -->\n\n<!-- feed:only -->\n\nc\n\n<!-- /feed:only -->\n";
    let feed = ContentContext { medium: Medium::Feed, ..context(&base) };
    assert_eq!(text(post), "a\n\nb\n");
    assert_eq!(text_in(post, 0, &feed), "a\n\nc\n");
}

#[test]
fn the_input_is_mended_as_it_is_for_html() {
    assert_cases(&[("donâ€™t {{ x }}a {% y %}", "don’t a\n"), ("a\u{0}b\u{1b}[31m&#27;\r\nc", "ab[31m c\n")]);
    let base = base();
    let context = ContentContext { title_from_heading: true, ..context(&base) };
    assert_eq!(text_in("# Title\n\na\n", 0, &context), "a\n");
}

#[test]
fn a_post_of_html_needs_no_markdown() {
    let base = base();
    let context = ContentContext { is_html: true, ..context(&base) };
    let html = "<h2>A</h2><p>*b* <a href=/c>d<p>e</a> &amp;lt;<ul><li>f<li>g</ul>";
    assert_eq!(text_in(html, 0, &context), "A\n-\n\n*b* d [1]\n\ne &lt;\n\n- f\n- g\n\n[1] https://example.org/c\n");
}

#[test]
fn a_link_around_blocks_has_its_number_in_the_first_of_them() {
    assert_cases(&[
        ("<div><a href='/c'><h3>A</h3><p>b</p></a></div>\n\nc", "### A [1]\n\nb\n\nc\n\n[1] https://example.org/c\n"),
        ("<div><a href='/c'><div></div></a></div>", "[1]\n\n[1] https://example.org/c\n"),
    ]);
}

#[test]
fn formulas_of_raw_html_are_written_in_a_line() {
    assert_eq!(
        text(
            "<math><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup><mo>=</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac></math>"
        ),
        "x_1^2=(a+b)/c\n"
    );
}

#[test]
fn an_author_cannot_forge_the_list_of_footnotes() {
    assert_eq!(text("<ol class=\"notes\"><li>a</ol>"), "1. a\n");
}

#[test]
fn the_seeds_links_are_all_there() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let Ok(source) = std::fs::read_to_string(file.path()) else { continue };
        let body = source.get(4..).and_then(|rest| rest.find("\n---")).map_or(0, |at| at + 8);
        let base = base();
        let text = text_in(&source, body, &context(&base));
        let is_reference = |line: &&str| line.starts_with('[') && line.contains("] http");
        assert_eq!(text.lines().filter(is_reference).count(), 82);
        assert_eq!(text.lines().filter(|line| line.len() > 100 && !is_reference(line)).count(), 0);
        assert!(!text.contains(['<', '\u{fffd}']) && !text.contains("â€"));
    }
}

#[test]
fn hostile_posts_are_cheap() {
    let start = std::time::Instant::now();
    let pieces = [
        "*",
        "**a",
        "*a*",
        "[",
        "[a](b)",
        "[a](b) ",
        "> ",
        ">",
        "- ",
        "- a\n",
        "> a\n\n",
        "`",
        "` a",
        "~~a",
        "|a",
        "|a|\n|-|\n",
        "<b>",
        "<b>a</b>",
        "<i></i>",
        "<del>a",
        "<ul><li>",
        "<blockquote>",
        "<div>a",
        "<table><tr><td>",
        "<td>a",
        "<sup>",
        "<sup>1",
        "<a href=x>",
        "<pre>a",
        "<video>",
        "<a href=x><p>a",
        "<td colspan=99 rowspan=999>",
        "<li value=9>",
        "<figure><figcaption>a",
        "<img alt=a src=b>",
        "<br>",
        "語",
        "a\u{301}",
        "<wbr>",
        "$$a$$\n\n",
        "[^a]",
        "a\n: b\n\n",
        "<dl><dt>a<dd>",
        "<ruby><rt>",
        "<rp>",
        "<details><summary>",
    ];
    for piece in pieces {
        for post in [piece.repeat(60_000 / piece.len()), format!("|{piece}|{piece}|\n|-|-|\n{}", "|a|b|\n".repeat(500))] {
            let text = text(&post);
            assert!(text.len() < 4_000_000, "{piece}: {}", text.len());
        }
    }
    let nested: String = (0..300).fold(String::new(), |mut nested, depth| {
        let _ = writeln!(nested, "{}- a", "  ".repeat(depth));
        nested
    });
    assert!(text(&nested).len() < 100_000);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn a_footnote_from_which_everything_was_left_out_stays_in_both_forms() {
    assert_cases(&[
        ("a[^1]\n\n[^1]: {{ x }}", "a[^1]\n\nFootnotes:\n\n[^1]\n"),
        ("<svg>[^1]\n\n[^1]: {{ x }}", "Footnotes:\n\n[^1]\n"),
        ("<video>[^1]\n\n[^1]: {{ x }}\n", "[^1]\n\nFootnotes:\n\n[^1]\n"),
        ("<video>[^1]\n\n[^1]:\n", "[^1]\n\nFootnotes:\n\n[^1]\n"),
        ("a[^1]\n\n[^1]: {{ x }}\n\n    - {{ x }}\n", "a[^1]\n\nFootnotes:\n\n[^1]\n"),
        ("<b>[^1]a | b\n-|-\n[^1]: <!-- /feed:only -->&nbsp;\n\n", "[^1]a  b\n\nFootnotes:\n\n[^1]\n"),
    ]);
}

#[test]
fn the_time_grows_with_the_length() {
    for piece in ["*a ", "[a](b) ", "> a\n", "- a\n", "<b>a</b> ", "語", "|a|b|\n"] {
        let time = |count: usize| {
            let post = format!("|a|b|\n|-|-|\n{}", piece.repeat(count));
            let start = std::time::Instant::now();
            let _ = text(&post);
            start.elapsed()
        };
        let least = |count: usize| (0..3).map(|_| time(count)).min().unwrap_or_default();
        let (short, long) = (least(2_000), least(20_000));
        assert!(long < short * 40 + std::time::Duration::from_millis(200), "{piece}: {short:?}, {long:?}");
    }
}

/// Markdown and HTML that go wrong together, without code.
fn prose() -> impl Strategy<Value = String> {
    let piece = "(\n\n|\n|> |- |\\* |1\\. |# |\\*|\\*\\*|_|~~|`a b`|\\[a b\\]\\(\\.\\./b\\)|<https://a\\.example/c>|!\\[c d\\]\\(d\\)|\\[\\^1\\]|\\[\\^1\\]: |a \\| b\n-\\|-\n|<div>|</div>|<p>|</p>|<b>|</b>|<a href=https://x\\.example/[a-e]>|<u>|</u>|</a>|<ul><li>|<li>|</ul>|<table><tr><td>|<td>|<tr>|</table>|<h2>|</h2>|<blockquote>|</blockquote>|<dl><dt>|<dd>|</dl>|<figure>|<figcaption>|</figure>|<svg>|</svg>|<video src=v>|<sup>|</sup>|<rp>|<!-- mail:only -->|<!-- /mail:only -->|<!-- feed:only -->|<!-- /feed:only -->|\\{\\{ x \\}\\}|!!! tip \"T\"\n|&amp;|&nbsp;|&#1;|\0|é|Ã©|word |word, |longer words of a sentence |[a-z ]{1,9}|語の文、|\\PC)";
    proptest::collection::vec(proptest::string::string_regex(piece).expect("a valid pattern"), 0..40).prop_map(|pieces| {
        let mut post = pieces.concat();
        // Nothing that makes code: blanks, fences.
        while post.contains("   ") || post.contains("~~~") {
            post = post.replace("   ", " ").replace("~~~", "~~ ");
        }
        post
    })
}

/// Returns the addresses of links on the web that the HTML of a post has.
fn links_of_html(post: &str) -> Vec<String> {
    let base = base();
    let (content, _) = entry_content(Source::new("a.md", post), 0, &context(&base));
    let links = Scanner::new(&content.html).filter_map(|token| match token {
        Token::Start(tag) if tag.name == "a" => tag.attributes().find(|attribute| attribute.name == "href"),
        _ => None,
    });
    let links = links.map(|href| htmlize::unescape_attribute(href.value).into_owned());
    links.filter(|url| url.starts_with("http:") || url.starts_with("https:") || url.starts_with("mailto:")).collect()
}

/// Returns whether a line that is too long could not be shorter: one word, whatever stands before it.
fn is_one_word(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '>', '-', '#']);
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '[' | ']' | '^' | ' '));
    !text.contains(' ')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_of_prose_is_wider_than_asked(post in prose(), width in 20_usize..90) {
        let base = base();
        let text = alone(&post, 0, &context(&base), width);
        for line in text.lines() {
            prop_assert!(wrap::width(line) <= width || is_one_word(line), "{}\n{}", line, post);
        }
    }

    #[test]
    fn every_link_of_the_html_is_in_the_text(post in prose()) {
        let text = text(&post);
        for url in links_of_html(&post) {
            let shown = url.strip_prefix("mailto:").unwrap_or(&url);
            prop_assert!(text.contains(shown), "{}\n{}\n{}", url, post, text);
        }
    }

    #[test]
    fn nothing_breaks_the_text(post in any::<String>(), prose in prose(), body in 0_usize..40, is_html in any::<bool>()) {
        let base = base();
        let context = ContentContext { is_html, title_from_heading: true, math: true, ..context(&base) };
        let post = format!("{post}{prose}");
        let text = text_in(&post, body, &context);
        prop_assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "{}", post);
        prop_assert!(text.is_empty() || text.ends_with('\n') && !text.starts_with('\n'));
        prop_assert!(!text.contains("\n\n\n") || post.contains("```") || post.contains("    ") || post.contains("pre"), "{}", post);
        prop_assert!(text.lines().all(|line| line.len() <= 998 && line.trim_end() == line), "{}", post);
    }
}
