"""Senders share one PostgreSQL ledger: `postgres.sh python3 senders.py [--lease] PROGRAM`.

Three share an edition, one is killed, and the others finish; two make an edition of the same posts at once, with keys of their own; an edition
is cancelled whose sender is dead. With `--lease`, which takes more than two minutes, a sender also sleeps past its lease and wakes up again.

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
    """A machine with a checkout of its own; `ledger` is a schema of the database."""

    def __init__(self, program, root, port, ledger):
        self.program, self.root = program, root
        self.environment = {
            **os.environ,
            "POSTRIDER_NOW": "2026-11-23T12:00:00Z",
            "POSTRIDER_LEDGER": f"{os.environ['POSTRIDER_TEST_POSTGRES']}?options=-csearch_path%3D{ledger}",
            "POSTRIDER_UNSUBSCRIBE_KEY": "a-key-of-at-least-thirty-two-octets",
        }
        (root / "posts").mkdir(parents=True)
        (root / "posts/one.md").write_text("---\ntitle: One\ndate: 2026-11-20\n---\n\nThe first post.\n")
        (root / "postrider.yaml").write_text(CONFIG.format(port=port, connections=CONNECTIONS, rate=RATE))

    def ask(self, *args):
        done = subprocess.run([self.program, *args], cwd=self.root, env=self.environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def run(self, *args):
        code, said = self.ask(*args)
        check(code == 0, f"`postrider {' '.join(args)}` ended with {code}:\n{said}")
        return said

    def status(self):
        return {state: count for state, count in json.loads(self.run("newsletter", "status", "--format", "json"))["counts"].items() if count}

    def begin(self, *args):
        log = open(self.root / "send.log", "wb")
        command = [self.program, "newsletter", "send", "--first", "--yes", *args]
        return subprocess.Popen(command, cwd=self.root, env=self.environment, stdout=log, stderr=log)

    def said(self):
        return (self.root / "send.log").read_text()


class Scene:
    """A ledger of its own, some machines, and a list of readers."""

    def __init__(self, program, root, name, machines, readers):
        self.name, self.sink = name, Sink()
        self.sink.start()
        self.sink.ready.wait()
        self.sql(f"CREATE SCHEMA {name}")
        self.sites = [Site(program, root / name / str(number), self.sink.port, name) for number in range(machines)]
        with open(root / name / "0/list.csv", "w", newline="") as file:
            csv.writer(file).writerows([["email"], *([f"reader-{number:05}@example.net"] for number in range(readers))])
        self.sites[0].run("subscribers", "import", "list.csv", "--consent", "a test")

    def sql(self, statement):
        environment = {**os.environ, "PGOPTIONS": f"-csearch_path={self.name}"}
        command = ["psql", "-qAt", "-c", statement, os.environ["POSTRIDER_TEST_POSTGRES"]]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        check(done.returncode == 0, done.stderr)
        return done.stdout.split()

    def nobody_got_two(self):
        copies = collections.Counter(recipient for _, recipient in self.sink.taken)
        twice = [recipient for recipient, count in copies.items() if count > 1]
        check(not twice, f"{len(twice)} got two: {twice[:3]}")
        return copies


def wait_until(what, seconds=60):
    end = time.monotonic() + seconds
    while not what():
        check(time.monotonic() < end, "it takes too long")
        time.sleep(0.05)


def one_dies(program, root):
    scene = Scene(program, root, "dies", 3, RECIPIENTS)
    sites, sink, sql = scene.sites, scene.sink, scene.sql
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
    copies = scene.nobody_got_two()
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


def two_begin(program, root):
    """Two machines make an edition of the same posts, at once."""
    made = collections.Counter()
    for number in range(5):
        scene = Scene(program, root, f"begin{number}", 2, 40)
        senders = [site.begin("--edition", key) for site, key in zip(scene.sites, ("here", "there"))]
        codes = [sender.wait(60) for sender in senders]
        # Whoever was late says so, or goes on with what the other made.
        said = [site.said() for site in scene.sites]
        check(0 in codes and set(codes) <= {0, 2}, f"the senders ended with {codes}: {said}")
        editions = scene.sql("SELECT edition FROM editions")
        check(len(editions) == 1, f"the editions {editions} have the same posts: {said}")
        made[editions[0]] += 1
        for site in scene.sites:
            site.ask("newsletter", "send", "--yes")
        copies = scene.nobody_got_two()
        check(len(copies) == 40, f"{len(copies)} of 40 got theirs")
    print(f"two senders began at once with keys of their own, five times: one edition each time ({dict(made)}), nobody got two")


def cancelled(program, root):
    """An edition is cancelled while its sender is dead, with mails under way."""
    scene = Scene(program, root, "cancelled", 2, RECIPIENTS)
    sender = scene.sites[0].begin()
    wait_until(lambda: len(scene.sink.taken) > RECIPIENTS // 10)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    left = scene.sql("SELECT count(*) FROM deliveries WHERE state IN ('claimed', 'attempting')")[0]
    said = scene.sites[1].run("newsletter", "cancel")
    check("count as mailed" in said, f"`cancel` said: {said}")
    got = len(scene.sink.taken)
    code, said = scene.sites[1].ask("newsletter", "send", "--first", "--yes")
    check(code == 0 and "nothing new" in said, f"`send` ended with {code}: {said}")
    scene.sql("UPDATE deliveries SET lease = 0 WHERE state IN ('claimed', 'attempting')")
    code, said = scene.sites[1].ask("newsletter", "send", "--first", "--yes")
    check(code == 0 and "nothing new" in said, f"the second `send` ended with {code}: {said}")
    check(len(scene.sink.taken) == got, "a cancelled edition was sent")
    scene.nobody_got_two()
    print(f"an edition was cancelled when {got} of {RECIPIENTS} had it and its sender was dead with {left} in hand: nobody else got it, or its posts")


def sleeps(program, root):
    """A sender is suspended past its lease, and wakes up when the others have done its work."""
    scene = Scene(program, root, "sleeps", 2, RECIPIENTS)
    scene.sites[0].run("newsletter", "make")
    senders = [site.begin() for site in scene.sites]
    wait_until(lambda: len(scene.sink.taken) > RECIPIENTS // 3)
    senders[0].send_signal(signal.SIGSTOP)
    began = time.monotonic()
    claimed = scene.sql("SELECT count(*) FROM deliveries WHERE state = 'claimed'")[0]
    held = "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'claimed')"
    wait_until(lambda: scene.sql(held) == ["0"], 240)
    waited = time.monotonic() - began
    check(waited > 100, f"the lease was over after {waited:.0f} s")
    senders[0].send_signal(signal.SIGCONT)
    codes = [sender.wait(120) for sender in senders]
    check(codes == [0, 0], f"the senders ended with {codes}")
    copies = scene.nobody_got_two()
    check(scene.sites[1].status() == {"sent": RECIPIENTS} and len(copies) == RECIPIENTS, f"the ledger says {scene.sites[1].status()}")
    print(f"a sender slept with {claimed} claimed mails, the other had them after {waited:.0f} s, and when it woke up it sent none of them again")


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--lease"]
    scenes = [one_dies, two_begin, cancelled] + ([sleeps] if "--lease" in sys.argv else [])
    with tempfile.TemporaryDirectory() as folder:
        for scene in scenes:
            scene(os.path.abspath(words[0]), pathlib.Path(folder))
