"""Fabulinus Tickets of three award years, in every state there is."""

from datetime import date, datetime, timedelta

from cpd.models import Booking, Cohort, FabulinusTicket
from cpd.services.redeeming import Redemption, redeem_ticket
from cpd.services.ticket_clock import expire_tickets
from cpd.services.ticket_returns import give_place_back
from cpd.services.tickets import (
    Award,
    change_ticket_address,
    issue_ticket,
    withdraw_ticket,
)
from hub_portal.management.demo.courses import PlannedCohorts
from hub_portal.management.demo.dates import at_clock
from hub_portal.management.demo.people import Cast
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import london_date
from schools.models import Person
from schools.services.calendar import school_year_of

TO_COME = ("feedback", "adaptive-teaching", "mastery-maths-ks3")
OVER = ("behaviour-routines", "mastery-maths-ks3")
ELSEWHERE = ("Rowan Achebe", "rowan.achebe@mail.example")
"""Somebody who teaches at a school outside the alliance: the ticket is good there too."""


def issue_and_redeem(*, cast: Cast, cohorts: PlannedCohorts, by: Person, at: datetime) -> None:
    """Three summers of graduates: most tickets wait, some are redeemed, given back or used up.

    Before the bookings of the schools, so that courses which are over complete with them.
    """
    summer = school_year_of(london_date(at)).starts_on.year
    _issue_all(cast, 2, year=summer - 3, holders=2, by=by, now=at)
    earlier = _issue_all(cast, 0, year=summer - 1, holders=6, by=by, now=at)
    tickets = _issue_all(cast, 1, year=summer, holders=9, by=by, now=at)
    rowan = _issue(*ELSEWHERE, year=summer, by=by, now=at)
    lead = next(t for t in tickets if t.person in cast.lead.staff)
    others = [ticket for ticket in [*tickets, rowan] if ticket.pk != lead.pk]
    _redeem(lead, cohorts.by_slug[TO_COME[0]][0], now=at)
    _redeem(others[0], cohorts.by_slug[TO_COME[1]][0], now=at)
    _redeem(others[1], cohorts.by_slug[OVER[0]][0], now=at)
    _give_back(_redeem(others[2], cohorts.by_slug[OVER[1]][0], now=at), late=True)
    _give_back(_redeem(others[3], cohorts.by_slug[TO_COME[2]][-1], now=at), late=False)
    withdraw_ticket(
        ticket_id=others[4].pk, reason="Has left teaching", by=by, at=at - timedelta(days=9)
    )
    change_ticket_address(
        ticket_id=rowan.pk,
        email="rowan@another-mail.example",
        reason="Lost the university mailbox; identity checked by telephone",
        by=by,
        at=at - timedelta(days=3),
    )
    _redeem(earlier[1], cohorts.by_slug[OVER[0]][0], now=at)
    _redeem(earlier[2], cohorts.by_slug[TO_COME[0]][0], now=at)
    expire_tickets(by=Person.objects.portal(), at=at)


def _issue_all(
    cast: Cast, place: int, *, year: int, holders: int, by: Person, now: datetime
) -> list[FabulinusTicket]:
    """One newly qualified colleague at each of the first schools, the lead school among them."""
    schools = [cast.lead, *(people for people in cast.schools if people != cast.lead)]
    people = [school.staff[-1 - place] for school in schools[:holders]]
    return [
        _issue(person.full_name, person.email or "", year=year, by=by, now=now) for person in people
    ]


def _issue(full_name: str, email: str, *, year: int, by: Person, now: datetime) -> FabulinusTicket:
    """Issued five days after the award of July."""
    award_on = date(year, 7, 10)
    return issue_ticket(
        full_name=full_name,
        email=email,
        award=Award(award_on=award_on, award_year=school_year_of(award_on)),
        by=by,
        at=min(at_clock(award_on + timedelta(days=5), 10), now),
    )


def _redeem(ticket: FabulinusTicket, cohort: Cohort, *, now: datetime) -> Booking | None:
    """Three weeks before the course, or today; what the rules refuse is not done, as in life."""
    starts_at = cohort.starts_at or now
    at = max(min(starts_at - timedelta(weeks=3), now), ticket.issued_at + timedelta(days=1))
    order = Redemption(
        page_key=f"demo-ticket-{ticket.pk}",
        ticket_id=ticket.pk,
        version=ticket.version,
        cohort_id=cohort.pk,
    )
    try:
        return redeem_ticket(redemption=order, by=ticket.person, at=at)
    except PortalError:
        return None


def _give_back(booking: Booking | None, *, late: bool) -> None:
    """The day before the course, or the day after it was taken."""
    if booking is None or booking.cohort.starts_at is None:
        return
    day_before = booking.cohort.starts_at - timedelta(days=1)
    at = day_before if late else booking.booked_at + timedelta(minutes=20)
    give_place_back(booking_id=booking.pk, shown_as_living=not late, by=booking.booked_by, at=at)
