"""Booking above the school's limit, as the rep sees it."""

import pytest

from credits.models import Approval
from tests.cpd.views.test_booking import ask, confirm
from tests.makers.approvals import limit
from tests.makers.cpd import give_credits, make_cohort
from tests.makers.schools import NOON
from tests.reading import main_words


@pytest.fixture
def cohort(cast):
    give_credits(school=cast.our_school, credits=100)
    limit(school=cast.our_school, by=cast.headteacher, credits=20)
    return make_cohort(price=12, places_per_school=8)


def test_the_check_page_says_that_the_headteacher_is_asked_and_until_when(as_rep, cohort):
    checked = main_words(ask(as_rep, cohort, later="2"))

    assert "your headteacher is asked" in checked
    assert "held until the end of Friday 27 November 2026" in checked
    assert "Confirm and ask for approval" in checked
    assert "headteacher" not in main_words(ask(as_rep, cohort, later="1"))


def test_held_places_are_said_to_be_held_on_every_page(as_rep, cohort):
    answer = confirm(as_rep, cohort, ask(as_rep, cohort, later="2"))
    done = main_words(as_rep.get(answer.url))
    booking = Approval.objects.get().about.partition(":")[2]

    assert "2 places are held for approval" in done
    assert "Your headteacher is asked by email." in done
    listed = as_rep.get("/my/bookings/")
    assert main_words(listed).count("Awaiting approval") == 2
    one = as_rep.get(f"/my/bookings/{listed.context['bookings'][0].pk}/")
    assert booking
    assert "This waits for your headteacher" in main_words(one)
    assert "Cancel the place" in main_words(one)
    assert "Send somebody else" not in main_words(one)


def test_without_a_headteacher_the_check_page_says_whom_to_ask(as_rep, cast, cohort):
    cast.headteacher.appointments.update(to_on=NOON.date())

    checked = ask(as_rep, cohort, later="2")

    assert checked.status_code == 422
    assert "Ask the hub to appoint one." in checked.content.decode()


def test_with_no_time_left_the_check_page_says_so(as_rep, cast, cohort):
    cohort.booking_closes_at = NOON
    cohort.starts_at = NOON.replace(hour=20)
    cohort.save()

    checked = ask(as_rep, make_cohort(price=30, starts_at=NOON.replace(hour=20)), later="1")

    assert checked.status_code == 422
    assert "no time left to ask" in checked.content.decode()
