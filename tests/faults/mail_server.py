"""A mail server in a process of its own that misbehaves on purpose, and keeps its own log.

What it does to a mail is in the address: `gone@` does not exist, `later-2@` is taken at the third
try, `drop-1@` is taken and the first answer never given. Run it as a program:

    python tests/faults/mail_server.py LOG [--auth] [--refuse-sender] [--pause SECONDS]

It prints its port. LOG gets a line of JSON for each message it has taken responsibility for.
When a file LOG.kill names a process, that process is killed right after the next 250.
"""

import argparse
import asyncio
import contextlib
import email
import json
import os
import random
import signal
from collections import Counter
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

AT_RECIPIENT = {
    "gone": "550 5.1.1 nobody of that name",
    "full": "552 5.2.2 mailbox full",
    "policy": "550 5.7.1 we take no mail from you",
    "later": "451 4.7.1 greylisted",
    "closing": "421 4.3.2 closing down",
}
AT_CONTENT = {
    "spam": "554 5.6.0 looks like spam",
    "busy": "452 4.3.1 disk full",
}
TAKEN = "250 2.0.0 taken"


class Server(SMTP):
    """One connection."""

    async def push(self, status):
        await super().push(status)
        if status == TAKEN:
            self.event_handler.kill_who_was_named()


class Handler:
    def __init__(self, wishes):
        self.wishes = wishes
        self.seen = Counter()

    def takes_part(self, address, part):
        """Whether this try meets what its address asks for: `later-2` does so twice."""
        name, times, *_ = [*address.partition("@")[0].split("-"), ""]
        if name != part:
            return False
        self.seen[address, part] += 1
        return not times or self.seen[address, part] <= int(times)

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.wishes.refuse_sender:
            return "550 5.7.1 you may not send as this"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.takes_part(address, "cut"):
            server.transport.abort()
        for part, answer in AT_RECIPIENT.items():
            if self.takes_part(address, part):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        address = envelope.rcpt_tos[0]
        for part, answer in AT_CONTENT.items():
            if self.takes_part(address, part):
                return answer
        await asyncio.sleep(self.wishes.pause * random.random() * 2)
        if self.takes_part(address, "hang"):
            await asyncio.sleep(30)
        self.log(address, envelope.content)
        if self.takes_part(address, "slow"):
            await asyncio.sleep(1)
        if self.takes_part(address, "drop"):
            server.transport.abort()
        return TAKEN

    def log(self, address, content):
        message = email.message_from_bytes(content)
        line = {
            "id": message["Message-ID"],
            "to": address,
            "size": len(content),
            "link": message["List-Unsubscribe"],
        }
        with Path(self.wishes.log).open("a") as log:
            log.write(json.dumps(line) + "\n")

    def kill_who_was_named(self):
        named = Path(f"{self.wishes.log}.kill")
        if named.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(named.read_text()), signal.SIGKILL)
            named.unlink()


async def serve(wishes):
    def connection():
        return Server(
            handler,
            hostname="mail.example",
            authenticator=lambda *_: AuthResult(success=False, handled=False),
            auth_required=wishes.auth,
            auth_require_tls=False,
        )

    handler = Handler(wishes)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", wishes.port)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--auth", action="store_true")
    parser.add_argument("--refuse-sender", action="store_true")
    parser.add_argument("--pause", type=float, default=0.0)
    asyncio.run(serve(parser.parse_args()))
