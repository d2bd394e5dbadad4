"""Any order of redeeming, giving back, holding back, calling off and completing keeps the rules.

Invariant 8: a ticket redeems at most once; every redeemed ticket has its booking and the reverse.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cpd.choices import WITH_A_BOOKING, PaidBy
from cpd.models import Booking, Cohort, FabulinusTicket
from cpd.rules import places_for_tickets
from cpd.services.cohorts import cancel_cohort
from cpd.services.proofs import differences
from cpd.services.settling import settle_cohort
from cpd.services.ticket_clock import expire_tickets
from cpd.services.ticket_returns import cannot_release, give_place_back
from cpd.services.tickets import (
    extend_ticket,
    give_ticket_back,
    withdraw_ticket,
)
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import PortalError
from hub_portal.trail.models import Act
from tests.makers.cpd import make_programme
from tests.makers.schools import NOON, make_appointment, make_cast
from tests.makers.tickets import make_ticket, make_ticket_cohort, redeem

TABLES = (Booking, FabulinusTicket, Act, Delivery)


class TwoYearsOfTickets(RuleBasedStateMachine):
    """Four holders, three dates, and a clock that only goes forward, past the tickets' last day."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.cast = make_cast()
        self.tickets = [make_ticket() for _ in range(4)]
        for ticket in self.tickets[:2]:
            make_appointment(person=ticket.person, school=self.cast.our_school)
        programme = make_programme(tickets_welcome=True)
        self.cohorts = [
            make_ticket_cohort(
                programme=programme, capacity=capacity, starts_at=NOON + timedelta(days=days)
            )
            for capacity, days in ((4, 30), (8, 90), (3, 700))
        ]
        self.at = NOON

    def attempt(self, act):
        """Do it; a refusal must have written nothing."""
        before = [list(table.objects.order_by("pk").values()) for table in TABLES]
        try:
            with transaction.atomic():
                act()
        except PortalError:
            assert [list(table.objects.order_by("pk").values()) for table in TABLES] == before

    def ticket(self, number):
        return FabulinusTicket.objects.select_related("person").get(pk=self.tickets[number].pk)

    @rule(hours=st.integers(1, 24 * 40))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)

    @rule(number=st.integers(0, 3), cohort=st.integers(0, 2))
    def redeem(self, number, cohort):
        ticket = self.ticket(number)
        self.attempt(lambda: redeem(ticket, self.cohorts[cohort], at=self.at))

    @rule(number=st.integers(0, 3))
    def give_back(self, number):
        ticket = self.ticket(number)
        if ticket.redeemed_by_id:
            self.attempt(
                lambda: give_place_back(
                    booking_id=ticket.redeemed_by_id,
                    shown_as_living=False,
                    by=ticket.person,
                    at=self.at,
                )
            )

    @rule(number=st.integers(0, 3))
    def hold_back(self, number):
        ticket = self.ticket(number)
        if ticket.redeemed_by_id:
            self.attempt(
                lambda: cannot_release(
                    booking_id=ticket.redeemed_by_id,
                    school_id=self.cast.our_school.pk,
                    by=self.cast.rep,
                    at=self.at,
                )
            )

    @rule(number=st.integers(0, 3), verb=st.sampled_from([withdraw_ticket, give_ticket_back]))
    def hub_acts(self, number, verb):
        facts = {"reason": "x", "by": self.cast.hub_manager, "at": self.at}
        self.attempt(lambda: verb(ticket_id=self.tickets[number].pk, **facts))

    @rule(number=st.integers(0, 3))
    def extend(self, number):
        to = self.at.date() + timedelta(days=100)
        facts = {"last_on": to, "reason": "x", "by": self.cast.hub_manager, "at": self.at}
        self.attempt(lambda: extend_ticket(ticket_id=self.tickets[number].pk, **facts))

    @rule()
    def the_day_ends(self):
        self.attempt(lambda: expire_tickets(by=self.cast.hub_manager, at=self.at))

    @rule(cohort=st.integers(0, 2))
    def call_off(self, cohort):
        facts = {"reason": "x", "by": self.cast.hub_manager, "at": self.at}
        self.attempt(lambda: cancel_cohort(cohort=self.cohorts[cohort], **facts))

    @rule(cohort=st.integers(0, 2))
    def settle(self, cohort):
        facts = {"cohort_id": self.cohorts[cohort].pk, "by": self.cast.hub_manager, "at": self.at}
        self.attempt(lambda: settle_cohort(**facts))

    @invariant()
    def tickets_and_places_agree(self):
        if not hasattr(self, "cast"):
            return
        assert differences() == []
        live = Booking.objects.live()
        for ticket in FabulinusTicket.objects.all():
            assert live.filter(delegate=ticket.person_id, status="booked").count() == (
                ticket.status == "redeemed"
            )
            assert (ticket.redeemed_by_id is not None) == (ticket.status in WITH_A_BOOKING)
        for cohort in Cohort.objects.all():
            taken = cohort.bookings.live().filter(paid_by=PaidBy.TICKET).count()
            assert taken <= places_for_tickets(capacity=cohort.capacity, percent=25)


@pytest.mark.django_db
def test_any_order_of_acts_keeps_ticket_and_place_together():
    run_state_machine_as_test(
        TwoYearsOfTickets,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
