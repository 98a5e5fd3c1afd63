"""Looks at finished feeds with parsers that are not postrider's: expat, json, html.parser and feedparser.

    python tests/check/feeds.py FOLDER [--links N] [--entries N]

A feed set is what one folder holds: RSS 2.0, Atom 1.0 and JSON Feed 1.1 of the same entries. A feed that leads to older documents (RFC 5005 §4,
`next_url`) is followed to the last of them, and has the entries of all. Every fault is printed, then the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.parsers import expat

import feedparser

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
JSON_FEED = "https://jsonfeed.org/version/1.1"

# XML 1.0 §2.2 Char, turned round.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
URL_ATTRIBUTES = {"href", "src", "poster", "cite", "data", "action", "formaction", "background", "longdesc"}
REMOVED = {"script", "style", "iframe", "form", "object", "embed"}


@dataclass
class Entry:
    """What an entry is to a reader, whichever format carried it."""

    id: str
    title: str | None
    link: str | None
    published: datetime | None
    updated: datetime | None
    content: str


@dataclass
class Feed:
    """A feed as its own parser read it, and what is wrong with it."""

    path: Path
    kind: str
    self_url: str | None = None
    home: str | None = None
    updated: datetime | None = None
    older: str | None = None
    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.path}: {text}")

    @property
    def links(self) -> int:
        return sum(Html(entry.content).links for entry in self.entries)


class Html(HTMLParser):
    """The URLs, links and forbidden parts of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.urls: list[str] = []
        self.removed: list[str] = []
        self.links = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in REMOVED:
            self.removed.append(f"<{tag}>")
        for name, value in attrs:
            self.attribute(tag, name, value or "")

    def attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on"):
            self.removed.append(name)
        if name in URL_ATTRIBUTES:
            self.urls.append(value)
        if name == "srcset":
            self.urls += [part.split()[0] for part in re.split(r",\s+", value) if part.split()]
        if tag == "a" and name == "href":
            self.links += 1


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--links", type=int, help="how many links the entries of each feed hold together")
    arguments.add_argument("--entries", type=int, help="how many entries who follows a feed gets")
    options = arguments.parse_args()
    faults, lines = check_folder(options.folder, options.links, options.entries)
    for line in lines:
        print(line)
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)
    return 1 if faults else 0


def check_folder(folder: Path, links: int | None = None, entries: int | None = None) -> tuple[list[str], list[str]]:
    """Returns all faults of the feeds below `folder`, and a line about each feed."""
    feeds = [feed for path in sorted(folder.rglob("*")) if path.is_file() and (feed := read(path))]
    if not feeds:
        return [f"{folder}: no feed in it"], []
    for feed in feeds:
        check_feed(feed)
    heads = follow(feeds)
    for feed in heads:
        if entries is not None and len(feed.entries) != entries:
            feed.fault(f"{len(feed.entries)} entries for who follows it, not {entries}")
        if links is not None and feed.links != links:
            feed.fault(f"{feed.links} links, not {links}")
    faults = [fault for feed in feeds for fault in feed.faults]
    faults += check_sets(heads) + check_addresses(feeds) + check_pages(folder, heads)
    return faults, [f"{feed.path}: {feed.kind}, {len(feed.entries)} entries, {feed.links} links" for feed in feeds]


def follow(feeds: list[Feed]) -> list[Feed]:
    """Gives the feeds to which no other leads the entries of all their older documents, each of which is found once, and returns them."""
    at = {feed.self_url: feed for feed in feeds}
    led = {feed.older for feed in feeds if feed.older}
    heads = [feed for feed in feeds if feed.self_url not in led]
    for head in heads:
        entries, document, passed = list(head.entries), head, {head.self_url}
        while document.older:
            if document.older in passed or document.older not in at:
                head.fault(f"{document.path} leads to {document.older}, which is " + ("passed" if document.older in passed else "not there"))
                break
            passed.add(document.older)
            document = at[document.older]
            entries += document.entries
        ids = [entry.id for entry in entries]
        for twin in sorted({str(id) for id in ids if ids.count(id) > 1}) if document is not head else []:
            head.fault(f"who follows it gets {twin} twice")
        head.entries = entries
    return heads


