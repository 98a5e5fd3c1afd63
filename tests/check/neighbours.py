"""Compares our feed of a site with the one that its own generator writes: ids, links, titles and dates, entry by entry.

    neighbours.py PROGRAM [FOLDER...]

Each FOLDER is a Jekyll or Hugo site; it is copied, and nothing is written into it or fetched. Without one, small sites are made. A
generator that is not installed is passed over; the status is 77 if none is, and 1 if anything differs.
"""

import datetime
import email.utils
import html
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

ATOM = "{http://www.w3.org/2005/Atom}"

POSTS = {
    "2026-01-02-Hello-World": "title: Hello World\ncategories: [Cat One, b]\n",
    "2026-01-03-ünï": "title: Ünï & co\npermalink: /custom/place/\ndate: 2026-01-03 23:30:00 +0500\n",
    "2026-01-04-slugged": "title: Slugged\nslug: other-slug\n",
    "2026-01-05-a b": "title: A blank\n",
    "2026-01-06-noext": "title: With an ending\npermalink: /a/b/c.html\n",
    "2026-07-07-summer": "title: Summer\ndate: 2026-07-07 09:30\ncategory: News\n",
    "2026-07-08-draft": "title: Not shown\npublished: false\n",
}

PAGES = {
    "posts/Hello World.md": "title: Hello World\ndate: 2026-01-02\n",
    "posts/bundle/index.md": "title: A bundle\ndate: 2026-01-03T10:00:00+02:00\n",
    "posts/deep/er/x.md": "title: Deep\ndate: 2026-01-04\n",
    "notes/n1.md": "title: A Note!\ndate: 2026-02-02\n",
    "notes/n2.md": "title: Given\ndate: 2026-03-02\nslug: given-slug\n",
    "notes/n3.md": "title: Elsewhere\ndate: 2026-03-03\nurl: /else/where/\n",
    "notes/n4.md": "title: Draft\ndate: 2026-03-04\ndraft: true\n",
}


def jekyll_sites():
    for style in ["", "pretty", "date", "ordinal", "weekdate", "none", "/:title", "/x/:categories/:i_month/:slug/", "/:year/:title:output_ext"]:
        config = "title: A journal\nurl: https://example.org\nbaseurl: /blog\ntimezone: Europe/Berlin\nauthor: Ada\nplugins: [jekyll-feed]\n"
        config += "future: true\ndefaults:\n- scope: {path: '', type: posts}\n  values: {author: Bob}\n- scope: {path: blog}\n  values: {permalink: '/in/:title/'}\n"
        files = {f"_posts/{name}.md": head for name, head in POSTS.items()}
        files["blog/_posts/2026-01-08-in-folder.md"] = "title: In a folder\n"
        yield f"jekyll {style}", {"_config.yml": config + (f"permalink: '{style}'\n" if style else ""), **files}
    config = "title: Below\nurl: https://example.org\nsource: src\nplugins: [jekyll-feed]\nexclude: [_posts/2026-07-07-summer.md]\nfeed: {path: atom.xml, posts_limit: 3}\n"
    yield "jekyll source", {"_config.yml": config, **{f"src/_posts/{name}.md": head for name, head in POSTS.items()}}


def hugo_sites():
    for name, permalinks in [("plain", {}), ("title", {"notes": "/:year/:month/:title/"}), ("slug", {"notes": "/n/:slug/", "posts": "/p/:filename/"})]:
        config = 'baseURL = "https://example.org/sub/"\ntitle = "Mine"\ntimeZone = "Europe/Berlin"\nlanguageCode = "en"\n[permalinks]\n'
        config += "".join(f'{section} = "{pattern}"\n' for section, pattern in permalinks.items())
        yield f"hugo {name}", {"hugo.toml": config, **{f"content/{path}": head for path, head in PAGES.items()}}


def write(folder, files):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"---\n{text}---\n\nText.\n" if path.endswith(".md") else text, encoding="utf-8")


def entries(path):
    """Returns (id, link, title, moment) of each entry of a feed."""
    root = tree.parse(path).getroot()
    found = []
    for entry in root.iter(f"{ATOM}entry"):
        link = next((link.get("href") for link in entry.iter(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"), None)
        moment = datetime.datetime.fromisoformat(entry.findtext(f"{ATOM}published").replace("Z", "+00:00"))
        title = entry.find(f"{ATOM}title")
        text = "".join(title.itertext()).strip()
        text = html.unescape(text) if title.get("type") == "html" else text
        found.append((entry.findtext(f"{ATOM}id"), link, text, moment.timestamp()))
    for item in root.iter("item"):
        moment = email.utils.parsedate_to_datetime(item.findtext("pubDate"))
        found.append((item.findtext("guid"), item.findtext("link"), item.findtext("title"), moment.timestamp()))
    return found


def compare(program, name, folder):
    """Builds a site twice and returns what differs; nothing if its generator is not there."""
    is_jekyll = (folder / "_config.yml").exists()
    generator = shutil.which("jekyll" if is_jekyll else "hugo")
    if not generator:
        return None
    theirs, ours = folder.parent / "theirs", folder.parent / "ours"
    command = ["build", "--quiet", "--destination"] if is_jekyll else ["--quiet", "--source", str(folder), "--destination"]
    subprocess.run([generator, *command, str(theirs)], check=True, cwd=folder)
    built = subprocess.run([program, "-C", str(folder), "build", "--keep-going", "--out", str(ours)], capture_output=True, text=True)
    feeds = ["feed.xml", "atom.xml"] if is_jekyll else ["index.xml"]
    feed = next((feed for feed in feeds if (theirs / feed).exists()), None)
    if feed is None or not (ours / feed).exists():
        return [f"no feed to compare: {feeds} {built.stderr}"]
    expected, found = entries(theirs / feed), entries(ours / feed)
    differences = [f"only theirs: {entry}" for entry in expected if entry not in found]
    differences += [f"only ours: {entry}" for entry in found if entry not in expected]
    print(f"{name}: {len(expected)} entries there, {len(found)} here, {len(differences)} differences")
    return differences


def main(program, folders):
    program = str(pathlib.Path(program).resolve())
    outcomes = []
    sites = [(folder, None) for folder in folders] or [*jekyll_sites(), *hugo_sites()]
    for name, files in sites:
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary) / "site"
            if files is None:
                shutil.copytree(name, folder, ignore=shutil.ignore_patterns(".git", "_site", "public", "node_modules"))
            else:
                folder.mkdir()
                write(folder, files)
            differences = compare(program, name, folder)
            if differences is None:
                print(f"{name}: its generator is not installed")
                continue
            outcomes.append(differences)
            for difference in differences:
                print(f"  {difference}")
    return 77 if not outcomes else int(any(outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
