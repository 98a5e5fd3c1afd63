"""Lets `diff` and `adopt` read feeds from a web server that is not ours: Python's, on loopback.

    web.py PROGRAM

A small site with archives is built for the server's own address and served: as it is, compressed, behind redirects, cut off, and with
a page that is missing. A line for each case; with a fault the status is 1.
"""

import gzip
import pathlib
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

POSTS = 11
TYPES = {".xml": "application/xml; charset=utf-8", ".json": "application/feed+json", ".html": "text/html"}


class Answers(BaseHTTPRequestHandler):
    """Serves the files of `root`: below `/gzip/` compressed, below `/to/` after a redirect, below `/cut/` without their ends."""

    root = pathlib.Path()
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Says nothing."""

    def do_GET(self):
        """Answers a request."""
        way, _, rest = self.path.lstrip("/").partition("/")
        name = rest if way in {"gzip", "to", "cut"} else self.path.lstrip("/")
        file = self.root / name
        if not file.is_file():
            return self.answer(404, b"not here", {"Content-Type": "text/plain"})
        if way == "to":
            return self.answer(301, b"", {"Location": f"/{name}"})
        headers = {"Content-Type": TYPES[file.suffix]}
        body = file.read_bytes()
        if way == "cut":
            body = body[: len(body) * 4 // 5]
        if way == "gzip":
            if "gzip" not in self.headers.get("Accept-Encoding", ""):
                return self.answer(406, b"only compressed", {"Content-Type": "text/plain"})
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        return self.answer(200, body, headers)

    def answer(self, status, body, headers):
        """Writes an answer."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def write_site(folder, url):
    """Writes a site of some posts."""
    (folder / "posts").mkdir(parents=True)
    site = f"site: {{title: Days, url: '{url}/', language: en, author: Nobody, timezone: UTC}}\n"
    (folder / "postrider.yaml").write_text(site + "feeds: {archives: true, entries: 3}\n")
    for day in range(10, 10 + POSTS):
        head = f"---\ntitle: Day {day}\ndate: 2025-06-01 10:{day}\n---\n\n"
        (folder / "posts" / f"day-{day}.md").write_text(f"{head}What was seen *on the way*, and what was not: {day}.\n")


def main():
    """Runs the cases."""
    program = str(pathlib.Path(sys.argv[1]).resolve())
    faults = 0

    def check(what, folder, args, status, said):
        nonlocal faults
        run = subprocess.run([program, *args], cwd=folder, capture_output=True, text=True, timeout=120)
        text = run.stdout + run.stderr
        missing = [part for part in said if part not in text]
        is_good = run.returncode == status and not missing
        faults += not is_good
        print(f"{'ok' if is_good else 'FAULT'}: {what}")
        if not is_good:
            print(f"  status {run.returncode}, expected {status}; missing: {missing}\n{text}")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as scratch:
        site = pathlib.Path(scratch) / "site"
        write_site(site, url)
        check("the site is built", site, ["build"], 0, [f"from {POSTS} posts"])
        Answers.root = site / "public"
        same = ["followers see no change"]
        for name in ["rss.xml", "atom.xml", "feed.json"]:
            check(f"diff, {name} and its pages", site, ["diff", "--against", f"{url}/{name}"], 0, same)
            check(f"diff, {name} compressed", site, ["diff", "--against", f"{url}/gzip/{name}"], 0, same)
            check(f"diff, {name} after a redirect", site, ["diff", "--against", f"{url}/to/{name}"], 0, same)
            fresh = pathlib.Path(scratch) / f"fresh-{name}"
            write_site(fresh, url)
            all_of_it = [f"{POSTS} entries: known {POSTS} by link", f"of {POSTS} posts"]
            check(f"adopt, {name} and its pages", fresh, ["adopt", f"{url}/to/{name}"], 0, all_of_it)
        said = ["read before it", "what followed is not known"]
        check("diff, cut off", site, ["diff", "--against", f"{url}/cut/rss.xml"], 1, said)
        check("adopt, cut off", site, ["adopt", f"{url}/cut/feed.json"], 1, ["nothing was written"])
        for page in sorted((site / "public" / "archive").glob("atom-1-*")):
            page.unlink()
        says = ["cannot be read, so nothing behind the first", "status 404", *same]
        check("diff, the oldest page is missing", site, ["diff", "--against", f"{url}/atom.xml"], 0, says)
        check("adopt, the oldest page is missing", site, ["adopt", f"{url}/atom.xml"], 2, ["nothing was written"])
        check("an address of nothing", site, ["diff", "--against", f"{url}/none.xml"], 2, ["status 404"])
        check("a page", site, ["diff", "--against", f"{url}/subscribe.html"], 2, ["is no feed but an HTML page", f"`{url}/atom.xml`"])
    server.shutdown()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
