"""Compares our feed of a site with the one that its own generator writes: ids, links, titles, dates, categories and text, entry by entry.

    neighbours.py PROGRAM [FOLDER...]

Each FOLDER is a site of Jekyll, Hugo, Zola, Pelican, Eleventy or Astro; it is copied, and nothing is written into it or fetched. Without one, small
sites are made. A generator that is not installed is passed over; the status is 77 if none is, and 1 if anything differs.
"""

import datetime
import email.utils
import html
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import urllib.parse
import xml.etree.ElementTree as tree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

POSTS = {
    "2026-01-02-Hello-World": "title: Hello World\ncategories: [Cat One, b]\n",
    "2026-01-03-ünï": "title: Ünï & co\npermalink: /custom/place/\ndate: 2026-01-03 23:30:00 +0500\n",
    "2026-01-04-slugged": "title: Slugged\nslug: other-slug\n",
    "2026-01-05-a b": "title: A blank\n",
    "2026-01-06-noext": "title: With an ending\npermalink: /a/b/c.html\n",
    "2026-07-07-summer": "title: Summer\ndate: 2026-07-07 09:30\ncategories: News\ntags: [own]\n",
    "2026-07-09-timestamp": "title: At night\ndate: 2026-07-09 23:30:00\n",
    "2026-07-10-quoted": "title: Quoted\ndate: '2026-07-10 23:30:00'\nlast_modified_at: 2026-07-10T23:50:00\n",
    "2026-07-11-signs": "title: It's \"so\" -- 'here'... & there\n",
    "2026-07-12-quotation": "title: '\"All\" of it'\n",
    "2026-07-08-draft": "title: Not shown\npublished: false\n",
    "2026-07-11-shaped": "title: Shaped\nslug: Hi There_x\n",
    "2026-07-12-nested": "title: Nested\nslug: my/Slug ü\n",
}

PAGES = {
    "posts/Hello World.md": "title: Hello World\ndate: 2026-01-02\n",
    "posts/bundle/index.md": "title: A bundle\ndate: 2026-01-03T10:00:00+02:00\n",
    "posts/deep/er/x.md": "title: Deep\ndate: 2026-01-04\n",
    "notes/n1.md": "title: A Note!\ndate: 2026-02-02\n",
    "notes/n2.md": "title: Given\ndate: 2026-03-02\nslug: given-slug\n",
    "notes/n3.md": "title: Elsewhere\ndate: 2026-03-03\nurl: /else/where/\n",
    "notes/n4.md": "title: Draft\ndate: 2026-03-04\ndraft: true\n",
    "notes/n5.md": "title: It's \"so\" -- 'here'...\ndate: 2026-03-06\n",
    "my_notes/2026-03-05-named.md": "title: Named\n",
}

# What Hugo makes addresses of, in ways of its own.
ADDRESSES = {
    "posts/no-trailing.md": "title: One\nurl: /no-trailing\n",
    "posts/relative.md": "title: One\nurl: rel/url\n",
    "posts/ending.md": "title: One\nurl: /x/Y.html\n",
    "posts/case.md": "title: One\nurl: /Big Case/Ü x\n",
    "posts/slash.md": "title: One\nslug: with/slash\n",
    "posts/query.md": "title: One\nslug: q?x\n",
    "posts/hash.md": "title: One\nslug: hash#tag\n",
    "posts/percent.md": "title: One\nslug: 50% Off_x\n",
    "posts/f+plus.md": "title: One\n",
    "posts/fi²le.md": "title: One\n",
    "posts/İstanbul.md": "title: One\n",
    "posts/x.y ~ z@.md": "title: One\n",
    "posts/日本.md": "title: One\n",
    "notes/plus.md": "title: C++ and a+b\n",
    "notes/square.md": "title: x² + y²\n",
    "notes/dot.md": "title: İstanbul ISI\n",
    "notes/back.md": "title: 'back\\slash'\n",
    "notes/entity.md": "title: A &amp; B\n",
    "notes/init.md": "title: __init__ and snake_case\n",
    "notes/half.md": "title: ½ cup, Ⅷ Ⓐ٣\n",
    "notes/picture.md": "title: 😀 y\n",
    "notes/number.md": "title: 'Issue #5: 100% / done?'\n",
    "notes/given.md": "title: One\nslug: c+d e\n",
}

# When a page of Hugo's is dated, when it is out, and what belongs to another page.
HEADS = {
    "posts/both.md": "title: Both\ndate: 2020-01-01\npublishDate: 2020-02-02\n",
    "posts/out.md": "title: Out\npublishDate: 2020-02-03\nlastmod: 2020-03-03\n",
    "posts/later.md": "title: Later\ndate: 2020-07-07\npublishDate: 2099-01-01\n",
    "posts/named-later.md": "title: Later\ndate: 2020-07-07\npubdate: 2099-01-01\n",
    "posts/early.md": "title: Early\ndate: 2099-01-01\npublishDate: 2020-01-01\n",
    "posts/ended.md": "title: Ended\ndate: 2020-10-01\nunpublishdate: 2020-11-01\n",
    "posts/empty.md": "title: Empty\ndate: ''\npublishDate: 2020-09-01\n",
    "posts/leaf/index.md": "title: Leaf\ndate: 2020-01-04\n",
    "posts/leaf/beside.md": "title: Beside\ndate: 2020-01-04\n",
    "posts/leaf/sub/below.md": "title: Below\ndate: 2020-01-04\n",
    "posts/leaf/sub/deep/index.md": "title: Below\ndate: 2020-01-04\n",
    "posts/headless/index.md": "title: Headless\nheadless: true\ndate: 2020-01-05\n",
    "posts/headless/part.md": "title: Part\ndate: 2020-01-05\n",
    "posts/branch/_index.md": "title: Branch\n",
    "posts/branch/own.md": "title: Own\ndate: 2020-01-06\n",
    "posts/branch/inner/index.md": "title: Inner\ndate: 2020-01-07\n",
    "posts/alone.md": "title: Alone\ndate: 2020-01-08\nheadless: true\n",
    "posts/never.md": "title: Never\ndate: 2020-01-08\n_build: {list: never}\n",
    "posts/always.md": "title: Always\ndate: 2020-01-08\n_build: {list: always}\n",
}

