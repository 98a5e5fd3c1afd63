//! What remains around a leftover that was taken out, and what stays.

use super::{assert_cases, found, html, render};
use proptest::prelude::*;

#[test]
fn what_stands_around_a_leftover_stays_what_it_was() {
    assert_cases(&[
        ("by **{{ page.author }}** on *{{ page.date }}*.", "<p>by  on .</p>\n"),
        ("**{% t x %}**\n\na\n", "<p>a</p>\n"),
        ("{{ page.x }} - text\n", "<p>- text</p>\n"),
        ("{{ page.x }} # text\n", "<p># text</p>\n"),
        ("a\n\n{{ page.x }}    b\n", "<p>a</p>\n<p>b</p>\n"),
        (
            "{{ x }} | b\n---|---\nc | {{ y }}\n",
            "<table><thead><tr><th></th><th>b</th></tr></thead>\n<tbody><tr><td>c</td><td></td></tr>\n</tbody></table>\n",
        ),
        ("a  {{ x }}\nb\n", "<p>a\nb</p>\n"),
        ("a {{ x }} b {{ y }}, c\n", "<p>a b, c</p>\n"),
        ("{{ x }}_a_ _b_{{ x }} c_{{ x }}_d\n", "<p><em>a</em> <em>b</em> c__d</p>\n"),
        ("<b {{ x }}>c</b>\n", "<p><b>c</b></p>\n"),
        ("[a](/b \"{{ x }}\")\n", "<p><a href=\"https://example.org/b\">a</a></p>\n"),
    ]);
}

#[test]
fn an_element_that_a_leftover_leaves_empty_goes() {
    let bare = |text: &str| html(text).split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "## {{ page.title }}\n\na\n",
        "## {{ page.title }} {#x}\n\na\n",
        "- {{ x }}\n- **{{ y }}** {{ z }}\n\na\n",
        "> {{ x }}\n\na\n",
        "![{{ x }}]({{ y }})\n\na\n",
        "[{{ x }}](/b)\n\na\n",
        "<h2>{{ x }}</h2>\n\na\n",
    ] {
        assert_eq!(bare(text), "<p>a</p>", "{text}");
    }
    assert_eq!(bare("- {{ x }}\n- b\n"), "<ul> <li>b</li> </ul>");
    assert_eq!(bare("*{{ x }}*<i></i>"), "<p><i></i></p>");
    assert_eq!(bare("<video src=\"/v\">{{ x }}</video>"), "<p><video src=\"https://example.org/v\"></video></p>");
}

#[test]
fn a_line_of_tags_alone_is_blank() {
    assert_cases(&[
        ("{% if x %}\n2. a\n{% endif %}\n", "<ol start=\"2\">\n<li>a</li>\n</ol>\n"),
        ("{% if x %} {{ y }}\na | b\n--|--\n", "<table><thead><tr><th>a</th><th>b</th></tr></thead>\n<tbody></tbody></table>\n"),
        ("{{ x }}\n---\n", "<hr>\n"),
    ]);
}

#[test]
fn a_definition_with_a_leftover_leaves_the_others_alone() {
    for leftover in [
        "{% post_url 2024-01-02-b %}",
        "{{< ref \"x.md\" >}}",
        "<{{< ref \"x.md\" >}}#c>",
        "{{ page.url }}/x",
        "{{ site.baseurl }}{% post_url 2024-01-02-b %} \"T\"",
        "{{ site.cdn }}/a.pdf",
    ] {
        let text = format!("[trip][t], [mine][u].\n\n[t]: {leftover}\n[u]: https://u.example/\n");
        assert_eq!(html(&text), "<p>trip, <a href=\"https://u.example/\">mine</a>.</p>\n", "{text}");
    }
    assert_eq!(html("a[^1]\n\n[^1]: {{ x }} b\n").matches("b <a").count(), 1);
}

