"""Compares the words of a post in our feed with the page that its generator makes of it: what tags, shortcodes and kramdown stand for.

    contents.py PROGRAM

Two small sites are made, one for Jekyll and one for Hugo. A generator that is not installed is passed over; the status is 77 if none
is, and 1 if a word differs.
"""

import difflib
import html
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

NOTE = '<aside>{% if include.who %}For {{ include.who }}: {% else %}For all: {% endif %}{{ include.text | upcase }}</aside>\n'

JEKYLL = {
    "_config.yml": "title: A journal\nurl: https://example.org\nbaseurl: /blog\nauthor: Ada\nmotto: Go on\n",
    "_includes/note.html": NOTE,
    "about.md": "---\ntitle: About\npermalink: /me/\n---\nAbout.\n",
    "_posts/2026-01-02-first.md": "---\ntitle: First\n---\nFirst.\n",
    "_posts/part.txt": "a part\n",
    "_posts/2026-02-01-probe.md": """---
title: Probe
sub: Two words
tags: [x, y]
---
Raw {% raw %}{{ a }}{% endraw %} and {% comment %}nothing{% endcomment %}.

Links [a]({% post_url 2026-01-02-first %}) [b]({% link about.md %})

Bare {% post_url 2026-01-02-first %} {% link about.md %} `code` and $$a+b$$ in a sentence.

A {% assign gone = 1 %} {{ site.motto }}{% assign gone = 2 %} {{ page.sub }} b.

## A *plain* heading!
{:.no_toc}

See [it](#a-plain-heading).

Values {{ site.title }} {{ site.motto }} {{ site.url }}{{ site.baseurl }} {{ page.title | upcase }} {{ page.sub | replace: "Two", "2" }}
{{ page.date | date: "%-d %B %Y" }} {{ page.date | date_to_string }} {{ page.url | absolute_url }} {{ page.tags | join: ", " }} {{ page.none }}

{% include note.html text="shoes" who=page.title %}

{% include note.html text="x" %}

Included: {% include_relative part.txt %} and {% include_relative part.txt %}.

{% assign x = "val" %}{{ x }} {% if page.sub == "Two words" %}yes{% else %}no{% endif %} {% unless page.none %}unless{% endunless %}
{% if page.tags contains "y" %}has y{% endif %} {% if page.none %}a{% else %}b{% endif %}

Span *em*{: .x} and the HTML.
{: .lead}

{::comment}
secret
{:/comment}

* TOC
{:toc}

Term
: Definition

A note[^1].

{% highlight ruby %}
puts "x"
{% endhighlight %}

[^1]: Its text.
*[HTML]: Markup

It's -- "so" --- 'quoted', the '90s, dogs' tails, 6'2" and (“so”)... he said:"hi" a----b

"*Emphasis*" and '[link](/a--b "it's")', "`it's -- code`" and <b title="it's">it's</b> <https://example.org/it's--so>.
"Across
two lines": {{ page.sub }} "{{ page.title }}".

- 'rock 'n' roll'
- --flag

| "a" | 'b' -- |
|---|---|
| it's | c |
""",
}

