#![allow(clippy::disallowed_methods, reason = "tests look at the clock and at files")]

use super::*;
use crate::text::words;
use proptest::prelude::*;
use std::cell::RefCell;

fn base() -> Url {
    Url::parse("https://example.org/a/b/").expect("a valid base")
}

fn cleaned(html: &str) -> Cleaned {
    let base = base();
    clean(html, &CleanContext { base: &base, posts: &NoPosts, words: words::of(None), medium: Medium::Feed, title_from_heading: false })
}

fn html(html: &str) -> String {
    cleaned(html).html
}

fn codes(html: &str) -> Vec<&'static str> {
    cleaned(html).findings.iter().map(|finding| finding.code.name).collect()
}

fn assert_cases(cases: &[(&str, &str)]) {
    for (input, output) in cases {
        assert_eq!(html(input), *output, "{input}");
    }
}

#[test]
fn sound_html_passes_without_a_finding() {
    let sound = [
        "<p>a<p>b<ul><li>c<li>d<ul><li>e</ul><li>f</ul>",
        "<table><thead><tr><th>a<th>b<tbody><tr><td>c<td>d</table>",
        "<dl><dt>a<dd>b<dt>c<dd>d</dl><ruby>漢<rp>(<rt>kan<rp>)</ruby>",
        "<details open><summary>s</summary><p>x</p></details>",
        "<video controls src=\"a.mp4\"><track src=\"a.vtt\"></video>",
        "<picture><source srcset=\"a.webp\" type=\"image/webp\"><img src=\"a.png\" alt=\"\"></picture>",
        "<figure><img src=\"a.png\" alt=\"x\"><figcaption>c</figcaption></figure>",
        "<math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>",
        "<a href=\"/x\"><u>y</u></a>",
        "<p align=center><h1>t</h1></p>",
    ];
    for input in sound {
        assert_eq!(cleaned(input).findings, [], "{input}");
    }
}

#[test]
fn every_url_becomes_absolute() {
    assert_cases(&[
        ("<a href=../x>y</a>", "<a href=\"https://example.org/a/x\">y</a>"),
        ("<a href='?q=a&amp;b'>y</a>", "<a href=\"https://example.org/a/b/?q=a&amp;b\">y</a>"),
        ("<a href='#here'>y</a>", "<a href=\"#here\">y</a>"),
        ("<a href='mailto:a@b.example'>y</a>", "<a href=\"mailto:a@b.example\">y</a>"),
        ("<q cite=/c>y</q>", "<q cite=\"https://example.org/c\">y</q>"),
        (
            "<video poster=//c.example/p.png src=v.mp4></video>",
            "<video poster=\"https://c.example/p.png\" src=\"https://example.org/a/b/v.mp4\"></video>",
        ),
        (
            "<img src=i.png srcset='i.png 1x, /j.png 2x'>",
            "<img src=\"https://example.org/a/b/i.png\" srcset=\"https://example.org/a/b/i.png 1x, https://example.org/j.png 2x\">",
        ),
        ("<a href='http://exa mple/'>y</a>", "<a>y</a>"),
    ]);
    assert_eq!(codes("<a href='http://exa mple/'>y</a>"), ["bad-url"]);
}

