//! What posts contain beyond Markdown: a small folder of each generator, and templates for shortcodes.

use crate::builder::{CONFIG, Site, folder, site};

/// Builds and returns the content of the entry of a title, and what was found as `code path:line`.
fn entry(site: &Site, feed: &str, title: &str) -> (String, Vec<String>) {
    let run = site.build(&["--format", "short"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let found = run.stdout.lines().filter(|line| line.contains(": warning[")).map(|line| {
        let (place, rest) = line.split_once(": warning[").expect("a place");
        let place: Vec<&str> = place.split(':').take(2).collect();
        format!("{} {}", rest.split(']').next().unwrap_or_default(), place.join(":"))
    });
    let text = site.read(feed);
    let of_title = text
        .split("<entry>")
        .chain(text.split("<item>"))
        .find(|entry| entry.contains(title) && !entry.contains("<channel>") && !entry.contains("<feed"));
    let entry = of_title.unwrap_or_else(|| panic!("{title}: {text}"));
    let content = entry.split("<![CDATA[").last().and_then(|rest| rest.split("]]>").next()).unwrap_or_default();
    (content.trim().to_owned(), found.collect())
}

#[test]
fn quotes_and_dashes_are_set_as_the_sites_generator_sets_them() {
    const TEXT: &str = "It's -- \"so\"... `it's --`";
    let (curly, plain) = ("It’s – “so”…", "It's -- \"so\"...");
    let site_of = |config: &str, text: &str, post: &str| {
        let head = format!("---\ntitle: It's \"so\"\ndate: 2026-02-01T00:00:00Z\ndescription: It's -- so\n---\n{TEXT}\n");
        let head = if post.starts_with("content/blog") {
            format!("+++\ntitle = 'Its \"so\"'\ndate = 2026-02-01\ndescription = \"It's -- so\"\n+++\n{TEXT}\n")
        } else {
            head
        };
        folder().file(config, text).file(post, head)
    };
    let jekyll = "url: https://example.org\ntitle: T\nlang: en\nauthor: Ada\n";
    let hugo = "baseURL = \"https://example.org/\"\ntitle = \"T\"\nlanguageCode = \"en\"\nparams.author = \"Ada\"\n";
    let zola = "base_url = \"https://example.org/\"\ntitle = \"T\"\nauthor = \"Ada\"\n";
    let goldmark = "[markup.goldmark.extensions]\ntypographer";
    let (post, page, blog) = ("_posts/2026-02-01-a.md", "content/posts/a.md", "content/blog/a.md");
    for (config, text, path, expected, rules) in [
        ("_config.yml", jekyll.to_owned(), post, curly, "as kramdown sets them"),
        ("_config.yml", format!("{jekyll}markdown: GFM\n"), post, curly, "_config.yml:5"),
        ("_config.yml", format!("{jekyll}markdown: CommonMarkGhPages\n"), post, plain, "as written"),
        ("_config.yml", format!("{jekyll}markdown: CommonMark\ncommonmark: {{options: [SMART]}}\n"), post, curly, "CommonMark's parsers"),
        (
            "_config.yml",
            format!("{jekyll}kramdown: {{smart_quotes: 'apos,apos,quot,quot'}}\n"),
            post,
            "It's – \"so\"…",
            "kramdown.smart_quotes",
        ),
        ("hugo.toml", hugo.to_owned(), page, curly, "as goldmark sets them"),
        ("hugo.toml", format!("{hugo}{goldmark} = false\n"), page, plain, "markup.goldmark.extensions.typographer"),
        ("hugo.toml", format!("{hugo}{goldmark} = {{disable = true}}\n"), page, plain, "as written"),
        (
            "hugo.toml",
            format!("{hugo}{goldmark} = {{leftDoubleQuote = '&laquo;', rightDoubleQuote = '&raquo;'}}\n"),
            page,
            "It’s – «so»…",
            "goldmark",
        ),
        ("zola.toml", zola.to_owned(), blog, plain, ""),
        ("zola.toml", format!("{zola}[markdown]\nsmart_punctuation = true\n"), blog, curly, "markdown.smart_punctuation"),
    ] {
        let site = site_of(config, &text, path);
        let (content, found) = entry(
            &site,
            if config == "_config.yml" {
                "_site/feed.xml"
            } else if config == "hugo.toml" {
                "public/index.xml"
            } else {
                "public/atom.xml"
            },
            "so",
        );
        assert_eq!(content, format!("<p>{expected} <code>it's --</code></p>"), "{text}");
        assert_eq!(found, Vec::<String>::new(), "{text}");
        site.build(&["--explain-site"]).assert(0, &[rules]);
        if config == "_config.yml" {
            let quoted = if expected == curly { "It’s “so”" } else { "It's \"so\"" };
            let is_kramdown = text.contains("kramdown:") || !text.contains("CommonMark");
            let title = if is_kramdown { quoted } else { "It's \"so\"" };
            let feed = site.read("_site/feed.xml").replace("&quot;", "\"").replace("&apos;", "'");
            assert!(feed.contains(&format!("{title}</title>")) && feed.contains("It's -- so</summary>"), "{text} {feed}");
        }
    }
    // Signs by their names, where they are asked for.
    for (config, text, path, feed) in [
        ("_config.yml", format!("{jekyll}plugins: [jekyll-feed, jemoji]\n"), post, "_site/feed.xml"),
        ("hugo.toml", format!("enableEmoji = true\n{hugo}"), page, "public/index.xml"),
        ("zola.toml", format!("{zola}[markdown]\nrender_emoji = true\n"), blog, "public/atom.xml"),
    ] {
        let site = site_of(config, &text, path);
        let signs = site.read(path).replace("\nIt's --", "\n:tada: It's --");
        site.write(path, signs);
        assert!(entry(&site, feed, "so").0.starts_with("<p>🎉 It"), "{config}");
        site.build(&["--explain-site"]).assert(0, &["names such as `:tada:` as signs"]);
    }
    // Who wrote a configuration of ours, and asked for no other, gets what is written.
    let own = site_of("_config.yml", jekyll, post).file("postrider.yaml", format!("{CONFIG}posts: _posts\n"));
    let (content, _) = entry(&own, "public/atom.xml", "so");
    assert_eq!(content, format!("<p>{plain} <code>it's --</code></p>"));
}

#[test]
fn a_jekyll_post_shows_what_its_tags_stand_for() {
    let site = folder()
        .file(
            "_config.yml",
            "title: A journal\nurl: https://example.org\nbaseurl: /blog\nauthor: Ada\ntimezone: UTC\nlang: en\nmotto: Go on\n",
        )
        .file("_includes/note.html", "<aside>{% if include.who %}For {{ include.who }}: {% endif %}{{ include.text }}</aside>\n")
        .file("_includes/list.html", "{% for post in site.posts %}{{ post.title }}{% endfor %}")
        .file("about.md", "---\ntitle: About\npermalink: /me/\n---\n")
        .file("files/a.pdf", "")
        .file("_posts/2026-01-02-first.md", "---\ntitle: First\n---\n\nFirst.\n")
        .file("_posts/2026-01-03-draft.md", "---\ntitle: Hidden\npublished: false\n---\n\nHidden.\n")
        .file(
            "_posts/2026-02-01-probe.md",
            "---\ntitle: Probe\nsub: Two\n---\n\
             [a]({% post_url 2026-01-02-first %}) [b]({% link about.md %}) [c]({{ site.baseurl }}{% link files/a.pdf %})\n\
             {{ page.sub }} {{ page.date | date: \"%Y\" }} {{ site.motto }}\n\n\
             {% include note.html text=\"Bring *shoes*\" who=page.title %}\n\n\
             {% include list.html %}\n\n\
             [gone]({% post_url 2026-01-02-frist %}) [hidden]({% post_url 2026-01-03-draft %})\n\n\
             The HTML.\n{: .lead lang=en}\n\n*[HTML]: Markup\n",
        );
    let (content, found) = entry(&site, "_site/feed.xml", "Probe");
    assert_eq!(
        content,
        "<p><a href=\"https://example.org/blog/2026/01/02/first.html\">a</a> <a href=\"https://example.org/blog/me/\">b</a> \
         <a href=\"https://example.org/blog/files/a.pdf\">c</a>\nTwo 2026 Go on</p>\n\
         <aside>For Probe: Bring *shoes*</aside>\n\
         <p>gone hidden</p>\n<p>The <abbr title=\"Markup\">HTML</abbr>.</p>"
    );
    let at = |line: usize| format!("_posts/2026-02-01-probe.md:{line}");
    let expected = [("liquid-leftover", 10), ("link-to-no-post", 12), ("link-to-no-post", 12), ("kramdown-leftover", 15)];
    assert_eq!(found, expected.map(|(code, line)| format!("{code} {}", at(line))));
    site.build(&[]).assert(
        0,
        &[
            "did you mean `2026-01-02-first`?",
            "`_posts/2026-01-03-draft.md` is not to be published",
            "the file runs `for post in site.posts`",
        ],
    );
}

#[test]
fn a_hugo_post_shows_what_its_shortcodes_stand_for() {
    let site = folder()
        .file("hugo.toml", "baseURL = \"https://example.org/\"\ntitle = \"H\"\nlanguageCode = \"en\"\n[params]\nmotto = \"Go on\"\n[params.author]\nname = \"Ada\"\n")
        .file("content/posts/other.md", "---\ntitle: Other\ndate: 2026-01-02\n---\nOther.\n")
        .file("content/about.md", "---\ntitle: About\n---\nAbout.\n")
        .file("content/posts/probe/pic.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>")
        .file(
            "content/posts/probe/index.md",
            "---\ntitle: Probe\ndate: 2026-02-01T00:00:00Z\ncolour: red\n---\n\
             [a]({{< ref \"other.md#part\" >}}) [b]({{< relref \"/about\" >}}) {{< param colour >}} {{< param \"motto\" >}}\n\n\
             {{< figure src=\"pic.svg\" caption=\"A *cap*\" >}}\nBelow *it*.\n\n\
             {{< youtube w7F_t2 >}}\n\n\
             {{< highlight go \"linenos=table\" >}}\nx := `a`\n{{< /highlight >}}\n\n\
             {{% notice %}}\nSome **bold**.\n{{% /notice %}}\n\n\
             `{{</* figure */>}}` {{ .Title }}\n",
        );
    let (content, found) = entry(&site, "public/index.xml", "Probe");
    assert_eq!(
        content,
        "<p><a href=\"https://example.org/posts/other/#part\">a</a> <a href=\"https://example.org/about/\">b</a> red Go on</p>\n\
         <figure><img src=\"https://example.org/posts/probe/pic.svg\" alt=\"\"><figcaption><p>A <em>cap</em></p></figcaption></figure>\n\
         <p>Below <em>it</em>.</p>\n\
         <p><a href=\"https://www.youtube.com/watch?v=w7F_t2\">Video: youtube.com</a></p>\n\
         <pre><code class=\"language-go\">x := `a`\n</code></pre>\n\
         <p>Some <strong>bold</strong>.</p>\n\
         <p><code>{{&lt; figure &gt;}}</code> {{ .Title }}</p>"
    );
    assert_eq!(found, ["shortcode-leftover content/posts/probe/index.md:17", "shortcode-leftover content/posts/probe/index.md:21"]);
}

#[test]
fn a_zola_post_shows_what_its_shortcodes_stand_for() {
    let site = folder()
        .file("config.toml", "base_url = \"https://example.org\"\ntitle = \"Z\"\nauthor = \"Ada\"\ndefault_language = \"en\"\n")
        .file("postrider.yaml", "site: {from: zola, timezone: UTC}\ncontent: {shortcodes: {quote: \"<blockquote>{{ inner | markdown }}<p>{{ author }}</p></blockquote>\"}}\n")
        .file("content/blog/other.md", "+++\ntitle = \"Other\"\ndate = 2026-01-02\n+++\nOther.\n")
        .file("content/pages/about.md", "+++\ntitle = \"About\"\n+++\nAbout.\n")
        .file(
            "content/blog/probe.md",
            "+++\ntitle = \"Probe\"\ndate = 2026-02-01\n+++\n\
             [a](@/blog/other.md#p) [b](@/pages/about.md) [c](@/blog/othr.md)\n\n\
             {{ youtube(id=\"a_b\", autoplay=true) }}\n\n\
             {% quote(author=\"V\") %}\nA *quote*.\n{% end %}\nBelow.\n\n\
             {% strange(x=1) %}in *it*{% end %} {{/* shown() */}}\n",
        );
    let (content, found) = entry(&site, "public/atom.xml", "Probe");
    assert_eq!(
        content,
        "<p><a href=\"https://example.org/blog/other/#p\">a</a> <a href=\"https://example.org/pages/about/\">b</a> c</p>\n\
         <p><a href=\"https://www.youtube.com/watch?v=a_b\">Video: youtube.com</a></p>\n\
         <blockquote>\n<p>A <em>quote</em>.</p>\n<p>V</p></blockquote>\n<p>Below.</p>\n\
         <p>in <em>it</em> {{ shown() }}</p>"
    );
    assert_eq!(found, ["link-to-no-post content/blog/probe.md:5", "shortcode-leftover content/blog/probe.md:14"]);
}

#[test]
fn a_note_of_obsidian_shows_what_its_links_and_embeds_mean() {
    let site = site()
        .file(".obsidian/app.json", "{}")
        .file("posts/My Note.md", "---\ndate: 2026-01-02\n---\nNote.\n")
        .file("posts/pic.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>")
        .file(
            "posts/Probe.md",
            "---\ndate: 2026-02-01\n---\n\
             [[My Note#A Part|t]] [[my note]] [[Mi Note]]\n\n\
             ![[pic.svg|300]]\n\n![[My Note]]\n\n\
             > [!tip]- Title\n> Text\n\n\
             a %%secret%% ==m== ^blk\n",
        );
    let (content, found) = entry(&site, "public/atom.xml", ">Probe<");
    let note = "https://example.org/2026/01/my-note/";
    assert_eq!(
        content,
        format!(
            "<p><a href=\"{note}#a-part\">t</a> <a href=\"{note}\">my note</a> Mi Note</p>\n\
             <p><img src=\"https://example.org/2026/02/probe/pic.svg\" alt=\"\" width=\"300\"></p>\n\
             <p><a href=\"{note}\">My Note</a></p>\n\
             <blockquote>\n<p><strong>Title</strong></p>\n<p>Text</p>\n</blockquote>\n\
             <p>a <mark>m</mark></p>"
        )
    );
    assert_eq!(found, ["wiki-link posts/Probe.md:4"]);
}

#[test]
fn a_note_shows_pictures_from_anywhere_in_the_vault() {
    const PICTURE: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>";
    let vault = |app: &str| {
        site()
            .file(".obsidian/app.json", app)
            .file("Files/a.svg", PICTURE)
            .file("Files/deep/b.svg", PICTURE)
            .file("zoo/a.svg", PICTURE)
            .file("x/y/a.svg", PICTURE)
            .file("Notes/own/d.svg", PICTURE)
            .file("Notes/c.svg", PICTURE)
            .file("public/hidden.svg", PICTURE)
            .file(
                "Notes/Probe.md",
                "---\ndate: 2026-02-01\n---\n![[a.svg]]\n![[b.svg]]\n![[deep/B.svg]]\n![[c.svg]]\n![[d.svg]]\n![[hidden.svg]]\n",
            )
    };
    for (app, first) in [
        ("{}", "Files/a.svg"),
        ("{\"attachmentFolderPath\": \"zoo\"}", "zoo/a.svg"),
        ("{\"attachmentFolderPath\": \"./own\"}", "Files/a.svg"),
    ] {
        let (content, found) = entry(&vault(app), "public/atom.xml", ">Probe<");
        let sources: Vec<&str> = content.split("src=\"https://example.org/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let expected =
            [first, "Files/deep/b.svg", "Files/deep/b.svg", "2026/02/probe/c.svg", "Notes/own/d.svg", "2026/02/probe/hidden.svg"];
        assert_eq!(sources, expected, "{app}");
        assert_eq!(found, ["missing-image Notes/Probe.md:9"], "{app}");
    }
}

#[test]
fn many_embedded_pages_are_told_of_in_one_line() {
    let frame = "<iframe src=\"https://www.youtube.com/embed/a\"></iframe>\n";
    let mut site = site();
    for day in 1..=12 {
        site = site.post(&format!("p{day}"), &format!("2026-02-{day:02}"), &format!("Text {day}.\n\n{frame}\n{frame}"));
    }
    let run = site.build(&[]);
    run.assert(0, &["note: embedded pages of 12 posts became links", "12 entries"]);
    assert_eq!(run.count("linked-frame"), 0, "{}", run.stderr);
    assert_eq!(site.build(&["--format", "json"]).stdout.matches("\"linked-frame\"").count(), 24);
    // What is gone is told.
    let lost = crate::builder::site().post("a", "2026-02-01", "Text.\n\n<iframe></iframe>\n");
    assert_eq!(entry(&lost, "public/atom.xml", ">a<").1, ["removed-frame posts/a.md:8"]);
}

#[test]
fn an_unfinished_merge_is_told_in_the_body_and_in_the_head() {
    let conflict = |one: &str, other: &str| format!("<<<<<<< HEAD\n{one}\n=======\n{other}\n>>>>>>> topic\n");
    let body = site().post("a", "2026-02-01", &conflict("one", "two"));
    assert_eq!(entry(&body, "public/atom.xml", ">a<").1, ["conflict-marker posts/a.md:6"]);
    let head = site().file("posts/a.md", format!("---\ntitle: A\n{}---\nText.\n", conflict("date: 2026-02-01", "date: 2026-02-02")));
    head.build(&[]).assert(1, &["posts/a.md:3:1", "a merge was not finished"]);
}

#[test]
fn the_templates_that_the_readme_shows_do_what_it_says() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("a README");
    let example =
        readme.split("```yaml\n").find(|block| block.starts_with("content:\n  shortcodes:")).and_then(|block| block.split("```").next());
    let site = folder()
        .file("postrider.yaml", format!("{CONFIG}{}", example.expect("an example")))
        .post("probe", "2026-02-01", "{% quote Ada %}\nA *word*.\n{% endquote %}\n\n{% include map.html place=\"Ulm\" %} {{< advertisement >}}\n\n[advertisement]Buy![/advertisement]b");
    let (content, found) = entry(&site, "public/atom.xml", "probe");
    assert_eq!(
        content,
        "<blockquote>\n<p>A <em>word</em>.</p>\n<p>— Ada</p></blockquote>\n\
         <p><a href=\"https://maps.example/Ulm\">Map of Ulm</a></p>\n<p>b</p>"
    );
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_template_with_a_fault_is_told_once_at_its_line() {
    let template = |template: &str| {
        let config = format!("{CONFIG}content:\n  shortcodes:\n    x: \"{template}\"\n");
        folder().file("postrider.yaml", config).post("a", "2026-02-01", "{{< x >}} a").post("b", "2026-02-02", "{{< x >}} {{< x >}} b")
    };
    for fault in ["{{ args | nothing }}", "{{ 1 / 0 }}", "{% for a in range(99999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"] {
        let run = template(fault).build(&[]);
        run.assert(1, &["`content.shortcodes.x`", "postrider.yaml:4:"]);
        assert_eq!(run.count("template-error"), 1, "{fault} {}", run.stderr);
    }
    // What cannot be read at all is told before a post asks for it.
    template("{% if %}").build(&[]).assert(2, &["`content.shortcodes.x`: syntax error", "postrider.yaml:4:"]);
    template("").build(&[]).assert(0, &["2 entries"]);
}

#[test]
fn a_post_cannot_publish_what_lies_around_it() {
    let post = "---\ntitle: A\ndate: 2026-01-02\n---\na {% include_relative ../.env %}{% include_relative ../subscribers.csv %}{% include ../.git/config %}{% include_relative ../notes.txt %}{% include link.html %} {{ site.db.host }}{{ site.api_key }}{{ site.db.password }} b\n";
    let secrets = |site: Site| {
        let site = site.file(".env", "leak").file("subscribers.csv", "leak").file(".git/config", "leak").file("notes.txt", "leak");
        std::fs::create_dir_all(site.path("_includes")).expect("a folder");
        #[cfg(unix)]
        std::os::unix::fs::symlink(site.path(".env"), site.path("_includes/link.html")).expect("a link");
        site
    };
    let config = "api_key: leak\ndb: {password: leak, host: leak}\n";
    let plain =
        secrets(folder().file("config.yaml", config).file("posts/a.md", post).file("postrider.yaml", "site: {url: https://example.org}\n"));
    let (content, found) = entry(&plain, "public/atom.xml", ">A<");
    assert_eq!((content.as_str(), found.len()), ("<p>a b</p>", 8));
    plain.build(&[]).assert(0, &["posts include files only on a site of Jekyll or Eleventy"]);
    let own = format!("url: https://example.org\n{}", config.replace("host: leak", "host: shown-"));
    let jekyll = secrets(folder().file("_config.yml", own).file("_posts/2026-01-02-a.md", post));
    let (content, found) = entry(&jekyll, "_site/feed.xml", ">A<");
    assert_eq!((content.as_str(), found.len()), ("<p>a shown- b</p>", 7));
    jekyll.build(&["--format", "json"]).assert(0, &["a name with `..` or a hidden part is not followed", "looks like a secret"]);
    assert!(jekyll.files("_site").values().all(|text| !String::from_utf8_lossy(text).contains("leak")));
}

#[test]
fn nothing_outside_the_site_is_put_into_a_post() {
    let outside = folder().file("secret.html", "secret");
    let site = site()
        .file("posts/a.md", "---\ntitle: A\ndate: 2026-01-02\n---\na {% include ../../secret.html %}{% include link.html %}{% include_relative ../../secret.html %}b\n");
    std::fs::create_dir_all(site.path("_includes")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.path("secret.html"), site.path("_includes/link.html")).expect("a link");
    let (content, found) = entry(&site, "public/atom.xml", ">A<");
    assert_eq!((content.as_str(), found.len()), ("<p>a b</p>", 3));
}

#[test]
fn the_caption_of_a_figure_may_be_markdown() {
    let figure = "<figure><img src=\"{{ include.src }}\" alt=\"\"><figcaption>{{ include.cap | markdownify }}</figcaption></figure>\n";
    let body = "Before.\n\n{% include fig.html src=\"https://x.example/a.jpg\" cap=\"A *b* [l](https://x.example/)\" %}\n\nAfter.\n";
    let site = folder()
        .file("_config.yml", "url: https://example.org\n")
        .file("_includes/fig.html", figure)
        .file("_posts/2026-01-02-a.md", format!("---\ntitle: A\n---\n\n{body}"));
    site.build(&[]).assert(0, &["1 entry"]);
    let feed = site.read("_site/feed.xml");
    assert!(feed.contains("<figcaption><p>A <em>b</em> <a href=\"https://x.example/\">l</a></p></figcaption>"), "{feed}");
}
