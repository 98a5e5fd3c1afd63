"""Sends an edition of this repository's posts to 200 subscribers over a real mail server, and compares every mail with what was to be sent.

`postfix.sh python3 delivery.py PROGRAM` (or `aiosmtpd_server.py` instead of `postfix.sh`), from the repository's root. The server is the one
that the variables POSTRIDER_TEST_SMTP_… name: STARTTLS, a login, a maildir for everybody. Three recipients are refused for good, one the
first time only.
"""

import collections
import csv
import email
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from email import errors, policy

from mails import defects

SUBSCRIBERS = 200
GONE = ["gone-1@example.com", "gone-2@example.com", "gone-3@example.net"]
LATER = "later@example.com"
# What a server writes before the message that it was given.
TRACE = re.compile(rb"(?:(?:Return-Path|X-Original-To|Delivered-To|Received):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)*")
TOKEN = re.compile(r"(?<=t=)[A-Za-z0-9_-]{20,}")
NAMES = ["Ada", "Jörg Müller", "Zoë Ångström", "Łukasz Żak", "O'Hara, Éamon", "Иван", "小林 さくら", "Renée “Ren” D.", ""]
DOMAINS = ["example.com", "example.net", "bücher.example", "xn--mller-kva.example"]
# A moment of the posts' own time, so that the edition is the same whenever this runs.
NOW = "2026-11-23T12:00:00Z"

CONFIG = """
site: {{title: postrider journal, url: "https://postrider.example/", language: en, timezone: Europe/Berlin, author: The postrider authors}}
languages: {{de: {{title: postrider-Journal, path: /de/}}}}
permalink: /:year/:month/:slug/
newsletter:
  from: Jörg at the journal <journal@postrider.example>
  postal_address: Example Street 1, 12345 Example
  unsubscribe_url: "https://postrider.example/leave?t={{token}}"
  unsubscribe_mailto: leave@postrider.example
  smtp: {{host: localhost, port: {port}, ca: {ca}, username: {user}, connections: 4}}
"""


def check(is_right, what):
    if not is_right:
        sys.exit(f"error: {what}")


def subscribers():
    """Returns address, name, language and tags of everybody, no two alike."""
    special = [*GONE, LATER, "Upper.Case+tag@Example.COM", "o'hara@example.com", "jürgen@example.com"]
    usual = [f"reader-{number:03}@{DOMAINS[number % len(DOMAINS)]}" for number in range(SUBSCRIBERS - len(special))]
    people = enumerate(special + usual)
    return [(address, NAMES[at % len(NAMES)], "de" if at % 5 == 1 else "en", "rail, sea" if at % 2 else "") for at, address in people]


def as_sent(address):
    """Returns an address as a server is told it: the domain in A-labels."""
    local, domain = address.rsplit("@", 1)
    return f"{local}@{domain.encode('idna').decode()}"


