"""A mailbox behind a real IMAP server in a process of its own, over TLS, that can misbehave.

Run as a program it serves one folder to one user, and prints its port:

    python tests/mail/imap_server.py FOLDER [--numbering N] [--trouble WHAT]

FOLDER/INBOX holds a file for each message, named by its number, dated by its time. FOLDER/seen
gets a line for each message that is marked as read, FOLDER/sent one for each that is handed out,
with its bytes. When FOLDER/kill names a process, it is killed in place of the next marking.
"""

import argparse
import asyncio
import contextlib
import datetime
import os
import re
import signal
import ssl
from pathlib import Path

USER, PASSWORD = "bounces@hub.example", 'open "sesame"'
TROUBLES = ("garbage", "silence", "cut", "no-marking")
LOGIN = re.compile(r'"?(\S+?)"? "((?:[^"\\]|\\.)*)"')
SINCE = re.compile(r"(\d+):\* SINCE (\S+)")
FETCH = re.compile(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)")
STORE = re.compile(r"(\d+) \+FLAGS\.SILENT \(\\Seen\)")


class Mailbox:
    def __init__(self, wishes):
        self.wishes = wishes
        self.root = Path(wishes.folder)

    def uids(self):
        return sorted(int(path.stem) for path in (self.root / "INBOX").glob("*.eml"))

    def came_on(self, uid):
        came = (self.root / "INBOX" / f"{uid}.eml").stat().st_mtime
        return datetime.datetime.fromtimestamp(came, datetime.UTC).date()

    def note(self, name, line):
        with (self.root / name).open("a") as log:
            log.write(f"{line}\n")

    def answer(self, command, rest):
        """The lines of an answer, and the last word: OK, NO or BAD."""
        match command.upper():
            case "CAPABILITY":
                return [b"* CAPABILITY IMAP4rev1"], "OK"
            case "LOGIN":
                user, password = LOGIN.fullmatch(rest).groups()
                known = (user, re.sub(r"\\(.)", r"\1", password)) == (USER, PASSWORD)
                return [], "OK" if known else "NO"
            case "SELECT":
                if rest.strip('"') != "INBOX":
                    return [], "NO"
                numbering = f"* OK [UIDVALIDITY {self.wishes.numbering}] numbered".encode()
                return [f"* {len(self.uids())} EXISTS".encode(), numbering], "OK"
            case "UID":
                verb, _, rest = rest.partition(" ")
                return getattr(self, verb.lower())(rest), "OK"
            case "LOGOUT":
                return [b"* BYE"], "OK"
        return [], "BAD"

    def search(self, rest):
        first, since = SINCE.search(rest.replace('"', "")).groups()
        day = datetime.datetime.strptime(since, "%d-%b-%Y").replace(tzinfo=datetime.UTC).date()
        uids = self.uids()
        if self.wishes.trouble == "garbage":
            return [b"* SEARCH one two"]
        found = [uid for uid in uids if uid >= int(first) or uid == uids[-1]]
        return [b"* SEARCH " + b" ".join(b"%d" % uid for uid in found if self.came_on(uid) >= day)]

    def fetch(self, rest):
        uid, most = map(int, FETCH.fullmatch(rest).groups())
        message = (self.root / "INBOX" / f"{uid}.eml").read_bytes()[:most]
        self.note("sent", f"{uid} {len(message)}")
        place = self.uids().index(uid) + 1
        head = b"* %d FETCH (UID %d BODY[]<0> {%d}" % (place, uid, len(message))
        somebody_elses = b"* %d FETCH (FLAGS (\\Recent))" % place
        return [somebody_elses, head + b"\r\n" + message + b")"]

    def store(self, rest):
        (uid,) = STORE.fullmatch(rest).groups()
        named = self.root / "kill"
        if named.exists():
            os.kill(int(named.read_text()), signal.SIGKILL)
            named.unlink()
            raise ConnectionResetError
        if self.wishes.trouble == "no-marking":
            raise ConnectionResetError
        self.note("seen", uid)
        return []

    async def talk(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(b"* OK ready\r\n")
            while line := await reader.readline():
                if self.wishes.trouble == "silence":
                    await asyncio.sleep(30)
                tag, command, *rest = line.decode().strip().split(" ", 2)
                if self.wishes.trouble == "cut" and command == "UID":
                    break
                lines, verdict = self.answer(command, " ".join(rest))
                end = f"{tag} {verdict} {command} for {USER}".encode()
                writer.write(b"".join(each + b"\r\n" for each in [*lines, end]))
                await writer.drain()
        writer.close()


async def serve(wishes):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(Path(wishes.folder) / "certificate.pem")
    server = await asyncio.start_server(Mailbox(wishes).talk, "127.0.0.1", 0, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--numbering", type=int, default=7)
    parser.add_argument("--trouble", choices=TROUBLES)
    asyncio.run(serve(parser.parse_args()))