# What the pages of folders hand down. Of several with a `_target` and without one, it is chance in Hugo 0.111 which wins; none is for the same key.
CASCADES = {
    "_index.md": "title: Home\ntags: []\ncascade:\n  tags: [root]\n  author: R\n",
    "posts/_index.md": "title: Posts\ncascade:\n  tags: [sec]\n  categories: [posts]\n",
    "posts/a.md": "title: A\ndate: 2020-01-01\n",
    "posts/b.md": "title: B\ndate: 2020-01-02\ntags: [own]\n",
    "posts/c.md": "title: C\ndate: 2020-01-03\ntags: []\n",
    "posts/sub/_index.md": "title: Sub\ncascade:\n- tags: [one]\n- author: two\n",
    "posts/sub/d.md": "title: D\ndate: 2020-01-04\n",
    "posts/sub/deep/e.md": "title: E\ndate: 2020-01-05\n",
    "posts/build/_index.md": "title: Build\ncascade:\n  _build: {list: never}\n  tags: []\n",
    "posts/build/f.md": "title: F\ndate: 2020-01-06\ncategories: []\n",
    "posts/build/g.md": "title: G\ndate: 2020-01-07\n_build: {render: always}\n",
    "posts/dated/_index.md": "title: Dated\ncascade:\n  date: 2019-01-01\n  title: Handed down\n  slug: handed\n",
    "posts/dated/h.md": "author: x\n",
    "posts/path/_index.md": "title: Path\ncascade:\n- _target: {path: '/posts/path/x*'}\n  slug: by-path\n- _target: {path: '**/w.md'}\n  slug: by-file\n- _target: {kind: section}\n  slug: no-post\n",
    "posts/path/x1.md": "title: X\ndate: 2020-01-08\n",
    "posts/path/w.md": "title: W\ndate: 2020-01-09\n",
    "posts/draft/_index.md": "title: Draft\ncascade:\n  draft: true\n",
    "posts/draft/i.md": "title: I\ndate: 2020-01-10\n",
    "posts/draft/j.md": "title: J\ndate: 2020-01-11\ndraft: false\n",
    "other/k.md": "title: K\ndate: 2020-01-12\n",
}

# Sections in sections: each has a feed of its own.
FOLDERS = {
    "a/x.md": "title: X\n",
    "a/plain/y.md": "title: Y2\n",
    "a/plain/deep/z.md": "title: Z\n",
    "a/bundle/index.md": "title: Bundle\n",
    "a/sec/_index.md": "title: Sec\n",
    "a/sec/s.md": "title: S\n",
    "a/sec/p/t.md": "title: T\nslug: a Slug\n",
    "a/sec/in/_index.md": "title: In\n",
    "a/sec/in/u.md": "title: U\n",
    "a/pl2/sec3/_index.md": "title: Sec3\n",
    "a/pl2/sec3/v.md": "title: V\n",
    "b/_index.md": "title: Bee\nurl: /other/b/\n",
    "b/w.md": "title: W\n",
    "Ün Ï/a.md": "title: A\n",
    "Big Case/Sub One/_index.md": "title: One\n",
    "Big Case/Sub One/b.md": "title: B\n",
    "slug/_index.md": "title: Slug\nslug: my-slug\n",
    "slug/g.md": "title: G\n",
    "none/_index.md": "title: None\n_build: {render: never}\n",
    "none/h.md": "title: H\n",
    "html/_index.md": "title: Html\noutputs: [html]\n",
    "html/i.md": "title: I\n",
    "draft/_index.md": "title: Draft\ndraft: true\n",
    "draft/j.md": "title: J\n",
    "draft/sub/_index.md": "title: Sub\n",
    "draft/sub/k.md": "title: K\n",
}

# Terms whose feeds have addresses of their own.
TERMS = ["C#", "a/b", "1.1", "1.10", "1.0", "false", "no", "'no'", "yes", "2020-01-02", "2020-01-02 10:00:00", "Café", "ß", "Straße", "UPPER", "with space", "a+b", "C++", "日本", "50%", "q?x", "a&b", "'a:b'", "x.y", "_u_", "-d-", "a  b", "İx", "ı", "e\u0301x", ".net", "12", "1e3", "0x1F", "a--b", "(x)", "ﬁ", "x@y", "~t~", "A/B", "node.js", "Łódź", "đ", "ø", "Ångström"]

