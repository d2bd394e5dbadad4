"""What an act would do, found out by doing it and undoing it in one transaction.

The page that asks for a confirmation shows this first: it meets the same refusals and comes
to the same figures as the act itself.
"""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

Seen = TypeVar("Seen")


def would_be(act: Callable[[], object], read: Callable[[], Seen]) -> Seen:
    """What would be read after the act. Nothing is kept, nobody is told.

    Raises: whatever refuses the act.
    """
    with transaction.atomic():
        act()
        seen = read()
        transaction.set_rollback(True)
    return seen
