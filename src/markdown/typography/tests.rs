use super::*;
use crate::diagnostic::Source;
use crate::html::{self, NoPosts};
use crate::markdown::{Content, ContentContext, entry_content, literal, render};
use crate::text::words;
use proptest::prelude::*;
use pulldown_cmark::{Options, Parser};
use url::Url;

const KRAMDOWN: Typography = Typography { rules: QuoteRules::Kramdown, quotes: ['‘', '’', '“', '”'], emoji: false };
const GOLDMARK: Typography = Typography { rules: QuoteRules::Goldmark, ..KRAMDOWN };
const COMMON_MARK: Typography = Typography { rules: QuoteRules::CommonMark, ..KRAMDOWN };

fn content(text: &str, typography: Typography) -> Content {
    let base = Url::parse("https://example.org/blog/post/").expect("a valid base");
    let context = ContentContext {
        base: &base,
        site: &base,
        resolver: &NoPosts,
        words: words::of(None),
        id_prefix: "p",
        generator: "",
        has_liquid: true,
        is_html: false,
        repair_encoding: true,
        title_from_heading: true,
        typography,
        math: false,
        code_marks: false,
        want_summary: true,
        want_text: true,
        want_origins: false,
        medium: html::Medium::Mail,
    };
    entry_content(Source::new("a.md", text), 0, &context).0
}

fn set(text: &str, typography: Typography) -> String {
    html::text(&content(text, typography).html, usize::MAX - 1)
}

/// Sentences, and what kramdown 2.4 and Hugo 0.111 make of them.
const SENTENCES: &[(&str, &str, &str)] = &[
    ("It's a -- \"test\" --- of... things", "It’s a – “test” — of… things", ""),
    ("the '90s, the 1990's, 80's", "the ’90s, the 1990’s, 80’s", ""),
    ("\"Don't,\" he said, \"go 'there' now\"", "“Don’t,” he said, “go ‘there’ now”", "“Don’t,” he said, “go ’there’ now”"),
    ("rock 'n' roll, O'Brien", "rock ‘n’ roll, O’Brien", "rock ’n’ roll, O’Brien"),
    ("'Twas the night, 'tis", "‘Twas the night, ‘tis", "‘Twas the night, ’tis"),
    ("6'2\" tall and 12\" pizza", "6’2” tall and 12” pizza", "6'2\" tall and 12\" pizza"),
    ("(\"already\") \"x\"-\"y\" \"a\"/\"b\"", "(“already”) “x”-“y” “a”/”b”", "(“already”) “x”-“y” “a”/“b”"),
    ("\"*emph*\" and *\"emph\"* and **'x'**", "“emph” and “emph” and ‘x’", ""),
    ("\"[link](/a)\" and '[l](/b)'", "“link” and ‘l’", ""),
    ("\"`it's`\" and `it's -- \"x\"`", "“it's” and it's -- \"x\"", ""),
    ("dogs' tails; the dogs' \"tails\"", "dogs’ tails; the dogs’ “tails”", ""),
    ("a--b a---b a----b -- ---", "a–b a—b a—-b – —", ""),
    ("wait.... and . . .", "wait…. and . . .", ""),
    ("he said:\"hi\"", "he said:”hi”", "he said:“hi”"),
    ("\"nested 'single' double\"", "“nested ‘single’ double”", ""),
    ("you're we've I'll I'd they're", "you’re we’ve I’ll I’d they’re", ""),
    ("\"A\"s and B's", "“A”s and B’s", "“A\"s and B’s"),
    ("--flag and `--flag` -x", "–flag and --flag -x", ""),
    ("\"Quote across\nlines\" it's\n'so'", "“Quote across lines” it’s ‘so’", ""),
    ("\\\"escaped\\\" \\'x\\' \\-- \\...", "\"escaped\" 'x' -- ...", ""),
    ("\"1\" '2' \"3's\"", "“1” ‘2’ “3’s”", ""),
    ("&quot;x&quot; \"—x\"", "\"x\" “—x”", ""),
    ("don't\"x\" \"x\"don't", "don’t”x” “x”don’t", "don’t\"x\" “x\"don’t"),
    ("'x' \"y\", 'z'. ('w') [\"v\"] {'u'}", "‘x’ “y”, ‘z’. (‘w’) [“v”] {‘u’}", ""),
    ("\"…\" \"!\" '?'", "“…” “!” ‘?’", ""),
    ("he's 'bout \"it\" 5'", "he’s ‘bout “it” 5’", ""),
    ("\"'Quoted' words\" and '\"So\" it goes'", "“‘Quoted’ words” and ‘“So” it goes’", ""),
];