# A page of a term, and taxonomies of the site's own.
TAXONOMIES = {
    "content/posts/a.md": "title: A\ndate: 2020-01-01\ntags: [one, Two, three, four, five]\nserien: [My Series, other]\nautoren: [Ada]\nfarbe: rot\n",
    "content/posts/b.md": "title: B\ndate: 2020-01-02\nTags: [one]\nSerien: [my series]\nserie: [lost]\n",
    "content/tags/one/_index.md": "title: The One\n",
    "content/tags/two/_index.md": "title: Two\nurl: /zwei/\n",
    "content/tags/three/_index.md": "title: Three\nslug: drei\n",
    "content/tags/four/_index.md": "title: Four\noutputs: [html]\n",
    "content/tags/five/_index.md": "title: Five\n_build: {render: never}\n",
    "content/serien/my-series/_index.md": "title: Mine\n",
}

# Placeholders of permalinks.
PATTERNS = [
    "/x/:section/:slug/", "/x/:sections/:slug/", "/x/:sections[last]/:title/", "/x/:sections[1:]/:title/", "/x/:sections[:1]/:title/",
    "/x/:sections[0]/:title/", "/x/:sections[:last]/:title/", "/x/:slugorfilename/", "/x/:monthname/:weekday/:weekdayname/:yearday/:slug",
    "/x/:06/:1/:Jan/:2/:slug", "/x/:year-:month-:day/:filename/", "/x/:slug.html", "/:slug", "/X Y/:slug/", "/x/:2006-01/:slug/",
]

# No blank in a slug: Pelican writes it into the id, which no Atom feed may hold.
ARTICLES = {
    "Cats & Dogs/hello.md": "Title: Hello, World!\nDate: 2026-01-02 10:30\nTags: one, Two Words\n",
    "2026-01-03-ünï.md": "Title: Ünï &amp; Straße\nTags: a; b, c\n",
    "notes/slugged.md": "Title: Slugged\nDate: 2026-01-04T23:30:00+05:00\nSlug: own-slug\nCategory: News\nAuthors: Ada, Bob\n",
    "notes/moved.md": "Title: Moved\nDate: 2026-01-05\nModified: 2026-02-01 09:00\nUrl: else/where.html\nSave_as: else/where.html\n",
    "draft.md": "Title: Draft\nDate: 2026-01-06\nStatus: draft\n",
    "hidden.md": "Title: Hidden\nDate: 2026-01-06\nStatus: hidden\n",
    "deutsch.md": "Title: Auf Deutsch\nDate: 2026-01-07\nLang: de\n",
    "pages/about.md": "Title: About\nDate: 2026-01-08\n",
    "init.md": "Title: __init__, a_b + C++ #5\nDate: 2026-01-09\n",
    "types.md": "Title: Using Vec<T> in Rust\nDate: 2026-01-10\n",
    "marks.md": "Title: A *star*, &lt;b&gt; &amp; <em>more</em> `code`\nDate: 2026-01-10 12:00\n",
    "shaped.md": "Title: Shaped\nDate: 2026-01-11\nSlug: Hi--There_x\n",
    "nested.md": "Title: Nested\nDate: 2026-01-12\nSlug: a/Bü\n",
    "links.md": "Title: Links\nDate: 2026-01-13\nTags: one\nCategory: News\n\nSee [News]({category}News), [one]({tag}one), [Ada]({author}Ada), [home]({index}), [other]({filename}notes/slugged.md).\n",
    "code.md": "Title: Code\nDate: 2026-01-14\n\nBefore.\n\n    :::python\n    print(1)\n\nBetween.\n\n    ::: no\n    three\n\nThen.\n\n    four\n",
}

ELEVENTY = {
    "posts/Hello World.md": "title: Hello World\ndate: 2026-01-02\ntags: [one]\n",
    "posts/2026-01-03-dated.md": "title: Dated\n",
    "posts/bundle/index.md": "title: A bundle\ndate: 2026-01-04\n",
    "posts/deep/deep.md": "title: Deep\ndate: 2026-01-05\n",
    "posts/own.md": "title: Own\ndate: 2026-01-06\npermalink: /else/{{ page.fileSlug }}/\n",
    "posts/moment.md": "title: Moment\ndate: 2026-01-07T23:30:00Z\n",
}


def jekyll_sites():
    for style in ["", "pretty", "date", "ordinal", "weekdate", "none", "/:title", "/x/:categories/:i_month/:slug/", "/:year/:title:output_ext"]:
        config = "title: A journal\nurl: https://example.org\nbaseurl: /blog\ntimezone: Europe/Berlin\nauthor: Ada\nplugins: [jekyll-feed]\n"
        config += "future: true\ndefaults:\n- scope: {path: '', type: posts}\n  values: {author: Bob, tags: [all], categories: [every]}\n- scope: {path: blog}\n  values: {permalink: '/in/:title/'}\n"
        files = {f"_posts/{name}.md": head for name, head in POSTS.items()}
        files["blog/_posts/2026-01-08-in-folder.md"] = "title: In a folder\n"
        yield f"jekyll {style}", {"_config.yml": config + (f"permalink: '{style}'\n" if style else ""), **files}
    config = "title: Below\nurl: https://example.org\nsource: src\nplugins: [jekyll-feed]\nexclude: [_posts/2026-07-07-summer.md]\nfeed: {path: atom.xml, posts_limit: 3}\n"
    yield "jekyll source", {"_config.yml": config, **{f"src/_posts/{name}.md": head for name, head in POSTS.items()}}
    # The plugin writes one of them only where a post has `category`; a template of the site's own writes all.
    own = """---\nlayout: null\ncategory: ''\n---\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Terms</title>{% for post in site.posts %}<entry><id>{{ site.url }}{{ post.id }}</id><title>{{ post.title }}</title><link href="{{ site.url }}{{ post.url }}"/><updated>{{ post.date | date_to_xmlschema }}</updated>{% for term in post.categories %}<category term="{{ term }}"/>{% endfor %}</entry>{% endfor %}</feed>\n"""
    config = "title: Terms\nurl: https://example.org\ndefaults:\n- scope: {path: ''}\n  values: {category: dflt}\n"
    heads = {"p1": "category: own\n", "p2": "categories: own1 own2\n", "p3": "categories: [Own]\n", "p4": "", "p5": "category: a\ncategories: [b]\n"}
    yield "jekyll category", {"feed.xml": own, "_config.yml": config, **{f"_posts/2026-01-02-{name}.md": f"title: {name}\n{head}" for name, head in heads.items()}}
    yield "jekyll categories", {"_config.yml": config.replace("category: dflt", "categories: [x, own1]"), "feed.xml": own, **{f"_posts/2026-01-02-{name}.md": f"title: {name}\n{head}" for name, head in heads.items()}}
    config = "title: Kinds\nurl: https://example.org\nplugins: [jekyll-feed]\nfeed: {tags: true, categories: [News, b]}\n"
    yield "jekyll tags", {"_config.yml": config, **{f"_posts/{name}.md": head for name, head in POSTS.items()}}


