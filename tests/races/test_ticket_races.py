"""A ticket is one place, whatever happens at once. Rule FT-3; the control must break."""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection

from cpd import errors
from cpd.choices import TicketStatus
from cpd.models import Booking, Cohort, FabulinusTicket
from cpd.services import redeeming
from cpd.services.proofs import differences
from cpd.services.ticket_returns import give_place_back
from cpd.services.tickets import issue_ticket, withdraw_ticket
from hub_portal.mail.models import Delivery
from tests.makers.schools import NOON, make_hub_manager
from tests.makers.tickets import make_award, make_ticket, make_ticket_cohort, redeem
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 8


@pytest.fixture
def manager():
    return make_hub_manager()


@pytest.fixture
def ticket(manager):
    return make_ticket()


@pytest.fixture
def long_thought(monkeypatch):
    """Between looking at ticket and places and writing there is time for everybody else."""
    look = redeeming.refuse_unless_there_is_a_place

    def look_and_think(**facts):
        look(**facts)
        time.sleep(0.2)

    monkeypatch.setattr(redeeming, "refuse_unless_there_is_a_place", look_and_think)


@pytest.fixture
def without_the_locks(monkeypatch):
    """PostgreSQL: cohort and ticket are read without their row locks. SQLite, where the write
    lock of the transaction does the work: without the transaction. The constraint that one
    booking has one ticket stays, so what breaks is that a ticket has one booking."""
    if connection.vendor == "postgresql":
        unlocked = FabulinusTicket.objects.select_related("person", "award_year")
        monkeypatch.setattr(redeeming, "lock_ticket", lambda pk: unlocked.get(pk=pk))
        monkeypatch.setattr(
            redeeming,
            "lock_cohort",
            lambda pk: Cohort.objects.select_related("programme").get(pk=pk),
        )
    else:
        monkeypatch.setattr(redeeming, "transaction", SimpleNamespace(atomic=nullcontext))


def test_one_ticket_redeemed_twice_at_once_is_one_place(ticket, long_thought):
    cohort = make_ticket_cohort(capacity=80)

    results = all_at_once([partial(redeem, ticket, cohort)] * AT_ONCE)

    assert len(of_kind(results, Booking)) == 1
    assert len(of_kind(results, errors.TicketNotLive)) == AT_ONCE - 1
    assert Booking.objects.live().count() == 1
    assert Delivery.objects.filter(kind="cpd.ticket.redeemed").count() == 1
    assert differences() == []


def test_one_ticket_redeemed_on_two_cohorts_at_once_is_one_place(ticket, long_thought):
    cohorts = [make_ticket_cohort() for _ in range(2)]

    results = all_at_once([partial(redeem, ticket, cohort) for cohort in cohorts * 4])

    [booking] = of_kind(results, Booking)
    assert len(of_kind(results, errors.TicketNotLive)) == AT_ONCE - 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.redeemed_by) == (TicketStatus.REDEEMED, booking)
    assert Booking.objects.count() == 1
    assert differences() == []


def test_without_the_locks_one_ticket_takes_two_places(ticket, without_the_locks, long_thought):
    cohorts = [make_ticket_cohort() for _ in range(2)]

    all_at_once([partial(redeem, ticket, cohort) for cohort in cohorts])

    assert Booking.objects.count() == 2
    assert any("no ticket holds it" in difference for difference in differences())


def test_a_double_click_redeems_once_and_answers_the_same(ticket):
    cohort = make_ticket_cohort()
    click = partial(redeem, ticket, cohort, page_key="one-page-of-this-ticket")

    results = all_at_once([click] * AT_ONCE)

    assert len(of_kind(results, Booking)) == AT_ONCE
    assert len({booking.pk for booking in results}) == 1
    assert differences() == []


def test_the_last_place_for_tickets_goes_to_one(manager, long_thought):
    cohort = make_ticket_cohort(capacity=4)
    tickets = [make_ticket() for _ in range(AT_ONCE)]

    results = all_at_once([partial(redeem, each, cohort) for each in tickets])

    assert len(of_kind(results, Booking)) == 1
    assert len(of_kind(results, errors.NoPlacesForTickets)) == AT_ONCE - 1
    assert differences() == []


def test_a_place_given_back_twice_at_once_makes_the_ticket_live_once(ticket):
    booking = redeem(ticket, make_ticket_cohort())
    giving = partial(
        give_place_back,
        booking_id=booking.pk,
        shown_as_living=True,
        by=ticket.person,
        at=NOON,
    )

    results = all_at_once([giving] * AT_ONCE)

    assert results == [True] * AT_ONCE
    ticket.refresh_from_db()
    assert (ticket.status, ticket.redeemed_by) == (TicketStatus.ISSUED, None)
    assert Delivery.objects.filter(kind="cpd.ticket.given_back").count() == 1


def test_withdrawn_and_redeemed_at_once_is_one_of_the_two(manager, ticket):
    cohort = make_ticket_cohort()
    withdraw = partial(withdraw_ticket, ticket_id=ticket.pk, reason="x", by=manager, at=NOON)

    results = all_at_once([withdraw, partial(redeem, ticket, cohort)])

    assert len(of_kind(results, Exception)) == 1
    ticket.refresh_from_db()
    assert ticket.status in (TicketStatus.WITHDRAWN, TicketStatus.REDEEMED)
    assert Booking.objects.count() == (ticket.status == TicketStatus.REDEEMED)
    assert differences() == []


def test_one_award_has_one_ticket_however_often_it_is_issued_at_once(manager):
    issue = partial(
        issue_ticket,
        full_name="Jess Owens",
        email="jess@mail.example",
        award=make_award(),
        by=manager,
        at=NOON,
    )

    results = all_at_once([issue] * AT_ONCE)

    assert len(of_kind(results, FabulinusTicket)) == 1
    assert len(of_kind(results, errors.HasATicketAlready)) == AT_ONCE - 1
    assert Delivery.objects.filter(kind="cpd.ticket.issued").count() == 1
