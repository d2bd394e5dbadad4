"""A delegate's code: derived, bound to its place and holder, shown to whoever stands at a door."""

from datetime import timedelta

import pytest

from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from cpd.services.door_codes import code_to_show, place_behind
from cpd.services.substituting import substitute_delegate
from hub_portal.shared.links import register_purpose, sign
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order
from tests.makers.door import code_of
from tests.makers.registers import ON_THE_DAY
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db
ANOTHER = register_purpose("tests-check-in")


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def ann(cast):
    return make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep)


def test_a_code_is_the_same_each_time_and_another_for_each_holder(cast, ann):
    first = code_of(ann)
    assert code_of(ann) == first

    for name in ("Cal Cook", "Dee Day"):
        substitute_delegate(booking_id=ann.pk, to=Delegate(full_name=name), by=cast.rep, at=NOON)

    assert code_of(ann) != first
    assert place_behind(code_of(ann), cohort_id=ann.cohort_id) == ann


def test_a_token_for_another_purpose_is_no_code(ann):
    assert code_of(ann) != sign(ANOTHER, ann.pk, 0)


def test_a_place_to_come_has_a_code_to_show(ann, settings):
    assert code_to_show(ann, at=NOON) == f"{settings.PORTAL_URL}/check-in/{code_of(ann)}/"


def test_there_is_none_to_show_once_the_course_is_over_or_the_place_given_up(cast, ann):
    assert code_to_show(ann, at=ON_THE_DAY + timedelta(days=1)) == ""

    cancelled = cancel_booking(booking_id=ann.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert code_to_show(cancelled, at=NOON) == ""


def test_there_is_none_to_show_online_or_without_a_name(cast):
    online = make_booking(cohort=make_cohort(format="online"), school=cast.our_school, by=cast.rep)
    order = make_order(cohort=make_cohort(), school=cast.our_school, delegates=[Delegate()])
    [nobody] = book_places(order=order, by=cast.rep, at=NOON)

    assert code_to_show(online, at=NOON) == ""
    assert code_to_show(nobody, at=NOON) == ""
