"""Reports of mails that failed, as the mail servers of this world write them."""

import datetime
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.mail.imap_server import PASSWORD, USER
from tests.makers.mail import NOON

IMAP_SERVER = Path(__file__).resolve().parents[1] / "mail" / "imap_server.py"
GONE = "smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown in local table"


def make_report(
    mail,
    *,
    to=None,
    action="failed",
    status="5.1.1",
    said=GONE,
    gives_back="message/rfc822",
    message_id=None,
    original="",
    kind="multipart/report; report-type=delivery-status",
):
    """What Postfix writes of this mail; with other words, what others do."""
    to = to or mail.to
    fields = [
        f"Original-Recipient: {original}" if original else "",
        f"Final-Recipient: rfc822; {to}",
        f"Action: {action}",
        f"Status: {status}" if status else "",
        f"Diagnostic-Code: {said.format(to=to)}" if said else "",
    ]
    head = f"Message-ID: {message_id or mail.message_id}\nSubject: {mail.subject}\nTo: {mail.to}\n"
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@relay.example (Mail Delivery System)
To: portal@hub.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: {kind}; boundary="here/relay"

This is a MIME-encapsulated message.

--here/relay
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--here/relay
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
X-Postfix-Queue-ID: 4CqR3x1
Arrival-Date: Fri, 20 Nov 2026 12:00:00 +0000 (GMT)

{chr(10).join(filter(None, fields))}

--here/relay
Content-Type: {gives_back}

{head}
--here/relay--
""".replace("\n", "\r\n").encode()


class ImapServer:
    """The mailbox as its test sees it."""

    def __init__(self, folder):
        self.folder = folder
        self.process = None

    def start(self, *wishes):
        self.process = subprocess.Popen(
            [sys.executable, IMAP_SERVER, self.folder, *wishes], stdout=subprocess.PIPE, text=True
        )
        return self.settings(port=int(self.process.stdout.readline()))

    def settings(self, *, port, **others):
        where = {"host": "localhost", "port": port, "folder": "INBOX"}
        return {**where, "user": USER, "password": PASSWORD, **others}

    def put(self, message, *, at=NOON):
        inbox = self.folder / "INBOX"
        path = inbox / f"{len(list(inbox.iterdir())) + 1}.eml"
        path.write_bytes(message)
        os.utime(path, (at.timestamp(), at.timestamp()))

    def seen(self):
        """The numbers of the messages that are marked as read."""
        return [int(line) for line in self._lines("seen")]

    def handed_out(self):
        """The number and the bytes of each message that was asked for."""
        return [tuple(map(int, line.split())) for line in self._lines("sent")]

    def kill_in_place_of_the_next_marking(self, process_id):
        unfinished = self.folder / "kill-"
        unfinished.write_text(str(process_id))
        unfinished.rename(self.folder / "kill")

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()

    def _lines(self, name):
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []


@contextmanager
def imap_mailbox(folder):
    """An empty mailbox whose certificate is in FOLDER/certificate.pem."""
    (folder / "INBOX").mkdir()
    (folder / "certificate.pem").write_bytes(_certificate_of_localhost())
    server = ImapServer(folder)
    try:
        yield server
    finally:
        server.end()


def _certificate_of_localhost():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(pem)
