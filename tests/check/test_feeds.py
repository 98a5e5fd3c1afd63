"""Tests of the check: a good set of feeds has no fault, and each small damage is found."""

import tempfile
import unittest
from pathlib import Path

from feeds import check_folder

HOME = "https://blog.example/"
BODY = '<p><a href="https://blog.example/b/">b</a> &amp; <img src="https://blog.example/i.png"></p>'

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Blog</title><link>{HOME}</link><description>Of posts</description>
<atom:link rel="self" type="application/rss+xml" href="{HOME}rss.xml"/><lastBuildDate>Tue, 03 Feb 2026 10:00:00 +0100</lastBuildDate>
<item><title>Two</title><link>{HOME}two/</link><guid isPermaLink="true">{HOME}two/</guid><pubDate>Tue, 03 Feb 2026 10:00:00 +0100</pubDate>
<description>b</description><content:encoded><![CDATA[{BODY}]]></content:encoded></item>
<item><title>One</title><link>{HOME}one/</link><guid isPermaLink="false">tag:one</guid><pubDate>Sun, 01 Feb 2026 10:00:00 +0100</pubDate>
<description>a</description><content:encoded><![CDATA[<p>one</p>]]></content:encoded></item>
</channel></rss>
"""

ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>{HOME}</id><title>Blog</title><updated>2026-02-03T10:00:00+01:00</updated>
<author><name>Nobody</name></author><link rel="self" href="{HOME}atom.xml"/><link rel="alternate" href="{HOME}"/>
<entry><id>{HOME}two/</id><title>Two</title><link rel="alternate" href="{HOME}two/"/><published>2026-02-03T10:00:00+01:00</published>
<updated>2026-02-03T10:00:00+01:00</updated><content type="html">{BODY.replace("&", "&amp;").replace("<", "&lt;")}</content></entry>
<entry><id>tag:one</id><title>One</title><link rel="alternate" href="{HOME}one/"/><published>2026-02-01T10:00:00+01:00</published>
<updated>2026-02-01T10:00:00+01:00</updated><content type="html">&lt;p>one&lt;/p></content></entry></feed>
"""

JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "home_page_url": "HOME", "feed_url": "HOMEfeed.json", "items": [
{"id": "HOMEtwo/", "url": "HOMEtwo/", "title": "Two", "date_published": "2026-02-03T10:00:00+01:00", "content_html": "BODY"},
{"id": "tag:one", "url": "HOMEone/", "title": "One", "date_published": "2026-02-01T10:00:00+01:00", "content_html": "<p>one</p>"}]}
""".replace("BODY", BODY.replace('"', '\\"')).replace("HOME", HOME)

OPML = f'<opml version="2.0"><head/><body><outline type="rss" text="Blog" xmlUrl="{HOME}rss.xml"/></body></opml>'
PAGE = '<!doctype html><link rel="alternate" type="application/atom+xml" title="Blog" href="atom.xml"><p>Subscribe</p>'

GOOD = {"rss.xml": RSS, "atom.xml": ATOM, "feed.json": JSON, "feeds.opml": OPML, "subscribe.html": PAGE}


def faults_of(files: dict, links: "int | None" = None, entries: "int | None" = None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            (Path(folder) / name).write_bytes(data)
        return "\n".join(check_folder(Path(folder), links, entries)[0])


# File, what stands there, what comes in its place, a word of the fault.
DAMAGE = [
    ("rss.xml", "</channel>", "", "not well-formed"),
    ("rss.xml", "Of posts", "Of & posts", "not well-formed"),
    ("rss.xml", "Of posts", "Of\x0bposts", "U+000B"),
    ("rss.xml", "Of posts", "Of\ufffeposts", "U+FFFE"),
    ("rss.xml", "<title>Blog", "\r<title>Blog", "carriage return"),
    ("rss.xml", "<rss ", "<!DOCTYPE rss><rss ", "document type"),
    ("rss.xml", "<description>Of posts</description>", "", "no description"),
    ("rss.xml", 'rel="self"', 'rel="via"', "self URL"),
    ("rss.xml", f"{HOME}rss.xml", f"{HOME}atom.xml", "several feeds"),
    ("rss.xml", "Tue, 03 Feb 2026 10:00:00 +0100</pub", "Tue, 3 Feb 2026 10:00:00 +0100</pub", "date Tue, 3"),
    ("rss.xml", "Tue, 03 Feb 2026 10:00:00 +0100</pub", "Tue, 03 Feb 2026 11:00:00 +0100</pub", "other published"),
    ("rss.xml", "Tue, 03 Feb 2026 10:00:00 +0100</last", "Mon, 02 Feb 2026 10:00:00 +0100</last", "older than"),
    ("rss.xml", "Sun, 01 Feb 2026", "Sun, 01 Mar 2026", "newest first"),
    ("rss.xml", 'isPermaLink="false"', 'isPermaLink="true"', "is not the link"),
    ("rss.xml", ">tag:one<", f">{HOME}two/<", "twice"),
    ("rss.xml", ">tag:one<", ">tag:uno<", "other ids"),
    ("rss.xml", ">tag:one<", ">one<", "not absolute"),
    ("rss.xml", "<title>Two", "<title>Zwei", "other title"),
    ("rss.xml", f"<link>{HOME}one/", "<link>/one/", "link /one/"),
    ("rss.xml", "<p>one</p>", "<p>eins</p>", "other content"),
    ("rss.xml", "<p>one</p>", '<p onclick="f()">one</p>', "onclick"),
    ("rss.xml", "<p>one</p>", "<script>f()</script>", "<script>"),
    ("rss.xml", "<p>one</p>", '<img srcset="https://a.example/1.png 1x, 2.png 2x">', "relative URL 2.png"),
    ("rss.xml", "<p>one</p>", '<a href="//cdn.example/x">x</a>', "relative URL //cdn"),
    ("rss.xml", "<p>one</p>", '<a href="../x">x</a>', "relative URL ../x"),
    ("rss.xml", "<description>a", '<enclosure url="https://a.example/a.mp3" type="audio/mpeg"/><description>a', "enclosure without"),
    ("atom.xml", "<updated>2026-02-01T10:00:00+01:00</updated>", "", "0 times updated"),
    ("atom.xml", "<updated>2026-02-01", "<updated>2026-01-01", "before it was published"),
    ("atom.xml", "<published>2026-02-01T10:00:00+01:00", "<published>2026-02-01T10:00:00.5+01:00", "date 2026"),
    ("atom.xml", "<author><name>Nobody</name></author>", "", "author"),
    ("atom.xml", 'type="html">&lt;p>one&lt;/p>', 'type="text">one', "type text"),
    ("atom.xml", "<feed xmlns", "<html xmlns", "not well-formed"),
    ("feed.json", '"title": "Blog"', '"title": "Blog", "title": "Blog"', "twice"),
    ("feed.json", "version/1.1", "version/1", "version is"),
    ("feed.json", '"id": "tag:one"', '"id": 1', "no id"),
    ("feed.json", "<p>one</p>", "<p>one\\u0000</p>", "U+0000"),
    ("feed.json", '"content_html": "<p>one</p>"', '"summary": "one"', "no content"),
    ("feed.json", "]}", "]", "not JSON"),
    ("feeds.opml", "rss.xml", "old.xml", "no feed at"),
    ("feeds.opml", "</body>", "", "not well-formed"),
    ("subscribe.html", "atom.xml", "old.xml", "no feed at"),
]


class Check(unittest.TestCase):
    def test_good_feeds_have_no_fault(self):
        self.assertEqual(faults_of(GOOD), "")

    def test_every_damage_is_found(self):
        for name, before, after, word in DAMAGE:
            with self.subTest(file=name, damage=after):
                self.assertIn(before, GOOD[name])
                self.assertIn(word, faults_of({**GOOD, name: GOOD[name].replace(before, after, 1)}))

    def test_a_byte_order_mark_and_other_encodings_are_found(self):
        self.assertIn("byte order mark", faults_of({**GOOD, "rss.xml": b"\xef\xbb\xbf" + RSS.encode()}))
        self.assertIn("not UTF-8", faults_of({**GOOD, "rss.xml": RSS.replace("Of posts", "Café").encode("latin-1")}))

    def test_a_feed_is_followed_to_its_oldest_entry(self):
        link = f'<link rel="prev-archive" href="{HOME}old.xml"/>'
        older = ATOM.replace("atom.xml", "old.xml").replace("two/", "zero/").replace("tag:one", "tag:none").replace("2026-", "2025-")
        files = {"atom.xml": ATOM.replace("<entry>", link + "<entry>", 1), "old.xml": older}
        self.assertEqual(faults_of(files, entries=4), "")
        self.assertIn("4 entries for who follows it, not 5", faults_of(files, entries=5))
        self.assertIn("gets tag:one twice", faults_of({**files, "old.xml": older.replace("tag:none", "tag:one")}))
        self.assertIn("which is not there", faults_of({"atom.xml": files["atom.xml"]}))

    def test_a_missing_link_is_found(self):
        one_post = {"rss.xml": RSS}
        self.assertEqual(faults_of(one_post, links=1), "")
        self.assertIn("1 links, not 2", faults_of(one_post, links=2))

    def test_a_folder_without_feeds_is_a_fault(self):
        self.assertIn("no feed", faults_of({"notes.txt": "nothing"}))


if __name__ == "__main__":
    unittest.main()
