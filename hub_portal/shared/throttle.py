"""Slowing down whoever tries many times: counted per address and name, in the shared cache.

    if too_many("certificate", client_address(request), most=30, within=timedelta(minutes=10)):
        ...

For what is guessed, count the misses only, so that a right answer always works. An address is
loosely limited: a whole school shares one. Nothing is kept but a number, and that not long.
"""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils.crypto import salted_hmac

SALT = "hub_portal.shared.throttle"


def too_many(name: str, who: str, *, most: int, within: timedelta, at: datetime) -> bool:
    """Count one more try of this kind; whether there were more than `most` in this span."""
    span = int(at.timestamp() // within.total_seconds())
    key = salted_hmac(SALT, f"{name}:{who}:{span}", algorithm="sha256").hexdigest()
    cache.add(key, 0, timeout=within.total_seconds() * 2)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # it went between the two
        return False