#[test]
fn what_runs_or_counts_or_asks_is_removed_and_named() {
    let cases = [
        ("a<script>b < c</script>d", "ad", "removed-script"),
        ("a<style>b{}</style>d", "ad", "removed-style"),
        ("<b onclick=x()>a</b>", "<b>a</b>", "removed-handler"),
        ("<a href=' java&#10;script:x()'>a</a>", "<a>a</a>", "script-url"),
        ("<a href='data:text/html,x'>a</a>", "<a>a</a>", "script-url"),
        ("<img src=/t.gif width=1 height=1>", "", "removed-pixel"),
        ("<img src=/t.gif style='display: none'>", "", "removed-pixel"),
        ("<img src=https://pixel.wp.com/g.gif?x>", "", "removed-pixel"),
        ("<form>a</form>", "a", "removed-form"),
        ("a<select><option>b</select>", "a", "removed-form"),
        ("a<base href=/x>b", "ab", "removed-element"),
        ("a<meta name=y>b", "ab", "removed-element"),
        ("a<template><p>x</p></template>b", "ab", "removed-element"),
        ("a<i style=\"display:none!important\">x</i>b", "ab", "removed-hidden"),
        ("<a href=\"feed:javascript:alert(1)\">b</a>", "<a>b</a>", "script-url"),
        ("<a href=\"file:///c\">b</a>", "<a>b</a>", "bad-url"),
        ("<a href=\"@/y.md\">c</a>", "<a>c</a>", "link-to-no-post"),
        ("a<svg><path/><text>t</text></svg>b", "ab", "removed-svg"),
        ("a<div hidden>b</div>c", "ac", "removed-hidden"),
        ("a<x-y>b</x-y>", "ab", "unknown-element"),
    ];
    for (input, output, code) in cases {
        assert_eq!((html(input).as_str(), codes(input)), (output, vec![code]), "{input}");
    }
}

#[test]
fn styles_and_classes_go_without_a_word() {
    let input = "<p class=lead style='color:red' data-x=1>a <span class=x>b</span></p><pre class=hl><code class='hljs language-rust'>c</code></pre>";
    assert_eq!(html(input), "<p>a b</p><pre><code class=\"language-rust\">c</code></pre>");
    assert_eq!(codes(input), Vec::<&str>::new());
}

#[test]
fn a_frame_becomes_a_link() {
    assert_cases(&[
        (
            "<iframe src='https://www.youtube-nocookie.com/embed/abc?rel=0'></iframe>",
            "<p><a href=\"https://www.youtube.com/watch?v=abc\">Video: youtube.com</a></p>",
        ),
        ("<p>x <iframe title='A map' src=//maps.example/1></iframe></p>", "<p>x <a href=\"https://maps.example/1\">A map</a></p>"),
        ("<object data=/a.pdf><p>no</p></object>", "<p><a href=\"https://example.org/a.pdf\">Embedded content: example.org</a></p>"),
        ("<iframe src='javascript:x'>y</iframe>", ""),
    ]);
}

#[test]
fn a_late_image_is_shown_at_once_and_once() {
    assert_cases(&[
        (
            "<img data-src=a.png src='data:image/gif;base64,R0' alt=x><noscript><img src=a.png></noscript>",
            "<img src=\"https://example.org/a/b/a.png\" alt=\"x\">",
        ),
        ("<noscript><p>a</p></noscript>", "<p>a</p>"),
        (
            "<img data-src=a.png data-srcset='b.png 2x'>",
            "<img src=\"https://example.org/a/b/a.png\" srcset=\"https://example.org/a/b/b.png 2x\">",
        ),
    ]);
    assert_eq!(cleaned("<img data-src=a.png alt=x width=10><noscript><img src=a.png></noscript>").images.len(), 1);
}

#[test]
fn what_is_open_is_closed_and_what_closes_nothing_is_dropped() {
    assert_cases(&[
        ("<div><p>a", "<div><p>a</p></div>"),
        ("a</div>b", "ab"),
        ("<b>a<i>b</b>c</i>d", "<b>a<i>b</i></b><i>c</i>d"),
        ("<p>a<div>b</div>", "<p>a</p><div>b</div>"),
        ("<a href=/x>a<a href=/y>b</a>", "<a href=\"https://example.org/x\">a</a><a href=\"https://example.org/y\">b</a>"),
        ("<table><tr><td><b>a</td></tr></table>", "<table><tr><td><b>a</b></td></tr></table>"),
        ("<td>a</td>", "a"),
        ("<h2>a</h3>", "<h2>a</h2>"),
        ("a <!-- b", "a "),
        ("a <b", "a &lt;b"),
        ("<a name='x'/>b", "<a id=\"x\"></a>b"),
        ("<plaintext>a<b>&amp;", "<pre>a&lt;b&gt;&amp;amp;</pre>"),
    ]);
    assert_eq!(codes("<div><p>a"), ["unclosed-html"]);
    assert_eq!(codes("a</div>b"), ["removed-end-tag"]);
    assert_eq!(codes("a <!-- b"), ["unclosed-html"]);
    assert_eq!(cleaned("ab<div>c").findings.first().map(|finding| finding.span.clone()), Some(2..7));
}

