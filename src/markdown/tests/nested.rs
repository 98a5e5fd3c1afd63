//! Markdown inside elements that ask for it.

use super::{found, html, render};
use proptest::prelude::*;

/// Compares what is made but for the white space around tags.
fn assert_cases(cases: &[(&str, &str)]) {
    let plain = |html: &str| html.split_whitespace().collect::<Vec<_>>().join(" ").replace(" <", "<").replace("> ", ">");
    for (input, output) in cases {
        assert_eq!(plain(&html(input)), plain(output), "{input}");
    }
}

#[test]
fn an_element_that_asks_for_markdown_has_it() {
    let div = "<div>\n<p><strong>a</strong></p>\n</div>";
    for text in [
        "<div markdown=\"1\">\n**a**\n</div>",
        "<div markdown='1'>**a**</div>",
        "<div class=\"x\" markdown>\n\n**a**\n\n</div>",
        "<div markdown=block>\n    **a**\n</div>",
        "<div markdown=\"1\">\r\n**a**\r\n</div>\r\n",
        "  <div markdown=\"1\">\n  **a**\n  </div>",
    ] {
        assert_cases(&[(text, div)]);
    }
    let nested = "<div markdown=\"1\">\n  <div markdown=\"1\">\n    - a\n      - b\n  </div>\n  *c*\n</div>\n*d*";
    let output = "<div>\n<div>\n<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n</div>\n<p><em>c</em></p>\n</div>\n<p><em>d</em></p>\n";
    assert_cases(&[(nested, output)]);
}

#[test]
fn what_an_element_holds_is_read_like_any_other_text() {
    assert_cases(&[
        (
            "<div markdown=\"1\">\n```\n</div> {{ x }}\n```\n[a][b]\n</div>\n\n[b]: /b\n",
            "<div>\n<pre><code>&lt;/div&gt; {{ x }}\n</code></pre>\n<p><a href=\"https://example.org/b\">a</a></p>\n</div>\n",
        ),
        (
            "<details markdown=\"1\">\n<summary>More</summary>\n*a*\n</details>",
            "<details>\n<summary>More</summary>\n<p><em>a</em></p>\n</details>",
        ),
        (
            "<details>\n<summary markdown=\"span\">*More*</summary>\n*a*\n</details>",
            "<details>\n<summary><em>More</em></summary>\n<p><em>a</em></p>\n</details>",
        ),
        (
            "<table>\n<tr><td markdown=\"1\">*a*</td><td>*b*</td></tr>\n</table>",
            "<table>\n<tr><td>\n<p><em>a</em></p>\n</td><td>*b*</td></tr>\n</table>",
        ),
        ("> <div markdown=\"1\">\n> *a*\n> </div>", "<blockquote>\n<div>\n<p><em>a</em></p>\n</div>\n</blockquote>\n"),
        (
            "- <div markdown=\"1\">\n  *a*\n  </div>\n- b",
            "<ul>\n<li>\n<div>\n<p><em>a</em></p>\n</div>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n",
        ),
    ]);
}

#[test]
fn an_element_of_one_line_has_no_paragraph_in_it() {
    assert_cases(&[
        ("<p markdown=\"1\">*a*</p>\n*b*", "<p><em>a</em></p>\n<p><em>b</em></p>\n"),
        ("<h2 markdown=\"1\">*a*</h2>", "<h2><em>a</em></h2>"),
        ("<div markdown=\"span\">*a*</div>", "<div><em>a</em></div>"),
        ("a <span markdown=\"1\">*b*</span>", "<p>a <em>b</em></p>\n"),
        ("<div>\n<p markdown=\"1\">*a*</p>\n</div>", "<div>\n<p><em>a</em></p>\n</div>"),
    ]);
}

#[test]
fn only_an_element_that_asks_for_markdown_has_it() {
    assert_cases(&[
        ("<div markdown=\"0\">\n*a*\n</div>", "<div>\n*a*\n</div>"),
        ("<div>\n*a*\n</div>", "<div>\n*a*\n</div>"),
        ("<pre markdown=\"1\">\n*a*\n</pre>", "<pre>\n*a*\n</pre>"),
        ("<div title=\"no markdown=1\">\n*a*\n</div>", "<div title=\"no markdown=1\">\n*a*\n</div>"),
        ("`<div markdown=\"1\">*a*</div>`", "<p><code>&lt;div markdown=\"1\"&gt;*a*&lt;/div&gt;</code></p>\n"),
        ("<div markdown=\"1\"></div>", "<div></div>"),
    ]);
}

#[test]
fn what_is_found_in_it_has_its_place_in_the_file() {
    let text = "x\n\n<div markdown=\"1\">\n    a {{ b }}\n    ![](/c.png)\n</div>\n";
    assert_eq!(found(text), ["liquid-leftover 4:7"]);
    assert_eq!(render(text).0.images.first().map(|image| image.offset), text.find("!["));
}

proptest! {
    #[test]
    fn no_text_is_lost_or_panics(parts in prop::collection::vec(prop::sample::select(vec![
        "<div markdown=\"1\">", "<div markdown='span'>", "</div>", "<p markdown=1>", "</p>", "<td markdown>", "<li markdown=block>", "word",
        "\n", "\n\n", "    ", "> ", "- ", "`c`", "```\n", "\t", "é", "<summary markdown>", "</summary>", "\r\n",
    ]), 0..20)) {
        let text = parts.concat();
        let made = html(&text);
        prop_assert_eq!(made.matches("word").count(), text.matches("word").count(), "{} {}", text, made);
    }
}

#[test]
fn hostile_nesting_is_cheap() {
    let start = std::time::Instant::now();
    for hostile in [
        "<div markdown=\"1\">",
        "<div markdown=\"1\">\n",
        "<div markdown=\"1\">*a*</div>",
        "<p markdown=1>a</p>\n",
        " markdown ",
        "<b markdown=1>",
    ] {
        let _ = html(&hostile.repeat(20_000));
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn what_begins_a_paragraph_in_a_tags_place_is_not_told_as_the_authors() {
    assert_eq!(found("<p markdown=\"1\">*a* b</p>\n"), [] as [&str; 0]);
    assert_eq!(found("<p markdown=\"1\">*a* \u{fffe}b</p>\n"), ["forbidden-character 1:21"]);
}