def read(path: Path) -> Feed | None:
    """Returns the feed in a file, or nothing when the file is something else."""
    if path.suffix == ".json":
        return read_json(path)
    if path.suffix in {".xml", ".rss", ".atom"}:
        return read_xml(path)
    return None


def read_json(path: Path) -> Feed | None:
    feed = Feed(path, "JSON Feed")
    text = read_text(feed)
    try:
        data = json.loads(text, object_pairs_hook=without_twins, parse_constant=refuse)
    except ValueError as error:
        feed.fault(f"not JSON: {error}")
        return feed
    if not isinstance(data, dict) or "items" not in data:
        return None
    if data.get("version") != JSON_FEED:
        feed.fault(f"version is {data.get('version')}")
    require(feed, data, "title", "home_page_url", "feed_url")
    feed.self_url, feed.home = data.get("feed_url"), data.get("home_page_url")
    feed.older = data.get("next_url")
    feed.entries = [json_entry(feed, item) for item in data["items"]]
    check_json_text(feed, data)
    return feed


def json_entry(feed: Feed, item: dict) -> Entry:
    require(feed, item, "id")
    for attachment in item.get("attachments", []):
        require(feed, attachment, "url", "mime_type")
    if "content_html" not in item and "content_text" not in item:
        feed.fault(f"item {item.get('id')} has no content")
    dates = {name: json_date(feed, item.get(name)) for name in ("date_published", "date_modified")}
    content = item.get("content_html", item.get("content_text", ""))
    return Entry(item.get("id"), item.get("title"), item.get("url"), dates["date_published"], dates["date_modified"], content)


def require(feed: Feed, data: dict, *names: str) -> None:
    for name in names:
        if not isinstance(data.get(name), str) or not data[name]:
            feed.fault(f"no {name}")


def without_twins(pairs: list[tuple[str, object]]) -> dict:
    names = [name for name, _ in pairs]
    twins = {name for name in names if names.count(name) > 1}
    if twins:
        raise ValueError(f"keys given twice: {sorted(twins)}")
    return dict(pairs)


def refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def check_json_text(feed: Feed, value: object) -> None:
    """JSON may escape what XML cannot hold: look behind the escapes."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            check_json_text(feed, part)
    if isinstance(value, str) and (match := FORBIDDEN.search(value)):
        feed.fault(f"holds U+{ord(match[0]):04X}")


def read_text(feed: Feed) -> str:
    raw = feed.path.read_bytes()
    if raw.startswith(b"\xef\xbb\xbf"):
        feed.fault("starts with a byte order mark")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        feed.fault(f"not UTF-8: {error}")
        text = raw.decode("utf-8", "replace")
    if match := FORBIDDEN.search(text):
        feed.fault(f"holds U+{ord(match[0]):04X}")
    if "\r" in text:
        feed.fault("holds a carriage return")
    return text


def read_xml(path: Path) -> Feed | None:
    feed = Feed(path, "XML")
    text = read_text(feed)
    if not strict(feed, text):
        return feed
    root = ElementTree.fromstring(text.encode())
    if root.tag == "rss":
        read_rss(feed, root)
    elif root.tag == f"{ATOM}feed":
        read_atom(feed, root)
    else:
        return None
    check_feedparser(feed)
    return feed


def strict(feed: Feed, text: str) -> bool:
    """Parses with expat, which knows namespaces; a document type has no place in a feed."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = lambda *_: feed.fault("has a document type")
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        feed.fault(f"not well-formed: {error}")
        return False
    return True


def read_rss(feed: Feed, root: ElementTree.Element) -> None:
    feed.kind = "RSS"
    channel = root.find("channel")
    if root.get("version") != "2.0" or channel is None:
        feed.fault("not RSS 2.0 with a channel")
        return
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            feed.fault(f"channel has no {name}")
    own = channel.find(f"{ATOM}link[@rel='self']")
    feed.self_url = own.get("href") if own is not None else None
    feed.home = channel.findtext("link")
    feed.updated = rss_date(feed, channel.findtext("lastBuildDate"))
    feed.entries = [rss_entry(feed, item) for item in channel.findall("item")]