#[test]
fn anchors_of_headings_go_and_links_in_headings_stay() {
    assert_cases(&[
        ("<h2 id=x>A <a class=headerlink href='#x'>¶</a></h2>", "<h2 id=\"x\">A </h2>"),
        ("<h2><a class='anchor' href='#x'><svg></svg></a>A</h2>", "<h2>A</h2>"),
        ("<h2><a class='anchor' href='#x'>The title</a></h2>", "<h2>The title</h2>"),
        ("<h2><a href='/x'>A</a></h2>", "<h2><a href=\"https://example.org/x\">A</a></h2>"),
    ]);
}

#[test]
fn code_loses_its_line_numbers_and_colours() {
    let code = "<pre><code>a = 1\nb</code></pre>";
    let rouge = "<div><pre><code><table class=\"rouge-table\"><tbody><tr><td class=\"gutter gl\"><pre class=\"lineno\">1\n2</pre></td>\
                 <td class=\"rouge-code\"><pre><span class=\"n\">a</span> = 1\nb</pre></td></tr></tbody></table></code></pre></div>";
    assert_eq!(html(rouge), format!("<div>{code}</div>"));
    let chroma = "<table class=\"lntable\"><tr><td class=\"lntd\"><pre><code><span class=\"lnt\">1\n</span></code></pre></td>\
                  <td class=\"lntd\"><pre><code><span>a</span> = 1\nb</code></pre></td></tr></table>";
    assert_eq!(html(chroma), code);
    let pygments = "<table class=\"highlighttable\"><tr><td class=\"linenos\"><div class=\"linenodiv\"><pre>1\n2</pre></div></td>\
                    <td class=\"code\"><pre><code>a = 1\nb</code></pre></td></tr></table>";
    assert_eq!(html(pygments), code);
}

#[test]
fn parts_for_the_other_medium_are_cut() {
    assert_cases(&[
        ("a<!-- mail:only --><p>b <b>c</b></p><!-- /mail:only -->d<!-- feed:only -->e<!-- /feed:only -->", "ade"),
        ("<p>a <!-- mail:only --></p><p>b<!-- /mail:only --> c</p>", "<p>a  c</p>"),
    ]);
    for (mark, whom) in [("mail:only", "mails"), ("feed:only", "feeds")] {
        let found = cleaned(&format!("a<!-- {mark} -->b")).findings;
        assert_eq!(found.iter().map(|found| found.code.name).collect::<Vec<_>>(), ["unclosed-only"]);
        assert_eq!(found[0].message, format!("a part for {whom} only has no end"));
        assert_eq!(found[0].help.as_deref(), Some(&*format!("add `<!-- /{mark} -->` where the part ends")));
    }
    assert_eq!(codes("a<!-- /mail:only -->b"), ["stray-only"]);
}

#[test]
fn the_marks_of_a_part_are_known_in_any_case_and_slips_of_them_are_told() {
    assert_cases(&[("a<!-- MAIL:ONLY -->b<!-- /Mail:Only -->c", "ac")]);
    for slip in ["email:only", "mail only", "mail: only", "mail-only", "/mail.only", "feeds:only"] {
        assert_eq!(codes(&format!("a<!-- {slip} -->b")), ["unknown-only"], "{slip}");
    }
    for other in ["mail", "only", "/feed", "members:only", "todo", "-", "mail:only for those who subscribed"] {
        assert_eq!(codes(&format!("a<!-- {other} -->b")), [] as [&str; 0], "{other}");
    }
}

