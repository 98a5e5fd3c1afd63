//! What posts contain beyond Markdown, construct by construct: the entry's HTML, its plain text, what is reported.

use crate::config;
use crate::diagnostic::Source;
use crate::frontmatter::{FileFacts, Reading, read};
use crate::model::{Asset, Assets, Post, Settings};
use crate::site::entry::{Purpose, build};
use crate::site::{LeftOut, Placed, Reason, Site};
use proptest::prelude::*;
use std::fmt::Write;

const CONFIG: &str = r#"
site: {url: "https://e.example/blog/", title: My Site, language: en, author: Ada}
permalink: /:year/:slug/
content:
  shortcodes:
    quote: "<blockquote>{{ inner | markdown }}<p>— {{ author or args[0] }}</p></blockquote>"
    badge: "<b>{{ args[0] }}</b>"
    cdn: "https://cdn.example"
    card.html: "<p>{{ title }} · {{ post.title }} · {{ site.title }}</p>"
    ad: ""
    youtube_own: "<a href='https://v.example/{{ inner }}'>{{ inner }}</a>"
    broken: "{{ title | nothing }}"
    code: "<pre>{{ inner }}</pre>"
"#;

/// The files beside the posts.
const FILES: &[(&str, &str)] = &[
    ("_includes/note.md", "Plain *note* for {{ include.who }}.\n"),
    (
        "_includes/html.html",
        "<div class=\"x\">\n{% comment %}c{% endcomment %}<p>{{ include.who | default: 'nobody' }} at {{ site.url }}</p>\n</div>\n",
    ),
    ("_includes/when.html", "{% if include.a %}A{{ include.a }}{% elsif include.b == 'x' %}B{% else %}none{% endif %}"),
    ("_includes/logic.html", "{% for x in site.posts %}{{ x.title }}{% endfor %}"),
    ("_includes/loop.html", "{% include loop.html %}"),
    ("_includes/outer.html", "[{% include note.md who=include.name %}]"),
    (
        "_includes/m1.html",
        "{% include m2.html %}{% include m2.html %}{% include m2.html %}{% include m2.html %}{% include m2.html %}{% include m2.html %}{% include m2.html %}{% include m2.html %}",
    ),
    (
        "_includes/m2.html",
        "{% include m3.html %}{% include m3.html %}{% include m3.html %}{% include m3.html %}{% include m3.html %}{% include m3.html %}{% include m3.html %}{% include m3.html %}",
    ),
    (
        "_includes/m3.html",
        "{% include m4.html %}{% include m4.html %}{% include m4.html %}{% include m4.html %}{% include m4.html %}{% include m4.html %}{% include m4.html %}{% include m4.html %}",
    ),
    ("_includes/m4.html", ""),
    // What counts was read with the settings.
    ("_config.yml", "motto: leak\nelse: leak\n"),
    ("posts/part.txt", "a part"),
    ("posts/rule.txt", "{{ inner.secret }}"),
    ("posts/subscribers.txt", "ada@example.org"),
    ("posts/.env", "KEY=leak"),
    ("posts/list.csv", "leak"),
    (".env", "KEY=leak"),
    (".git/note.md", "leak"),
    ("ledger.md", "leak"),
    ("_includes/.hidden.html", "leak"),
    ("_includes/site.html", "{% if site.unknown %}leak{% else %}none{% endif %}"),
    ("about.md", "---\ntitle: About\npermalink: /about-me/\n---\n"),
    ("plain.md", "---\ntitle: Plain\n---\n"),
    ("files/a b.pdf", ""),
    ("posts/pic.png", ""),
    ("posts/doc.pdf", ""),
    ("content/pages/_index.md", "+++\ntitle = \"P\"\n+++\n"),
    ("posts/hidden.md", "---\ntitle: Hidden\ndraft: true\n---\n"),
];

#[derive(Debug)]
struct Memory;

impl Assets for Memory {
    fn file(&self, path: &str) -> Option<Asset> {
        FILES.iter().any(|(known, _)| *known == path).then(|| Asset { path: path.to_owned(), bytes: 1, size: None })
    }

    fn text(&self, path: &str) -> Option<String> {
        FILES.iter().find(|(known, _)| *known == path).map(|(_, text)| (*text).to_owned())
    }

