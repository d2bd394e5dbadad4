"""Several hands at the joining details of one course: versions are numbered once, each delegate
is told and reminded once.

The negative control takes the lock away; then two hands must collide.
"""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection

from cpd.emails.joining_mails import DETAILS_NEW, DETAILS_REMINDED
from cpd.errors import NobodyToRemind, SavedMeanwhile
from cpd.models import Cohort, JoiningDetails, JoiningRead
from cpd.services import joining as joining_service
from cpd.services.joining_readers import remind_of_details, say_read
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.joining import save
from tests.makers.schools import NOON, make_cast
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)

HANDS = 8


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def booking(cast):
    return make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep)


@pytest.fixture
def long_thought(monkeypatch):
    """Between looking for the newest version and writing the next there is time for others."""
    look = joining_service.newest_of

    def look_and_think(cohort):
        newest = look(cohort)
        time.sleep(0.2)
        return newest

    monkeypatch.setattr(joining_service, "newest_of", look_and_think)


@pytest.fixture
def without_the_lock(monkeypatch):
    """PostgreSQL: the cohort is read without its row lock. SQLite, where the write lock of
    the transaction does the work: without the transaction."""
    if connection.vendor == "postgresql":
        monkeypatch.setattr(joining_service, "lock_cohort", lambda pk: Cohort.objects.get(pk=pk))
    else:
        monkeypatch.setattr(joining_service, "transaction", SimpleNamespace(atomic=nullcontext))


def savings(cast, booking):
    """Each hand with words of its own, all of them based on no version at all."""
    cohort = booking.cohort
    return [
        partial(save, cohort, cast.hub_manager, f"<p>Room {n}</p>", based_on=0)
        for n in range(HANDS)
    ]


def test_of_many_who_save_at_once_the_first_counts_and_the_others_are_told(
    cast, booking, long_thought
):
    results = all_at_once(savings(cast, booking))

    [version] = JoiningDetails.objects.all()
    assert of_kind(results, JoiningDetails) == [version]
    assert len(of_kind(results, SavedMeanwhile)) == HANDS - 1
    booking.cohort.refresh_from_db()
    assert booking.cohort.joining_details == version.words
    assert Delivery.objects.filter(kind=DETAILS_NEW).count() == 1


def test_without_the_lock_two_save_the_same_version(cast, booking, without_the_lock, long_thought):
    results = all_at_once(savings(cast, booking))

    assert of_kind(results, IntegrityError)


def test_pressed_many_times_at_once_it_is_one_version(cast, booking):
    results = all_at_once([partial(save, booking.cohort, cast.hub_manager, based_on=0)] * HANDS)

    assert results == [JoiningDetails.objects.get()] * HANDS
    assert Act.objects.filter(verb="cohort.joining_details").count() == 1


def test_reminded_many_times_at_once_each_delegate_gets_one_mail(cast, booking):
    version = save(booking.cohort, cast.hub_manager)
    act = partial(remind_of_details, version=version, by=cast.hub_manager, at=NOON)

    results = all_at_once([act] * HANDS)

    assert results.count(1) == 1
    assert len(of_kind(results, NobodyToRemind)) == HANDS - 1
    assert Delivery.objects.filter(kind=DETAILS_REMINDED).count() == 1
    assert Act.objects.filter(verb="cohort.joining_reminded").count() == 1


def test_said_many_times_at_once_it_is_said_once(cast, booking):
    save(booking.cohort, cast.hub_manager)
    act = partial(say_read, booking_id=booking.pk, number=1, by=booking.delegate, at=NOON)

    assert all_at_once([act] * HANDS) == [None] * HANDS

    assert JoiningRead.objects.get().person == booking.delegate
