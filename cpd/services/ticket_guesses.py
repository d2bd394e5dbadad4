"""Wrong codes: counted, slowed in words, and told to the hub; a right code always works.

Rule FT-3 and security, part 7. A code has eighty bits, so guessing is hopeless by itself. A
school is one network address, so locking it would only shut out honest holders: past the limit
every wrong code is answered 429, and a right one still opens.
"""

import hashlib
import hmac
import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from cpd.emails import ticket_mails
from cpd.errors import TooManyGuesses, UnknownTicket

SECONDS_COUNTED = 600
WRONG_FROM_ONE_ADDRESS = 30
"""Within ten minutes; a school of colleagues who mistype is one address."""

SECONDS_OF_THE_ALARM = 3600
WRONG_FROM_EVERYWHERE = 300
"""Within an hour, whoever asks: then the hub is told. It never locks anything."""

log = logging.getLogger(__name__)


def note_wrong_code(*, address: str, at: datetime) -> None:
    """Count a wrong code and say no.

    Raises: UnknownTicket, or TooManyGuesses when the address has had its share.
    """
    if counted(f"ticket-guesses:{_hidden(address)}", seconds=SECONDS_COUNTED, at=at) > (
        WRONG_FROM_ONE_ADDRESS
    ):
        refusal: UnknownTicket | TooManyGuesses = TooManyGuesses()
    else:
        refusal = UnknownTicket()
    everywhere = counted("ticket-guesses:all", seconds=SECONDS_OF_THE_ALARM, at=at)
    if everywhere == WRONG_FROM_EVERYWHERE:
        log.warning("tickets.guessing", extra={"wrong_codes": everywhere})
        ticket_mails.somebody_guesses(wrong_codes=everywhere, at=at)
    raise refusal


def counted(name: str, *, seconds: int, at: datetime) -> int:
    """How often this has happened in the present stretch of so many seconds, this time too.

    Two at the same instant may count as one: a limit of this kind is loose.
    """
    key = f"{name}:{int(at.timestamp()) // seconds}"
    times: int = cache.get(key, 0) + 1
    cache.set(key, times, timeout=seconds * 2)
    return times


def _hidden(address: str) -> str:
    """A network address is never stored: what stands for it means nothing elsewhere."""
    return hmac.digest(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hex()[:24]