def rss_entry(feed: Feed, item: ElementTree.Element) -> Entry:
    guid, link = item.findtext("guid") or "", item.findtext("link")
    guid_element = item.find("guid")
    if guid_element is not None and guid_element.get("isPermaLink", "true") == "true" and guid != link:
        feed.fault(f"guid {guid} is not the link, but says it is")
    enclosures = item.findall("enclosure")
    if len(enclosures) > 1:
        feed.fault(f"{guid}: {len(enclosures)} enclosures")
    for enclosure in enclosures:
        if not ((enclosure.get("length") or "").isdigit() and enclosure.get("type") and enclosure.get("url")):
            feed.fault(f"{guid}: enclosure without url, length or type")
    names = [child.tag for child in item]
    content = item.findtext(f"{CONTENT}encoded")
    if content is not None and "description" in names and names.index("description") > names.index(f"{CONTENT}encoded"):
        feed.fault(f"{guid}: description comes after content:encoded")
    published = rss_date(feed, item.findtext("pubDate"))
    return Entry(guid, item.findtext("title"), link, published, None, content or item.findtext("description") or "")


def read_atom(feed: Feed, root: ElementTree.Element) -> None:
    feed.kind = "Atom"
    feed.self_url, feed.home = atom_link(root, "self"), atom_link(root, "alternate")
    feed.updated = atom_date(feed, root.findtext(f"{ATOM}updated"))
    for name in ("id", "title", "updated"):
        once(feed, root, name)
    feed.entries = [atom_entry(feed, entry, root) for entry in root.findall(f"{ATOM}entry")]


def atom_entry(feed: Feed, entry: ElementTree.Element, root: ElementTree.Element) -> Entry:
    for name in ("id", "title", "updated"):
        once(feed, entry, name)
    if entry.find(f"{ATOM}author") is None and root.find(f"{ATOM}author") is None:
        feed.fault("neither feed nor entry has an author")
    content = entry.find(f"{ATOM}content")
    if content is not None and content.get("type") != "html":
        feed.fault(f"content of type {content.get('type')}")
    dates = {name: atom_date(feed, entry.findtext(f"{ATOM}{name}")) for name in ("published", "updated")}
    text = (content.text or "") if content is not None else entry.findtext(f"{ATOM}summary") or ""
    title, link = entry.findtext(f"{ATOM}title"), atom_link(entry, "alternate")
    return Entry(entry.findtext(f"{ATOM}id") or "", title, link, dates["published"], dates["updated"], text)


def once(feed: Feed, element: ElementTree.Element, name: str) -> None:
    found = len(element.findall(f"{ATOM}{name}"))
    if found != 1:
        feed.fault(f"{found} times {name}")


def atom_link(element: ElementTree.Element, rel: str) -> str | None:
    found = element.find(f"{ATOM}link[@rel='{rel}']")
    return found.get("href") if found is not None else None


def rss_date(feed: Feed, text: str | None) -> datetime | None:
    return date(feed, text, RFC_822, parsedate_to_datetime)


def atom_date(feed: Feed, text: str | None) -> datetime | None:
    return date(feed, text, RFC_3339, lambda value: datetime.fromisoformat(value.replace("Z", "+00:00")))


json_date = atom_date


def date(feed: Feed, text: str | None, form: re.Pattern, parse) -> datetime | None:
    if text is None:
        return None
    if not form.fullmatch(text):
        feed.fault(f"date {text}")
        return None
    try:
        return parse(text)
    except ValueError as error:
        feed.fault(f"date {text}: {error}")
        return None


def check_feedparser(feed: Feed) -> None:
    """What a lenient reader makes of it is what the strict one read."""
    parsed = feedparser.parse(feed.path.read_bytes(), response_headers={"content-type": "application/xml; charset=utf-8"})
    if parsed.bozo:
        feed.fault(f"feedparser: {parsed.bozo_exception}")
    if parsed.version != {"RSS": "rss20", "Atom": "atom10"}[feed.kind]:
        feed.fault(f"feedparser takes it for {parsed.version}")
    feed.older = next((link.href for link in parsed.feed.get("links", []) if link.rel == "prev-archive"), None)
    if [entry.get("id", "") for entry in parsed.entries] != [entry.id for entry in feed.entries]:
        feed.fault("feedparser reads other entries")


