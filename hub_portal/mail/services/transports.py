"""How mail leaves the building: to a mail server, or as files into a folder.

A transport gives an `Answer` for every mail and never raises for what a mail server does; what
the answer means is `rules.judge`'s to say.
"""

import re
import smtplib
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.smtp import EmailBackend

from hub_portal.mail.rules import CLOSING_DOWN, Answer, Stage

MESSAGES_A_CONNECTION = 100  # many servers close after some hundreds, rudely
SMTP = "django.core.mail.backends.smtp.EmailBackend"
FOLDER = "django.core.mail.backends.filebased.EmailBackend"


class Transport(Protocol):
    """One way out. It connects at the first mail and keeps its connection until closed."""

    def send(self, *, sender: str, to: str, message: bytes, message_id: str) -> Answer: ...

    def close(self) -> None: ...


def transport_in_use() -> Transport:
    """The transport that EMAIL_URL names."""
    if settings.EMAIL_BACKEND == SMTP:
        return SmtpTransport()
    if settings.EMAIL_BACKEND == FOLDER:
        return FolderTransport(Path(settings.EMAIL_FILE_PATH))
    raise ImproperlyConfigured("EMAIL_URL must name a mail server or a folder.")


class SmtpTransport:
    """One open connection to the mail server of EMAIL_HOST and its kin.

    The talk goes step by step, since what an answer means depends on the step: silence before
    the message was handed over is trouble, silence after it is doubt.
    """

    def __init__(self) -> None:
        self._connection: smtplib.SMTP | None = None
        self._messages = 0

    def send(self, *, sender: str, to: str, message: bytes, message_id: str) -> Answer:
        stage = Stage.CONNECTING
        try:
            smtp = self._connected()
            stage = Stage.SENDER
            answer = _answer(stage, smtp.mail(sender))
            if answer.code == 250:
                stage = Stage.RECIPIENT
                answer = _answer(stage, smtp.rcpt(to))
            if answer.code in (250, 251):
                stage = Stage.OFFERING
                answer = _answer(stage, smtp.docmd("DATA"))
            if answer.code == 354:
                stage = Stage.CONTENT
                smtp.send(_dot_stuffed(message))
                answer = _answer(stage, smtp.getreply())
            self._tidy_up(smtp, answer)
        except smtplib.SMTPResponseException as error:  # while connecting: greeting, TLS, sign-in
            self.close()
            return Answer(stage, error.smtp_code, _words(error.smtp_error))
        except OSError as error:  # every other error of smtplib is one
            self.close()
            return Answer(stage, 0, f"{type(error).__name__}: {error}"[:300])
        return answer

    def close(self) -> None:
        smtp, self._connection = self._connection, None
        if smtp is not None:
            try:
                smtp.quit()
            except OSError:
                smtp.close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None or self._messages >= MESSAGES_A_CONNECTION:
            self.close()
            backend = EmailBackend(fail_silently=False)
            try:
                backend.open()
            except OSError:  # connected, perhaps, and then not let in
                with suppress(OSError):
                    backend.close()
                raise
            self._connection, self._messages = backend.connection, 0
            if self._connection is None:
                raise ConnectionError("no connection")
            self._connection.ehlo_or_helo_if_needed()
        self._messages += 1
        return self._connection

    def _tidy_up(self, smtp: smtplib.SMTP, answer: Answer) -> None:
        """Leave the connection ready for the next mail, or leave it."""
        if answer.code == CLOSING_DOWN:
            self.close()
        elif answer.stage is not Stage.CONTENT or answer.code != 250:
            try:
                ready = smtp.rset()[0] == 250
            except OSError:
                ready = False
            if not ready:
                self.close()


class FolderTransport:
    """Every mail is a file: what the demo does in place of a mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, *, sender: str, to: str, message: bytes, message_id: str) -> Answer:
        path = file_of_mail(self._folder, message_id)
        unfinished = path.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished.write_bytes(message)
            unfinished.replace(path)  # whole or not at all
        except OSError as error:
            return Answer(Stage.CONNECTING, 0, f"{type(error).__name__}: {error.strerror}")
        return Answer(Stage.CONTENT, 250, f"kept as {path.name}")

    def close(self) -> None:
        """Nothing is open."""


def file_of_mail(folder: Path, message_id: str) -> Path:
    """Where the folder keeps the mail of this Message-ID: sent twice, it is one file."""
    return folder / f"{re.sub(r'[^0-9A-Za-z]', '', message_id.partition('@')[0])}.eml"


def _answer(stage: Stage, said: tuple[int, bytes]) -> Answer:
    code, words = said
    if code < 0:  # smtplib's way of saying that the reply made no sense
        raise ConnectionError("the mail server answered with something else than SMTP")
    return Answer(stage, code, _words(words))


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:300]


def _dot_stuffed(message: bytes) -> bytes:
    """The message as it goes over the line: a dot of its own at a line's head is doubled."""
    stuffed = (b"\n" + message).replace(b"\n.", b"\n..")[1:]
    end = b"" if stuffed.endswith(b"\r\n") else b"\r\n"
    return stuffed + end + b".\r\n"
