"""Refusals of waiting lists, offers and wishes. Rules BK-8 and PU-4."""

from hub_portal.shared.errors import Refused
from hub_portal.shared.wording import counted


class AlreadyWaiting(Refused):
    """A school stands in the line of a cohort once. Rule BK-8."""

    def __init__(self, *, wanted: int) -> None:
        self.wanted = wanted
        super().__init__(
            f"Your school is on this waiting list already, for {counted(wanted, 'place')}. "
            "Ask for another number on the page of the list."
        )


class AnswerTheOfferFirst(Refused):
    """What is offered stands until it is answered. Rule BK-8."""

    def __init__(self) -> None:
        super().__init__(
            "Places are offered to your school. Take or decline them first, and then ask for "
            "another number."
        )


class WantsTooMany(Refused):
    """No school waits for nothing, or for more than it can book at once."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        super().__init__(f"A school waits for 1 to {most} places.")


class MoreNamedThanWanted(Refused):
    """A place each, at most."""

    def __init__(self, *, named: int, wanted: int) -> None:
        self.named, self.wanted = named, wanted
        super().__init__(
            f"You have named {named} people and ask for {counted(wanted, 'place')}. Take somebody "
            "off the list."
        )


class MoreMeansTheEnd(Refused):
    """More places are asked for behind those who wait already. Rule BK-8."""

    def __init__(self, *, behind: int) -> None:
        self.behind = behind
        super().__init__(
            f"For more places your school goes to the end of the line, behind "
            f"{counted(behind, 'school')} that {'stands' if behind == 1 else 'stand'} behind it "
            "now."
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
