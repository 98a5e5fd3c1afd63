"""Looks at mails with Python's own parser and verifies their DKIM signatures with dkimpy: `mails.py FOLDER`.

FOLDER holds NAME.N.eml, mails with N signatures each, and dns.json, the TXT records that DNS would answer with.

`mails.py --edition FOLDER` looks at what `newsletter preview` wrote there: every mail is parsed, and says what edition.json says.
"""

import email
import json
import pathlib
import sys
from email import policy

import dkim

SIGNED = {b"from", b"to", b"subject", b"mime-version", b"content-type", b"reply-to", b"list-id", b"list-unsubscribe", b"list-unsubscribe-post"}


def defects(message):
    """Yields what Python's parser minds: in the message, its parts, and every header."""
    for part in message.walk():
        for defect in part.defects:
            yield f"{part.get_content_type()}: {defect!r}"
        for name, value in part.items():
            for defect in value.defects:
                yield f"{name}: {defect!r}"
    kinds = [part.get_content_type() for part in message.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        yield f"the parts are {kinds}"


def parse_faults(raw):
    message = email.message_from_bytes(raw, policy=policy.SMTP)
    yield from defects(message)
    if "grüße" not in message.get_body(("plain",)).get_content():
        yield "the text is not what was written"
    if message["list-unsubscribe-post"] != "List-Unsubscribe=One-Click":
        yield "no one-click"
    if not message["to"].addresses[0].domain.isascii():
        yield "the domain is no A-label"


def edition_faults(raw, letter):
    """Yields how a mail of an edition differs from what its report says."""
    message = email.message_from_bytes(raw, policy=policy.SMTP)
    yield from defects(message)
    if message["subject"] != letter["subject"]:
        yield f"the subject is {message['subject']!r}"
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for entry in letter["entries"]:
        for kind, part in (("text", text), ("HTML", html)):
            if entry["url"] not in part:
                yield f"the {kind} has no {entry['url']}"
    for link in letter["links"]:
        if link.replace("&", "&amp;") not in html:
            yield f"the HTML has no link to {link}"
    if len(html.replace("\r\n", "\n").replace("\n", "\r\n").encode()) != letter["bytes"]["html"]:
        yield "the HTML has another size"
    if not message["list-unsubscribe"]:
        yield "no List-Unsubscribe"


def check_edition(folder):
    report = json.loads((folder / "edition.json").read_text())
    faults = 0 if report["letters"] else 1
    for letter in report["letters"]:
        path = folder / (f"edition.{letter['language']}.eml" if letter["language"] else "edition.eml")
        found = list(edition_faults(path.read_bytes(), letter))
        print(f"{path.name}: {len(letter['entries'])} entries, {len(letter['links'])} links, {len(found)} faults")
        for fault in found:
            print(f"  {fault}")
        faults += len(found)
    return 1 if faults else 0


def lookup(records):
    """Returns what dkimpy asks instead of DNS."""
    return lambda name, timeout=5: records.get(name.decode().rstrip("."), "").encode()


def signature_faults(raw, records, count):
    found = raw.lower().split(b"\r\n\r\n")[0].count(b"dkim-signature:")
    if found != count:
        yield f"{found} signatures, not {count}"
    for index in range(count):
        checked = dkim.DKIM(raw)
        if not checked.verify(idx=index, dnsfunc=lookup(records)):
            yield f"signature {index} does not verify"
        missing = SIGNED - {name.lower() for name in checked.include_headers}
        if missing:
            yield f"signature {index} leaves out {sorted(missing)}"
        # Each of these breaks it, or the check would prove nothing. Folding anew on the way does not.
        damages = {
            "another subject": raw.replace(b"\r\nSubject: ", b"\r\nSubject: x "),
            "another way out": raw.replace(b"\r\nList-Unsubscribe: <", b"\r\nList-Unsubscribe: <x"),
            "one-click taken away": raw.replace(b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", b""),
            "another From added": raw.replace(b"\r\nTo: ", b"\r\nFrom: eve@example.com\r\nTo: "),
            "another body": raw.replace(b"Leave", b"Stay", 1),
        }
        for what, damaged in damages.items():
            if damaged == raw or verify_quietly(damaged, records, index):
                yield f"signature {index} still verifies with {what}"
        folded = raw.replace(b"\r\nAuto-Submitted: ", b"\r\nX-Hop: a\r\nAuto-Submitted: ").replace(b"\r\nMIME-Version: 1.0", b"\r\nMIME-Version:\r\n\t1.0  ")
        if not verify_quietly(folded + b"\r\n\r\n", records, index):
            yield f"signature {index} does not survive folding"


def verify_quietly(raw, records, index):
    try:
        return dkim.DKIM(raw).verify(idx=index, dnsfunc=lookup(records))
    except dkim.DKIMException:
        return False


def main(folder):
    records = json.loads((folder / "dns.json").read_text())
    mails = sorted(folder.glob("*.eml"))
    faults = 0 if mails else 1
    for path in mails:
        raw = path.read_bytes()
        count = int(path.name.split(".")[1])
        found = [*parse_faults(raw), *signature_faults(raw, records, count)]
        print(f"{path.name}: {len(raw)} octets, {count} signatures, {len(found)} faults")
        for fault in found:
            print(f"  {fault}")
        faults += len(found)
    return 1 if faults else 0


if __name__ == "__main__":
    if sys.argv[1] == "--edition":
        sys.exit(check_edition(pathlib.Path(sys.argv[2])))
    sys.exit(main(pathlib.Path(sys.argv[1])))
