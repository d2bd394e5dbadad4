"""The code of a ticket: made when it is said, found by its keyed hash. Rules FT-1 and FT-3.

It is an HMAC of id and version under TICKET_KEY (security, part 3), so a reminder repeats it and
nothing but the version is kept; one more version and the old code is dead. After a rotation the
key that made the ticket's code is the one whose hash fits, so old tickets keep their code.
"""

from hmac import compare_digest

from django.conf import settings

from cpd.choices import TicketStatus
from cpd.models import FabulinusTicket
from hub_portal.shared.codes import as_meant, as_shown, code_of, hash_of_code

LETTERS = 16
"""Eighty bits: at a million guesses a second one in a thousand tickets is found in 40,000 years."""


NO_LONGER = "no-longer-valid"


class CodeCannotBeSaid(LookupError):
    """The key that made this code is no longer in use."""


def hash_of_newest_code(ticket: FabulinusTicket) -> str:
    """The keyed hash of the code this ticket is to have, under the newest key."""
    key = settings.TICKET_KEYS[0]
    return hash_of_code(_code(ticket, key), key=key)


def can_be_said(ticket: FabulinusTicket) -> bool:
    """Whether the key that made the ticket's code still verifies."""
    return _key_of(ticket) is not None


def code_of_ticket(ticket: FabulinusTicket) -> str:
    """The code as it is printed: "9HJ4-02KM-…". Raises: CodeCannotBeSaid."""
    key = _key_of(ticket)
    if key is None:
        raise CodeCannotBeSaid
    return as_shown(_code(ticket, key))


def code_for_mail(ticket_id: int, version: int) -> str:
    """What the sender puts where a mail has the placeholder.

    For a mail that was overtaken by a new code, words that open nothing.
    """
    ticket = FabulinusTicket.objects.filter(pk=ticket_id, version=version).first()
    if ticket is None or not can_be_said(ticket):
        return NO_LONGER
    return code_of_ticket(ticket)


def ticket_with_code(typed: str) -> FabulinusTicket | None:
    """The ticket somebody typed the code of, in any case and spacing; None for a wrong one."""
    code = as_meant(typed)
    if len(code) != LETTERS:
        return None
    hashes = [hash_of_code(code, key=key) for key in settings.TICKET_KEYS]
    found = FabulinusTicket.objects.exclude(status=TicketStatus.WITHDRAWN)
    ticket: FabulinusTicket | None = found.filter(code_hash__in=hashes).first()
    if ticket is None:
        return None
    key = _key_of(ticket)
    return ticket if key is not None and compare_digest(_code(ticket, key), code) else None


def _code(ticket: FabulinusTicket, key: str) -> str:
    return code_of("ticket", ticket.pk, ticket.version, key=key, letters=LETTERS)


def _key_of(ticket: FabulinusTicket) -> str | None:
    """The key under which the kept hash is that of the ticket's code."""
    keys: list[str] = settings.TICKET_KEYS
    fitting = (
        key
        for key in keys
        if compare_digest(hash_of_code(_code(ticket, key), key=key), ticket.code_hash)
    )
    return next(fitting, None)