#[test]
fn many_findings_of_a_kind_are_told_by_number() {
    let found = cleaned(&"<script></script>".repeat(100)).findings;
    assert_eq!(found.len(), 8);
    assert!(found.last().is_some_and(|last| last.message.ends_with("(and 92 more like it)")), "{found:?}");
}

#[test]
fn what_is_said_twice_or_only_counts_lines_goes() {
    assert_cases(&[
        ("<nobr>a</nobr>", "a"),
        ("<image src=/x alt=y>", "<img src=\"https://example.org/x\" alt=\"y\">"),
        (
            "<span class=katex><math><semantics><mi>x</mi><annotation encoding=t>x</annotation></semantics></math><span class=katex-html aria-hidden=true>x</span></span>",
            "<math><semantics><mi>x</mi></semantics></math>",
        ),
        (
            "<table><tr><td class=\"gutter gl\"><pre class=lineno>1</pre></td><td><pre>a</pre></td></tr></table>",
            "<table><tr><td><pre>a</pre></td></tr></table>",
        ),
    ]);
}

#[test]
fn a_formula_holds_nothing_but_mathml_and_text() {
    assert_cases(&[
        ("<math><img srcset=/x></math>", ""),
        ("<math><mi>x</mi><img src=/x alt=y></math>", "<math><mi>x</mi></math>"),
        ("<div><math><mtext>a <b>b</b></mtext><div>c</div></math></div>", "<div><math><mtext>a b</mtext>c</math></div>"),
        ("<p>a<math><p>b</p></math>c", "<p>a<math>b</math>c</p>"),
        ("<math><mi>x</mi><iframe src=/y></iframe><script>z</script></math>", "<math><mi>x</mi></math>"),
    ]);
    assert_eq!(codes("<math><mi>x</mi><b>y</b></math>"), ["removed-element"]);
}