    fn names(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

fn settings() -> Settings {
    settings_beside(
        "Jekyll",
        "_config.yml",
        "motto: Go on\napi_key: leak\ndb: {password: leak, host: h, url: 'x://u:leak@h'}\nlinks: [a, b]\nlist: [p, q, r]\none: [p]\nmaps: [{a: b}, c]\nn: 80\nstars: 4.0\nsaid: \"5\"\nuntrue: \"false\"\nnot: false\nvoid: \"\"\n",
    )
}

/// Returns the settings beside the configuration of a generator.
fn settings_beside(generator: &str, file: &str, text: &str) -> Settings {
    let neighbour = config::NEIGHBOURS.iter().find(|row| row.name == generator).unwrap_or_else(|| panic!("{generator} is known"));
    let files = [(file.to_owned(), text.to_owned())];
    let beside = config::Beside { neighbour, is_likely: true, files: &files, names: &[] };
    let read = config::read_site(Some(Source::new("postrider.yaml", CONFIG)), &[beside], &[]);
    read.settings.unwrap_or_else(|| panic!("{:?}", read.findings))
}

fn post(path: &str, text: &str) -> Box<Post> {
    let facts = FileFacts::sample();
    let (Reading::Post(post), _) = read(Source::new(path, text), &facts, chrono_tz::UTC) else { panic!("{path} is no post") };
    post
}

const HEAD: &str = "---\ntitle: Here\ndate: 2026-02-03\nsub: Sub *t*\ntags: [x, y]\nflag: true\n---\n";

/// Renders a body in a small site; returns its HTML, its plain text, and what was found as `code line:column`.
fn rendered(has_liquid: bool, body: &str) -> (String, String, Vec<String>, Vec<String>) {
    rendered_by(&settings(), has_liquid, body)
}

fn rendered_by(settings: &Settings, has_liquid: bool, body: &str) -> (String, String, Vec<String>, Vec<String>) {
    let text = format!("{HEAD}{body}");
    let paths = ["_posts/2026-01-02-other.md", "posts/My Note.md", "posts/sub/deep.md"];
    let mut site = Site { left_out: LeftOut::default(), ..Site::default() };
    site.left_out.add(Reason::Draft, "posts/hidden.md".to_owned());
    let url = |path: &str| format!("https://e.example/blog/{}/", path.trim_end_matches(".md").to_lowercase().replace(' ', "-"));
    site.posts = paths.iter().map(|path| placed(path, "---\ntitle: A\ndate: 2026-01-02\n---\n", &url(path))).collect();
    let mut own = placed("posts/here.md", &text, "https://e.example/blog/2026/here/");
    own.post.has_liquid = has_liquid;
    let feed = build(&own, &text, &site, settings, &Memory, Purpose::Feed { want_origins: false });
    let mail = build(&own, &text, &site, settings, &Memory, Purpose::Mail { want_text: true });
    let told = |found: &crate::diagnostic::Diagnostic| {
        let start = found.place.as_ref().map_or((0, 0), |place| (place.start.line, place.start.column));
        let line = if found.code == "template-error" { start.0 } else { start.0.saturating_sub(7) };
        format!("{} {line}:{}", found.code, start.1)
    };
    let codes = feed.findings.iter().map(told).collect();
    let help = feed.findings.iter().filter_map(|found| found.help.as_deref().map(str::to_owned)).collect();
    (feed.entry.content.unwrap_or_default(), mail.text, codes, help)
}

fn placed(path: &str, text: &str, url: &str) -> Placed {
    let post = post(path, text);
    Placed {
        url: url.into(),
        post,
        own_id: None,
        usual_id: None,
        language: None,
        page: None,
        is_update_kept: false,
        is_recorded: false,
        told_update: None,
        is_known: false,
    }
}

/// Returns a table of what comes of each body.
fn table(has_liquid: bool, bodies: &[&str]) -> String {
    let mut out = String::new();
    for body in bodies {
        let (html, text, codes, _) = rendered(has_liquid, body);
        let _ = write!(
            out,
            "{body}\n  html  {}\n  text  {}\n",
            html.trim().replace('\n', "\n        "),
            text.trim().replace('\n', "\n        ")
        );
        let _ = writeln!(out, "  found {}\n", codes.join(", "));
    }
    out
}

#[test]
fn links_between_posts() {
    let made = table(
        true,
        &[
            "[a]({% post_url 2026-01-02-other %})",
            "[a]({%- link _posts/2026-01-02-other.md -%})",
            "<a href='{{ site.baseurl }}{% link _posts/2026-01-02-other.md %}#x'>a</a>",
            "[a]({% link about.md %}) [b]({% link plain.md %}) [c]({% link \"files/a b.pdf\" %})",
            "[a]({% post_url 2026-01-02-othre %}) <a href=\"{% link no.md %}\">b</a>",
            "[a](hidden.md) [b](my%20note.md#c) [d](/about.md) [e](sub/deep.md)",
            "- > [a]({% post_url 2026-01-02-other %} \"t\")\n\n|a|\n|-|\n|[a]({% post_url 2026-01-02-other %})|",
            "[a][b]\n\n[b]: {% post_url 2026-01-02-other %}",
            "{% post_url 2026-01-02-other %} {% link {{ page.x }} %}",
            "`{% post_url 2026-01-02-other %}`",
        ],
    );
    insta::assert_snapshot!(made);
}

#[test]
fn liquid() {
    let made = table(
        true,
        &[
            "{{ site.title }}, {{ site.description }}, {{ site.author.name }}, {{ site.url }}{{ site.baseurl }}",
            "{{ page.title }} {{ page.date | date: \"%-d %B %Y\" }} {{ page.date | date_to_string }} {{ page.url }} {{ page.slug }}",
            "{{ page.sub }} {{ page.tags | join: \", \" }} {{ page.title | upcase | append: '!' }} {{ page.none | default: 'x' }}",
            "{{ page.none }}{{ site.none }}{{ page.content }}{{ page.date | date: \"%!\" }}{{ page.title | unknown }}.",
            "[a]({{ '/x y/' | relative_url }}) ![b]({{ \"/i.png\" | absolute_url }}) [c]({{ page.url | absolute_url }})",
            "{% include note.md who=\"Bob\" %} {%- include note.md who=page.title -%}",
            "a\n\n{% include html.html who='Eve' %}\n\nb *c*",
            "{% include html.html %}",
            "{% include when.html a=\"1\" %} {% include when.html b='x' %} {% include when.html %}",
            "{% include outer.html name=\"N\" %} {% include_relative part.txt %}",
            "{% include logic.html %}{% include gone.html %}{% include loop.html %}{% include {{ page.x }} %}a",
            "{% include m3.html %}a {% include m1.html %}b",
            "{% include ../about.md %}{% include_relative ../../etc/passwd %}a",
            "`{% include note.md %}` {% raw %}{% include note.md %}{% endraw %}",
            "{% include card.html title=\"C\" %}",
            "{% assign x = \"val\" %}{{ x }} {% assign y = site.posts %}{{ y }}a",
            "{% if page.flag %}yes{% else %}no{% endif %} {% if page.none %}yes{% else %}no{% endif %} {% unless page.none %}yes{% endunless %}",
            "{% if site.unknown %}one{% elsif x %}two{% else %}three{% endif %} {% if page.title == \"Here\" %}h{% endif %}",
            "{% if page.tags contains 'x' %}x{% endif %} {% if page.none == nil %}nil{% endif %} {% if page.title contains 'q' %}q{% endif %}",
            "{% if a %}{% if b %}in{% endif %}{% else %}out{% endif %}.",
            "a {% for t in page.tags %}<b>{{ t }}</b>{% endfor %}b{% capture c %}cap{% endcapture %} {% case x %}{% when 1 %}y{% endcase %}c",
            "{% highlight ruby linenos %}\nputs \"{{ x }}\"\n{% endhighlight %}",
            "{% youtube abc %} {% gist user/1f2e3d %} {% unknown x %}a{% endunknown %}",
            "{% if x %}",
            "{% endif %}a {% else %}",
        ],
    );
    insta::assert_snapshot!(made);
}

#[test]
fn files_that_are_no_part_of_pages_are_not_put_into_a_post() {
    let jekyll = Settings { ledger: "ledger.md".to_owned(), ..settings() };
    let (plain, found) = config::read(Source::new("postrider.yaml", CONFIG), &[]);
    let plain = plain.unwrap_or_else(|| panic!("{found:?}"));
    let eleventy = settings_beside("Eleventy", "eleventy.config.js", "");
    for (settings, include, why) in [
        (&jekyll, "include_relative ../.env", "hidden part"),
        (&jekyll, "include_relative .env", "hidden part"),
        (&jekyll, "include_relative %2e%2e/.git/note.md", "hidden part"),
        (&jekyll, "include_relative ../about.md", "hidden part"),
        (&jekyll, "include ../.env", "hidden part"),
        (&jekyll, "include .hidden.html", "hidden part"),
        (&jekyll, "include x/..\\..\\.env", "hidden part"),
        (&jekyll, "include_relative list.csv", "only HTML, Markdown"),
        (&jekyll, "include_relative subscribers.txt", "newsletter"),
        (&plain, "include note.md", "only on a site of Jekyll"),
        (&plain, "include_relative part.txt", "only on a site of Jekyll"),
        (&plain, "include_relative ../subscribers.csv", "only on a site of Jekyll"),
        (&eleventy, "include_relative part.txt", "`_includes`"),
    ] {
        let (html, _, codes, help) = rendered_by(settings, true, &format!("a {{% {include} %}}"));
        assert_eq!((html.as_str(), codes.len()), ("<p>a</p>\n", 1), "{include}");
        assert!(help[0].contains(why) && !help[0].contains("leak"), "{include}: {help:?}");
        assert!(!include.contains('/') || !help[0].contains("content.shortcodes"), "{include}: {help:?}");
    }
    for (settings, include, text) in [(&jekyll, "include_relative part.txt", "a part"), (&eleventy, "include note.md who='x'", "Plain")] {
        assert!(rendered_by(settings, true, &format!("{{% {include} %}}")).0.contains(text), "{include}");
    }
    // Nothing of a file beside the posts is quoted.
    let (_, _, _, help) = rendered(true, "{% include_relative rule.txt %}a");
    assert!(!help[0].contains("secret"), "{help:?}");
}

#[test]
fn a_post_may_ask_for_what_its_generator_lets_it_and_for_no_secret() {
    for (body, html, codes) in [
        ("{{ site.motto }} {{ site.db.host }} {{ site.links | join: '+' }}", "<p>Go on h a+b</p>\n", 0),
        ("{% if site.unknown %}a{% else %}b{% endif %}{% if site.db.none %}a{% else %}b{% endif %}", "<p>bb</p>\n", 0),
        ("{% include site.html %}{% if site.else %}a{% endif %}", "<p>none</p>\n", 0),
        ("{% if site.unknown %}a{% elsif x %}b{% endif %}c", "<p>c</p>\n", 1),
        ("{{ site.api_key }}{{ site.db.password }}{{ site.db.url }}a", "<p>a</p>\n", 3),
        ("{% if site.api_key == 'leak' %}a{% endif %}{% if site.posts %}a{% endif %}{% if site.data %}a{% endif %}", "<p>aaa</p>\n", 3),
    ] {
        let (shown, _, found, help) = rendered(true, body);
        assert_eq!((shown.as_str(), found.len()), (html, codes), "{body} {found:?}");
        assert_eq!(body.contains("{{ site.api_key"), help.iter().any(|help| help.contains("looks like a secret")), "{body}");
    }
    let config = "[params]\nMotto = 'Go'\napi_key = 'leak'\n[params.db]\npassword = 'leak'\n[deployment]\nkind = 'leak'\n";
    for (settings, shown) in [
        (settings_beside("Hugo", "hugo.toml", config), "<p>Go</p>\n"),
        (settings_beside("Zola", "zola.toml", "base_url = 'https://e.example'\n[extra]\nmotto = 'leak'\n"), ""),
        (config::read(Source::new("postrider.yaml", CONFIG), &[]).0.expect("settings"), ""),
    ] {
        let body = "{{< param motto >}} {{< param api_key >}}{{< param db.password >}}{{< param deployment.kind >}}";
        assert_eq!(rendered_by(&settings, false, body).0.trim(), shown.trim());
    }
}

#[test]
fn logic_is_run_where_all_it_asks_for_is_known() {
    for (body, text) in [
        (
            "{% if site.n > 75 %}wet{% else %}dry{% endif %} {% if site.n <= 9 %}low{% endif %}{% if site.n < 80.5 %}less{% endif %}",
            "wet less",
        ),
        (
            "{% if page.none > 1 %}a{% endif %}{% if site.n >= 80 and site.n != 81 %}b{% endif %}{% if site.n <> 80 or site.stars == 4 %}c{% endif %}",
            "bc",
        ),
        ("{% if false and site.unknown %}a{% else %}b{% endif %}{% if true or false and false %}c{% endif %}", "bc"),
        ("{% if site.list.size > 2 %}a{% endif %}{{ site.list.first }}{% if page.date < page.date %}b{% endif %}", "ap"),
        ("{% for x in site.list %}\n* {{ x }}\n{% endfor %}\n", "- p\n\n- q\n\n- r"),
        ("{%- for x in site.list reversed limit:2 -%} {{ x }}{% unless forloop.last %}, {% endunless %} {%- endfor -%}", "q, p"),
        ("{% for x in site.one %}{{ forloop.index }}{{ x }}{% endfor %}{% for i in (1..3) %}{{ i }}{% endfor %}", "1p123"),
        ("{% for x in page.none %}a{% else %}none{% endfor %}", "none"),
        ("{% for x in page.tags %}{% for y in site.list offset:2 %}{{ x }}{{ y }}{{ forloop.length }} {% endfor %}{% endfor %}", "xr1 yr1"),
        ("{% case site.stars %}skipped{% when 4 %}four{% when 'x' or \"y\" %}xy{% else %}some{% endcase %}", "four"),
        (
            "{% case page.title %}{% when 4 %}four{% when 'There', 'Here' %}here{% endcase %}{% case 1 %}{% when 2 %}{% else %}b{% endcase %}",
            "hereb",
        ),
        ("{% capture note %}captured {{ page.title }}{% endcapture %}The {{ note }}.", "The captured Here."),
        (
            "{% assign l = site.list %}{% capture c %}{% for x in l %}{{ x }}{% endfor %}{% endcapture %}{% for x in l %}{{ c }}{% endfor %}",
            "pqrpqrpqr",
        ),
        ("{% for x in page.tags %}{% include note.md who=x %} {% endfor %}", "Plain _note_ for x. Plain _note_ for y."),
        ("`{% for x in site.list %}`", "`{% for x in site.list %}`"),
        ("{% raw %}{% for x in site.list %}{% endfor %}{% endraw %}", "{% for x in site.list %}{% endfor %}"),
    ] {
        let (_, made, codes, _) = rendered(true, body);
        assert_eq!((made.trim(), codes), (text, Vec::<String>::new()), "{body}");
    }
}

#[test]
fn a_value_is_of_the_kind_that_it_is_written_in() {
    let holds = |condition: &str| {
        let (_, made, codes, _) = rendered(true, &format!("{{% if {condition} %}}yes{{% else %}}no{{% endif %}}"));
        assert_eq!(codes, Vec::<String>::new(), "{condition}");
        made.trim() == "yes"
    };
    for condition in [
        "site.n == 80",
        "site.n == 80.0",
        "site.said == \"5\"",
        "site.untrue",
        "site.void == empty",
        "site.said < \"6\"",
        "site.one.size == 1",
    ] {
        assert!(holds(condition), "{condition}");
    }
    for condition in ["site.n == \"80\"", "site.said == 5", "site.untrue == false", "site.void == nil", "site.none == empty", "site.not"] {
        assert!(!holds(condition), "{condition}");
    }
    for (body, text) in [
        ("{{ site.not | default: 'd' }}{{ site.void | default: 'e' }}", "de"),
        ("{% for x in site.n %}a{% else %}none{% endfor %}", "none"),
        ("{% case site.n %}{% when '80' %}text{% when 80 %}number{% endcase %}", "number"),
        ("{{ 'abcdef' | truncate: 4 }} {{ 'abc' | truncate: 4 }}", "a... abc"),
        ("{{ 'a b c' | truncatewords: 2 }} {{ 'a b' | truncatewords: 2, '!' }}", "a b... a b"),
    ] {
        let (_, made, codes, _) = rendered(true, body);
        assert_eq!((made.trim(), codes), (text, Vec::<String>::new()), "{body}");
    }
    let (_, _, codes, _) = rendered(true, "{% if site.none == blank %}a{% endif %}");
    assert_eq!(codes, ["liquid-leftover 1:1"]);
}

#[test]
fn a_comment_gives_no_variable_a_value() {
    let body = "{% assign x = 'a' %}{% comment %}{% assign x = 'b' %}{% capture x %}c{% endcapture %}{% endcomment %}{% for t in page.tags %}{{ x }}{% endfor %}";
    let (_, made, codes, _) = rendered(true, body);
    assert_eq!((made.trim(), codes), ("aa", Vec::<String>::new()));
}

/// What stands between words, and what Jekyll makes of it.
const BETWEEN: [(&str, &str); 11] = [
    (" ", " "),
    ("", ""),
    (" ", " "),
    ("{% if page.flag %}5{% endif %}", "5"),
    ("{% if page.flag %}{{ page.sub | size }}{% endif %}", "7"),
    ("{% unless page.flag %}b{% endunless %}", ""),
    ("{% comment %}c{% endcomment %}", ""),
    ("{% assign v = 'd' %}{{ v }}", "d"),
    ("{% capture v %}e{% endcapture %}{{ v }}", "e"),
    ("{{ site.motto }}", "Go on"),
    ("{{ page.none.at.all }}", ""),
];

proptest! {
    #[test]
    fn words_stand_apart_where_jekyll_has_them_apart(
        words in prop::collection::vec(prop::sample::select(vec!["one", "2024", "x1", "f"]), 1..5),
        parts in prop::collection::vec(prop::collection::vec(prop::sample::select(&BETWEEN[..]), 0..5), 5),
    ) {
        let (mut body, mut shown) = (String::new(), String::new());
        for (word, parts) in words.iter().zip(&parts) {
            body += word;
            shown += word;
            for (part, output) in parts {
                body += part;
                shown += output;
            }
        }
        let (html, ..) = rendered(true, &format!("Word {body} end"));
        let bare = html.replace("<p>", "").replace("</p>", "");
        let shown = format!("Word {shown} end");
        prop_assert_eq!(bare.split_whitespace().collect::<Vec<_>>(), shown.split_whitespace().collect::<Vec<_>>(), "{}", body);
        let (html, ..) = rendered(true, &format!("{body} end"));
        let bare = html.replace("<p>", "").replace("</p>", "");
        let shown = shown.trim_start_matches("Word ");
        prop_assert_eq!(bare.split_whitespace().collect::<Vec<_>>(), shown.split_whitespace().collect::<Vec<_>>(), "{}", body);
    }
}

#[test]
fn logic_that_asks_for_more_is_left_out_and_told() {
    for (body, text, places) in [
        ("{% for x in site.maps %}{{ x.a }}{% endfor %}a", "a", "1:1"),
        ("{% for x in site.list %}{{ x }}{{ site.posts }}{% endfor %}a", "a", "1:1"),
        ("{% for x in site.list %}{% break %}{% endfor %}a", "a", "1:1"),
        ("{% for x in site.list %}{% assign y = x %}{% endfor %}a{{ y }}", "a", "1:1, 1:56"),
        ("{% for x in site.list %}a", "a", "1:1"),
        ("{% for x in (1..100000) %}{{ x }}{% endfor %}a", "a", "1:1"),
        ("{% assign y = 'b' %}{% assign y = site.posts %}{{ y }}a", "a", "1:21, 1:48"),
        ("{% assign y = 'b' %}{% for x in site.posts %}{% assign y = x %}{% endfor %}{{ y }}a", "a", "1:21, 1:76"),
        ("{% case site.posts %}{% when 1 %}b{% endcase %}a", "a", "1:1"),
        ("{% capture c %}{{ site.posts }}{% endcapture %}{{ c }}a", "a", "1:1, 1:48"),
        ("{% if site.maps > 2 %}a{% endif %}", "a", "1:1"),
        ("{% if site.list[0] %}a{% endif %}{% if page.title > 2 %}b{% endif %}", "ab", "1:1, 1:34"),
        ("{% if false %}a{% elsif true %}b{% endif %}c", "c", "1:1"),
    ] {
        let (_, made, codes, _) = rendered(true, body);
        let told: Vec<String> = places.split(", ").map(|place| format!("liquid-leftover {place}")).collect();
        assert_eq!((made.trim(), codes), (text, told), "{body}");
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "tests look at the clock and at files")]
fn logic_is_bounded() {
    let start = std::time::Instant::now();
    let nested = |open: &str, close: &str, depth: usize| format!("{}{{{{ x }}}}{}", open.repeat(depth), close.repeat(depth));
    let assigned = |count: usize| (0..count).map(|n| format!("{{% assign a{n}=1 %}}")).collect::<Vec<_>>().concat();
    let long = format!("{{% assign a='aaaaaaaaaaaaaaaaaaaa' %}}{}", "{% assign a=a|append:a %}".repeat(9));
    let captured = |count: usize| {
        (0..count).map(|n| format!("{{% capture b{n} %}}{}{{% endcapture %}}", "{{a}}".repeat(10))).collect::<Vec<_>>().concat()
    };
    let grown = "{% capture c %}{{ c }}{{ c }}{% endcapture %}".repeat(200);
    for body in [
        nested("{% for x in (1..50) %}", "{% endfor %}", 7),
        nested("{% for x in (1..2) %}", "{% endfor %}", 3000),
        nested("{% case 1 %}{% when 1 %}", "{% endcase %}", 3000),
        "{% for x in (1..900) %}".repeat(3000),
        "{% for x in (1..9) %}word word word{% endfor %}".repeat(3000),
        format!("{{% assign c = 'abcdefgh' %}}{grown}{{{{ c }}}}"),
        format!("{{% if {} %}}a{{% endif %}}", "1 and ".repeat(600)),
        format!("{{% for x in (1..900) %}}{}{{% endfor %}}", "word ".repeat(2000)),
        format!("{}{}", assigned(4000), "{% case 1 %}{% when 1 %}a{% endcase %}".repeat(4000)),
        format!("{long}{}", captured(1600)),
        format!("{{% for i in (1..900) %}}{}{{% endfor %}}", "{% if false %}x{% endif %}".repeat(20_000)),
        format!("{{% for i in (1..900) %}}{{% if false %}}{}{{% endif %}}{{% endfor %}}", "x{{ i }}".repeat(20_000)),
        format!("{long}{}", "{{ a }}".repeat(20_000)),
    ] {
        let (html, ..) = rendered(true, &body);
        assert!(html.len() < 1_000_000 && !html.contains("{%"), "{body:.80}");
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn kramdown() {
    let made = table(
        true,
        &[
            "a\n{: .class #id key=\"v\"}\n\n*b*{: .x}\n\n{:name: .y}",
            "a\n\n{::comment}\nsecret *c*\n{:/comment}\n\nb {::comment}x{:/} c",
            "{::nomarkdown}\n<b>*x*</b>\n{:/}\n\na",
            "{::options parse_block_html=\"true\" /}\n\na",
            "{::comment}\nno end",
            "* TOC\n{:toc}\n\na",
            "1. This list is replaced\n{:toc .x}\n\na",
            "Term\n: Definition *a*\n: Another",
            "The HTML, `HTML`, [HTML](/HTML \"HTML\") and *HTML* XHTML <a title=\"HTML\">CSS</a>.\n\n*[HTML]: Hyper *Text* \"L\"\n*[CSS]: \n",
            "*[Update]: we have moved.*",
            "a[^1]\n\n[^1]: Note.",
            "so $$a^2$$ is",
        ],
    );
    insta::assert_snapshot!(made);
}

#[test]
fn hugo() {
    let made = table(
        false,
        &[
            "[a]({{< ref \"sub/deep.md\" >}}) [b]({{% relref \"deep#x\" %}}) [c]({{< ref path=\"/sub/deep\" lang=\"en\" >}}) [d]({{< ref \"#y\" >}}) [e]({{< ref \"pages\" >}})",
            "[a]({{< ref \"depe.md\" >}}) {{< ref \"sub/deep.md\" >}}",
            "{{< figure src=\"pic.png\" alt=\"A\" caption=\"A *cap*\" title=\"T & t\" width=\"300\" height=\"200\" class=\"c\" link=\"https://l.example/\" attr=\"Ada\" attrlink=\"https://a.example/\" >}}\nright *below*",
            "- {{< figure pic.png >}}\n- b\n\n> {{< figure src=\"pic.png\" >}} c *d*\n\n| a |\n|---|\n| {{< figure src=\"pic.png\" >}} |",
            "{{< highlight go \"linenos=table\" >}}\nx := `a`\n{{< /highlight >}}\n\nin {{< highlight go \"hl_inline=true\" >}}x *:= 1{{< /highlight >}} line",
            "{{< youtube w7F_t2 >}} {{< youtube id=\"w7F\" title=\"My film\" >}} {{< vimeo 146 >}} {{< x user=\"SanDiegoZoo\" id=\"145\" >}} {{< tweet 145 >}} {{< instagram BWN >}}",
            "{{< gist spf13 7896402 >}} {{< gist spf13 7896402 \"img.html\" >}}",
            "{{< figure src=\"pic.png\" >}} {{< figure src=\"pic.png\" >}} *x*",
            "{{< youtube \"<script>\" >}}a",
            "{{< param sub >}} {{< param \"motto\" >}} {{< param none >}}.",
            "{{< notice >}}\nSome **bold**.\n{{< /notice >}}\n\n{{% notice info %}}a *b*{{% /notice %}} {{< self />}}c",
            "{{< details summary=\"More *x*\" >}}\n- a\n{{< /details >}}\nb",
            "{{< mermaid >}}\ngraph TD; A-->B;\n{{< /mermaid >}}",
            "Shown {{</* figure src=\"x\" */>}} {{%/* n */%}} `{{</* code */>}}`\n\n```\n{{</* fenced */>}}\n```",
            "{{ .Title }} and {% x %} are text",
            "{{< open >}}a",
            "[a](/b \"{{< param sub >}}\") <img src=\"{{< param none >}}\" alt=\"x\">",
        ],
    );
    insta::assert_snapshot!(made);
}

#[test]
fn zola() {
    let made = table(
        false,
        &[
            "[a](@/sub/deep.md#p) [b](@/pages/_index.md) [c](@/sub/depe.md)",
            "{{ youtube(id=\"a_b\", autoplay=true) }} {{ vimeo(id=\"1\") }} {{ gist(url=\"https://gist.github.com/a/1f\", file=\"x y.rs\") }}",
            "{% outer(x=1) %}\na {% inner(y=[\"2\"]) %}b{% end %} c\n{% end %}\nd",
            "{{/* youtube(id=\"shown\") */}} {%/* quote() */%} `{{/* code() */}}`",
            "{{ name }} is text",
        ],
    );
    insta::assert_snapshot!(made);
}

#[test]
fn obsidian() {
    let made = table(
        true,
        &[
            "[[My Note]] [[my note#A Part|t]] [[#Here]] [[My Note#^b]] [[Mi Note]] [[hidden]] [[doc.pdf]]",
            "![[pic.png]] ![[pic.png|300]] ![[pic.png|300x200]] ![[pic.png|A text]]\n\n![[My Note]]\n\n![[Gone]]\n\n![[doc.pdf]]",
            "| a |\n|---|\n| [[My Note\\|t]] ![[pic.png\\|30]] |",
            "> [!tip]- Title\n> [[My Note]]",
            "a %%secret%% ==m== #tag ^blk\n\n%%\nmore\n%%",
        ],
    );
    insta::assert_snapshot!(made);
}

#[test]
fn own_shortcodes() {
    let made = table(
        false,
        &[
            "{% quote(author=\"V *v*\") %}\nA *quote*.\n\n- b\n{% end %}\nright below",
            "{{< quote \"X\" >}}a *b*{{< /quote >}} and *c*",
            "- {{< quote X >}}in *list*{{< /quote >}}\n\n> {{< quote X >}}\n> in *quote*\n> {{< /quote >}}\n> more",
            "{{< quote X >}}\na {{< badge \"x|*y*\" >}} {{< quote Y >}}b{{< /quote >}}\n{{< /quote >}}",
            "| a |\n|---|\n| {{< badge \"x\" >}} {{< quote X >}}b{{< /quote >}} |",
            "## A {{< badge one >}}\n\nin `{{< badge code >}}` code",
            "![a]({{< cdn >}}/a.png) <img src=\"{{< cdn >}}/b.png\" alt=\"b\">",
            "a {{< ad >}}\n\n{{< ad >}}gone{{< /ad >}}\n\nb",
            "[youtube_own]abc[/youtube_own] [badge \"w\"] [badge](x) [other]",
            "[a]({{< badge x >}}) b <i title=\"{{< badge y >}}\">c</i>",
            "{{< broken >}}a",
            "{{< code >}}\n*a*\n\n  <b>\n{{< /code >}}\nc",
            "{{< badge >}} `{{</* badge */>}}`",
        ],
    );
    insta::assert_snapshot!(made);
}

#[test]
fn calls_may_stand_in_one_another_but_not_without_end() {
    let nested = |depth: usize| rendered(false, &format!("{}*a*{}", "{{< quote A >}}".repeat(depth), "{{< /quote >}}".repeat(depth)));
    let (html, _, codes, _) = nested(3);
    assert_eq!((html.matches("<blockquote>").count(), html.contains("<em>a</em>"), codes.len()), (3, true, 0), "{html}");
    let (html, _, codes, _) = nested(3000);
    assert!(html.contains("<em>a</em>") && html.matches("<blockquote>").count() == 16, "{html}");
    assert!(codes.iter().all(|code| code.starts_with("shortcode-leftover")) && !codes.is_empty());
}

#[test]
fn what_is_meant_is_told() {
    for (has_liquid, body, help) in [
        (true, "[a]({% post_url 2026-01-02-othre %})", "did you mean `2026-01-02-other`?"),
        (true, "[a](othre.md)", "did you mean `2026-01-02-other`?"),
        (true, "[[Mi Note]]", "did you mean `My Note`? Or write `[Mi Note](/its/address/)`"),
        (true, "[a](hidden.md)", "`posts/hidden.md` is a draft; link to a post that is shown."),
        (false, "{{< ref \"depe\" >}}", "did you mean `deep`?"),
        (
            true,
            "{% include gone.html %}",
            "there is no file `_includes/gone.html`; write here what it should say, or give `content.shortcodes.gone.html` a template",
        ),
        (
            true,
            "{% include logic.html %}",
            "the file runs `for x in site.posts`, and nothing here does; write here what it shows, or give `content.shortcodes.logic.html` a template",
        ),
        (false, "{{< strange >}}", "write what it stands for in Markdown or HTML, or give `content.shortcodes.strange` a template"),
    ] {
        assert_eq!(rendered(has_liquid, body).3, [help], "{body}");
    }
}

const PIECES: &[&str] = &[
    "word ",
    "*a*",
    "\n",
    "\n\n",
    "- ",
    "> ",
    "| ",
    "`",
    "```\n",
    "\"",
    "'",
    " x=\"y\"",
    "<b>",
    "</b>",
    "<div>",
    "](",
    ")",
    "[a](",
    "\\",
    "{{< ",
    " >}}",
    "{{% ",
    " %}}",
    "{{< /",
    "{{</* ",
    " */>}}",
    "{% ",
    " %}",
    "{{ ",
    " }}",
    "{%- ",
    " -%}",
    "{{/* ",
    " */}}",
    "{%/* ",
    " */%}",
    "{: .x}",
    "{:toc}",
    "{::comment}",
    "{:/}",
    "{::nomarkdown}",
    "*[HTML]: H\n",
    "HTML",
    "[[",
    "]]",
    "![[",
    "|t",
    "%%",
    "==",
    " ^blk",
    "{{< quote >}}",
    "{{< /quote >}}",
    "{% quote() %}",
    "{% end %}",
    "[quote]",
    "[/quote]",
    "{{< ad >}}",
    "{{< figure src=\"a.png\" >}}",
    "{% if page.none %}",
    "{% else %}",
    "{% endif %}",
    "{% for a in b %}",
    "{% endfor %}",
    "{% raw %}",
    "{% endraw %}",
    "{% include note.md %}",
    "{% include logic.html %}",
    "{% highlight c %}",
    "{% endhighlight %}",
    "{% post_url no %}",
    "{{< ref \"no\" >}}",
    "{{ page.sub }}",
    "{% assign x = 1 %}",
];

/// Whole tags that mean nothing here, or something else than they say.
const TAGS: &[&str] = &[
    "{{< strange >}}",
    "{{< strange x=\"y\" >}}",
    "{{% strange %}}",
    "{{< strange />}}",
    "{{< /strange >}}",
    "{% strange %}",
    "{%- strange x -%}",
    "{% endstrange %}",
    "{% strange(x=1) %}",
    "{% end %}",
    "{{ strange(x=1) }}",
    "{{ page.none }}",
    "{{- site.none | upcase -}}",
    "{% include gone.html %}",
    "{% include logic.html a=\"b\" %}",
    "{% post_url gone %}",
    "{% link gone.md %}",
    "{{< ref \"gone\" >}}",
    "{{% relref \"gone\" %}}",
    "{% if site.none %}",
    "{% unless x %}",
    "{% else %}",
    "{% endif %}",
    "{% for x in y %}",
    "{% endfor %}",
    "{% capture x %}",
    "{% endcapture %}",
    "{% assign x = y.z %}",
    "{{< quote A >}}",
    "{{< /quote >}}",
    "{{< figure src=\"pic.png\" >}}",
    "{{< youtube abc >}}",
    "{% gist a/1f %}",
    "{% include note.md who=\"x\" %}",
    "{{ page.title }}",
    "{: .x}",
];

/// What may stand around them.
const AROUND: &[&str] = &[
    "",
    "",
    " ",
    " word ",
    "\n",
    "\n\n",
    "\n- ",
    "\n> ",
    "\n## ",
    "\n1. ",
    "\n\n| a |\n|---|\n| ",
    "\n\n<div>",
    "</div>\n\n",
    " **",
    "** ",
    "_",
    " [a](",
    ") ",
    "\n\n[^1]: ",
    " <b title=\"",
    "\"> ",
    "\n    ",
    ". ",
    "<!-- more -->",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_whole_tag_is_shown_without_a_finding(parts in prop::collection::vec((prop::sample::select(AROUND), prop::sample::select(TAGS)), 1..4)) {
        let body: String = parts.iter().flat_map(|(around, tag)| [*around, *tag]).collect();
        let (html, text, codes, _) = rendered(true, &body);
        let bare = without_code(&html);
        if ["{{", "{%", ">}}", "%}"].iter().any(|sign| bare.contains(sign)) {
            prop_assert!(!codes.is_empty(), "{body}\n{html}");
        }
        prop_assert!(codes.is_empty() || !text.contains('\u{fffe}'), "{body}");
    }
}

/// Returns HTML without what stands in code.
fn without_code(html: &str) -> String {
    let mut parts = html.split("<code");
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.filter_map(|part| Some(part.split_once("</code>")?.1)).collect::<String>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mix_of_tags_panics_or_prints_one_without_a_word(parts in prop::collection::vec(prop::sample::select(PIECES), 0..24), has_liquid: bool) {
        let body = parts.concat();
        let (html, text, codes, _) = rendered(has_liquid, &body);
        prop_assert!(!html.contains('\u{fffe}') && !html.contains('\u{ffff}') && !text.contains('\u{ffff}'), "{body}\n{html}");
        // A whole tag that nothing knows is never shown without a finding.
        let plain = !["`", "raw", "*/", "/*", "highlight", "\"", "'", "<", "\\", "comment", "nomarkdown"].iter().any(|sign| body.contains(sign));
        if plain && ["{{&lt; ", "{% post_url", "{% include "].iter().any(|open| html.contains(open)) {
            prop_assert!(!codes.is_empty(), "{body}\n{html}");
        }
    }
}