HUGO = {
    "hugo.toml": 'baseURL = "https://example.org/"\ntitle = "H"\nlanguageCode = "en"\nenableEmoji = true\n[params]\nmotto = "Go on"\n[markup.goldmark.renderer]\nunsafe = true\n',
    "layouts/_default/single.html": "{{ .Content }}",
    "layouts/_default/list.html": "",
    "layouts/shortcodes/notice.html": "<div>{{ .Inner | markdownify }}</div>",
    "content/posts/other.md": "---\ntitle: Other\ndate: 2026-01-02\n---\nOther.\n",
    "layouts/shortcodes/tabs.html": "<div>{{ .Inner }}</div>",
    "layouts/shortcodes/tab.html": "<div>{{ .Inner | markdownify }}</div>",
    "layouts/shortcodes/comment.html": "{{ with .Inner }}{{ end }}",
    "content/about.md": "---\ntitle: About\n---\nAbout.\n",
    "content/posts/probe/pic.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "content/posts/probe/index.md": """---
title: Probe
date: 2026-02-01
colour: red
---
Links [a]({{< ref "other.md#p" >}}) {{< ref "posts/other" >}} {{< ref path="/about.md" >}} and {{< param colour >}}, {{< param "motto" >}}.

{{< figure src="pic.svg" title="A & b" caption="A *cap* [x](https://x.example/)" attr="Ada" attrlink="https://a.example/" >}}
Right below *it*.

{{< highlight go >}}
x := `a`
{{< /highlight >}}

In a line {{< highlight go "hl_inline=true" >}}x := 1{{< /highlight >}} code.

{{< notice >}}Some **bold** text.{{< /notice >}}

{{% notice %}}
More **bold** text.
{{% /notice %}}

{{< tabs >}}{{< tab "A" >}}one *x*{{< /tab >}}{{< tab "B" >}}two{{< /tab >}}{{< /tabs >}}

{{< tabs >}}
{{< tab "A" >}}three{{< /tab >}}
{{< tab "B" >}}four{{< /tab >}}
{{< /tabs >}}

It is :tada: a:smile:b :nothing: 10:30:45.

Said {{< comment >}}hidden{{< /comment >}} {{/* shown */}} `{{/* shown */}}`.

## A *plain* heading!

See [it](#a-plain-heading).

- item {{< notice >}}in *it*{{< /notice >}}

Shown {{</* figure src="x" */>}} {{%/* n */%}} `{{</* code */>}}` and {{ .Title }}.

```
{{</* fenced "x" */>}}
```

It's -- "so" --- 'quoted', the '90s, dogs' tails, 6'2" and (“so”)... he said:"hi" a----b

"*Emphasis*" and '[link](/a--b "it's")', "`it's -- code`" and <b title="it's">it's</b> <https://example.org/it's--so>.
"Across
two lines" 'twas.

- rock 'n' roll
- --flag

| "a" | 'b' -- |
|---|---|
| it's | c |

{{< figure src="pic.svg" title="It's -- so" caption="It's -- 'so'" >}}
""",
}


def words(page):
    """Returns the words of HTML and the addresses of its links."""
    page = re.sub(r"<!--.*?-->|<(td|pre)[^>]*(gutter|lineno).*?</\1>", "", page, flags=re.S)
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*)"', page) if "#fn" not in link]
    # A place of the page; and a formula has signs around it there.
    links = [re.sub(r"^(https://example.org)?[^#]*probe(\.html|/)#", "#", link) for link in links]
    links = [re.sub(r"^https://example.org", "", link) for link in links]
    page = re.sub(r"\\\((.*?)\\\)", r"\1", page)
    page = re.sub(r"</?(p|div|li|td|th|ul|ol|dl|dt|dd|h\d|pre|figure|figcaption|aside|blockquote)[^>]*>", " ", page)
    text = html.unescape(re.sub(r"<[^>]+>", "", page)).translate(str.maketrans("", "", "↩\ufe0e"))
    # What is left out takes the blank before a sign with it.
    return re.sub(r"\s+([.,])", r"\1", text).split(), sorted({link for link in links if link})


def compare(program, generator, files, ours, theirs):
    """Builds a site twice and returns what differs."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "site"
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        command = ["build", "--quiet", "--destination"] if generator.endswith("jekyll") else ["--quiet", "--destination"]
        subprocess.run([generator, *command, str(folder.parent / "theirs")], check=True, cwd=folder)
        built = subprocess.run([program, "-C", str(folder), "build", "--out", str(folder.parent / "ours")], capture_output=True, text=True)
        if built.returncode:
            return [built.stdout + built.stderr]
        feed = tree.parse(folder.parent / "ours" / ours).getroot()
        entries = [*feed.iter("{http://www.w3.org/2005/Atom}entry"), *feed.iter("item")]
        contents = {entry.findtext("{*}title"): entry.findtext("{*}content") or entry.findtext("{*}encoded") for entry in entries}
        mine, links = words(contents["Probe"])
        expected, wanted = words((folder.parent / "theirs" / theirs).read_text(encoding="utf-8"))
    parts = difflib.SequenceMatcher(None, mine, expected, autojunk=False).get_opcodes()
    found = [f"ours: {' '.join(mine[a:b])} | theirs: {' '.join(expected[c:d])}" for kind, a, b, c, d in parts if kind != "equal"]
    # We make a link of an address that stands in the text.
    found += [f"link only theirs: {link}" for link in wanted if link not in links]
    print(f"{pathlib.Path(generator).name}: {len(expected)} words there, {len(mine)} here, {len(found)} differences")
    return found


def main(program):
    program = str(pathlib.Path(program).resolve())
    sites = [("jekyll", JEKYLL, "feed.xml", "2026/02/01/probe.html"), ("hugo", HUGO, "index.xml", "posts/probe/index.html")]
    outcomes = []
    for name, files, ours, theirs in sites:
        generator = shutil.which(name)
        if not generator:
            print(f"{name}: not installed")
            continue
        differences = compare(program, generator, files, ours, theirs)
        outcomes.append(differences)
        for difference in differences:
            print(f"  {difference}")
    return 77 if not outcomes else int(any(outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