def hugo_sites():
    for name, permalinks in [("plain", {}), ("title", {"notes": "/:year/:month/:title/"}), ("slug", {"notes": "/n/:slug/", "posts": "/p/:filename/"})]:
        config = 'baseURL = "https://example.org/sub/"\ntitle = "Mine"\ntimeZone = "Europe/Berlin"\nlanguageCode = "en"\n'
        config += "[frontmatter]\ndate = ['date', ':filename', ':default']\n[permalinks]\n"
        config += "".join(f'{section} = "{pattern}"\n' for section, pattern in permalinks.items())
        yield f"hugo {name}", {"hugo.toml": config, **{f"content/{path}": head for path, head in PAGES.items()}}
    config = 'baseURL: https://example.org/\ntitle: Mine\ntimeZone: UTC\nrssLimit: 3\nlanguages:\n  en: {title: English}\n  de: {title: Deutsch}\ntaxonomies: {tag: topics}\n'
    files = {f"content/{path}": head + "tags: [One Topic, Ünï]\n" for path, head in PAGES.items() if not path.startswith("my_notes")}
    files |= {"content/posts/bundle/index.de.md": "title: Ein Bündel\ndate: 2026-01-03T10:00:00+02:00\n", "content/notes/n1.de.md": "title: Notiz\ndate: 2026-02-02\ntags: [Eins]\n"}
    yield "hugo languages", {"hugo.yaml": config, **files}
    files = {f"content/{path}": f"{head}date: 2026-01-{day:02}\n" for day, (path, head) in enumerate(ADDRESSES.items(), 1)}
    config = 'baseURL = "https://example.org/sub/"\ntitle = "Mine"\n[permalinks]\nnotes = "/n/:title/"\n'
    yield "hugo addresses", {"hugo.toml": config, **files}
    yield "hugo slugs", {"hugo.toml": config.replace(":title", ":slug"), **files}
    config = 'baseURL = "https://example.org/sub/"\ntitle = "Mine"\ndefaultContentLanguageInSubdir = IN\n[languages.en]\ncontentDir = "content/en"\n[languages.de]\ncontentDir = "content/de"\n'
    files = {f"content/{language}/{path}": head + "tags: [one]\n" for language in ("en", "de") for path, head in PAGES.items() if not path.startswith("my_notes") and "url:" not in head}
    yield "hugo folders", {"hugo.toml": config.replace("IN", "false"), **files}
    yield "hugo below", {"hugo.toml": config.replace("IN", "true"), **files}


