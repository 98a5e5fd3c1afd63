#![allow(clippy::disallowed_methods, reason = "tests look at the clock and at files")]

mod leftovers;
mod nested;
mod parts;

use super::*;
use crate::html::NoPosts;
use crate::text::words;
use proptest::prelude::*;

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
        want_summary: true,
        want_text: false,
        want_origins: true,
        medium: Medium::Feed,
    }
}

fn render(text: &str) -> (Content, Vec<Diagnostic>) {
    let base = base();
    entry_content(Source::new("a.md", text), 0, &context(&base))
}

fn html(text: &str) -> String {
    render(text).0.html
}

fn mailed(text: &str) -> String {
    let base = base();
    entry_content(Source::new("a.md", text), 0, &ContentContext { medium: Medium::Mail, ..context(&base) }).0.html
}

/// Returns the findings as `code line:column`.
fn found(text: &str) -> Vec<String> {
    let place = |d: &Diagnostic| d.place.as_ref().map_or((0, 0), |place| (place.start.line, place.start.column));
    render(text).1.iter().map(|d| format!("{} {}:{}", d.code, place(d).0, place(d).1)).collect()
}

fn assert_cases(cases: &[(&str, &str)]) {
    for (input, output) in cases {
        assert_eq!(html(input), *output, "{input}");
    }
}

#[test]
fn a_first_line_that_names_the_language_of_indented_code_is_no_code_where_python_markdown_reads_posts() {
    let base = base();
    let marked = ContentContext { code_marks: true, ..context(&base) };
    let html = |text: &str, context: &ContentContext<'_>| entry_content(Source::new("a.md", text), 0, context).0.html;
    for (text, expected) in [
        ("    :::python\n    x\n", "<pre><code class=\"language-python\">x"),
        ("a\n\n    #!c++\n\n    x\n    y\n", "<pre><code class=\"language-c++\">x\ny"),
        ("    ::: x\n    y\n", "<pre><code>::: x\ny"),
        ("    #!/bin/sh\n    y\n", "<pre><code>#!/bin/sh\ny"),
        ("```\n:::python\n```\n", "<pre><code>:::python"),
    ] {
        let html = html(text, &marked);
        assert!(html.contains(expected), "{text}: {html}");
    }
    assert!(html("    :::python\n    x\n", &context(&base)).contains("<code>:::python"));
}