#[test]
fn an_address_with_an_unknown_part_is_none() {
    assert_cases(&[
        ("![p]({{ page.img }})", "<p>p</p>\n"),
        ("[cdn]({{ site.cdn }}/a.pdf)", "<p>cdn</p>\n"),
        ("[a](/b/{{ x }}/c{{ y }}.png) d", "<p>a d</p>\n"),
        ("[a](/b{% if x %}/c{% endif %}) d", "<p>a d</p>\n"),
        ("<img src=\"{{ page.img }}/b.png\" alt=\"p\">", "p"),
        ("<a href={{ page.url }}>a</a>", "<p><a>a</a></p>\n"),
        ("<b title=\"{{ x }}-y\">a</b>", "<p><b title=\"-y\">a</b></p>\n"),
        ("[a]({{ \"/b c/\" | absolute_url }})", "<p><a href=\"https://example.org/blog/post/b%20c/\">a</a></p>\n"),
    ]);
    assert!(render("![p]({{ page.img }})").0.images.is_empty());
}

#[test]
fn an_element_of_code_without_an_end_does_not_reach_beyond_its_block() {
    let text = "Use the <kbd> tag.\n\n{{ page.title }} [a]({{ site.x }}/x) {% include y %}\n\n<kbd>y</kbd>\n";
    assert_eq!(found(text), ["unclosed-html 1:9", "liquid-leftover 3:1", "liquid-leftover 3:22", "liquid-leftover 3:38"]);
    for text in [
        "- the <code> tag\n- {{ x }}\n- <code>y</code>\n",
        "a <samp> b\n\n> {{ x }}\n\n</samp>\n",
        "<div>the <kbd> tag</div>\n\n{{ x }}\n\n</kbd>\n",
        "<p>the <code> tag</p><p>{{ x }}</p><p><code>x</code></p>\n",
    ] {
        assert!(!html(text).contains("{{"), "{text}");
    }
    for text in ["a <code>{{ x }}\n{{ y }}</code>", "<pre>\n\n{{ x }}\n\n</pre>", "<kbd>*{{ x }}*</kbd>"] {
        assert!(html(text).contains("{{ x }}"), "{text}");
    }
}

#[test]
fn code_in_a_shortcode_is_code() {
    for (open, close) in [("{{< highlight c >}}", "{{< /highlight >}}"), ("{{% highlight c \"linenos=1\" %}}", "{{% /highlight %}}")] {
        let text = format!("a\n\n{open}\n*b = `{{{{ c }}}}`;\n\n    #include <d.h>\n{close}\n\ne {{{{ f }}}}\n");
        assert_eq!(
            html(&text),
            "<p>a</p>\n<pre><code class=\"language-c\">*b = `{{ c }}`;\n\n    #include &lt;d.h&gt;\n</code></pre>\n<p>e</p>\n"
        );
        assert_eq!(found(&text), ["liquid-leftover 9:3"]);
    }
    assert_eq!(found("{{< highlight c >}}\na\n"), ["shortcode-leftover 1:1"]);
}

#[test]
fn what_may_be_meant_as_text_stays_and_is_told_once() {
    for (text, place) in [
        ("    :::python\n    a\n\nb\n\n    :::python\n    c\n", "shortcode-leftover 1:5"),
        ("a <% tp.x %> <%= y %>\n", "shortcode-leftover 1:3"),
        ("a [key:: v] [other:: w]\n", "shortcode-leftover 1:3"),
        ("[caption id=\"x\"]a[/caption]\n\n[caption]b[/caption]\n", "shortcode-leftover 1:1"),
        ("a {!include.md!}\n", "shortcode-leftover 1:3"),
    ] {
        let content = html(text);
        assert_eq!(found(text), [place], "{text}");
        let sign = text.split_whitespace().find(|word| word.contains([':', '%', '[', '!'])).unwrap_or_default();
        assert!(content.contains(&sign.replace('<', "&lt;")), "{content}");
    }
}