def hugo_habits():
    """Sites with what Hugo does in ways of its own; one whose name ends in `all` has every feed of Hugo's, but for those without posts."""
    config = 'baseURL = "https://example.org/sub/"\ntitle = "Mine"\n'
    below = lambda files, more="": {f"content/{path}": head + more for path, head in files.items()}
    yield "hugo heads all", {"hugo.toml": config, **below(HEADS)}
    order = "[frontmatter]\ndate = ['mydate', 'publishDate', ':filename', ':default']\npublishDate = ['go', 'publishDate']\nexpiryDate = ['gone']\n"
    files = {"posts/own.md": "title: O\nmydate: 2019-01-01\ndate: 2020-01-01\n", "posts/go.md": "title: G\ndate: 2019-01-01\ngo: 2099-01-01\n", "posts/gone.md": "title: G\ndate: 2019-01-01\ngone: 2020-01-01\n", "posts/2018-01-02-named.md": "title: Named\n"}
    yield "hugo order", {"hugo.toml": config + order, **below(HEADS | files)}
    yield "hugo cascade", {"hugo.toml": config, **below(CASCADES)}
    handed = "[[cascade]]\ncategories = ['other']\n[cascade._target]\npath = '/other/**'\n"
    yield "hugo cascade of the site", {"hugo.toml": config + handed, **below({path: head for path, head in CASCADES.items() if path != "_index.md"})}
    files = {"p/_index.md": "title: P\ncascade:\n  tags: [en]\n", "p/a.md": "title: A\n", "p/a.de.md": "title: A\n", "p/s/_index.de.md": "title: S\ncascade:\n  tags: [de]\n", "p/s/b.md": "title: B\n", "p/s/b.de.md": "title: B\n", "p/draft/_index.md": "title: D\ndraft: true\n", "p/draft/c.md": "title: C\n", "p/draft/c.de.md": "title: C\n", "o/_index.md": "title: O\ncascade:\n- _target: {lang: en}\n  tags: [only]\n", "o/d.md": "title: D\n"}
    yield "hugo cascade of languages all", {"hugo.toml": config + "[languages.en]\nweight = 1\n[languages.de]\nweight = 2\n", **below(files, "date: 2020-01-01\n")}
    yield "hugo sections all", {"hugo.toml": config, **below(FOLDERS, "date: 2020-01-01\n")}
    files = {f"content/posts/p{at:02}.md": f"title: P{at}\ndate: 2020-01-01\ntags:\n- {term}\n" for at, term in enumerate(TERMS)}
    yield "hugo terms all", {"hugo.toml": config, **files}
    yield "hugo accents all", {"hugo.toml": config + "removePathAccents = true\n", **files, "content/posts/Café Ø.md": "title: C\ndate: 2020-01-01\n"}
    names = [term for term in TERMS if term not in ("a/b", "A/B")]
    files = {f"content/Posts/P{at:02}.md": f"title: P {at}\ndate: 2020-01-01\ntags:\n- {term}\n" for at, term in enumerate(names)}
    yield "hugo case all", {"hugo.toml": config + "disablePathToLower = true\n[permalinks]\nNotes = '/N/:title/'\n", **files, "content/Posts/Sub/_index.md": "title: Sub\n", "content/Posts/Sub/Zz.md": "title: Z\nslug: SLug\ndate: 2020-01-01\n"}
    own = config + "[taxonomies]\ntag = 'tags'\nserie = 'serien'\nauthor = 'autoren'\nfarbe = 'farbe'\n"
    yield "hugo taxonomies all", {"hugo.toml": own, **TAXONOMIES}
    yield "hugo permalinks of terms all", {"hugo.toml": own + "[permalinks]\ntags = '/t/:slug/'\nserien = '/s/:year/:title/'\n", **TAXONOMIES}
    for pattern in PATTERNS:
        files = {path: head for path, head in FOLDERS.items() if path.startswith("a/")}
        files |= {"a/_index.md": "title: A\n", "ünder strich_/_index.md": "title: U\n", "ünder strich_/q.md": "title: Q\n"}
        yield f"hugo {pattern}", {"hugo.toml": config + f"[permalinks]\na = '{pattern}'\n'ünder strich_' = '{pattern}'\n", **below(files, "date: 2020-03-05T06:07:08Z\n")}


def pelican_sites():
    base = "SITENAME = 'A journal'\nSITEURL = ''\nPATH = 'content'\nTIMEZONE = 'Europe/Berlin'\nDEFAULT_LANG = 'en'\nAUTHOR = 'Ada'\nFEED_ALL_ATOM = None\nAUTHOR_FEED_RSS = None\nTRANSLATION_FEED_ATOM = None\n"
    publish = "import os\nfrom pelicanconf import *\nSITEURL = 'https://example.org/sub'\nFEED_DOMAIN = SITEURL\nFEED_ALL_ATOM = 'feeds/all.atom.xml'\nCATEGORY_FEED_ATOM = 'feeds/{slug}.atom.xml'\n"
    for name, more in [
        ("plain", ""),
        ("dates", "ARTICLE_URL = 'posts/{date:%Y}/{date:%b}/{date:%d}/{slug}/'\nARTICLE_SAVE_AS = ARTICLE_URL + 'index.html'\n"),
        ("category", "ARTICLE_URL = '{category}/{author}/{slug}.html'\nARTICLE_SAVE_AS = '{category}/{author}/{slug}.html'\nUSE_FOLDER_AS_CATEGORY = False\nDEFAULT_CATEGORY = 'Of All'\n"),
        ("unicode", "SLUGIFY_USE_UNICODE = True\nSLUGIFY_PRESERVE_CASE = True\nFEED_MAX_ITEMS = 3\n"),
        ("names", "SLUGIFY_SOURCE = 'basename'\nDEFAULT_METADATA = {'tags': 'every'}\nPATH_METADATA = r'(?P<category>[^/]*)/.*'\n"),
        ("rules", "SLUG_REGEX_SUBSTITUTIONS = [(r'C\\+\\+', 'cpp'), (r'#(\\d)', r'no-\\1'), (r'[^\\w\\s-]', ''), (r'(?u)\\A\\s*', ''), (r'(?u)\\s*\\Z', ''), (r'[-\\s]+', '_')]\nSLUGIFY_USE_UNICODE = True\nTAG_FEED_ATOM = 'tags/{slug}.xml'\n"),
        ("rss", "FEED_ALL_RSS = 'rss.xml'\nTAG_FEED_ATOM = 'tags/{slug}.xml'\n"),
        ("two", "FEED_ATOM = 'feeds/atom.xml'\nFEED_RSS = 'feeds/rss.xml'\nFEED_ALL_RSS = 'feeds/all.rss.xml'\n"),
    ]:
        files = {"pelicanconf.py": base + more, "publishconf.py": publish, **{f"content/{path}": head for path, head in ARTICLES.items()}}
        yield f"pelican {name}", files


