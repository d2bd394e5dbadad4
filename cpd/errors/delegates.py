"""Refusals of what delegates do themselves, and of writing to them."""

from hub_portal.shared.errors import NotAllowed, Refused


class NothingToAsk(Refused):
    """A teacher cannot ask for this place; the sentence says why. Rule BK-2."""


class NotYourPlace(NotAllowed):
    """Somebody else has this place, perhaps since a moment ago."""

    def __init__(self) -> None:
        super().__init__("This place is no longer yours, so there is nothing to do here.")


class NobodyToWriteTo(Refused):
    """Nobody has a place on the course, or nobody an address. Rule XX-6."""

    def __init__(self) -> None:
        super().__init__("Nobody with an address has a place on this course yet.")