#[test]
fn quotes_and_dashes_read_as_each_generator_sets_them() {
    for (text, kramdown, goldmark) in SENTENCES {
        assert_eq!(set(text, KRAMDOWN), *kramdown, "kramdown: {text}");
        assert_eq!(set(text, GOLDMARK), *if goldmark.is_empty() { kramdown } else { goldmark }, "goldmark: {text}");
        let mut zola = String::new();
        pulldown_cmark::html::push_html(&mut zola, Parser::new_ext(text, Options::ENABLE_SMART_PUNCTUATION));
        assert_eq!(set(text, COMMON_MARK), html::text(&zola, usize::MAX - 1), "CommonMark: {text}");
    }
}

#[test]
fn addresses_code_and_attributes_keep_their_signs() {
    let text = "See https://example.org/a--b/it's-...-c, <https://x.example/a--b'c>, [it's](/d--e \"it's\") and <b title=\"it's -- x\">it's</b>.\n\n\
                <!-- it's -- -->\n\n```\nit's --\n```\n\n    it's --\n\n<div data-x=\"it's\">\nit's --\n</div>\n\n[x]: /a--b\n\n[x] <it--s@example.org>\n";
    for style in [KRAMDOWN, GOLDMARK, COMMON_MARK] {
        let html = content(text, style).html;
        for kept in [
            "<a href=\"https://example.org/a--b/it's-...-c\">https://example.org/a--b/it's-...-c</a>, ",
            "<a href=\"https://x.example/a--b'c\">https://x.example/a--b'c</a>",
            "href=\"https://example.org/d--e\" title=\"it's\">it’s</a>",
            "<b title=\"it's -- x\">it’s</b>",
            "<code>it's --\n</code>",
            "\nit's --\n</div>",
            "href=\"https://example.org/a--b\"",
            "href=\"mailto:it--s@example.org\"",
        ] {
            assert!(html.contains(kept), "{kept} in {html}");
        }
        assert_eq!(html.matches("<code>it's --").count(), 2, "{html}");
    }
}

#[test]
fn heading_text_and_summary_agree() {
    let made = content("# It's \"so\"\n\nIt's -- *\"so\"*\n\n<!-- more -->\n\nMore.\n", KRAMDOWN);
    assert_eq!(made.heading.as_deref(), Some("It’s “so”"));
    assert_eq!(made.summary.as_deref(), Some("It’s – “so”"));
    assert!(made.text.starts_with("It’s – _“so”_"), "{}", made.text);
}

#[test]
fn the_text_of_a_picture_is_an_attribute_to_kramdown_only() {
    assert!(content("![it's](/a.png)", KRAMDOWN).html.contains("alt=\"it's\""));
    assert!(content("![it's](/a.png)", GOLDMARK).html.contains("alt=\"it’s\""));
}

#[test]
fn other_signs_may_be_asked_for() {
    let german = Typography { quotes: ['‚', '‘', '„', '“'], ..KRAMDOWN };
    assert_eq!(set("\"Ja\" -- 'nein'", german), "„Ja“ – ‚nein‘");
    let straight = Typography { quotes: ['\'', '\'', '"', '"'], ..KRAMDOWN };
    assert_eq!(set("\"Ja\" -- 'nein'", straight), "\"Ja\" – 'nein'");
}

#[test]
fn titles_are_set_as_jekyll_feed_sets_them_and_only_there() {
    for (text, expected) in [("It's -- \"x\"...", "It’s – “x”…"), ("--- 'a'", "— ‘a’"), ("`it's` *x*", "`it’s` *x*"), ("- a. b", "- a. b")]
    {
        assert_eq!(smart_title(text, KRAMDOWN), expected);
        assert_eq!(smart_title(text, GOLDMARK), text);
    }
}

#[test]
fn nothing_is_set_where_nobody_asks() {
    assert_eq!(set("It's -- \"x\" ...", Typography::default()), "It's -- \"x\" ...");
}

proptest! {
    #[test]
    fn what_is_literal_does_not_depend_on_it(text in "[a-c'\"\\-.`*_<>\\[\\]()!\\\\ \n#=:/|$]{0,60}") {
        let plain = |options| {
            let is_text = |event: &Event<'_>| matches!(event, Event::Text(_));
            Parser::new_ext(&text, options).into_offset_iter().filter(|(event, _)| !is_text(event)).collect::<Vec<_>>()
        };
        let options = render::options(false);
        prop_assert_eq!(plain(options), plain(options | Options::ENABLE_SMART_PUNCTUATION));
        literal::in_markdown(&text);
    }

    #[test]
    fn any_text_keeps_its_words(text in "[a-c'\"\\-. *_\n]{0,60}") {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let written = letters(&set(&text, Typography::default()));
        for style in [KRAMDOWN, GOLDMARK, COMMON_MARK] {
            prop_assert_eq!(letters(&set(&text, style)), written.clone());
        }
    }
}