def eleventy_sites():
    config = "module.exports = async function (config) {\n  const { feedPlugin } = await import('@11ty/eleventy-plugin-rss');\n  config.addPlugin(feedPlugin, {type: 'atom', outputPath: '/feed.xml', collection: {name: 'posts', limit: 10},\n    metadata: {language: 'en', title: 'A journal', subtitle: 'Of days', base: 'https://example.org/', author: {name: 'Ada'}}});\n};\n"
    for name, data in [("plain", '{"tags": "posts"}'), ("permalink", '{"tags": "posts", "permalink": "/blog/{{ page.fileSlug }}/"}')]:
        yield f"eleventy {name}", {"eleventy.config.cjs": config, "posts/posts.json": data, **ELEVENTY}


NOTES = {
    "2026-01-02 Hello, World.md": "title: Hello\npubDate: 2026-01-02\n",
    "trip/index.md": "title: Trip\npubDate: 2026-01-03\n",
    "own.md": "title: Own\npubDate: 2026-01-04\nslug: given-One\n",
    "nested.md": "title: Nested\npubDate: 2026-01-06\nslug: my/Slug\n",
    "Ünï_Co 1.0.md": "title: Upper\npubDate: Jan 05 2026\n",
}


def astro_sites():
    collections = "import { defineCollection, z } from 'astro:content';\nimport { glob } from 'astro/loaders';\nexport const collections = { blog: defineCollection({\n  loader: glob({ base: './FOLDER', pattern: '**/*.md' }), schema: z.object({ title: z.string(), pubDate: z.coerce.date() }) }) };\n"
    feed = "import rss from '@astrojs/rss';\nimport { getCollection } from 'astro:content';\nexport async function GET(context) {\n  const posts = await getCollection('blog');\n  return rss({ title: 'A journal', description: 'Of days', site: context.site, MOREitems: posts.map((post) => ({ ...post.data, link: `LINK` })) });\n}\n"
    for name, folder, link, more in [
        ("starter", "src/content/blog", "/blog/${post.id}/", ""),
        ("data", "src/data/posts", "/notes/${post.id}", "trailingSlash: false, "),
    ]:
        yield f"astro {name}", {
            "astro.config.mjs": "import { defineConfig } from 'astro/config';\nexport default defineConfig({ site: 'https://example.org' });\n",
            "src/content.config.ts": collections.replace("FOLDER", folder),
            "src/pages/rss.xml.js": feed.replace("LINK", link).replace("MORE", more),
            **{f"{folder}/{path}": head for path, head in NOTES.items()},
        }


SECTIONS = {
    "_index.md": "title: Home\n",
    "blog/_index.md": "title: Blog\nsort_by: date\ngenerate_feeds: true\n",
    "blog/2026-01-02-Hello World.md": "title: Hello World\ntaxonomies: {tags: [one, Two Words]}\n",
    "blog/2026-01-03_under.md": "title: Under\ntaxonomies: {tags: [Ünï]}\n",
    "blog/bundle/index.md": "title: A bundle\ndate: 2026-01-04T23:30:00+05:00\n",
    "blog/2026-01-05-dated-bundle/index.md": "title: A dated bundle\nupdated: 2026-02-01\n",
    "blog/slugged.md": "title: Slugged\ndate: 2026-01-06\nslug: Own Slug_x\n",
    "blog/moved.md": "title: Moved\ndate: 2026-01-07\npath: else/Where\n",
    "blog/draft.md": "title: Draft\ndate: 2026-01-08\ndraft: true\n",
    "blog/ünï, co.md": "title: Using Vec<T> & more\ndate: 2026-01-09\n",
    "blog/deep/_index.md": "title: Deep\n",
    "blog/deep/x.y.md": "title: Deep\ndate: 2026-01-10T10:00:00Z\n",
    "notes/loose.md": "title: Loose\ndate: 2026-01-11\n",
    "about.md": "title: About\n",
    "top.md": "title: Top\ndate: 2026-01-12\nauthors: [Bob]\n",
}


def zola_sites():
    config = 'base_url = "https://example.org/sub"\ntitle = "A journal"\ndescription = "Of days"\nauthor = "Ada"\ngenerate_feeds = true\nMORE\ntaxonomies = [{name = "tags", feed = true}]\n'
    for name, more in [
        ("plain", ""),
        ("rss", 'feed_filenames = ["rss.xml", "atom.xml"]\nfeed_limit = 3'),
    ]:
        yield f"zola {name}", {"config.toml": config.replace("MORE", more), **{f"content/{path}": head for path, head in SECTIONS.items()}}


def pages(name):
    """Returns a template of pages, where the generator makes none without."""
    if name.startswith("zola"):
        templates = ["index", "page", "section", "taxonomy_list", "taxonomy_single"]
        return {f"templates/{template}.html": "x" for template in templates}
    return {"layouts/_default/single.html": "{{ .Content }}"} if name.startswith("hugo") else {}


def write(folder, files):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        is_plain = text.startswith("Title:")
        body = "Text of **one** line.\n\n- An item\n- [A link](https://example.org/x--y)\n\nIt's -- \"here\" --- 'so', the '90s... `it's --` <https://example.org/a--b>\n"
        target.write_text((f"{text}\n" if is_plain else f"---\n{text}---\n\n") + body if path.endswith(".md") else text, encoding="utf-8")


class Text(html.parser.HTMLParser):
    """The text of HTML; what no reader shows is left out."""

    def __init__(self):
        super().__init__()
        self.parts, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("script", "style")
        self.parts.append(" " if tag not in ("a", "b", "i", "em", "strong", "code", "span") else "")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data):
        self.parts.append("" if self.hidden else data)


