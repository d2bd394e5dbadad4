"""Several presses at once on a teacher's pages: one row, one act and one mail come of them."""

from functools import partial

import pytest
from django.db import IntegrityError

from cpd.emails.delegate_mails import APOLOGIES, ASKED_FOR, MESSAGE
from cpd.errors import NothingToAsk
from cpd.models import Apology, AskedPlace, Cohort, CohortMessage
from cpd.querysets import ApologyQuerySet
from cpd.services.apologies import send_apologies
from cpd.services.asking import ask_for_place, decline_ask, take_ask_back
from cpd.services.messaging import write_to_delegates
from cpd.services.reminders import send_reminders
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.models import CalendarFeed
from schools.services.feeds import make_own_feed
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast, make_colleague
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


@pytest.fixture
def booking(cast, tom):
    return make_booking(
        cohort=make_cohort(),
        school=cast.our_school,
        by=cast.rep,
        full_name=tom.full_name,
        email=tom.email,
    )


def test_asked_eight_times_at_once_the_rep_is_asked_once(cast, tom):
    cohort = make_cohort()
    ask = partial(ask_for_place, cohort=cohort, school=cast.our_school, by=tom, at=NOON)

    results = all_at_once([ask] * AT_ONCE)

    assert results == [AskedPlace.objects.get()] * AT_ONCE
    assert Delivery.objects.filter(kind=ASKED_FOR).count() == 1
    assert Act.objects.filter(verb="place.asked_for").count() == 1


def test_said_no_to_and_taken_back_at_once_one_of_them_holds(cast, tom):
    asked = ask_for_place(cohort=make_cohort(), school=cast.our_school, by=tom, at=NOON)

    results = all_at_once(
        [
            partial(decline_ask, asked=asked, by=cast.rep, at=NOON),
            partial(take_ask_back, asked=asked, by=tom, at=NOON),
        ]
    )

    assert len(of_kind(results, NothingToAsk)) == 1
    [answered] = of_kind(results, AskedPlace)
    asked.refresh_from_db()
    assert asked.status == answered.status != "asked"
    assert Act.objects.filter(verb__in=("place.declined", "place.no_longer_asked_for")).count() == 1


def test_apologies_sent_eight_times_at_once_are_sent_once(tom, booking):
    send = partial(send_apologies, booking_id=booking.pk, by=tom, at=NOON)

    results = all_at_once([send] * AT_ONCE)

    assert results == [Apology.objects.get()] * AT_ONCE
    assert Delivery.objects.filter(kind=APOLOGIES).count() == 1
    assert Act.objects.filter(verb="booking.apologies").count() == 1


def test_without_looking_again_somebody_is_left_without_an_answer(tom, booking, monkeypatch):
    """The negative control: whoever comes second must look for who was first."""
    monkeypatch.setattr(ApologyQuerySet, "standing", lambda apologies: apologies.none())
    send = partial(send_apologies, booking_id=booking.pk, by=tom, at=NOON)

    results = all_at_once([send] * AT_ONCE)

    assert len(of_kind(results, IntegrityError)) == AT_ONCE - 1


def test_a_message_sent_eight_times_at_once_is_sent_once(cast, booking):
    send = partial(
        write_to_delegates,
        cohort=Cohort.objects.select_related("programme").get(),
        key="the key of the page",
        subject="Another room",
        words="In the library.",
        by=cast.hub_manager,
        at=NOON,
    )

    results = all_at_once([send] * AT_ONCE)

    assert results == [CohortMessage.objects.get()] * AT_ONCE
    assert Delivery.objects.filter(kind=MESSAGE).count() == 1


def test_two_runs_of_the_reminders_at_once_remind_once(booking):
    run = partial(send_reminders, at=IN_JANUARY.replace(day=13, hour=8))

    results = all_at_once([run] * 4)

    assert sorted(results) == [0, 0, 0, 1]


def test_addresses_made_at_once_leave_one_that_opens(tom):
    results = all_at_once([partial(make_own_feed, by=tom, at=NOON)] * AT_ONCE)

    assert of_kind(results, Exception) == []
    assert CalendarFeed.objects.get().version == AT_ONCE
