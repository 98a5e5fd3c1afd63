"""Three senders share one edition and one PostgreSQL ledger; one is killed, and the others finish: `postgres.sh python3 senders.py PROGRAM`.

The mail server is a sink of this file's own that remembers whom it took a mail for, and when. The ledger is the server that
POSTRIDER_TEST_POSTGRES names. A lease lasts for minutes; in place of waiting, the leases of the dead are ended in the database, which is what
its clock would do.
"""

import asyncio
import collections
import csv
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

RECIPIENTS = 3000
CONNECTIONS = 4
# Mails a second, of all senders together.
RATE = 300
RECIPIENT = re.compile(rb"RCPT TO:<(.*?)>")

CONFIG = """
site: {{title: Shared, url: "https://example.org/", language: en, timezone: UTC, author: Ada}}
newsletter:
  from: Ada Example <ada@example.org>
  postal_address: none
  unsubscribe_mailto: leave@example.org
  smtp: {{host: 127.0.0.1, port: {port}, tls: none, connections: {connections}, per_second: {rate}}}
"""


def check(is_right, what):
    if not is_right:
        sys.exit(f"error: {what}")


class Sink(threading.Thread):
    """Takes every mail, each a few milliseconds after its end."""

    def __init__(self):
        super().__init__(daemon=True)
        self.taken = []
        self.port = None
        self.ready = threading.Event()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await server.serve_forever()

    async def talk(self, reader, writer):
        try:
            writer.write(b"220 sink\r\n")
            recipient = b""
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    await asyncio.sleep(0.003)
                    self.taken.append((time.monotonic(), recipient.decode()))
                elif word == b"RCPT":
                    recipient = RECIPIENT.match(line).group(1)
                writer.write(b"221 goodbye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                await writer.drain()
                if word == b"QUIT":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Site:
    def __init__(self, program, root, port):
        self.program, self.root = program, root
        self.environment = {
            **os.environ,
            "POSTRIDER_NOW": "2026-11-23T12:00:00Z",
            "POSTRIDER_LEDGER": os.environ["POSTRIDER_TEST_POSTGRES"],
            "POSTRIDER_UNSUBSCRIBE_KEY": "a-key-of-at-least-thirty-two-octets",
        }
        (root / "posts").mkdir(parents=True)
        (root / "posts/one.md").write_text("---\ntitle: One\ndate: 2026-11-20\n---\n\nThe first post.\n")
        (root / "postrider.yaml").write_text(CONFIG.format(port=port, connections=CONNECTIONS, rate=RATE))

    def run(self, *args):
        done = subprocess.run([self.program, *args], cwd=self.root, env=self.environment, capture_output=True, text=True)
        check(done.returncode == 0, f"`postrider {' '.join(args)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def status(self):
        return {state: count for state, count in json.loads(self.run("newsletter", "status", "--format", "json"))["counts"].items() if count}

    def begin(self):
        log = open(self.root / "send.log", "wb")
        return subprocess.Popen([self.program, "newsletter", "send", "--first", "--yes"], cwd=self.root, env=self.environment, stdout=log, stderr=log)


def sql(statement):
    done = subprocess.run(["psql", "-qAt", "-c", statement, os.environ["POSTRIDER_TEST_POSTGRES"]], capture_output=True, text=True)
    check(done.returncode == 0, done.stderr)
    return done.stdout.split()


def wait_until(what, seconds=60):
    end = time.monotonic() + seconds
    while not what():
        check(time.monotonic() < end, "it takes too long")
        time.sleep(0.05)


def main(program, root):
    sink = Sink()
    sink.start()
    sink.ready.wait()
    # Each machine has a checkout of its own.
    sites = [Site(program, root / name, sink.port) for name in ("one", "two", "three")]
    with open(root / "one/list.csv", "w", newline="") as file:
        csv.writer(file).writerows([["email"], *([f"reader-{number:05}@example.net"] for number in range(RECIPIENTS))])
    sites[0].run("subscribers", "import", "list.csv", "--consent", "a test")
    sites[0].run("newsletter", "make")
    began = time.monotonic()
    senders = [site.begin() for site in sites]
    wait_until(lambda: len(sink.taken) > RECIPIENTS // 3)
    senders[1].send_signal(signal.SIGKILL)
    senders[1].wait()
    # The living take all that is left, and then wait for what the dead one held.
    held = "SELECT count(*) FROM deliveries WHERE state IN ('claimed', 'attempting')"
    wait_until(lambda: sql("SELECT count(*) FROM deliveries WHERE state = 'pending'") == ["0"])
    quiet = lambda: (len(sink.taken), sql(held))
    seen = None
    while seen != (seen := quiet()):
        time.sleep(1.5)
    attempting = int(sql("SELECT count(*) FROM deliveries WHERE state = 'attempting'")[0])
    left = int(seen[1][0])
    check(attempting <= CONNECTIONS, f"{attempting} mails of {CONNECTIONS} connections were begun")
    check(all(sender.poll() is None for sender in (senders[0], senders[2])), "a sender did not wait for the leases of the dead")
    sql("UPDATE deliveries SET lease = 0 WHERE state IN ('claimed', 'attempting')")
    for name, sender in (("first", senders[0]), ("third", senders[2])):
        # What is unknown now is told by whom found it.
        check(sender.wait(60) in (0, 3), f"the {name} sender ended with {sender.returncode}")
    states = sites[2].status()
    check(set(states) <= {"sent", "unknown"} and sum(states.values()) == RECIPIENTS, f"the ledger says {states}")
    check(states.get("unknown", 0) == attempting, f"{states.get('unknown', 0)} are told to be unknown, {attempting} were begun")
    copies = collections.Counter(recipient for _, recipient in sink.taken)
    check(max(copies.values()) == 1, f"{[recipient for recipient, count in copies.items() if count > 1]} got two")
    rows = [json.loads(line) for line in sites[2].run("ledger", "export").splitlines() if line.startswith("{")]
    state_of = {row["address"]: row["state"] for row in rows if row.get("kind") == "delivery"}
    check(len(state_of) == RECIPIENTS, f"{len(state_of)} mails are exported")
    for address, state in state_of.items():
        check(state == "unknown" or copies[address] == 1, f"{address} is told to be {state} and got {copies[address]}")
    # Any second and a half: what starts late may catch up a little, three senders that do not know of one another are three times as fast.
    times = sorted(at for at, _ in sink.taken)
    most = max(sum(1 for at in times[first:] if at < times[first] + 1.5) for first in range(0, len(times), 50))
    check(most <= RATE * 1.5 * 1.4, f"{most} mails in a second and a half, where {RATE} a second are allowed")
    sites[2].run("ledger", "check")
    print(
        f"{RECIPIENTS} recipients, 3 senders with {CONNECTIONS} connections, one killed with {left} mails in hand: {len(copies)} got theirs, nobody two, "
        f"{states.get('unknown', 0)} unknown; at most {most / 1.5:.0f} a second of {RATE} allowed; {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(os.path.abspath(sys.argv[1]), pathlib.Path(folder))
