"""Refusals of Fabulinus Tickets. Rules FT-1 to FT-5."""

from hub_portal.shared.errors import Refused
from hub_portal.shared.wording import counted


class UnknownTicket(Refused):
    """What was typed is the code of no ticket."""

    def __init__(self) -> None:
        super().__init__(
            "That code is not one of ours. Look at it again: it has sixteen letters and figures "
            "and stands in the mail and on the ticket."
        )


class TooManyGuesses(Refused):
    """Wrong codes came from this network again and again."""

    def __init__(self) -> None:
        super().__init__(
            "Too many wrong codes came from your network. Type the code just as it stands on "
            "the ticket, or open the link in the mail: a right one works at once."
        )


class TicketNotLive(Refused):
    """The state of the ticket does not allow this. Rules FT-3 and FT-4."""


class TicketIsPast(TicketNotLive):
    """Its last day is over."""

    def __init__(self, *, last_on_words: str) -> None:
        super().__init__(
            f"This ticket could be redeemed until {last_on_words}. Ask the hub if you think it "
            "should live longer."
        )


class NoTicketsHere(Refused):
    """The programme is not one that tickets buy. Rule FT-2."""

    def __init__(self) -> None:
        super().__init__("This course does not take tickets. Choose one of those on your page.")


class NoPlacesForTickets(Refused):
    """The share of places that tickets may take is taken. Rule FT-2."""

    def __init__(self, *, share: int) -> None:
        self.share = share
        verb = "is" if share == 1 else "are"
        super().__init__(
            f"The {counted(share, 'place')} for tickets on this date {verb} taken. Choose another "
            "date or another course: your ticket stays as it is."
        )


class HasAPlaceAlready(Refused):
    """The holder is booked on this cohort. Rule BK-3."""

    def __init__(self) -> None:
        super().__init__(
            "You have a place on this course already. Choose another: your ticket stays as it is."
        )


class BookedWithATicket(Refused):
    """A place that only its holder, or the holder's school, gives up. Rule FT-3."""

    def __init__(self) -> None:
        super().__init__(
            "This place was taken with a Fabulinus Ticket, which is its holder’s alone. The holder "
            "gives it back on the page of the ticket."
        )


class TooLateToHoldBack(Refused):
    """The last day to say "cannot release" is over. Rule FT-2."""

    def __init__(self) -> None:
        super().__init__(
            "The day by which a school may say so is over. Speak with your colleague, who may "
            "still give the place back."
        )


class TicketWouldBeUsed(Refused):
    """Giving the place back now costs the ticket, and the page said otherwise. Rule FT-4."""

    def __init__(self) -> None:
        super().__init__(
            "The day until which the ticket lives again is over since you opened the page. Look "
            "at it again before you confirm."
        )


class HasATicketAlready(Refused):
    """One ticket for one award. Rule FT-1."""

    def __init__(self, *, award_year: str) -> None:
        self.award_year = award_year
        super().__init__(
            f"This person has a ticket for {award_year} already. Send it again, extend it, or "
            "withdraw it first."
        )


class BadAward(Refused):
    """A date that cannot be, or a ticket that would be past when it is issued."""


class SameAddress(Refused):
    """The ticket goes to this address already."""

    def __init__(self) -> None:
        super().__init__("The ticket goes to this address already.")


class AddressOfSomebodyElse(Refused):
    """Another person is known by this address."""

    def __init__(self) -> None:
        super().__init__("Somebody else is known by this address. Ask the holder for another.")


class CodeDoesNotFit(Refused):
    """The code sent to the ticket's address was typed wrongly, or its time is over."""

    def __init__(self, *, may_try_again: bool) -> None:
        self.may_try_again = may_try_again
        super().__init__(
            "That is not the code we sent. Look at the newest mail and type it again."
            if may_try_again
            else "That code no longer works. Ask for another one."
        )


class TooManyCodes(Refused):
    """Codes were asked for again and again."""

    def __init__(self) -> None:
        super().__init__(
            "Several codes are on their way already. Wait a few minutes, look into the folder "
            "for unwanted mail too, and then ask again."
        )


class TicketListIsGone(Refused):
    """The list was saved, put aside, or deleted in time."""

    def __init__(self) -> None:
        super().__init__("This list is no longer here. Send it in again if you need it.")


class TicketListWrong(Refused):
    """Rows of a list cannot be; saving is all or nothing."""

    def __init__(self, *, rows: int) -> None:
        self.rows = rows
        super().__init__(
            f"{counted(rows, 'row')} cannot be issued. Put right what is wrong in your list and "
            "send it again."
        )
