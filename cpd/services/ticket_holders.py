"""Who may use a ticket: its holder, proved by a code or by being signed in. Rule FT-3.

The link or the code of a ticket only shows what it buys. To redeem it, give its place back or
change its address, a second code goes to the address it was issued to.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Self

from django.conf import settings

from cpd.emails import ticket_mails
from cpd.errors import CodeDoesNotFit, TooManyCodes
from cpd.models import FabulinusTicket
from cpd.services.ticket_guesses import counted
from hub_portal.shared.codes import ALPHABET, as_meant, as_shown, hash_of_code
from schools.models import Person

LETTERS = 8
MINUTES_A_CODE_LIVES = 10
MOST_TRIES = 3
CODES_IN_TEN_MINUTES = 4
CODES_IN_A_DAY = 15


@dataclass
class SentCode:
    """What the browser that asked keeps of the code on its way: a keyed hash, never the code."""

    ticket_id: int
    version: int
    code_hash: str
    until: float
    tries: int = 0

    def as_kept(self) -> dict[str, Any]:
        """For the session."""
        return asdict(self)

    @classmethod
    def kept(cls, kept: object) -> Self | None:
        """Out of the session, or None."""
        return cls(**kept) if isinstance(kept, dict) else None


def is_holder(*, ticket: FabulinusTicket, person: Person | None) -> bool:
    """Whether whoever is signed in is the person the ticket was issued to."""
    return person is not None and person.pk == ticket.person_id


def send_code_to_holder(*, ticket: FabulinusTicket, at: datetime) -> SentCode:
    """Email a code to the address the ticket was issued to. Raises: TooManyCodes."""
    name = f"ticket-codes:{ticket.pk}"
    if counted(name, seconds=600, at=at) > CODES_IN_TEN_MINUTES:
        raise TooManyCodes
    if counted(f"{name}:day", seconds=86_400, at=at) > CODES_IN_A_DAY:
        raise TooManyCodes
    code = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    ticket_mails.code_for_holder(
        ticket=ticket, code=as_shown(code), minutes=MINUTES_A_CODE_LIVES, at=at
    )
    return SentCode(
        ticket_id=ticket.pk,
        version=ticket.version,
        code_hash=hash_of_code(code, key=settings.TICKET_KEYS[0]),
        until=(at + timedelta(minutes=MINUTES_A_CODE_LIVES)).timestamp(),
    )


def prove_holder(
    *, ticket: FabulinusTicket, sent: SentCode | None, typed: str, at: datetime
) -> None:
    """Whether the code that was sent to this browser's ticket is the one typed.

    Counts the try on `sent`, which the caller keeps. Raises: CodeDoesNotFit.
    """
    if sent is None or (sent.ticket_id, sent.version) != (ticket.pk, ticket.version):
        raise CodeDoesNotFit(may_try_again=False)
    if at.timestamp() >= sent.until or sent.tries >= MOST_TRIES:
        raise CodeDoesNotFit(may_try_again=False)
    sent.tries += 1
    hashes = [hash_of_code(as_meant(typed), key=key) for key in settings.TICKET_KEYS]
    if not any(compare_digest(sent.code_hash, each) for each in hashes):
        raise CodeDoesNotFit(may_try_again=sent.tries < MOST_TRIES)
