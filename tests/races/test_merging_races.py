"""Two records become one while somebody books, waits or walks in for the one that goes.

Whichever comes first, nothing is left behind: what was written goes over, what comes after is
refused. The control names people without holding their records: then a place is left behind.
"""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection

from cpd.models import Booking, FabulinusTicket, WaitingDelegate
from cpd.services import at_the_door as door_service
from cpd.services import bookings as bookings_service
from cpd.services import delegates as delegates_service
from cpd.services import tickets as tickets_service
from cpd.services import waiting as waiting_service
from cpd.services.at_the_door import add_walk_in
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from cpd.services.proofs import differences
from cpd.services.tickets import issue_ticket
from cpd.services.waiting import Wish, join_waiting_list
from hub_portal.shared.errors import PortalError
from schools.models import Person
from schools.services import merging as merging_service
from schools.services.merging import merge_people
from tests.makers.cpd import give_credits, make_cohort, make_order
from tests.makers.registers import make_organiser, make_running_cohort, make_walk_in_order
from tests.makers.schools import NOON, make_cast, make_colleague
from tests.makers.tickets import make_award
from tests.makers.waiting import make_full_course
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)

THOUGHT = 0.4


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


@pytest.fixture
def tomas(cast):
    """The other record of Tom."""
    return make_colleague(
        school=cast.our_school, full_name="Tomas Teacher", email="tomas@our.example"
    )


def pausing_after(monkeypatch, module, name):
    """From now on there is time for everybody else once this was done."""
    act = getattr(module, name)

    def act_and_think(*args, **facts):
        result = act(*args, **facts)
        time.sleep(THOUGHT)
        return result

    monkeypatch.setattr(module, name, act_and_think)


def merging(cast, tom, tomas, *, after=0.0):
    def merge():
        time.sleep(after)
        return merge_people(
            stays=tom, goes=tomas, reason="One person", by=cast.hub_manager, at=NOON
        )

    return merge


def waiting_a_little(act):
    def act_later():
        time.sleep(THOUGHT / 2)
        return act()

    return act_later


def booking(cast, tomas):
    order = make_order(
        cohort=make_cohort(price=0),
        school=cast.our_school,
        delegates=[Delegate(person_id=tomas.pk)],
    )
    return partial(book_places, order=order, by=cast.rep, at=NOON)


def joining(cast, tomas):
    cohort, _ = make_full_course(school=cast.our_school, by=cast.rep)
    wish = Wish(cohort.pk, cast.our_school.pk, (Delegate(person_id=tomas.pk),))
    return partial(join_waiting_list, wish=wish, by=cast.rep, at=NOON)


def walking_in(cast, tomas):
    cohort = make_running_cohort(organiser=make_organiser())
    session = cohort.sessions.get()
    order = make_walk_in_order(
        session=session, school=cast.our_school, full_name=tomas.full_name, email=tomas.email
    )
    return partial(add_walk_in, order=order, by=cohort.organiser, at=session.starts_at)


def issuing(cast, tomas):
    return partial(
        issue_ticket,
        full_name=tomas.full_name,
        email=tomas.email,
        award=make_award(),
        by=cast.hub_manager,
        at=NOON,
    )


NAMING = {
    "book": (booking, bookings_service, "_who"),
    "wait": (joining, waiting_service, "name_delegates"),
    "walk in": (walking_in, door_service, "name_at_the_door"),
    "issue a ticket": (issuing, tickets_service, "hold_records"),
}
"""How somebody is named, and the moment when they have been and nothing is written yet."""


def what_is_left(person):
    places = Booking.objects.filter(delegate=person)
    named = WaitingDelegate.objects.filter(person=person)
    tickets = FabulinusTicket.objects.filter(person=person)
    return [*places, *named, *tickets]


@pytest.mark.parametrize("way", NAMING)
def test_what_is_written_as_two_records_merge_goes_over(cast, tom, tomas, monkeypatch, way):
    make_act, module, moment = NAMING[way]
    act = make_act(cast, tomas)
    pausing_after(monkeypatch, module, moment)

    results = all_at_once([act, merging(cast, tom, tomas, after=THOUGHT / 2)])

    assert results[1] == tom
    assert not isinstance(results[0], Exception)
    assert what_is_left(tomas) == []
    assert len(what_is_left(tom)) == 1
    assert differences() == []


@pytest.mark.parametrize("way", NAMING)
def test_whoever_comes_while_two_records_merge_leaves_nothing_behind(
    cast, tom, tomas, monkeypatch, way
):
    act = NAMING[way][0](cast, tomas)
    pausing_after(monkeypatch, merging_service, "_lock")

    results = all_at_once([waiting_a_little(act), merging(cast, tom, tomas)])

    assert results[1] == tom
    refused = of_kind(results, PortalError)
    assert what_is_left(tomas) == []
    assert len(what_is_left(tom)) == (not refused)
    if connection.vendor == "postgresql":  # on SQLite it reads only once the merge is over
        [refusal] = refused
        assert "made one of two records" in str(refusal)
    assert differences() == []


def test_without_holding_the_record_a_place_is_left_behind(cast, tom, tomas, monkeypatch):
    """The control; on SQLite, where the write lock does the work, without the transaction too."""
    monkeypatch.setattr(delegates_service, "hold_records", lambda people: None)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(bookings_service, "transaction", SimpleNamespace(atomic=nullcontext))
    act = booking(cast, tomas)
    pausing_after(monkeypatch, bookings_service, "_who")

    all_at_once([act, merging(cast, tom, tomas, after=THOUGHT / 2)])

    assert Person.objects.get(pk=tomas.pk).merged_into == tom
    assert len(what_is_left(tomas)) == 1