#[test]
fn plain_markdown_is_rendered_in_full() {
    assert_cases(&[
        (
            "# A\n\nb *c* **d** ~~e~~ `f<g`  \nh\n",
            "<h1>A</h1>\n<p>b <em>c</em> <strong>d</strong> <del>e</del> <code>f&lt;g</code><br>\nh</p>\n",
        ),
        ("> a\n\n---\n", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n"),
        ("3. a\n4. b\n", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("```rust,ignore\na < b\n```\n", "<pre><code class=\"language-rust\">a &lt; b\n</code></pre>\n"),
        ("    a\n", "<pre><code>a\n</code></pre>\n"),
        ("- [x] a\n- [ ] b\n", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>\n"),
        (
            "a|b\n:-:|-\n1|2\n",
            "<table><thead><tr><th align=\"center\">a</th><th>b</th></tr></thead>\n<tbody><tr><td align=\"center\">1</td><td>2</td></tr>\n</tbody></table>\n",
        ),
        ("a\n: b\n", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>\n"),
        ("## A {#x .y}\n", "<h2 id=\"x\">A</h2>\n"),
        (
            "[a](../b.html \"t\") <c@d.example>",
            "<p><a href=\"https://example.org/blog/b.html\" title=\"t\">a</a> <a href=\"mailto:c@d.example\">c@d.example</a></p>\n",
        ),
        (
            "![a *b*](/c d.png)![x](<y z.png> \"t\")",
            "<p>![a <em>b</em>](/c d.png)<img src=\"https://example.org/blog/post/y%20z.png\" alt=\"x\" title=\"t\"></p>\n",
        ),
        ("\\*a\\* & \"b\" -- c", "<p>*a* &amp; \"b\" -- c</p>\n"),
    ]);
}

#[test]
fn callouts_become_quotes_with_a_heading() {
    assert_cases(&[
        ("> [!NOTE]\n> a\n", "<blockquote>\n<p><strong>Note</strong></p>\n<p>a</p>\n</blockquote>\n"),
        ("> [!tip] My title\n> a\n", "<blockquote>\n<p><strong>My title</strong></p>\n<p>a</p>\n</blockquote>\n"),
        ("> [!abstract]-\n> a\n", "<blockquote>\n<p><strong>Abstract</strong></p>\n<p>a</p>\n</blockquote>\n"),
    ]);
}

#[test]
fn callouts_with_titles_are_callouts_in_mails_too() {
    for (text, is_callout) in [
        ("> [!NOTE]\n> a\n", true),
        ("a\n\n> [!WARNING] Own *title*\n> a\n", true),
        ("> [!faq]- Why?\n> a\n", true),
        ("- b\n\n  > c\n  >\n  > > [!tip] T\n  > > a\n", true),
        ("!!! danger \"Own\"\n    a\n", true),
        ("??? abstract\n    a\n", true),
        ("=== \"Tab\"\n    a\n", false),
        ("> **Own title**\n> a\n", false),
        ("> [!] a\n", false),
        ("> > [!tip] T\n> > a\n", true),
    ] {
        assert_eq!(mailed(text).contains("<blockquote class=\"callout\">"), is_callout, "{text}");
        assert!(!html(text).contains("callout"), "{text}");
    }
    let titled = mailed("> [!WARNING] Own *title*\n> a\n");
    assert_eq!(titled, "<blockquote class=\"callout\">\n<p><strong>Own <em>title</em></strong></p>\n<p>a</p>\n</blockquote>\n");
}

#[test]
fn footnotes_stand_last_with_ids_of_their_post() {
    assert_eq!(
        html("a[^x] b[^x] c[^y]\n\n[^y]: why\n[^x]: ex[^y]\n\nd\n"),
        "<p>a<sup id=\"fnref-p-1\"><a href=\"#fn-p-1\">1</a></sup> b<sup id=\"fnref-p-1-2\"><a href=\"#fn-p-1\">1</a></sup> \
         c<sup id=\"fnref-p-2\"><a href=\"#fn-p-2\">2</a></sup></p>\n<p>d</p>\n<hr>\n<ol>\n\
         <li id=\"fn-p-1\"><p>ex<sup id=\"fnref-p-2-2\"><a href=\"#fn-p-2\">2</a></sup> <a href=\"#fnref-p-1\" title=\"Back to text\">↩</a> \
         <a href=\"#fnref-p-1-2\" title=\"Back to text\">↩</a></p>\n</li>\n\
         <li id=\"fn-p-2\"><p>why <a href=\"#fnref-p-2\" title=\"Back to text\">↩</a> <a href=\"#fnref-p-2-2\" title=\"Back to text\">↩</a></p>\n</li>\n</ol>\n"
    );
    assert_eq!(found("a\n\n[^x]: b\n"), ["unused-footnote 3:1"]);
    assert_eq!(html("a\n\n[^x]: b\n"), "<p>a</p>\n");
}

#[test]
fn a_reference_without_a_footnote_stays_and_is_told() {
    assert_eq!(html("a[^zz] **b[^y]**\n"), "<p>a[^zz] <strong>b[^y]</strong></p>\n");
    assert_eq!(found("a\n\nb[^zz] **c[^y]**\n"), ["undefined-footnote 3:2", "undefined-footnote 3:11"]);
    assert_eq!(found("a[^x]\n\n[^x]: b[^zz]\n"), ["undefined-footnote 3:8"]);
    for text in ["`[^a]` \\[^b] [^](/x) [^.,]+", "```\n[^a]\n```", "<pre>[^a]</pre>", "[^c](/x)", "a[^x]\n\n[^x]: b"] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn admonitions_become_quotations() {
    let quote = |inner: &str| format!("<blockquote>\n{inner}</blockquote>\n");
    let cases = [
        ("!!! note \"T\"\n    body *b*\n\nc\n", quote("<p><strong>T</strong></p>\n<p>body <em>b</em></p>\n") + "<p>c</p>\n"),
        ("??? note\n    a\n\n    b\n", quote("<p><strong>Note</strong></p>\n<p>a</p>\n<p>b</p>\n")),
        ("???+ danger highlight\n\n    a\n", quote("<p><strong>Danger</strong></p>\n<p>a</p>\n")),
        ("!!! tip \"\"\n\ta\n", quote("<p>a</p>\n")),
        (
            "=== \"Rust\"\n\n    ```rs\n    a\n      b\n    ```\n",
            quote("<p><strong>Rust</strong></p>\n<pre><code class=\"language-rs\">a\n  b\n</code></pre>\n"),
        ),
        (
            "!!! tip \"A\"\n    a\n\n    !!! tip \"B\"\n        b\n\n    c\n",
            quote(&format!("<p><strong>A</strong></p>\n<p>a</p>\n{}<p>c</p>\n", quote("<p><strong>B</strong></p>\n<p>b</p>\n"))),
        ),
        ("!!! tip \"A\"\n\n        code\n", quote("<p><strong>A</strong></p>\n<pre><code>code\n</code></pre>\n")),
    ];
    for (input, output) in cases {
        assert_eq!(html(input), output, "{input}");
        assert_eq!(render(input).1.len(), input.matches(" \"").count().max(1), "{input}");
    }
    assert_eq!(found("a\n\n!!! note\n    b {{ x }} <i>c\n"), ["admonition-leftover 3:1", "liquid-leftover 4:7", "unclosed-html 4:15"]);
    assert_eq!(html("- a\n\n    !!! tip \"T\"\n        b\n").matches("<li>").count(), 1);
    for text in [
        "```\n!!! note\n    a\n```",
        "a\n\n    !!! note\n        a",
        "<pre>\n!!! note\n    a\n</pre>",
        "!!! note\n\na",
        "!!! wow, that is\n    it",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn formulas_become_mathml_and_money_stays() {
    assert!(html("$x^2$").starts_with("<p><math"), "{}", html("$x^2$"));
    assert!(html("$$\\frac{a}{b}$$").contains("<mfrac>"));
    assert_eq!(html("$5 and *b* $6"), "<p>$5 and <em>b</em> $6</p>\n");
    assert_eq!(html("from $5 *to* $6, $n$ times").matches("<em>to</em>").count(), 1);
    assert_eq!(found("a\n\n$$\\frac$$\n"), ["bad-formula 3:1"]);
}

#[test]
fn raw_html_and_markdown_may_share_an_element() {
    assert_cases(&[
        ("<div>\n\n*a*\n\n</div>\n", "<div>\n<p><em>a</em></p>\n</div>\n"),
        ("<details><summary>s</summary>\n\na\n\n</details>\n", "<details><summary>s</summary>\n<p>a</p>\n</details>\n"),
        ("<a href=\"/x\"><u>y</u></a> \\*z", "<p><a href=\"https://example.org/x\"><u>y</u></a> *z</p>\n"),
        ("<p align=\"center\">\n\n# A\n\n</p>\n", "<p align=\"center\">\n</p><h1>A</h1>\n\n"),
        ("a <script>b < *c*</script> d", "<p>a  d</p>\n"),
    ]);
    assert_eq!(found("<p align=\"center\">\n\n# A\n\n</p>\n"), Vec::<String>::new());
}

#[test]
fn a_finding_in_html_knows_its_line_and_column() {
    assert_eq!(found("ab\n\nc <b onclick=x>d</b>\n"), ["removed-handler 3:3"]);
    assert_eq!(found("> <div>\n> <script>x</script>\n> </div>\n"), ["removed-script 2:3"]);
    assert_eq!(found("a\n\n<div>\nb\n"), ["unclosed-html 3:1"]);
    assert_eq!(found("ä </i>\n"), ["removed-end-tag 1:3"]);
    assert_eq!(found("{{ x }}\n\n==y== </i>\n"), ["liquid-leftover 1:1", "mark-leftover 3:1", "removed-end-tag 3:7"]);
}

#[test]
fn a_body_below_front_matter_counts_from_the_top_of_the_file() {
    let base = base();
    let text = "---\ntitle: T\n---\na </i>\n";
    let (_, found) = entry_content(Source::new("a.md", text), 17, &context(&base));
    assert_eq!(found.first().and_then(|d| d.place.as_ref()).map(|place| (place.start.line, place.start.column)), Some((4, 3)));
}

#[test]
fn the_first_heading_can_be_the_title() {
    let base = base();
    let titled = ContentContext { title_from_heading: true, ..context(&base) };
    let (content, _) = entry_content(Source::new("a.md", "# A *b* &amp; c\n\nd\n\n# e\n"), 0, &titled);
    assert_eq!((content.heading.as_deref(), content.html.trim()), (Some("A b & c"), "<p>d</p>\n<h1>e</h1>"));
    let (content, _) = entry_content(Source::new("a.md", "d\n\n# A\n"), 0, &titled);
    assert_eq!(content.heading, None);
    let html = ContentContext { is_html: true, ..titled };
    assert_eq!(entry_content(Source::new("a.html", "<h1 class=x>A</h1>b"), 0, &html).0.heading.as_deref(), Some("A"));
}

#[test]
fn a_summary_is_the_text_before_the_separator_or_the_first_paragraph() {
    let summary = |text: &str| render(text).0.summary;
    assert_eq!(summary("# T\n\na **b** &amp;amp; c\n\nd\n").as_deref(), Some("a b &amp; c"));
    assert_eq!(summary("a\n\nb\n\n<!-- more -->\n\nc\n").as_deref(), Some("a b"));
    assert_eq!(summary("a <!--more--> c\n").as_deref(), Some("a"));
    assert_eq!(html("a\n\n<!-- more -->\n\nc\n"), "<p>a</p>\n\n<p>c</p>\n");
    assert_eq!((summary("only\n").as_deref(), render("only\n").0.summary_is_all), (Some("only"), true));
    let long = summary(&format!("{}\n\nend", "word ".repeat(200))).unwrap_or_default();
    assert!(long.chars().count() <= 300 && long.ends_with("word…"), "{long}");
}

#[test]
fn parts_for_mail_stay_out_of_feeds_and_the_other_way_round() {
    let text = "a\n\n<!-- mail:only -->\n\n- b\n\n<!-- /mail:only -->\n\n<!-- feed:only -->\nc\n<!-- /feed:only -->\n";
    let base = base();
    let mail = ContentContext { medium: Medium::Mail, ..context(&base) };
    assert_eq!(html(text).split_whitespace().collect::<String>(), "<p>a</p><p>c</p>");
    let mail = entry_content(Source::new("a.md", text), 0, &mail).0.html;
    assert_eq!(mail.split_whitespace().collect::<String>(), "<p>a</p><ul><li>b</li></ul>");
    let (_, found) = render("a\n\n<!-- mail:only -->\n\nb\n");
    assert!(found.first().is_some_and(|d| d.is_error() && d.place.as_ref().is_some_and(|place| place.start.line == 3)), "{found:?}");
}

#[test]
fn leftovers_are_reported_and_never_printed() {
    let cases = [
        ("a {{ page.title }}b", "<p>a b</p>\n", "liquid-leftover 1:3"),
        ("{% include x.html %}a", "<p>a</p>\n", "liquid-leftover 1:1"),
        ("[a]({{ page.cat }}/b)", "<p>a</p>\n", "liquid-leftover 1:5"),
        ("{{< chart src=\"x\" >}}a{{% /b %}}", "<p>a</p>\n", "shortcode-leftover 1:1 shortcode-leftover 1:23"),
        ("{{ player(id=\"x\") }}a", "<p>a</p>\n", "shortcode-leftover 1:1"),
        ("[a](/b){:target=\"_blank\"}", "<p><a href=\"https://example.org/b\">a</a></p>\n", ""),
        ("[a](/b){:target=\"_blank\" lang=\"de\"}", "<p><a href=\"https://example.org/b\">a</a></p>\n", "kramdown-leftover 1:8"),
        ("* TOC\n{:toc}\n\na", "<p>a</p>\n", ""),
        ("a\n{: .lead}\n", "<p>a</p>\n", ""),
        ("a\n{: .lead #top}\n", "<p>a</p>\n", "kramdown-leftover 2:1"),
        ("see [[Some page|this]] and [[That]]", "<p>see this and That</p>\n", "wiki-link 1:5 wiki-link 1:28"),
        ("![[a b.png]]", "<p><img src=\"https://example.org/blog/post/a%20b.png\" alt=\"\"></p>\n", ""),
        ("a ![[Other note]] b", "<p>a Other note b</p>\n", "wiki-link 1:3"),
        ("![[Other note]]\n\na", "<p>a</p>\n", "wiki-link 1:1"),
        ("[[toc]]\n\na", "<p>a</p>\n", "wiki-link 1:1"),
        ("a {{< x >}}, b {{< y >}}.", "<p>a, b.</p>\n", "shortcode-leftover 1:3 shortcode-leftover 1:16"),
        ("a %%secret%% b", "<p>a b</p>\n", "note-comment 1:3"),
        ("a b ^blk-1\n\n- c ^37066d\n", "<p>a b</p>\n<ul>\n<li>c</li>\n</ul>\n", "block-id 1:5 block-id 3:5"),
        ("a\n\n^quote\n\nb", "<p>a</p>\n<p>b</p>\n", "block-id 3:1"),
        ("a ==b== c", "<p>a <mark>b</mark> c</p>\n", "mark-leftover 1:3"),
        ("import A from './a'\n\n<Tab x={{ a: 1 }}>b</Tab>", "<p>b</p>\n", "mdx-leftover 1:1 mdx-leftover 3:1 mdx-leftover 3:20"),
    ];
    for (input, output, findings) in cases {
        assert_eq!((html(input).as_str(), found(input).join(" ").as_str()), (output, findings), "{input}");
    }
}

#[test]
fn attribute_lists_are_taken_out_behind_what_they_are_for() {
    let link = "<a href=\"https://example.org/b\">é</a>";
    let cases = [
        ("[é](/b){.btn}", link.to_owned()),
        ("[é](/b){: .btn}", link.to_owned()),
        ("[é](/b){:.btn}", link.to_owned()),
        ("[é](/b \"(t)\"){.btn .x #y target=\"_blank }\" data-x=1}", link.replace("\">", "\" title=\"(t)\">")),
        ("[é][e]{.btn}\n\n[e]: /b", link.to_owned()),
        ("[é]{.btn}\n\n[é]: /b", link.to_owned()),
        ("[small caps]{.sc} a", "small caps a".to_owned()),
        ("![p](/x.png){width=100}", "<img src=\"https://example.org/x.png\" alt=\"p\">".to_owned()),
        ("![](/x.png){: .cls}", "<img src=\"https://example.org/x.png\" alt=\"\">".to_owned()),
        ("`c`{.rust}", "<code>c</code>".to_owned()),
        ("`<b>`{=html}", "<code>&lt;b&gt;</code>".to_owned()),
        ("**b**{.x} c", "<strong>b</strong> c".to_owned()),
        ("_b_{#x} c", "<em>b</em> c".to_owned()),
        ("<https://a.example/>{.x}", "<a href=\"https://a.example/\">https://a.example/</a>".to_owned()),
        ("a\n{.lead #x}", "a".to_owned()),
    ];
    for (input, output) in cases {
        assert_eq!(html(input).trim(), format!("<p>{output}</p>"), "{input}");
        // A class is for pages: no entry has it, however it is written.
        let is_told = ["#", "width", "=html"].iter().any(|part| input.contains(part));
        let told = if is_told { vec!["kramdown-leftover"] } else { vec![] };
        assert_eq!(render(input).1.iter().map(|d| d.code).collect::<Vec<_>>(), told, "{input}");
    }
    assert_eq!(found("ab\n\nc [a](/b){.btn lang=de}\n"), ["kramdown-leftover 3:10"]);
    assert_eq!(
        html("## A{#x}\n\n### `b`{.c #y}\n\n#### C {: #z}\n"),
        "<h2 id=\"x\">A</h2>\n<h3 id=\"y\"><code>b</code></h3>\n<h4 id=\"z\">C</h4>\n"
    );
}

#[test]
fn braces_that_are_no_attribute_list_stay() {
    for text in [
        "`[a](/b){.btn}`",
        "```\n[a](/b){.btn}\n{.lead}\n```",
        "    [a](/b){.btn}",
        "<pre>\n[a](/b){.btn}\n</pre>",
        "f(x){.y} and [a](/b){} and [a](/b){x} [a](/b){a b=c}",
        "x_{i=1} a*{b=c} 2*3*{.x} a[i]{.x} (a){b=c}",
        "{.x} begins the text, and {.y} goes on",
        "- [x]{.y}",
    ] {
        let output = html(text);
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
        assert_eq!(output.matches('{').count(), text.matches('{').count(), "{output}");
    }
    assert!(html("$$\\sum_{i=1}{.5}$$").contains("<math"));
}

#[test]
fn an_address_that_a_leftover_was_part_of_is_dropped_whole() {
    let site = Url::parse("https://ex.org/blog/").expect("a valid address");
    let at_site = ContentContext { site: &site, ..context(&site) };
    for text in [
        "[p]({% post_url x %}#sec)",
        "[p]({% link x.md %}#sec \"title\")",
        "[p]({{ site.baseurl }}{% post_url x %}#sec)",
        "[p]({{ site.url }}{{ site.baseurl }}{% post_url x %})",
        "[p]({{< ref \"x.md\" >}}#sec)",
        "[p](<{{< relref \"x.md\" >}}#sec>)",
        "[p]({{ page.url }}#sec)",
        "<a href=\"{% post_url x %}#sec\">p</a>",
        "<a href='{{ site.baseurl }}{% link x.md %}#sec'>p</a>",
    ] {
        let (content, found) = entry_content(Source::new("a.md", text), 0, &at_site);
        assert_eq!(content.html.replace("<a>p</a>", "p"), "<p>p</p>\n", "{text}");
        assert_eq!(found.len(), 1, "{text}: {found:?}");
    }
    assert_eq!(html("a {{ page.n }}#5 (x) {% link a %}#6"), "<p>a #5 (x) #6</p>\n");
}

#[test]
fn outputs_are_found_wherever_they_stand() {
    let cases = [
        ("_{{ page.title }}_ x", "x", 1),
        ("{{ a }}{{ b }}c", "<p>c</p>", 2),
        ("x_{{a}} y^{{page.b}}", "<p>x_ y^</p>", 2),
        ("[e](/x/{{ page.cat }}/e)", "<p>e</p>", 1),
        ("[e]({{ site.baseurl }}/{{ page.cat }}/e)", "<p>e</p>", 1),
        ("[a]({% post_url 2024-01-01-x %}) b", "<p>a b</p>", 1),
        ("{% if page.x %}    Hello{% endif %}", "<p>Hello</p>", 1),
        ("a {{ \"{{\" }} b", "<p>a {{ b</p>", 0),
    ];
    for (input, part, count) in cases {
        let (content, found) = render(input);
        assert!(content.html.contains(part) && !content.html.contains("page."), "{input}: {}", content.html);
        assert_eq!(found.len(), count, "{input}: {found:?}");
    }
}

#[test]
fn what_liquid_knows_of_the_site_becomes_its_value() {
    let site = Url::parse("https://ex.org/blog/").expect("a valid address");
    let base = Url::parse("https://ex.org/blog/post/").expect("a valid address");
    let at_site = ContentContext { site: &site, ..context(&base) };
    for written in [
        "{{ \"/a/\" | relative_url }}",
        "{{ 'a/' | absolute_url }}",
        "{{ site.url }}{{ site.baseurl }}/a/",
        "{{ site.baseurl }}/a/",
        "{{ '/a/' | prepend: site.baseurl }}",
        "{{ '/a/' | prepend: site.baseurl | prepend: site.url }}",
    ] {
        let text = format!("[a]({written}) <img src='{written}'>");
        let (content, found) = entry_content(Source::new("a.md", &text), 0, &at_site);
        assert_eq!(content.html, "<p><a href=\"https://ex.org/blog/a/\">a</a> <img src=\"https://ex.org/blog/a/\"></p>\n", "{written}");
        assert_eq!(found, [], "{written}");
    }
}

#[test]
fn a_sign_that_begins_no_leftover_takes_nothing_with_it() {
    assert_cases(&[
        ("begins with {% in the text.\n\nPara\n\nends with %}\n", "<p>begins with {% in the text.</p>\n<p>Para</p>\n<p>ends with %}</p>\n"),
        ("Vue opens with {{ and closes with `}}` so", "<p>Vue opens with {{ and closes with <code>}}</code> so</p>\n"),
        ("the set {{1,2},{3}} in maths", "<p>the set {{1,2},{3}} in maths</p>\n"),
        ("[[:space:]] a[i][[0]] \\[[esc]]", "<p>[[:space:]] a[i][[0]] [[esc]]</p>\n"),
        ("<a href=\"x[[y]]\">z</a>", "<p><a href=\"https://example.org/blog/post/x[[y]]\">z</a></p>\n"),
        ("use {:x} or println!(\"{:#?}\", x)", "<p>use {:x} or println!(\"{:#?}\", x)</p>\n"),
        ("for %%i in (*.txt) do echo %%i", "<p>for %%i in (*.txt) do echo %%i</p>\n"),
        ("if (a ==b && c== d)", "<p>if (a ==b &amp;&amp; c== d)</p>\n"),
        (
            "We\nexport default values (a)\nimport of goods from \"abroad\"",
            "<p>We\nexport default values (a)\nimport of goods from \"abroad\"</p>\n",
        ),
    ]);
}

#[test]
fn a_line_that_begins_with_a_colon_is_a_definition_only_before_a_blank() {
    assert_cases(&[
        ("Hello\n:tada: Released\n", "<p>Hello\n:tada: Released</p>\n"),
        (":tada: Released\n", "<p>:tada: Released</p>\n"),
        ("> a\n> :b: c\n", "<blockquote>\n<p>a\n:b: c</p>\n</blockquote>\n"),
        ("a\n:::tip\n*b*\n:::\nc\n", "<p>a</p>\n<p><em>b</em></p>\n<p>c</p>\n"),
        ("```\na\n:b\n```\n", "<pre><code>a\n:b\n</code></pre>\n"),
    ]);
    assert_eq!(found(":::tip\nb\n:::\n"), ["shortcode-leftover 1:1", "shortcode-leftover 3:1"]);
}

#[test]
fn code_inside_other_html_is_literal() {
    for text in [
        "<div class=\"highlight\"><pre><code>{{ page.title }} {% if x %}y{% endif %} [[a]]</code></pre></div>",
        "<div>\n<pre>\n{{ a }}\n\n{{ b }}\n</pre></div>",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn type_parameters_and_placeholders_are_text() {
    assert_cases(&[
        ("A HashMap<K, V> and Map<Key, Value>.", "<p>A HashMap&lt;K, V&gt; and Map&lt;Key, Value&gt;.</p>\n"),
        ("Press <Enter>; <YOUR_NAME>; Vec<String>", "<p>Press &lt;Enter&gt;; &lt;YOUR_NAME&gt;; Vec&lt;String&gt;</p>\n"),
        ("std::vector<int> x", "<p>std::vector&lt;int&gt; x</p>\n"),
        ("a <x-y>b</x-y>", "<p>a b</p>\n"),
    ]);
}

#[test]
fn dollars_that_are_money_stay_beside_formulas() {
    let beside = |text: &str| html(&format!("$x^2$\n\n{text}")).split_once("</p>\n").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    assert_eq!(beside("Cost: $1. US$2 and more."), "<p>Cost: $1. US$2 and more.</p>\n");
    assert_eq!(beside("$- bar$ *b*"), "<p>$- bar$ <em>b</em></p>\n");
    assert_eq!(beside("`$a_1$` <b title=\"$a_1$\">c</b> \\$5"), "<p><code>$a_1$</code> <b title=\"$a_1$\">c</b> $5</p>\n");
    assert_eq!(beside("$$ is the process id, and kill -9 $$ ends it"), "<p>$$ is the process id, and kill -9 $$ ends it</p>\n");
    assert!(beside("$5[^1], US$6\n\n[^1]: n").contains("<p>$5<sup"));
    assert!(beside("so $n$ and $$a^2$$ here").matches("<math").count() == 2);
}

#[test]
fn raw_tags_leave_code_as_well() {
    assert_cases(&[
        ("`{% raw %}{{ x }}{% endraw %}`", "<p><code>{{ x }}</code></p>\n"),
        ("```\n{% raw %}\n{{ x }}\n{% endraw %}\n```\n", "<pre><code>{{ x }}\n</code></pre>\n"),
        ("{% highlight md %}\n```\na\n```\n{% endhighlight %}\n", "<pre><code class=\"language-md\">```\na\n```\n</code></pre>\n"),
        (
            "- a\n\n  {% highlight rb %}\n  b\n  {% endhighlight %}\n",
            "<ul>\n<li><p>a</p>\n<pre><code class=\"language-rb\">b\n</code></pre>\n</li>\n</ul>\n",
        ),
    ]);
}

#[test]
fn in_code_leftovers_are_literal() {
    let literal = [
        "`{{ x }}` `{% y %}` `[[z]]` `==a==` `%%b%%`",
        "```\n{{ x }}\n{: .y}\n[[z]] <Comp/>\n```",
        "    {% x %}",
        "<pre>{{ x }}</pre>",
        "2 ^10\nx ^n\na^bcd\n^abc d `\n ^abc\n` \\ ^",
        "a == b, c==d, 5%% of 6%%, [[1]](/x), {: a, $$x^{{a}}$$",
        "<!-- {{ x }} -->",
        "so \\(\\alpha_{{a}}\\) and \\frac{a}{{b}}",
    ];
    for input in literal {
        assert_eq!(found(input), Vec::<String>::new(), "{input}");
    }
    assert_eq!(html("{% raw %}{{ x }}{% endraw %}"), "<p>{{ x }}</p>\n");
    assert_eq!(
        html("{% highlight ruby linenos %}\na {{ x }}\n{% endhighlight %}"),
        "<pre><code class=\"language-ruby\">a {{ x }}\n</code></pre>\n"
    );
    assert_eq!(html("{{</* x */>}}"), "<p>{{&lt; x &gt;}}</p>\n");
    assert_eq!(html("[a]({{ \"/b\" | relative_url }})"), "<p><a href=\"https://example.org/blog/post/b\">a</a></p>\n");
}

#[test]
fn what_xml_cannot_hold_is_removed_and_named_once() {
    assert_eq!(html("a\0b \u{1b}c&#1;\r\nd\n"), "<p>ab c\nd</p>\n");
    assert_eq!(found("a&#x0B;b `&#11;`"), ["forbidden-character 1:2"]);
    assert_eq!(found("a `&#xFFFE;` &#169;"), Vec::<String>::new());
    assert_eq!(found("x\na\0b \u{1b}c\n"), ["forbidden-character 2:2"]);
}

#[test]
fn mojibake_is_told_and_mended_on_request() {
    let text = "one\n\nthe networkâ€™s <u>x</u> Ã© `Ã©`\n";
    let (content, found) = render(text);
    assert_eq!(content.html, "<p>one</p>\n<p>the network’s <u>x</u> é <code>é</code></p>\n");
    assert_eq!(found.first().map(|d| d.message.as_str()), Some("`networkâ€™s` was mended: `network’s`"));
    let base = base();
    let kept = ContentContext { repair_encoding: false, ..context(&base) };
    let (content, found) = entry_content(Source::new("a.md", text), 0, &kept);
    assert!(content.html.contains("networkâ€™s"));
    let first = found.first().map(|d| (d.message.as_str(), d.help.as_deref().unwrap_or_default()));
    assert_eq!(first, Some(("`networkâ€™s` should be `network’s`", "correct the text, or set `content.repair_encoding: true`")));
}

#[test]
fn images_are_told_with_what_was_written() {
    let images = render("x\n\n![a](b.png) <img src='/c.png' width=10>").0.images;
    let short: Vec<_> = images.iter().map(|i| (i.src.as_str(), i.written.as_str(), i.alt.as_str(), i.offset, i.width)).collect();
    assert_eq!(
        short,
        [("https://example.org/blog/post/b.png", "b.png", "a", 3, None), ("https://example.org/c.png", "/c.png", "", 15, Some(10))]
    );
}

/// A post like many: long paragraphs, raw links with `<u>`, escapes, one word in the wrong encoding.
#[test]
fn a_post_full_of_raw_links_keeps_them_all() {
    let paragraph =
        "Growth (2e25 steps\\*) goes on, says <a href=\"https://example.net/a?b=1&c=2\"><u>a report</u></a>, and the modelâ€™s size.\n\n";
    let text = paragraph.repeat(40);
    let (content, found) = render(&text);
    assert_eq!(content.html.matches("<a href=\"https://example.net/a?b=1&amp;c=2\"><u>").count(), 40);
    assert_eq!(content.html.matches("steps*)").count(), 40);
    assert_eq!(content.html.matches("model’s").count(), 40);
    assert_eq!(found.len(), 8);
}

#[test]
fn the_sample_post_arrives_whole_where_it_is_at_hand() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.filter_map(Result::ok).filter(|file| file.path().extension().is_some_and(|ending| ending == "md")) {
        let text = std::fs::read_to_string(file.path()).expect("the sample is UTF-8");
        let body = text.match_indices("\n---\n").next().map_or(0, |(at, end)| at + end.len());
        let base = base();
        let (content, found) = entry_content(Source::new("seed.md", &text), body, &context(&base));
        assert_eq!(content.html.matches("<a href=\"http").count(), 82);
        assert_eq!(text.matches("<u>").count(), content.html.matches("<u>").count());
        assert!(content.html.contains('*') && !content.html.contains("\\*"));
        let mojibake: Vec<_> = found.iter().filter(|d| d.code == "mojibake").collect();
        assert_eq!(mojibake.len(), 1, "{found:?}");
        assert_eq!(mojibake.first().map(|d| d.message.as_str()), Some("`networkâ€™s` was mended: `network’s`"));
        let line = text.lines().position(|line| line.contains("networkâ€™s")).map_or(0, |at| at as u32 + 1);
        assert_eq!(mojibake.first().and_then(|d| d.place.as_ref()).map(|place| place.start.line), Some(line));
        assert!(found.len() == 1, "{found:?}");
    }
}

#[test]
fn hostile_posts_are_cheap() {
    let start = std::time::Instant::now();
    for hostile in [
        "{{ ",
        "{% raw %}",
        "{{x}}",
        "[[a]]",
        "==a==",
        "%%a",
        "<A",
        "> [!x]\n",
        "$a",
        "$$",
        "[^a]",
        "[^a]: b\n\n",
        "<div>\n\n",
        "> ",
        "- ",
        "{% highlight %}",
        "Ã©",
        "\0",
        "*a",
        "[",
        "<!-- mail:only -->\n\n",
        "{:toc}",
        "{:toc}\n",
        "{% a",
        "\n:a",
        ":::a\n",
        ":",
        "$ $$",
        "$a$ $$b",
        "<A=",
        "!!! note\n    ",
        "`{.x}",
        "[a]{.x}",
        "[a](b){.x}\n",
        "[a]({% link x %}#",
        "[a]({{x}}/",
        "{{<highlight c>}}",
        "[/a]",
        "[a:: ",
        "<%",
        "--8<--\na\n",
        "https://a",
        "(https://a.b)",
        "https://a.b_c_",
        "**{{ x }}**",
        "[^a",
    ] {
        let text = hostile.repeat(100_000 / hostile.len());
        let (content, _) = render(&text);
        assert!(content.html.len() < 20_000_000, "{hostile}");
    }
    let links = (0..10_000).map(|n| format!("[[abc{n}]]")).collect::<Vec<_>>().join(" ");
    let _ = render(&links);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// Markdown and HTML that go wrong together.
fn post() -> impl Strategy<Value = String> {
    let piece = "(\n\n|\n|> |- |\\* |1\\. |# |    |`|```\n|\\*|_|~~|\\[a\\]\\(\\.\\./b\\)|!\\[c\\]\\(d\\)|\\[\\^1\\]|\\[\\^1\\]: |\\[\\^2\\]|\\$|\\$\\$|a \\| b\n-\\|-\n|<div>|</div>|<p>|</p>|<b>|</b>|<a href=x>|</a>|<ul><li>|</ul>|<table><tr><td>|</td></tr></table>|<script>|</script>|<pre>|</pre>|<svg>|<!-- |-->|<!-- mail:only -->|<!-- /mail:only -->|<!-- more -->|\\{\\{ x \\}\\}|\\{% raw %\\}|\\{% endraw %\\}|\\{: \\.x\\}|\\[\\[y\\|z\\]\\]|==|%%|\\[!tip\\] T|!!! note\n|!!! tip \"T\"\n|\\{\\.x\\}|<Comp x=\\{1\\}>|import a from 'b'\n|&amp;|&copy|&#1;|\0|é|Ã©|â€™|word|[a-z ]{1,5}|\\PC)";
    proptest::collection::vec(proptest::string::string_regex(piece).expect("a valid pattern"), 0..24).prop_map(|pieces| pieces.concat())
}

/// Returns where in the text each occurrence of a part of the HTML comes from.
fn origins(text: &str, body: usize, is_html: bool, part: &str) -> Vec<Option<Span>> {
    let base = base();
    let (content, _) =
        entry_content(Source::new("a.md", text), body, &ContentContext { is_html, title_from_heading: true, ..context(&base) });
    let at = content.html.match_indices(part).map(|(at, _)| at..at + part.len());
    at.map(|range| content.origins.locate(&range, &content.html, text)).collect()
}

#[test]
fn each_of_several_equal_parts_leads_back_to_its_own_place() {
    for (text, is_html) in [
        ("a <u>b</u>\n\na <u>b</u>\n\na <u>b</u>\n", false),
        ("# T\n\n> <u>b</u>\n\n- c\n- <u>b</u>\n\n| d |\n|---|\n| <u>b</u> |\n", false),
        (
            "networkâ€™s `<u>` <u>b</u>\n\n<!-- mail:only -->\n<i>e</i>\n<!-- /mail:only -->\n\n<div>\n<u>b</u>\n</div>\n\n> <p>\n> <u>b</u></p>\n",
            false,
        ),
        ("{{ f }} {{ f }} <u>b</u> {% raw %}{{ g }}{% endraw %} <u>b</u>\n\n!!! note\n    <u>b</u>\n", false),
        ("<h1>T</h1><p>é <u>b</u><script>x</script><u>b</u>\n<u>b", true),
    ] {
        let text = format!("---\n---\n{text}");
        let places: Vec<Option<Span>> =
            text.match_indices("<u>").filter(|(at, _)| !text[..*at].ends_with('`')).map(|(at, _)| Some(at..at + 3)).collect();
        assert_eq!(places.len(), 3);
        assert_eq!(origins(&text, 8, is_html, "<u>"), places, "{text}");
    }
}

#[test]
fn what_the_file_has_in_other_words_leads_back_to_the_beginning_of_its_part() {
    let text = "one *two* [three](../x) `a<b`\n\n$$x^2$$\n\nfour[^1]\n\n[^1]: five *six*\n\nseven\n";
    let start = |part: &str| {
        let at = text.find(part).expect("a part");
        vec![Some(at..at)]
    };
    assert_eq!(origins(text, 0, false, "href=\"https://example.org/blog/x"), start("[three]"));
    assert_eq!(origins(text, 0, false, "a&lt;b"), start("`a<b`"));
    assert_eq!(origins(text, 0, false, "<msup"), start("$$x"));
    assert_eq!(origins(text, 0, false, "<em>six"), start("*six"));
    assert_eq!(origins("", 0, false, ""), [None]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_post_is_rendered_balanced_and_stable(text in post()) {
        let (content, found) = render(&text);
        let base = base();
        let clean = CleanContext { base: &base, posts: &NoPosts, words: words::of(None), medium: Medium::Feed, title_from_heading: false };
        let again = crate::html::clean(&content.html, &clean);
        prop_assert_eq!(&again.html, &content.html, "{}", text);
        prop_assert_eq!(again.findings, [], "{}", content.html);
        prop_assert!(content.html.chars().all(|c| chars::is_xml_char(c) && c != '\r'));
        prop_assert!(found.iter().all(|d| d.place.as_ref().is_some_and(|place| place.start.line > 0)));
    }

    #[test]
    fn nothing_panics(text in any::<String>(), body in 0_usize..40, is_html in any::<bool>()) {
        let base = base();
        let context = ContentContext { is_html, title_from_heading: true, math: true, ..context(&base) };
        let (content, _) = entry_content(Source::new("a.md", &text), body, &context);
        for (at, c) in content.html.char_indices() {
            let place = content.origins.locate(&(at..at + c.len_utf8()), &content.html, &text);
            prop_assert!(place.is_none_or(|place| text.get(place).is_some()));
        }
    }
}

#[test]
fn in_a_mail_formulas_need_no_mathml_and_callouts_and_notes_can_be_styled() {
    let base = base();
    let mail = ContentContext { medium: Medium::Mail, math: true, ..context(&base) };
    let text = "Is $a^2$ or $\\begin{matrix}1\\end{matrix}$?[^1]\n\n> [!NOTE]\n> x\n\n[^1]: N.\n";
    let (content, found) = entry_content(Source::new("a.md", text), 0, &mail);
    assert!(content.html.contains("<span class=\"formula\"><i>a</i><sup>2</sup></span> or <code>\\begin{matrix}1\\end{matrix}</code>?"));
    assert!(content.html.contains("<blockquote class=\"callout\">\n<p><strong>Note</strong></p>"), "{}", content.html);
    assert!(content.html.contains("<ol class=\"notes\">"));
    let places: Vec<_> = found.iter().map(|d| (d.code, d.place.as_ref().map(|place| place.start.column))).collect();
    assert_eq!(places, [("mail-formula", Some(13))]);
    let feed = entry_content(Source::new("a.md", text), 0, &ContentContext { medium: Medium::Feed, ..mail }).0.html;
    assert!(feed.contains("<math") && !feed.contains("class="), "{feed}");
}