class Site:
    def __init__(self, program, root):
        self.program, self.root = program, root
        self.environment = {
            **os.environ,
            "POSTRIDER_NOW": NOW,
            "POSTRIDER_SMTP_PASSWORD": os.environ["POSTRIDER_TEST_SMTP_PASSWORD"],
            "POSTRIDER_UNSUBSCRIBE_KEY": "a-key-of-at-least-thirty-two-octets",
        }
        shutil.copytree("posts", root / "posts")
        values = {name: os.environ[f"POSTRIDER_TEST_SMTP_{name.upper()}"] for name in ("port", "ca", "user")}
        (root / "postrider.yaml").write_text(CONFIG.format(**values))

    def run(self, *args, status=0, **environment):
        done = subprocess.run([self.program, *args], cwd=self.root, env={**self.environment, **environment}, capture_output=True, text=True)
        check(done.returncode == status, f"`postrider {' '.join(args)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def status(self):
        report = json.loads(self.run("newsletter", "status", "--format", "json"))
        return {state: count for state, count in report["counts"].items() if count}

    def begin(self, *args):
        log = open(self.root / "send.log", "wb")
        return subprocess.Popen([self.program, *args], cwd=self.root, env=self.environment, stdout=log, stderr=log)


def refuse(lines):
    """Tells the server whom to refuse from now on."""
    pathlib.Path(os.environ["POSTRIDER_TEST_SMTP_REFUSE"]).write_text("".join(f"{line}\n" for line in lines))
    subprocess.run(os.environ["POSTRIDER_TEST_SMTP_RELOAD"], shell=True, check=True)


def arrived(least):
    """Returns the mails of the maildir, each as it was sent, by recipient; waits until so many are there, for servers queue."""
    folder = pathlib.Path(os.environ["POSTRIDER_TEST_SMTP_MAILS"])
    end = time.monotonic() + 60
    while len(files := list(folder.glob("new/*"))) < least and time.monotonic() < end:
        time.sleep(0.1)
    mails = collections.defaultdict(list)
    for path in files:
        raw = path.read_bytes()
        if b"\r\n" not in raw:
            raw = raw.replace(b"\n", b"\r\n")
        trace = TRACE.match(raw).group()
        recipient = re.search(rb"^X-Original-To: (.*?)\r\n", trace, re.MULTILINE).group(1).decode()
        mails[recipient].append(raw[len(trace):])
    return mails


def parse(raw):
    """Returns a mail and what Python minds in it, but for what RFC 6532 allows and Python tells all the same: letters before the `@`."""
    is_international = not raw.partition(b"\r\n\r\n")[0].isascii()
    message = email.message_from_string(raw.decode(), policy=policy.SMTPUTF8) if is_international else email.message_from_bytes(raw, policy=policy.SMTP)
    return message, [defect for defect in defects(message) if not (is_international and errors.NonASCIILocalPartDefect.__name__ in defect)]


def bodies(message):
    return [TOKEN.sub("TOKEN", message.get_body((kind,)).get_content()) for kind in ("plain", "html")]


def compare(mails, expected, written, previews):
    """Compares the mails that arrived with those that were to be sent, each by its bytes, its fields and the preview."""
    check(sorted(mails) == sorted(expected), f"recipients: {sorted(set(mails) ^ set(expected))} differ")
    for recipient, copies in mails.items():
        address, name, language, _ = expected[recipient]
        check(len(copies) == 1, f"{recipient} got {len(copies)}")
        check(copies[0] == written[address], f"{recipient} got another mail than `transport: eml` writes for them")
        message, found = parse(copies[0])
        check(not found, f"the mail to {recipient}: {found}")
        to = message["to"].addresses
        check(len(to) == 1 and to[0].display_name == name, f"the mail to {recipient} says To: {message['to']}")
        check(to[0].addr_spec == recipient, f"the mail to {recipient} says To: {message['to']}")
        preview = previews[language]
        check(message["subject"] == preview["subject"], f"the mail to {recipient} has the subject {message['subject']}")
        check(bodies(message) == bodies(preview), f"the mail to {recipient} does not say what the preview says")
    sent = [parse(copies[0])[0] for copies in mails.values()]
    ids = {message["message-id"] for message in sent}
    tokens = {TOKEN.search(message["list-unsubscribe"]).group() for message in sent}
    check(len(ids) == len(tokens) == len(mails), "two mails have one Message-ID, or one token")


def main(program, root):
    site = Site(program, root)
    people = subscribers()
    with open(root / "list.csv", "w", newline="") as file:
        csv.writer(file).writerows([("email", "name", "language", "tags"), *people])
    print(site.run("subscribers", "import", "list.csv", "--consent", "a test").strip())
    site.run("newsletter", "preview", "--out", "preview")
    read = lambda path: email.message_from_bytes(path.read_bytes(), policy=policy.SMTP)
    previews = {"en": read(root / "preview/edition.eml"), "de": read(root / "preview/edition.de.eml")}
    site.run("newsletter", "make", "--edition", "journal")
    site.run("newsletter", "send", "--yes", POSTRIDER_NEWSLETTER_TRANSPORT="eml")
    written = {path.name.removesuffix(".eml"): path.read_bytes() for path in (root / "mails/journal").glob("*.eml")}
    check(len(written) == SUBSCRIBERS, f"{len(written)} mails were written")
    check(site.status() == {"pending": SUBSCRIBERS}, f"writing them made {site.status()}")
    # Files are named for addresses where these can be names.
    written = {address: written.get(address) or next(mail for name, mail in written.items() if name.startswith(address.replace("'", "_") + " ")) for address, *_ in people}

    refuse([f"{address} 550 5.1.1 nobody is here" for address in GONE] + [f"{LATER} 450 4.2.0 come back later"])
    sender = site.begin("newsletter", "send", "--first", "--yes")
    everybody = {as_sent(address): (address, name, language, tags) for address, name, language, tags in people}
    first = {recipient: person for recipient, person in everybody.items() if recipient not in [*GONE, LATER]}
    expected = {"sent": len(first), "refused": len(GONE), "deferred": 1}
    end = time.monotonic() + 60
    while site.status() != expected and sender.poll() is None and time.monotonic() < end:
        time.sleep(0.2)
    # It waits for the mail that was put off.
    sender.send_signal(signal.SIGTERM)
    check(sender.wait() == 143, f"`send` ended with {sender.returncode}: {(root / 'send.log').read_text()}")
    check(site.status() == expected, f"the ledger says {site.status()}, not {expected}: {(root / 'send.log').read_text()}")
    compare(arrived(len(first)), first, written, previews)
    refuse([f"{address} 550 5.1.1 nobody is here" for address in GONE])
    print(site.run("newsletter", "retry").strip())
    check(site.status() == {"sent": len(first) + 1, "refused": len(GONE)}, f"the ledger says {site.status()}")
    all_but_gone = {recipient: person for recipient, person in everybody.items() if recipient not in GONE}
    compare(arrived(len(all_but_gone)), all_but_gone, written, previews)
    check("nothing new" in site.run("newsletter", "send", "--yes"), "a second `send` has something to send")
    time.sleep(1)
    compare(arrived(len(all_but_gone)), all_but_gone, written, previews)
    site.run("ledger", "check")
    server = os.environ["POSTRIDER_TEST_SMTP_NAME"]
    print(f"{SUBSCRIBERS} subscribers, {server}: {len(all_but_gone)} mails arrived, each once and byte for byte; {len(GONE)} refused; the ledger agrees")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(os.path.abspath(sys.argv[1]), pathlib.Path(folder))
