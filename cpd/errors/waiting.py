"""Refusals of waiting lists, offers and wishes. Rules BK-8 and PU-4."""

from hub_portal.shared.errors import Refused
from hub_portal.shared.wording import counted


class AlreadyWaiting(Refused):
    """A school stands in the line of a cohort once. Rule BK-8."""

    def __init__(self, *, wanted: int) -> None:
        self.wanted = wanted
        super().__init__(
            f"Your school is on this waiting list already, for {counted(wanted, 'place')}. "
            "To ask for another number, leave the list and join it again."
        )


class PlacesAreLeft(Refused):
    """Nobody waits for what can be booked."""

    def __init__(self, *, left: int) -> None:
        self.left = left
        super().__init__(
            f"{counted(left, 'place')} {'is' if left == 1 else 'are'} left. Book what you can "
            "first, and then join the waiting list for the rest."
        )


class NotWaiting(Refused):
    """The school has left the list, has its places, or the course has begun."""


class OfferNotLive(Refused):
    """The offer was answered or has lapsed. Rule BK-8."""


class NotYourTurn(Refused):
    """Nothing is offered to this school now."""

    def __init__(self) -> None:
        super().__init__(
            "No place is offered to your school now. You are told as soon as one comes free."
        )


class MoreThanOffered(Refused):
    """More delegates than the offer has places."""

    def __init__(self, *, offered: int, asked: int) -> None:
        self.offered = offered
        self.asked = asked
        super().__init__(
            f"Your school is offered {counted(offered, 'place')} and you chose {asked}. "
            "Take somebody off the list."
        )


class AlreadyAsked(Refused):
    """A school asks for a programme once. Rule PU-4."""

    def __init__(self, *, wanted: int) -> None:
        self.wanted = wanted
        super().__init__(
            f"Your school has asked for this course already, for {counted(wanted, 'place')}."
        )


class DateIsOpen(Refused):
    """What can be booked need not be asked for."""

    def __init__(self) -> None:
        super().__init__("There is a date of this course with places left. Book it instead.")


class NobodyAsks(Refused):
    """No date is planned from no demand."""

    def __init__(self) -> None:
        super().__init__("No school asks for this course any more.")


class WishHasEnded(Refused):
    """The wish was withdrawn, or a date is planned from it."""