#[test]
fn what_nobody_writes_for_readers_is_taken_out() {
    let cases = [
        ("[TOC]\n\na\n", "<p>a</p>\n", "shortcode-leftover 1:1"),
        ("a\n\n--8<-- \"b.md\"\n", "<p>a</p>\n", "shortcode-leftover 3:1"),
        ("a\n\n--8<--\nb.md\nc.md\n--8<--\n\nd\n", "<p>a</p>\n<p>d</p>\n", "shortcode-leftover 3:1"),
        ("[a](/b).{:target=\"_blank\"} c\n", "<p><a href=\"https://example.org/b\">a</a>. c</p>\n", ""),
        ("[a](/b).{:target=\"_blank\" id=\"x\"} c\n", "<p><a href=\"https://example.org/b\">a</a>. c</p>\n", "kramdown-leftover 1:9"),
        ("a word {: .x #y}\n\nb\n", "<p>a word</p>\n<p>b</p>\n", "kramdown-leftover 1:8"),
    ];
    for (text, output, place) in cases {
        assert_eq!((html(text).as_str(), found(text).join(" ").as_str()), (output, place), "{text}");
    }
    for text in [
        "a [TOC] b",
        "[TOC]\n\n[TOC]: /x",
        "`[TOC]` `<% x %>` `[a:: b]`",
        "[/etc/hosts] and [/x]",
        "std::vector[a::b] and *[a](/b)* and *[c]* d",
        "cut --8<-- here",
        "5 <% 6, {!x!}",
        "a {: b c} d {: .e} f",
        "```\n--8<-- \"b.md\"\n<% x %>\n```",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_bare_address_is_a_link() {
    let link = |url: &str| format!("<a href=\"{url}\">{url}</a>");
    let x = "https://x.example/a";
    for (text, output) in [
        (format!("See {x}."), format!("See {}.", link(x))),
        (format!("({x}), *{x}* **{x}**!"), format!("({}), <em>{}</em> <strong>{}</strong>!", link(x), link(x), link(x))),
        (format!("{x}_(b)_c (see {x})"), format!("{} (see {})", link(&format!("{x}_(b)_c")), link(x))),
        (format!("{x}?b_c=*d*&e=1 f"), format!("{} f", link(&format!("{x}?b_c=*d*&amp;e=1")))),
        (format!("{x}\\_b &amp; {x}?c=1&amp;d"), format!("{} &amp; {}", link(&format!("{x}_b")), link(&format!("{x}?c=1&amp;d")))),
        (format!("„{x}“ {x}… {x}？"), format!("„{}“ {}… {}？", link(x), link(x), link(x))),
        (format!("HTTP://x.example/ {x}"), format!("<a href=\"http://x.example/\">HTTP://x.example/</a> {}", link(x))),
    ] {
        assert_eq!(html(&text), format!("<p>{output}</p>\n"), "{text}");
        assert_eq!(found(&text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(html(x), format!("<p>{}</p>\n", link(x)));
    assert!(html(&format!("a[^1]\n\n[^1]: {x}\n")).contains(&link(x)));
    assert!(html(&format!("|a|\n|-|\n|{x}|\n")).contains(&format!("<td>{}</td>", link(x))));
}

#[test]
fn an_address_that_is_no_text_or_no_address_is_no_link_of_ours() {
    let x = "https://x.example/a";
    for text in [
        format!("`{x}`"),
        format!("```\n{x}\n```"),
        format!("<code>{x}</code> <pre>{x}</pre>"),
        format!("![{x}](/y.png)"),
        "www.example.org git+https://x.example https:// http://? nohttps://x.example".to_owned(),
        format!("<div>\n{x}\n</div>"),
        format!("{x}/{{{{ y }}}}/z"),
    ] {
        assert_eq!(html(&text).matches("<a ").count(), 0, "{text}");
    }
    for text in [format!("[{x}](/y)"), format!("<{x}>"), format!("<a href=\"/y\">{x}</a>"), format!("[see {x} b][c]\n\n[c]: {x}")] {
        assert_eq!(html(&text).matches("<a ").count(), 1, "{text}");
    }
}

/// One post, `b`.
#[derive(Debug)]
struct OnePost;

impl crate::html::Posts for OnePost {
    fn by_file(&self, _: &str) -> Option<String> {
        None
    }

    fn by_name(&self, name: &str, _: Option<&str>) -> Option<String> {
        ["2024-01-02-b", "b.md", "Note B"].contains(&name).then(|| "https://example.org/b/".to_owned())
    }

    fn advice(&self, _: &str) -> Option<String> {
        Some("did you mean `b`?".to_owned())
    }

    fn file(&self, _: &str) -> Option<String> {
        None
    }
}

impl crate::markdown::Resolver for OnePost {}

#[test]
fn a_leftover_that_means_a_post_of_the_site_is_its_address() {
    let base = super::base();
    let context = super::ContentContext { resolver: &OnePost, ..super::context(&base) };
    let link = |text: &str| format!("<p><a href=\"https://example.org/b/\">{text}</a></p>");
    for (text, output) in [
        ("[b]({% post_url 2024-01-02-b %})", link("b")),
        ("[b]({{ site.url }}{{ site.baseurl }}{% link b.md %})", link("b")),
        ("[b]({{< ref \"b.md\" >}})", link("b")),
        ("[b]({{% relref path=\"b.md\" %}}#c)", link("b").replace("/b/", "/b/#c")),
        ("[b]({{< ref \"b.md#c\" >}} \"t\")", link("b").replace("/b/\"", "/b/#c\" title=\"t\"")),
        ("[b][]\n\n[b]: {% post_url 2024-01-02-b %}\n", link("b")),
        ("<a href=\"{% post_url 2024-01-02-b %}\">b</a>", link("b")),
        ("{% post_url 2024-01-02-b %}", "<p>/b/</p>".to_owned()),
        ("{{< ref \"b.md\" >}}", link("https://example.org/b/")),
        ("a <b>{% link b.md %}#c</b>", "<p>a <b>/b/#c</b></p>".to_owned()),
        ("[[Note B]]", link("Note B")),
        ("![[Note B#Part|*b*]]", link("<em>b</em>").replace("/b/", "/b/#part")),
    ] {
        let (made, found) = super::entry_content(super::Source::new("a.md", text), 0, &context);
        assert_eq!(made.html.trim(), output, "{text}");
        assert_eq!(found, [], "{text}");
    }
}

#[test]
fn braces_are_text_where_liquid_does_not_run() {
    let base = super::base();
    let facts = super::ContentContext { has_liquid: false, ..super::context(&base) };
    let made = |text: &str| super::entry_content(super::Source::new("a.md", text), 0, &facts);
    let (content, found) = made("Use {{ name }} and {{name}} in Vue and {% x %} too.\n\n    {% raw %}a{% endraw %}\n");
    let output = "<p>Use {{ name }} and {{name}} in Vue and {% x %} too.</p>\n<pre><code>{% raw %}a{% endraw %}\n</code></pre>\n";
    assert_eq!((content.html.as_str(), found.len()), (output, 1));
    assert_eq!(found[0].message, "`{{ name }}` stays as it is; nothing here knows it");
    let (content, found) = made("a {{ x(b=1) }}{{< y >}} b {% z() %}c{% end %}\n");
    assert_eq!((content.html.as_str(), found.len()), ("<p>a b c</p>\n", 3));
}

#[test]
fn the_end_of_a_block_goes_although_an_address_in_it_does() {
    for inside in ["![]({{ unknown.pic }})", "<a href=\"{{ unknown.pic }}\"></a>", "[]({{ unknown.pic }}/b{{ unknown.c }})"] {
        let text = format!("{{% if unknown.thing %}}{inside}{{% endif %}} tail {{% x %}}{inside}{{% endx %}}\n");
        let made = html(&text);
        assert!(made.contains("tail") && !made.contains("{%"), "{text}{made}");
    }
}

/// Tags and outputs that nothing knows, in the places that posts have them.
const TAGS: &[&str] = &[
    "{% if u.a %}",
    "{% unless u.b %}",
    "{% elsif u.c %}",
    "{% else %}",
    "{% endif %}",
    "{% endunless %}",
    "{% for a in u.d %}",
    "{% endfor %}",
    "{% for i in (1..3) %}",
    "{% case u.k %}",
    "{% case 4 %}",
    "{% when 4 %}",
    "{% endcase %}",
    "{% capture c %}",
    "{% endcapture %}",
    "{{ c }}",
    "{{ i }}",
    "{% assign a = u.d %}",
    "{% assign b = 4 %}",
    "{% if b > 3 %}",
    "{% note x=1 %}",
    "{% endnote %}",
    "{{ u.e }}",
    "{{< f >}}",
    "{{< /f >}}",
    "![]({{ u.g }})",
    "![p](/b/{{ u.h }}.png)",
    "[l]({{ u.i }}/c{{ u.j }})",
    "[l](/d \"{{ u.k }}\")",
    "<a href=\"{{ u.l }}\">x</a>",
    "<a href={{ u.m }}/y>x</a>",
    "<b title=\"{{ u.n }}-z\">x</b>",
    "<img src=\"{{ u.o }}\" alt='{{ u.p }}'>",
    "\n\n[r]: {{ u.q }}\n\n",
    "[l]({% link u.md %})",
    "[l](/e{% if u.r %}/f{% endif %})",
    "* ",
    "> ",
    "word",
    " ",
    "\n",
    "\n\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_tag_outside_of_code_is_printed(parts in prop::collection::vec(prop::sample::select(TAGS), 0..12)) {
        let text = parts.concat();
        let (content, found) = render(&text);
        prop_assert!(!["{%", "%}", "{{", "}}"].iter().any(|sign| content.html.contains(sign)) || !found.is_empty(), "{:?} {}", text, content.html);
        prop_assert!(!["{%", "%}"].iter().any(|sign| content.html.contains(sign)), "{:?} {}", text, content.html);
    }
}

#[test]
fn what_is_said_of_a_leftover_is_what_becomes_of_it() {
    let told = |text: &str| {
        let found = render(text).1;
        found.iter().map(|d| (d.message.clone(), d.help.as_deref().unwrap_or_default().to_owned())).collect::<Vec<_>>()
    };
    for (text, message, help) in [
        ("{% if u.a %}b{% endif %}", "`{% if u.a %}` cannot be decided, so what it holds is shown", "without the condition"),
        ("{% if u.a %}b{% else %}c{% endif %}", "`{% if u.a %}` cannot be decided, so its first branch is shown", "without the condition"),
        ("{% for a in u.b %}c{% endfor %}", "`{% for a in u.b %}` was left out, with all up to its end tag", "write what it shows"),
        ("{% note x %}b{% endnote %}", "`{% note x %}` was left out; what stands up to its end tag is shown", "`content.shortcodes.note`"),
        ("{% strava 12 %}", "`{% strava 12 %}` was left out", "`content.shortcodes.strava`"),
        ("{{ u.a }}", "`{{ u.a }}` was left out", "write what it stands for"),
        ("{{< tabs >}}a{{< /tabs >}}", "`{{< tabs >}}` was left out; what stands up to its end tag is shown", "`content.shortcodes.tabs`"),
    ] {
        let found = told(text);
        assert_eq!(found.iter().map(|(message, _)| message.as_str()).collect::<Vec<_>>(), [message]);
        assert!(found[0].1.contains(help) && !found[0].1.contains("raw"), "{found:?}");
    }
    assert_eq!(told("{% endif %}")[0].1, "write what it stands for in Markdown or HTML");
}

/// Returns what a post of a generator's site becomes, and the codes of what was found in it.
fn of(generator: &'static str, text: &str) -> (String, Vec<&'static str>) {
    let base = super::base();
    let has_liquid = !matches!(generator, "Hugo" | "Zola");
    let context = super::ContentContext { generator, has_liquid, ..super::context(&base) };
    let (made, found) = super::entry_content(super::Source::new("a.md", text), 0, &context);
    (made.html.trim().to_owned(), found.iter().map(|found| found.code).collect())
}

#[test]
fn the_texts_inside_of_nested_calls_do_not_run_together() {
    for (text, output) in [
        ("{{< tabs >}}{{< tab \"A\" >}}x{{< /tab >}}{{< tab \"B\" >}}y *em*{{< /tab >}}{{< /tabs >}}", "<p>x</p>\n<p>y <em>em</em></p>"),
        ("{{< tab A >}}x{{< /tab >}} {{< tab B >}}y{{< /tab >}}\nz", "<p>x</p>\n<p>y\nz</p>"),
        ("{{< tabs >}}\n{{< tab A >}}x{{< /tab >}}\n{{< tab B >}}y{{< /tab >}}\n{{< /tabs >}}", "<p>x</p>\n<p>y</p>"),
        ("> {{< tab A >}}x{{< /tab >}}{{< tab B >}}y{{< /tab >}}", "<blockquote>\n<p>x</p>\n<p>y</p>\n</blockquote>"),
        ("- {{< tab A >}}x{{< /tab >}}{{< tab B >}}y{{< /tab >}}", "<ul>\n<li><p>x</p>\n<p>y</p>\n</li>\n</ul>"),
        ("{% tabs %}{% tab a %}x{% endtab %}{% tab b %}y{% endtab %}{% endtabs %}", "<p>x</p>\n<p>y</p>"),
        ("a {{< i A >}}x{{< /i >}}{{< i B >}}y{{< /i >}} b", "<p>a x y b</p>"),
        ("a {{< i A >}}x{{< /i >}}, {{< i B >}}y{{< /i >}} b", "<p>a x, y b</p>"),
    ] {
        let generator = if text.contains("{{<") { "Hugo" } else { "Jekyll" };
        assert_eq!(of(generator, text).0, output, "{text}");
    }
}

#[test]
fn a_comment_of_hugo_is_not_shown_and_its_braces_are_text() {
    assert_eq!(of("Hugo", "a {{< comment >}}hidden{{< /comment >}} b").0, "<p>a b</p>");
    assert_eq!(of("Hugo", "a\n\n{{% comment %}}\nhidden\n\nmore\n{{% /comment %}}\n\nb").0, "<p>a</p>\n<p>b</p>");
    assert_eq!(of("Hugo", "a {{/* c */}} `{{/* c */}}`").0, "<p>a {{/* c */}} <code>{{/* c */}}</code></p>");
    assert_eq!(of("Zola", "a {{/* c() */}} `{{/* c() */}}`").0, "<p>a {{ c() }} <code>{{ c() }}</code></p>");
}

#[test]
fn what_a_vault_writes_is_no_fault_there() {
    let text = "a %%secret%% ==m==^[A *note*.] b ^blk\n\n```dataview\nTABLE x\n```\n\n- c^[d [e](/e)]\n";
    let (html, found) = of("Obsidian", text);
    assert_eq!(found, ["shortcode-leftover"]);
    assert!(html.starts_with("<p>a <mark>m</mark><sup id="), "{html}");
    assert!(html.contains("<p>A <em>note</em>. <a ") && html.contains("<p>d <a href=\"https://example.org/e\">e</a> <a "), "{html}");
    assert!(!html.contains("secret") && !html.contains("blk") && !html.contains("TABLE"), "{html}");
    let (html, found) = of("", "a ==m== ^[b] ^blk\n\n```dataview\nTABLE x\n```\n");
    assert_eq!(found, ["mark-leftover", "block-id"]);
    assert!(html.contains("^[b]") && html.contains("TABLE x"), "{html}");
}

#[test]
fn a_blank_between_what_was_left_out_and_what_was_filled_in_stays() {
    for (text, output) in [
        ("a {% removed %}{{ page.title }} b", "<p>a  b</p>"),
        ("a {% removed %}{% raw %}{{ c }}{% endraw %} b", "<p>a {{ c }} b</p>"),
        ("a {% removed %}{{ \"c\" }} b", "<p>a c b</p>"),
        ("a {% removed %} {{ \"c\" }} b", "<p>a c b</p>"),
    ] {
        let output = if text.contains("page.title") { "<p>a b</p>" } else { output };
        assert_eq!(of("Jekyll", text).0, output, "{text}");
    }
}

#[test]
fn a_formula_of_jekyll_within_a_sentence_is_part_of_it() {
    let display = |text: &str| of("Jekyll", text).0.matches("display=\"block\"").count();
    for (text, count) in [
        ("so $$a+b$$ is", 0),
        ("$$a+b$$ is", 0),
        ("so\n$$a+b$$\nis", 0),
        ("so\n\n$$a+b$$\n\nis", 1),
        ("$$\na+b\n$$", 1),
        ("> $$a+b$$\n> \n> so", 1),
    ] {
        assert_eq!(display(text), count, "{text}");
    }
    assert!(of("Hugo", "so $$a+b$$ is").0.contains("display=\"block\""));
}

#[test]
fn a_link_to_a_place_that_only_the_page_has_leads_to_the_page() {
    let (html, _) = of(
        "",
        "[a](#plain) [b](#own) [c](#raw) [d][] <a href='#x'>e</a> [f](#)\n\n## Plain\n\n## Own {#own}\n\n<p id=\"raw\">x</p>\n\n[d]: #y\n",
    );
    let page = "https://example.org/blog/post/";
    for link in [
        &format!("<a href=\"{page}#plain\">a</a>"),
        "<a href=\"#own\">b</a>",
        "<a href=\"#raw\">c</a>",
        &format!("<a href=\"{page}#y\">d</a>"),
        &format!("<a href=\"{page}#x\">e</a>"),
        "<a href=\"#\">f</a>",
    ] {
        assert!(html.contains(link), "{link} in {html}");
    }
}

#[test]
fn an_unfinished_merge_is_told_with_its_lines() {
    let conflict = "<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> topic\n";
    let (_, found) = super::render(&format!("a\n\n{conflict}\n```\n{conflict}```\n\n{conflict}"));
    let told: Vec<(&str, u32)> = found.iter().map(|found| (found.code, found.place.as_ref().expect("a place").start.line)).collect();
    assert_eq!(told, [("conflict-marker", 3), ("conflict-marker", 17)]);
    assert!(found[0].message.contains("line 5") && found[0].message.contains("line 7"), "{}", found[0].message);
    assert_eq!(super::render("a\n=======\n\n> b\n").1, []);
}

#[test]
fn names_of_signs_are_signs_where_the_generator_shows_them() {
    let base = super::base();
    let text = ":tada: a:smile:b **:+1:** :stuck_out_tongue: :nothing: 10:30:45 `:tada:` [x](/a:smile:b) <b title=\":tada:\">y</b> https://example.org/:tada:/\n\n    :tada:\n";
    let shown = |emoji| {
        let typography = crate::model::Typography { emoji, ..crate::model::Typography::default() };
        let context = super::ContentContext { typography, ..super::context(&base) };
        super::entry_content(super::Source::new("a.md", text), 0, &context).0.html
    };
    let address = "https://example.org/:tada:/";
    assert_eq!(
        shown(true),
        format!(
            "<p>🎉 a😄b <strong>👍</strong> 😛 :nothing: 10:30:45 <code>:tada:</code> <a href=\"https://example.org/a:smile:b\">x</a> \
                 <b title=\":tada:\">y</b> <a href=\"{address}\">{address}</a></p>\n<pre><code>:tada:\n</code></pre>\n"
        )
    );
    assert!(shown(false).starts_with("<p>:tada: a:smile:b <strong>:+1:</strong>"));
}
