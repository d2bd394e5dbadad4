"""Refusals of the cpd app: each says why, and what to do next. Rule BK-4."""

from hub_portal.shared.errors import NotAllowed, Refused
from hub_portal.shared.wording import counted, in_a_row, in_credits


class CohortNotBookable(Refused):
    """Not offered, not open yet, closed, or already begun."""


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


class BookingNotLive(Refused):
    """The booking was cancelled or completed, so this can no longer be done."""


class TooLateToSubstitute(Refused):
    """The first session is over. Rule BK-7."""

    def __init__(self) -> None:
        super().__init__("The first session is over, so only the hub can change the delegate now.")


class NotTheOrganiser(Refused):
    """Only whoever organises a cohort, and the hub, take its registers. Rule BK-10."""

    def __init__(self) -> None:
        super().__init__("You no longer organise this course. If this is a mistake, ask the hub.")


class RegisterNotOpen(Refused):
    """It is not the day of the session yet, or the course does not take place. Rule BK-10."""


class NotOnTheRegister(Refused):
    """A mark for a place that is not held: cancelled meanwhile, or of another course."""

    def __init__(self) -> None:
        super().__init__(
            "One of the places you marked has been cancelled since you opened the page. "
            "Nothing was saved: look at the register again."
        )


class NameNeeded(Refused):
    """Nobody is named for a place, so nobody can have attended on it. Rule BK-10."""

    def __init__(self) -> None:
        super().__init__("Give the name of whoever came on a place that has none, then mark it.")


class NothingAnswered(Refused):
    """An evaluation was sent off without an answer. Rule BK-12."""

    def __init__(self) -> None:
        super().__init__("Answer at least one question before you send it off.")


class EvaluationIsClosed(Refused):
    """It was answered before, or its ninety days are over. Rule BK-12."""

    def __init__(self) -> None:
        super().__init__("This was answered before, or it is too long ago. Thank you all the same.")


class FormIsAsked(Refused):
    """Somebody was asked with this form, so its questions stay as they are. Rule BK-12."""

    def __init__(self) -> None:
        super().__init__("People were asked with this form, so it stays as it is. Make a copy.")


class FormHasNoQuestions(Refused):
    """A form without a question cannot be put to use. Rule BK-12."""

    def __init__(self) -> None:
        super().__init__("Add at least one question before you put the form to use.")


class CertificateStands(Refused):
    """A certificate says somebody was there; the register may not say otherwise. Rule BK-12."""

    def __init__(self, *, names: list[str]) -> None:
        self.names = names
        super().__init__(
            f"{in_a_row(names)} {'has a certificate' if len(names) == 1 else 'have certificates'} "
            "for this course. Ask the hub to withdraw it first; nothing was saved."
        )


class CertificateHasEnded(Refused):
    """It was withdrawn or replaced before. Rule BK-12."""

    def __init__(self, *, status: str) -> None:
        super().__init__(f"This certificate is {status.lower()} already.")


class NobodyWasThere(Refused):
    """A certificate needs attendance. Rule BK-12."""

    def __init__(self, *, name: str) -> None:
        super().__init__(
            f"The registers do not say that {name} was there. Put the register right first."
        )


class NotReadyToOffer(Refused):
    """A cohort lacks a session, or has dates that cannot be. Rule BK-1."""


class CapacityBelowLivePlaces(Refused):
    """A capacity cannot be lowered below the live places. Rule BK-3."""

    def __init__(self, *, live: int) -> None:
        self.live = live
        super().__init__(f"{counted(live, 'place')} are taken, so the places cannot be fewer.")


class NotOpenYet(CohortNotBookable):
    def __init__(self, *, opens_at_words: str) -> None:
        super().__init__(f"Booking opens on {opens_at_words}.")


class PriceHasChanged(Refused):
    """The price is no longer the one the page showed."""

    def __init__(self, *, price: int) -> None:
        self.price = price
        super().__init__(
            f"The price has changed to {in_credits(price)} a place since you opened the page. "
            "Check again before you confirm."
        )


class EffectHasChanged(Refused):
    """Cancelling would keep more than the page said."""

    def __init__(self, *, kept: int) -> None:
        self.kept = kept
        super().__init__(
            f"Cancelling now would keep {in_credits(kept)}, more than the page showed. "
            "Look at it again before you confirm."
        )


class NothingWasKept(Refused):
    """There is nothing to give back on this booking."""

    def __init__(self) -> None:
        super().__init__("Nothing was kept on this booking, or it has been given back already.")


class CohortMayNotBecome(Refused):
    """The cohort's state does not allow this."""


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


# ---- Fabulinus Tickets --------------------------------------------------------------------------


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


# ---- What delegates do themselves ---------------------------------------------------------------


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