SIGNS = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "\u00ad": None, "\u200b": None, "↩": None, "\ufe0e": None})


def words(content, is_exact):
    """Returns the text of an entry as both would write it: without marks that are a matter of style, unless we follow its generator in them."""
    parser = Text()
    parser.feed(content or "")
    text = unicodedata.normalize("NFC", "".join(parser.parts))
    if is_exact:
        return re.sub(r"[\s\u00ad\u200b↩\ufe0e]+", "", text)
    text = text.translate(SIGNS)
    return re.sub(r"-+", "-", re.sub(r"\s+", "", text))


def entries(path, is_exact):
    """Returns what is told of each entry of a feed, by its id."""
    root = tree.parse(path).getroot()
    found = {}
    for entry in root.iter(f"{ATOM}entry"):
        link = next((link.get("href") for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"), None)
        moment = entry.findtext(f"{ATOM}published") or entry.findtext(f"{ATOM}updated")
        moment = datetime.datetime.fromisoformat(moment.strip().replace("Z", "+00:00"))
        title = entry.find(f"{ATOM}title")
        text = "".join(title.itertext()).strip()
        text = " ".join((html.unescape(text) if title.get("type") == "html" else text).split())
        terms = [category.get("term") for category in entry.findall(f"{ATOM}category")]
        content = entry.find(f"{ATOM}content")
        text_of = words("".join(content.itertext()), is_exact) if content is not None else None
        found[entry.findtext(f"{ATOM}id").strip()] = [link, text, moment.timestamp(), sorted(set(terms)), text_of]
    for item in root.iter("item"):
        written = item.findtext("pubDate")
        # A year of two digits or the year 1: the parser takes it for 2001.
        moment = datetime.datetime.min.replace(tzinfo=datetime.UTC) if " 0001 " in written else email.utils.parsedate_to_datetime(written)
        link, content = item.findtext("link"), item.findtext(CONTENT)
        terms = [category.text for category in item.findall("category")]
        # Readers take it for HTML.
        title = html.unescape(item.findtext("title") or "")
        found[item.findtext("guid")] = [link, " ".join(title.split()), moment.timestamp(), sorted(set(terms)), words(content, is_exact) if content else None]
    return found


# The dates of pages without one lie in the year 1.
UNDATED = -50_000_000_000

PARTS = ["link", "title", "date", "categories", "text"]


def differences(expected, found, has_terms):
    """Tells what two feeds do not have in common; text only where both have all of it."""
    # A page without a date is no post, and what is older than all of ours did not fit into the feed.
    oldest = max(min((entry[2] for entry in found.values()), default=0), UNDATED)
    told = [f"only theirs: {key} {expected[key][:2]}" for key in expected if key not in found and expected[key][2] >= oldest]
    told += [f"only ours: {key} {found[key][:2]}" for key in found if key not in expected]
    # The generators limit their feeds as we do; pages without a date are no posts.
    dated = sum(entry[2] >= UNDATED for entry in expected.values())
    if dated != len(found):
        told.append(f"number of entries: theirs {dated}, ours {len(found)}")
    for key in expected.keys() & found.keys():
        for name, theirs, ours in zip(PARTS, expected[key], found[key]):
            # Hugo writes `#` as it is, though it ends the path of an address; that its page is at `%23`, `without_page` sees.
            if theirs == ours or name == "link" and ours == theirs.replace("#", "%23") or name == "categories" and not has_terms or name == "text" and None in (theirs, ours):
                continue
            if name == "text":
                at = next((at for at, (a, b) in enumerate(zip(theirs, ours)) if a != b), min(len(theirs), len(ours)))
                theirs, ours = theirs[max(at - 20, 0) : at + 40], ours[max(at - 20, 0) : at + 40]
            told.append(f"{name} of {key}: theirs {theirs!r}, ours {ours!r}")
    return told


def tool(name):
    """Returns the command of a program of npm: installed beside the site, or anywhere, or in $NODE_MODULES."""
    for folder in filter(None, [os.environ.get("NODE_MODULES")]):
        if (pathlib.Path(folder) / ".bin" / name).exists():
            return str(pathlib.Path(folder) / ".bin" / name)
    return shutil.which(name)


class Generator:
    """How a generator is known, run, and what its feeds are called."""

    def __init__(self, name, signs, program, command, sites, has_terms):
        self.name, self.signs, self.program, self.command = name, signs, program, command
        self.sites, self.has_terms = sites, has_terms

    def is_list(self, path):
        """Returns whether a feed is Hugo's of a list of tags, not of posts."""
        return self.name == "Hugo" and path.endswith(("tags/index.xml", "categories/index.xml", "serien/index.xml", "autoren/index.xml", "farbe/index.xml"))

    def fits(self, folder):
        if self.name == "Zola" and not (folder / "zola.toml").exists():
            return (folder / "config.toml").exists() and "base_url" in (folder / "config.toml").read_text(encoding="utf-8")
        return any((folder / sign).exists() for sign in self.signs)


def pelican_command(program, folder, out):
    settings = "publishconf.py" if (folder / "publishconf.py").exists() else "pelicanconf.py"
    return [program, "--settings", settings, "--output", str(out), "--fatal", "errors", "-q"]


GENERATORS = [
    Generator("Pelican", ["pelicanconf.py", "publishconf.py"], "pelican", pelican_command, pelican_sites, True),
    Generator(
        "Eleventy", [".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"], "eleventy",
        lambda program, folder, out: [program, "--quiet", f"--output={out}"], eleventy_sites, False,
    ),
    Generator(
        "Astro", ["astro.config.mjs", "astro.config.ts", "astro.config.js"], "astro",
        lambda program, folder, out: [program, "build", "--outDir", str(out)], astro_sites, False,
    ),
    Generator("Jekyll", ["_config.yml"], "jekyll", lambda program, folder, out: [program, "build", "--quiet", "--destination", str(out)], jekyll_sites, True),
    # Before Hugo, whose configuration may be called so, too.
    Generator("Zola", ["zola.toml", "config.toml"], "zola", lambda program, folder, out: [program, "build", "--output-dir", str(out)], zola_sites, False),
    Generator("Hugo", ["hugo.toml", "hugo.yaml", "config.toml", "config.yaml", "config"], "hugo", lambda program, folder, out: [program, "--quiet", "--destination", str(out)], lambda: [*hugo_sites(), *hugo_habits()], False),
]


# What lies in a site's folder and is made by a build, or by us.
MADE = {".git", "_site", "public", "output", "dist", "postrider.lock", ".postrider"}


def feeds(folder):
    """Returns the paths of the feeds below a folder."""
    found = []
    for path in sorted(folder.rglob("*.xml")):
        with path.open("rb") as file:
            start = file.read(2000)
        if b"<feed" in start or b"<rss" in start:
            found.append(path.relative_to(folder).as_posix())
    return found


def is_list_page(theirs, link):
    """Returns whether an entry of Hugo's is for the page of a section, which has a feed of its own: it is no post. One without a link is none, too."""
    path = urllib.parse.unquote(urllib.parse.urlsplit(link or "").path).strip("/")
    return any((theirs / below / "index.xml").exists() for below in (path, path.partition("/")[2]) if below or not path)


def without_page(path, found, theirs):
    """Tells which links of a site's main feed lead to no page that its generator has written."""
    home = tree.parse(path).getroot().findtext("channel/link") or ""
    if not home or not any(theirs.rglob("*/index.html")):
        return []
    paths = {link: urllib.parse.unquote(link.removeprefix(home)) for link, *_ in found.values() if link.startswith(home)}
    return [f"no page: {link}" for link, at in paths.items() if not (theirs / at).exists()]


def compare(program, generator, name, folder):
    """Builds a site twice and returns what differs; nothing if its generator is not there."""
    command = tool(generator.program)
    if not command:
        return None
    theirs, ours = folder.parent / "theirs", folder.parent / "ours"
    around = {**os.environ, "PYTHONPATH": str(folder), "ASTRO_TELEMETRY_DISABLED": "1"}
    if generator.name in ("Eleventy", "Astro") and "NODE_MODULES" in os.environ and not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(os.environ["NODE_MODULES"])
    run = subprocess.run(generator.command(command, folder, theirs), cwd=folder, env=around, capture_output=True, text=True)
    if run.returncode and not (theirs.exists() and feeds(theirs)):
        return [f"{generator.name} fails: {run.stderr[-1000:]}{run.stdout[-500:]}"]
    built = subprocess.run([program, "-C", str(folder), "build", "--keep-going", "--out", str(ours)], capture_output=True, text=True)
    expected = [path for path in feeds(theirs)] if theirs.exists() else []
    told, shared = [], [path for path in expected if (ours / path).exists()]
    if not shared:
        return [f"no feed to compare: theirs {expected}, ours {feeds(ours) if ours.exists() else []}\n{built.stderr}"]
    count = 0
    for path in shared:
        there, here = (entries(folder / path, generator.name in ("Jekyll", "Hugo")) for folder in (theirs, ours))
        if generator.name == "Hugo":
            there = {key: entry for key, entry in there.items() if not is_list_page(theirs, entry[0])}
        count += len(there)
        told += [f"{path}: {line}" for line in differences(there, here, generator.has_terms)]
        if generator.name == "Hugo" and path == "index.xml":
            told += without_page(ours / path, here, theirs)
    missing = [path for path in expected if path not in shared]
    if name and name.endswith(" all"):
        told += [f"not written here: {path}" for path in missing if entries(theirs / path, False) and not generator.is_list(path)]
        told += [f"only written here: {path}" for path in feeds(ours) if path not in shared]
    print(f"{name}: {len(shared)} of {len(expected)} feeds, {count} entries there, {len(told)} differences")
    print("".join(f"  not written here: {path}\n" for path in missing if not generator.is_list(path)), end="")
    return told


def main(program, folders):
    program = str(pathlib.Path(program).resolve())
    outcomes = []
    sites = [(None, folder, None) for folder in folders]
    sites = sites or [(generator, name, files) for generator in GENERATORS for name, files in generator.sites()]
    for generator, name, files in sites:
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary) / "site"
            if files is None:
                shutil.copytree(name, folder, symlinks=True, ignore=lambda path, names: MADE & set(names) if path == name else [])
                generator = next((known for known in GENERATORS if known.fits(folder)), None)
            else:
                folder.mkdir()
                write(folder, {**files, **pages(name)})
            told = compare(program, generator, name, folder) if generator else None
            if told is None:
                print(f"{name}: its generator is not installed")
                continue
            outcomes.append(told)
            for difference in told:
                print(f"  {difference}")
    return 77 if not outcomes else int(any(outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
