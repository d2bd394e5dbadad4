"""What the pages of a ticket say. Reading only; the services decide again. Rules FT-1 to FT-4."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cpd.choices import TicketStatus
from cpd.models import Booking, Cohort, FabulinusTicket, Session
from cpd.services.places import places_of
from cpd.services.policy import bands_in_force
from cpd.services.redeeming import refuse_unless_redeemable, refuse_unless_there_is_a_place
from cpd.services.ticket_places import TicketPlace, clashes_of, places_for
from cpd.services.ticket_returns import lives_again_until
from hub_portal.shared.errors import PortalError
from hub_portal.shared.wording import day


@dataclass(frozen=True)
class LandingPage:
    """The ticket before anything is chosen; `programme` only while it holds a place."""

    ticket: FabulinusTicket
    is_proved: bool
    places: Sequence[TicketPlace]
    programme: str
    why_not: str

    @property
    def has_place(self) -> bool:
        return self.ticket.status == TicketStatus.REDEEMED

    @property
    def may_move(self) -> bool:
        """Whether its address may still be changed."""
        return self.has_place or not self.why_not


@dataclass(frozen=True)
class CheckPage:
    """One date before it is taken, what may be in the way, and what to think of first."""

    ticket: FabulinusTicket
    cohort: Cohort
    sessions: Sequence[Session]
    is_proved: bool
    warnings: Sequence[str]
    refusal: str
    give_back_by: date | None


@dataclass(frozen=True)
class PlacePage:
    """The place the ticket has bought; `lives_until` while giving it back leaves it alive."""

    ticket: FabulinusTicket
    booking: Booking
    sessions: Sequence[Session]
    lives_until: date | None
    may_give_back: bool


def landing_page(*, ticket: FabulinusTicket, is_proved: bool, at: datetime) -> LandingPage:
    """What the ticket is and what it buys, or why it buys nothing now."""
    why_not = ""
    try:
        refuse_unless_redeemable(ticket=ticket, at=at)
    except PortalError as refused:
        why_not = refused.sentence
    booking = ticket.redeemed_by if ticket.status == TicketStatus.REDEEMED else None
    return LandingPage(
        ticket=ticket,
        is_proved=is_proved,
        places=[] if why_not else places_for(at=at),
        programme=booking.cohort.programme.title if booking else "",
        why_not="" if booking else why_not,
    )


def check_page(
    *,
    ticket: FabulinusTicket,
    cohort: Cohort,
    is_proved: bool,
    at: datetime,
    refusal: PortalError | None = None,
) -> CheckPage:
    """What redeeming would do now. `refusal` is one the service gave already."""
    if refusal is None:
        try:
            refuse_unless_redeemable(ticket=ticket, at=at)
            refuse_unless_there_is_a_place(
                cohort=cohort, places=places_of(cohort), person=ticket.person, at=at
            )
        except PortalError as refused:
            refusal = refused
    clashes = clashes_of(person=ticket.person, cohort=cohort) if is_proved else []
    return CheckPage(
        ticket=ticket,
        cohort=cohort,
        sessions=list(cohort.sessions.order_by("starts_at")),
        is_proved=is_proved,
        warnings=[
            f"You are on another course at the same time on {day(session.starts_at)}."
            for session in clashes
        ],
        refusal=refusal.sentence if refusal else "",
        give_back_by=_give_back_by(cohort, at=at),
    )


def place_page(*, ticket: FabulinusTicket, booking: Booking, at: datetime) -> PlacePage:
    """The place, and what giving it back would do now."""
    starts_at = booking.cohort.starts_at
    return PlacePage(
        ticket=ticket,
        booking=booking,
        sessions=list(booking.cohort.sessions.order_by("starts_at")),
        lives_until=lives_again_until(booking=booking, at=at),
        may_give_back=starts_at is not None and at < starts_at,
    )


def _give_back_by(cohort: Cohort, *, at: datetime) -> date | None:
    """Until when a place taken now could be given back with the ticket alive."""
    unsaved = Booking(cohort=cohort, bands=bands_in_force())
    return lives_again_until(booking=unsaved, at=at)