def check_feed(feed: Feed) -> None:
    """What holds in every format."""
    if feed.kind == "XML":
        return
    for name, url in (("self URL", feed.self_url), ("home page", feed.home)):
        if not is_absolute(url):
            feed.fault(f"{name} is {url}")
    ids = [entry.id for entry in feed.entries]
    for twin in sorted({str(id) for id in ids if ids.count(id) > 1}):
        feed.fault(f"id {twin} twice")
    dates = [entry.published for entry in feed.entries if entry.published]
    if dates != sorted(dates, reverse=True):
        feed.fault("entries are not newest first")
    if feed.updated and dates and feed.updated < dates[0]:
        feed.fault("feed is older than its newest entry")
    for entry in feed.entries:
        check_entry(feed, entry)


def check_entry(feed: Feed, entry: Entry) -> None:
    if not ABSOLUTE.match(str(entry.id)):
        feed.fault(f"id {entry.id} is not absolute")
    if entry.link is not None and not is_absolute(entry.link):
        feed.fault(f"{entry.id}: link {entry.link}")
    if entry.published is None:
        feed.fault(f"{entry.id}: no date")
    if entry.updated and entry.published and entry.updated < entry.published:
        feed.fault(f"{entry.id}: updated before it was published")
    html = Html(entry.content)
    for url in html.urls:
        if not (ABSOLUTE.match(url) or url.startswith("#")):
            feed.fault(f"{entry.id}: relative URL {url}")
    for part in html.removed:
        feed.fault(f"{entry.id}: {part} in the content")


def is_absolute(url: str | None) -> bool:
    parts = urlsplit(url or "")
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in (url or "")


def check_sets(feeds: list[Feed]) -> list[str]:
    """The feeds of one folder carry the same entries."""
    faults = []
    for folder in sorted({feed.path.parent for feed in feeds}):
        first, *others = [feed for feed in feeds if feed.path.parent == folder]
        for other in others:
            faults += differences(first, other)
    return faults


def check_addresses(feeds: list[Feed]) -> list[str]:
    """No two documents claim the same URL."""
    urls = [feed.self_url for feed in feeds if feed.self_url]
    return [f"{url} is the self URL of several feeds" for url in sorted({url for url in urls if urls.count(url) > 1})]


def differences(one: Feed, other: Feed) -> list[str]:
    pair = f"{one.path} and {other.path}"
    if [entry.id for entry in one.entries] != [entry.id for entry in other.entries]:
        return [f"{pair}: other ids or another order"]
    faults = [] if one.home == other.home else [f"{pair}: other home page"]
    for left, right in zip(one.entries, other.entries):
        for name in ("title", "link", "published", "updated", "content"):
            values = getattr(left, name), getattr(right, name)
            # A format may lack a field: RSS has no date of change, and no title where the post has none.
            if all(values) and values[0] != values[1]:
                faults.append(f"{pair}: {left.id}: other {name}")
    return faults


def check_pages(folder: Path, feeds: list[Feed]) -> list[str]:
    """Every feed that a page or an outline names exists."""
    known = {feed.self_url for feed in feeds}
    faults = []
    for path in sorted(folder.rglob("*.opml")):
        faults += [f"{path}: no feed at {url}" for url in outline_urls(path, faults) if url not in known]
    for path in sorted(folder.rglob("*.html")):
        faults += [f"{path}: no feed at {url}" for url in alternate_urls(path) if url not in known and not (path.parent / url).is_file()]
    return faults


def outline_urls(path: Path, faults: list[str]) -> list[str]:
    try:
        outlines = ElementTree.parse(path).getroot().iter("outline")
    except ElementTree.ParseError as error:
        faults.append(f"{path}: not well-formed: {error}")
        return []
    return [outline.get("xmlUrl", "") for outline in outlines if outline.get("type")]


def alternate_urls(path: Path) -> list[str]:
    class Links(HTMLParser):
        urls: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            values = dict(attrs)
            if tag == "link" and values.get("rel") == "alternate" and values.get("type"):
                self.urls.append(values.get("href") or "")

    links = Links()
    links.urls = []
    links.feed(path.read_text(encoding="utf-8"))
    return links.urls


if __name__ == "__main__":
    sys.exit(main())
