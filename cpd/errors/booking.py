"""Refusals of booking, cancelling and substituting. Rule BK-4."""

from hub_portal.shared.errors import NotAllowed, Refused
from hub_portal.shared.wording import counted, in_a_row


class CohortNotBookable(Refused):
    """Not offered, not open yet, closed, or already begun."""


class NotOpenYet(CohortNotBookable):
    def __init__(self, *, opens_at_words: str) -> None:
        super().__init__(f"Booking opens on {opens_at_words}.")


class TooFewPlaces(Refused):
    """Fewer places are left than were asked for."""

    def __init__(self, *, left: int, asked: int) -> None:
        self.left = left
        self.asked = asked
        super().__init__(
            "This course is full."
            if left == 0
            else f"Only {counted(left, 'place')} {'is' if left == 1 else 'are'} left and you "
            f"asked for {asked}. Untick the colleagues who cannot come, or book none."
        )


class OverSchoolLimit(Refused):
    """More places than a school may have on this cohort."""

    def __init__(self, *, limit: int, has: int, asked: int, ends_at_words: str) -> None:
        self.limit = limit
        self.has = has
        self.asked = asked
        already = f" and already has {has}" if has else ""
        super().__init__(
            f"Each school may have {counted(limit, 'place')} on this course until "
            f"{ends_at_words}. Your school asked for {asked}{already}."
        )


class WrongPhase(Refused):
    """The course is for other phases than the school's."""

    def __init__(self, *, phase: str, audience: list[str]) -> None:
        self.phase = phase
        super().__init__(
            f"This course is for {in_a_row(audience)} schools, and yours is "
            f"recorded as {phase.lower()}. Ask the hub if you think it fits."
        )


class AlreadyBooked(Refused):
    """A person holds a place on this cohort already."""

    def __init__(self, *, names: list[str]) -> None:
        self.names = names
        super().__init__(
            f"{in_a_row(names)} already {'has' if len(names) == 1 else 'have'} a place on "
            "this course. Take them off the list."
        )


class NamesakeHasAPlace(Refused):
    """Somebody typed without an address is called as a delegate of the same school is."""

    def __init__(self, *, name: str) -> None:
        super().__init__(
            f"Somebody called {name} already has a place on this course. "
            "If this is somebody else, give their address."
        )


class NamedTwice(Refused):
    """The same person stands twice in one request."""

    def __init__(self, *, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is on the list twice. Each delegate needs one place only.")


class NotAColleague(NotAllowed):
    """Somebody was chosen who is not, or no longer, on the school's staff list."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody you chose is not on your school's staff list. Change the people."
        )


class NotAMember(Refused):
    """Only current members spend credits. Rule SC-2."""

    def __init__(self, *, school: str) -> None:
        self.school = school
        super().__init__(f"{school} is not a member of the alliance today. Ask the hub.")


class MayNotActFor(Refused):
    """The person holds no live post that acts for the school. Rule PE-4."""

    def __init__(self, *, school: str) -> None:
        self.school = school
        super().__init__(f"You no longer act for {school}. If this is a mistake, ask the hub.")


class RequestUsedOtherwise(Refused):
    """The same page was sent again with other delegates."""

    def __init__(self) -> None:
        super().__init__("This form was already used for another booking. Start again.")


class PriceHasChanged(Refused):
    """The price is no longer the one the page showed."""

    def __init__(self, *, price: int, price_words: str) -> None:
        self.price = price
        super().__init__(
            f"The price has changed to {price_words} a place since you opened the page. "
            "Check again before you confirm."
        )


class BookingNotLive(Refused):
    """The booking was cancelled or completed, so this can no longer be done."""


class TooLateToSubstitute(Refused):
    """The first session is over. Rule BK-7."""

    def __init__(self) -> None:
        super().__init__("The first session is over, so only the hub can change the delegate now.")


class EffectHasChanged(Refused):
    """Cancelling would keep more than the page said."""

    def __init__(self, *, kept: int, kept_words: str) -> None:
        self.kept = kept
        super().__init__(
            f"Cancelling now would keep {kept_words}, more than the page showed. "
            "Look at it again before you confirm."
        )


class NothingWasKept(Refused):
    """There is nothing to give back on this booking."""

    def __init__(self) -> None:
        super().__init__("Nothing was kept on this booking, or it has been given back already.")
