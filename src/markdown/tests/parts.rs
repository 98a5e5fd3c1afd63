use super::*;

/// Returns the HTML and the text of a mail, and the HTML of a feed, without their line breaks.
fn both(text: &str) -> (String, String, String) {
    let base = base();
    let mail = ContentContext { medium: Medium::Mail, want_text: true, ..context(&base) };
    let (mail, found) = entry_content(Source::new("a.md", text), 0, &mail);
    assert_eq!(found, [], "{text}");
    (mail.html.replace('\n', ""), mail.text, html(text).replace('\n', ""))
}

#[test]
fn a_part_on_one_line_is_markdown_in_either_medium() {
    let see = "<p>See <em>this</em> <a href=\"https://example.org/x\">link</a>.</p>";
    let line = "<!-- mail:only -->See *this* [link](/x).<!-- /mail:only -->\n";
    let (html, text, feed) = both(line);
    assert_eq!((html.as_str(), feed.as_str()), (see, ""));
    assert!(text.starts_with("See _this_ link [1]."), "{text}");
    let (html, _, feed) = both(&line.replace("mail", "feed"));
    assert_eq!((html.as_str(), feed.as_str()), ("", see));
    for (text, mail, feed) in [
        ("a\n\n<!-- mail:only --> ## B <!-- /mail:only -->\n\nc\n", "<p>a</p>\n<h2>B</h2>\n<p>c</p>\n", "<p>a</p>\n<p>c</p>\n"),
        ("a\n<!-- mail:only -->*b*<!-- /mail:only -->\nc\n", "<p>a</p>\n<p><em>b</em></p>\n<p>c</p>\n", "<p>a</p>\n<p>c</p>\n"),
        ("<!-- mail:only -->*b*\n*c*\n<!-- /mail:only -->\n", "<p><em>b</em>\n<em>c</em></p>\n", ""),
        ("<!-- mail:only -->*b*<!-- /mail:only --> *c*\n", "<p><em>b</em> <em>c</em></p>\n", "<p> <em>c</em></p>\n"),
        (
            "<!-- mail:only -->*b*<!-- /mail:only --><!-- feed:only -->*c*<!-- /feed:only -->\n",
            "<p><em>b</em></p>\n",
            "<p><em>c</em></p>\n",
        ),
        ("> <!-- mail:only -->*b*<!-- /mail:only -->\n", "<blockquote>\n<p><em>b</em></p>\n</blockquote>\n", ""),
        (
            "- a\n\n  <!-- mail:only -->*b*<!-- /mail:only -->\n",
            "<ul>\n<li><p>a</p>\n<p><em>b</em></p>\n</li>\n</ul>\n",
            "<ul>\n<li><p>a</p>\n</li>\n</ul>\n",
        ),
    ] {
        let (html, _, in_feed) = both(text);
        assert_eq!((html, in_feed), (mail.replace('\n', ""), feed.replace('\n', "")), "{text}");
    }
}

#[test]
fn marks_that_have_lines_of_their_own_or_stand_in_code_or_html_stay_as_they_are() {
    for text in [
        "<!-- mail:only -->\n*b*\n<!-- /mail:only -->\n",
        "<!-- mail:only --> <!-- /mail:only -->\n",
        "a <!-- mail:only -->*b*<!-- /mail:only --> c\n",
        "```\n<!-- mail:only -->*b*\n```\n",
        "    <!-- mail:only -->*b*\n",
        "<div>\n<!-- mail:only -->*b*<!-- /mail:only -->\n</div>\n",
        "<!-- mail:only --><div>\n*b*\n</div><!-- /mail:only -->\n",
        "<!-- note -->*b*\n",
    ] {
        assert_eq!(crate::markdown::parts::find(text), [], "{text}");
    }
}

#[test]
fn a_finding_behind_a_mark_keeps_its_place() {
    assert_eq!(
        found("a\n\n<!-- feed:only -->b ![](x.png) <u>c<!-- /feed:only -->\n").last().map(String::as_str),
        Some("unclosed-html 3:32")
    );
}