#[test]
fn hostile_html_is_cheap_and_flat() {
    let start = std::time::Instant::now();
    let deep = html(&"<div>".repeat(100_000));
    assert_eq!(deep.matches("<div>").count(), 512);
    let many: Vec<String> = (0..50_000).map(|n| format!("a{n}=1 onx{n}=2")).collect();
    let wide = format!("<p {}>x", many.join(" "));
    assert_eq!(html(&wide), "<p>x</p>");
    for hostile in [
        "<!--",
        "<plaintext>",
        "</b>",
        "<b><p>",
        "<a href=",
        "<table><td>",
        "&",
        "<",
        "<svg><a>",
        "<!-- mail:only -->",
        "<script>",
        "</script ",
        "<x y='",
    ] {
        let out = html(&hostile.repeat(50_000));
        assert!(out.len() < 20_000_000, "{hostile}");
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

fn regex(pattern: &str) -> BoxedStrategy<String> {
    proptest::string::string_regex(pattern).expect("a valid pattern").boxed()
}

/// A fragment of things that go wrong together.
fn fragment() -> impl Strategy<Value = String> {
    let names = "(a|b|i|p|div|span|ul|ol|li|table|tr|td|th|tbody|dl|dt|dd|pre|code|h1|h2|u|em|script|style|svg|noscript|iframe|textarea|x-y|br|img|title|blockquote|select|option|form|plaintext|ruby|rt|math|mi|object)";
    let attributes = "( (href|src|onclick|id|class|style|srcset|title|name|hidden|width|cite)(=(/x|'\\.\\./y'|\"a&amp;b\"|javascript:x|'java&#10;script:y'|#f|anchor|\"1\"|'http://exa mple'|\"<>\"))?){0,3}";
    let piece = prop_oneof![
        3 => regex(&format!("<{names}{attributes}/?>")),
        3 => regex(&format!("</{names}>")),
        2 => regex("[a-z &<>;#\"'\u{0}\u{1b}é\u{fffe}-]{0,8}"),
        1 => regex("<!--( more | mail:only | feed:only | /mail:only |x|-|>)(-->|--!>|>)?"),
        1 => regex("&(amp|lt|copy|eacute|nonsense|#0|#x1|#38|#60)?;?"),
        1 => regex("\\PC{0,6}"),
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// Returns what is wrong with the balance of some HTML: every tag must close, in order.
fn imbalance(html: &str) -> Option<String> {
    let mut open = Vec::new();
    for token in Scanner::new(html) {
        match token {
            Token::Start(tag) if !matches!(table::row_of(table::lookup(tag.name)?).fate, table::Fate::Void) => open.push(tag.name),
            Token::End(tag) if open.pop() != Some(tag.name) => return Some(format!("</{}>", tag.name)),
            Token::Comment(_) | Token::Doctype | Token::Unfinished(_) => return Some("a token that should not be left".into()),
            _ => {}
        }
    }
    open.pop().map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_out_is_balanced_absolute_and_harmless(input in fragment()) {
        let out = html(&input);
        prop_assert_eq!(imbalance(&out), None, "{}", out);
        prop_assert!(out.chars().all(|c| crate::text::chars::is_xml_char(c) && c != '\r'), "{}", out);
        for token in Scanner::new(&out) {
            let Token::Start(tag) = token else { continue };
            for attribute in tag.attributes() {
                prop_assert!(!attribute.name.starts_with("on"), "{}", out);
                if table::URLS.contains(&attribute.name) {
                    let value = htmlize::unescape_attribute(attribute.value);
                    let fine = value.starts_with('#') && attribute.name == "href" || Url::parse(&value).is_ok_and(|url| url.scheme() != "javascript");
                    prop_assert!(fine, "{}", out);
                }
            }
        }
    }

    #[test]
    fn cleaning_twice_changes_nothing(input in fragment()) {
        let once = html(&input);
        prop_assert_eq!(html(&once), once.clone(), "{}", input);
    }

    #[test]
    fn the_scanner_cuts_as_html5ever_does(input in fragment().prop_map(|text| text.replace(['\0', '\u{fffe}', '\r'], ""))) {
        let (mut ours, mut theirs) = (ours(&input), theirs(&input));
        // What the text ends in is theirs to call a comment.
        if ours.last().is_some_and(|last| last == "…") {
            ours.pop();
            prop_assert!(theirs.pop().is_some_and(|last| last.starts_with("<!--")), "{}", input);
        }
        prop_assert_eq!(ours, theirs, "{}", input);
    }

    #[test]
    fn nothing_panics(input in any::<String>()) {
        let _ = cleaned(&input);
        let _ = text(&input, 10);
    }
}

/// Returns tokens as plain strings: tags with their attributes, joined text, comments.
fn ours(input: &str) -> Vec<String> {
    let mut out = Log::default();
    let mut raw = false;
    for token in Scanner::new(input) {
        let text_is_raw = std::mem::take(&mut raw);
        match token {
            Token::Text(text) if text_is_raw => out.text(text),
            Token::Text(text) => out.text(&htmlize::unescape(text)),
            Token::Start(tag) => {
                raw = matches!(tag.name, "script" | "style" | "iframe" | "plaintext");
                let mut seen: Vec<(String, String)> = Vec::new();
                for attribute in tag.attributes() {
                    let name = attribute.name.to_ascii_lowercase();
                    if seen.iter().all(|(known, _)| *known != name) {
                        seen.push((name, htmlize::unescape_attribute(attribute.value).into_owned()));
                    }
                }
                out.push(format!("<{}{seen:?}>", tag.name.to_ascii_lowercase()));
            }
            Token::End(tag) => out.push(format!("</{}>", tag.name.to_ascii_lowercase())),
            Token::Comment(text) => out.push(format!("<!--{text}-->")),
            Token::Doctype => out.push("doctype".into()),
            Token::Unfinished(text) if !text.trim_start_matches(['<', '/']).starts_with(|c: char| c.is_ascii_alphabetic()) => {
                out.push("…".into());
            }
            Token::Unfinished(_) => {}
        }
    }
    out.items
}

#[derive(Default)]
struct Log {
    items: Vec<String>,
    in_text: bool,
}

impl Log {
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.items.last_mut().filter(|_| self.in_text) {
            Some(last) => last.push_str(text),
            None => self.items.push(text.to_owned()),
        }
        self.in_text = true;
    }

    fn push(&mut self, item: String) {
        self.items.push(item);
        self.in_text = false;
    }
}

fn theirs(input: &str) -> Vec<String> {
    use html5ever::tokenizer::states::RawKind;
    use html5ever::tokenizer::{BufferQueue, TagKind, Token as Theirs, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

    struct Sink(RefCell<Log>);
    impl TokenSink for Sink {
        type Handle = ();
        fn process_token(&self, token: Theirs, _line: u64) -> TokenSinkResult<()> {
            let mut log = self.0.borrow_mut();
            match token {
                Theirs::CharacterTokens(text) => log.text(&text),
                Theirs::NullCharacterToken => log.text("\0"),
                Theirs::CommentToken(text) => log.push(format!("<!--{text}-->")),
                Theirs::DoctypeToken(_) => log.push("doctype".into()),
                Theirs::TagToken(tag) if tag.kind == TagKind::EndTag => log.push(format!("</{}>", tag.name)),
                Theirs::TagToken(tag) => {
                    let attributes: Vec<_> = tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                    log.push(format!("<{}{attributes:?}>", tag.name));
                    return match &*tag.name {
                        "script" | "style" | "iframe" => TokenSinkResult::RawData(RawKind::Rawtext),
                        "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
                        "plaintext" => TokenSinkResult::Plaintext,
                        _ => TokenSinkResult::Continue,
                    };
                }
                _ => {}
            }
            TokenSinkResult::Continue
        }
    }
    let queue = BufferQueue::default();
    queue.push_back(input.into());
    let tokenizer = Tokenizer::new(Sink(RefCell::default()), TokenizerOpts::default());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.take().items
}

/// Returns what a mail gets, and the codes of what was found.
fn mailed(html: &str) -> (String, Vec<&'static str>) {
    let base = base();
    let made = clean(
        html,
        &CleanContext { base: &base, posts: &NoPosts, words: words::of(None), medium: Medium::Mail, title_from_heading: false },
    );
    (made.html, made.findings.iter().map(|finding| finding.code.name).collect())
}

#[test]
fn in_a_mail_a_way_to_a_place_of_the_post_leads_to_its_page_and_posts_give_no_ids() {
    let (html, _) = mailed("<p id=\"x\"><a href=\"#x\">to x</a> <a name=\"y\">y</a></p>");
    assert_eq!(html, format!("<p><a href=\"{}#x\">to x</a> <a>y</a></p>", base()));
}

#[test]
fn in_a_mail_a_player_is_a_link_to_what_it_plays() {
    for (input, output) in [
        ("<video controls src=\"a.mp4\"></video>", "<p><a href=\"https://example.org/a/b/a.mp4\">Video: a.mp4</a></p>"),
        (
            "<audio controls><source src=\"a.ogg\"><source src=\"a.MP3\">Your browser is old.</audio>",
            "<p><a href=\"https://example.org/a/b/a.ogg\">Audio: a.ogg</a></p>",
        ),
        ("<p>x <video src=\"a.mp4\" title=\"The horse\">y</video></p>", "<p>x <a href=\"https://example.org/a/b/a.mp4\">The horse</a></p>"),
    ] {
        let (html, codes) = mailed(input);
        assert_eq!(html, output);
        assert_eq!(codes.first(), Some(&"mail-media"));
    }
    assert_eq!(mailed("<video>words</video>").0, "words");
}

#[test]
fn in_a_mail_a_drawing_without_words_leaves_no_empty_link() {
    assert_eq!(mailed("<p>a <a href=\"https://a.example/\"><img src=\"x.svg\" alt=\"\"></a> b</p>").0, "<p>a  b</p>");
    assert_eq!(mailed("<p><a href=\"https://a.example/\"><img src=\"x.svg\"> c</a></p>").0, "<p><a href=\"https://a.example/\"> c</a></p>");
}

#[test]
fn in_a_mail_an_image_has_one_address_and_is_no_drawing() {
    for (input, output) in [
        (
            "<picture><source srcset=\"a.webp\"><img src=\"a.png\" srcset=\"b.png 2x\" sizes=\"9px\" alt=\"x\"></picture>",
            "<img src=\"https://example.org/a/b/a.png\" alt=\"x\">",
        ),
        ("<img srcset=\"b.png 1x, c.png 2x\" alt=\"x\">", "<img src=\"https://example.org/a/b/b.png\" alt=\"x\">"),
        ("<img src=\"plan.svg?v=1\" alt=\"The plan\">", "<a href=\"https://example.org/a/b/plan.svg?v=1\">The plan</a>"),
        ("<img src=\"data:image/png;base64,AAAA\" alt=\"A dot\">", "<a href=\"https://example.org/a/b/\">A dot</a>"),
        ("<a href=\"c\"><img src=\"plan.svg\" alt=\"The plan\"></a>", "<a href=\"https://example.org/a/b/c\">The plan</a>"),
        ("<p>a<img src=\"plan.svg\" alt=\"\">b</p>", "<p>ab</p>"),
    ] {
        let (html, codes) = mailed(input);
        assert_eq!(html, output);
        assert_eq!(codes.contains(&"mail-image"), input.contains("svg") || input.contains("data:"), "{input}");
    }
}

#[test]
fn in_a_mail_mathml_is_its_source_or_its_text() {
    let katex = "<p><math><semantics><mrow><mi>a</mi><mo>&lt;</mo></mrow><annotation encoding=\"application/x-tex\">a &lt; \\b</annotation></semantics></math></p>";
    assert_eq!(mailed(katex), ("<p><code>a &lt; \\b</code></p>".to_owned(), vec!["mail-formula"]));
    assert_eq!(mailed("<math><mi>x</mi><mo>=</mo><mn>1</mn></math>").0, "<code>x=1</code>");
}

#[test]
fn what_only_mail_asks_for_leaves_feeds_as_they_are() {
    for sound in ["<video src=\"https://a.org/a.mp4\"></video>", "<img src=\"https://a.org/a.svg\" alt=\"\">", "<math><mi>x</mi></math>"] {
        assert_eq!(html(sound), sound);
    }
}

proptest! {
    #[test]
    fn mail_gets_nothing_that_mail_clients_do_not_show(parts in prop::collection::vec(prop::sample::select(vec![
        "<video>", "</video>", "<audio src=a.mp3>", "<source src=b.mp4>", "<math>", "</math>", "<annotation>", "</annotation>", "<mi>", "<picture>", "</picture>",
        "<img src=a.svg alt=x>", "<img src=data:image/png;base64,A alt=y>", "<img srcset='a 1x'>", "<p>", "</p>", "<a href=x>", "</a>", "text", "<table><td>", "</table>",
    ]), 0..24)) {
        let (html, _) = mailed(&parts.concat());
        for gone in ["<video", "<audio", "<source", "<picture", "<math", "<mi", "<annotation", "srcset", "src=\"data:", ".svg\" alt"] {
            prop_assert!(!html.contains(gone), "{}", html);
        }
        prop_assert_eq!(html.matches("<a ").count(), html.matches("</a>").count(), "{}", html);
    }
}
