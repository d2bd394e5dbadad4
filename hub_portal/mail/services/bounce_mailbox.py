"""The mailbox that reports of failed mails come back to, read every five minutes. Rule NL-3.

Optional: BOUNCES_URL names it. Each message is looked at once, in the order of its number. The
counting and the number are kept in one transaction, so a worker that dies between two messages
neither skips one nor counts one twice. What was counted is marked as read there; everything else
stays as it is, unread, for a person.
"""

import hashlib
import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from hub_portal.mail.choices import Trouble
from hub_portal.mail.models import BounceMailbox
from hub_portal.mail.services.hearing import COUNTS_FOR, hear_of_a_bounce
from hub_portal.mail.services.reading_reports import MOST_BYTES, reports_in
from hub_portal.shared.doorbell import ring
from hub_portal.shared.wording import clock_time, day

EVERY = timedelta(minutes=4, seconds=30)  # every fifth tick, though a tick comes a little late
SECONDS_TO_WAIT = 30
SECONDS_A_RUN_TAKES = 60.0
LATE_AFTER = timedelta(hours=1)
THE_MESSAGE = f"BODY.PEEK[]<0.{MOST_BYTES}>"  # a look: it stays unread
ITS_ANSWER = b"BODY[]<0>"

log = logging.getLogger(__name__)


class MailboxTrouble(Exception):
    """The mailbox cannot be read, and why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def is_set_up() -> bool:
    """Whether there is a mailbox to read."""
    return settings.BOUNCE_MAILBOX is not None


def is_to_be_read(*, at: datetime) -> bool:
    """Whether five minutes are over since it was opened last."""
    if not is_set_up():
        return False
    return not BounceMailbox.objects.filter(tried_at__gt=at - EVERY).exists()


def read_bounces(*, at: datetime) -> int:
    """Read what has come since the last time; returns how many bounces were counted.

    A mailbox that cannot be read is noted and tried again; mail goes on meanwhile.
    """
    mailbox = settings.BOUNCE_MAILBOX
    if mailbox is None:
        return 0
    BounceMailbox.objects.update_or_create(pk=1, defaults={"tried_at": at})
    try:
        counted = _read(mailbox, at=at)
    except MailboxTrouble as found:
        cause = type(found.__cause__).__name__
        log.warning("mail.bounces_unread", extra={"trouble": found.trouble.value, "error": cause})
        BounceMailbox.objects.update(trouble=found.trouble)
        return 0
    BounceMailbox.objects.update(trouble="", read_at=at)
    return counted


def mailbox_in_words(*, at: datetime) -> tuple[bool, str]:
    """Whether the mailbox is read as it should be, and how that goes as a sentence."""
    if not is_set_up():
        return True, "no mailbox is set up"
    row = BounceMailbox.objects.first()
    if row is None or (row.read_at is None and not row.trouble):
        return True, "not read yet"
    since = f"last read at {_moment(row.read_at)}" if row.read_at else "never read"
    if row.trouble:
        return False, f"the mailbox cannot be read: {row.get_trouble_display()}; {since}"
    return row.read_at is not None and at - row.read_at < LATE_AFTER, since


def _moment(at: datetime) -> str:
    return f"{clock_time(at)} on {day(at)}"


def _read(mailbox: dict[str, Any], *, at: datetime) -> int:
    counted, ends_at = 0, time.monotonic() + SECONDS_A_RUN_TAKES
    with _opened(mailbox) as (imap, numbering):
        for uid in _not_looked_at(imap, numbering, at=at):
            if time.monotonic() >= ends_at:
                ring("mail.read_bounces")
                break
            message = imap.fetch([uid], [THE_MESSAGE]).get(uid, {}).get(ITS_ANSWER) or b""
            if here := _look_at(message, numbering=numbering, uid=uid, at=at):
                counted += here
                imap.add_flags([uid], [rb"\Seen"], silent=True)
    return counted


@contextmanager
def _opened(mailbox: dict[str, Any]) -> Iterator[tuple[IMAPClient, int]]:
    """The mailbox, open, and the number of its numbering; whatever goes wrong is its trouble."""
    try:
        with IMAPClient(
            mailbox["host"],
            mailbox["port"],
            ssl_context=ssl.create_default_context(),
            timeout=SECONDS_TO_WAIT,
        ) as imap:
            imap.login(mailbox["user"], mailbox["password"])
            yield imap, _numbering_of(imap, mailbox["folder"])
    except (MailboxTrouble, DatabaseError):
        raise
    except ssl.SSLCertVerificationError as error:
        raise MailboxTrouble(Trouble.UNTRUSTED) from error
    except LoginError as error:
        raise MailboxTrouble(Trouble.NOT_LET_IN) from error
    except (OSError, IMAPClientAbortError) as error:
        raise MailboxTrouble(Trouble.UNREACHABLE) from error
    except Exception as error:  # a server that talks nonsense can break a client anywhere
        raise MailboxTrouble(Trouble.NONSENSE) from error


def _numbering_of(imap: IMAPClient, folder: str) -> int:
    try:
        opened = imap.select_folder(folder)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise MailboxTrouble(Trouble.NO_FOLDER) from error
    return int(opened[b"UIDVALIDITY"])


def _not_looked_at(imap: IMAPClient, numbering: int, *, at: datetime) -> list[int]:
    """The numbers of messages that came since; after a new numbering, all of the last days."""
    row = BounceMailbox.objects.get()
    after = row.read_up_to if row.numbering == numbering else 0
    since = (at - COUNTS_FOR).date()
    found = imap.search(["UID", f"{after + 1}:*", "SINCE", since])
    return sorted(uid for uid in found if uid > after)  # "9:*" holds the last one, always


def _look_at(message: bytes, *, numbering: int, uid: int, at: datetime) -> int:
    """Count what a message reports, and that it was looked at; returns how many bounces."""
    reports = reports_in(message)
    telling = hashlib.sha256(message).hexdigest()
    with transaction.atomic():
        row = BounceMailbox.objects.select_for_update(no_key=True).get()
        if row.numbering == numbering and row.read_up_to >= uid:
            return 0  # by another worker, at this moment
        row.numbering, row.read_up_to = numbering, uid
        row.save(update_fields=["numbering", "read_up_to"])
        return sum(
            hear_of_a_bounce(report, told=f"{telling}:{place}", at=at)
            for place, report in enumerate(reports)
        )
