"""The reason that an act of the hub manager on the books is never without."""

from credits.errors import ReasonNeeded


def given_reason(reason: str) -> str:
    """The reason as it is kept. Raises: ReasonNeeded."""
    if not (why := reason.strip()):
        raise ReasonNeeded
    return why
