"""Fabulinus Tickets, issued through the service as the hub manager would."""

import itertools
from datetime import date

from cpd.choices import TicketStatus
from cpd.services.redeeming import Redemption, redeem_ticket
from cpd.services.ticket_clock import expire_tickets
from cpd.services.ticket_codes import code_of_ticket
from cpd.services.ticket_returns import give_place_back
from cpd.services.tickets import Award, issue_ticket, withdraw_ticket
from schools.models import Person
from schools.services.calendar import school_year_of
from tests.makers.cpd import make_cohort, make_programme
from tests.makers.schools import NOON, make_hub_manager

_numbers = itertools.count(1)

AWARDED_ON = date(2026, 7, 10)
LAST_ON = date(2028, 8, 31)
"""The last day of a ticket for AWARDED_ON."""


def make_award(*, award_on=AWARDED_ON):
    return Award(award_on=award_on, award_year=school_year_of(award_on))


def the_hub_manager():
    return Person.objects.hub_managers().first() or make_hub_manager()


def make_ticket(*, full_name="Jess Owens", email=None, award_on=AWARDED_ON, at=NOON, **facts):
    """A ticket that waits to be redeemed."""
    return issue_ticket(
        full_name=full_name,
        email=email or f"jess{next(_numbers)}@mail.example",
        award=make_award(award_on=award_on),
        by=the_hub_manager(),
        at=at,
        **facts,
    )


def make_ticket_cohort(**facts):
    """An offered cohort of a programme that welcomes tickets; eight places, two for tickets."""
    programme = facts.pop("programme", None) or make_programme(tickets_welcome=True)
    return make_cohort(programme=programme, **{"capacity": 8, **facts})


def redeem(ticket, cohort, *, at=NOON, page_key=None, by=None):
    redemption = Redemption(
        page_key=page_key or f"page-of-a-ticket-{next(_numbers)}",
        ticket_id=ticket.pk,
        version=ticket.version,
        cohort_id=cohort.pk,
    )
    return redeem_ticket(redemption=redemption, by=by or ticket.person, at=at)


def code_of(ticket):
    return code_of_ticket(ticket)


def make_ticket_in(status, *, cohort=None):
    """A ticket in this state, come to it by its own verbs."""
    ticket = make_ticket()
    if status == TicketStatus.WITHDRAWN:
        withdraw_ticket(ticket_id=ticket.pk, reason="x", by=the_hub_manager(), at=NOON)
    elif status == TicketStatus.EXPIRED:
        type(ticket).objects.filter(pk=ticket.pk).update(last_on=date(2026, 11, 19))
        expire_tickets(by=Person.objects.portal(), at=NOON)
    elif status != TicketStatus.ISSUED:
        cohort = cohort or make_ticket_cohort()
        booking = redeem(ticket, cohort)
        if status == TicketStatus.USED:
            late = cohort.starts_at.replace(hour=8)
            give_place_back(booking_id=booking.pk, shown_as_living=False, by=ticket.person, at=late)
    ticket.refresh_from_db()
    return ticket
