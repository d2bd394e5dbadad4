"""A person's own places, across schools. Rule SC-6."""

from datetime import timedelta

import pytest

from cpd.choices import Format
from cpd.models import Booking
from cpd.services.apologies import send_apologies
from cpd.services.cancelling import cancel_booking
from cpd.services.own_bookings import Companion, own_booking_page, own_bookings, places_of
from cpd.services.settling import settle_cohort
from schools.models import Person
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_programme
from tests.makers.schools import NOON, make_cast, make_colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    give_credits(school=cast.strangers_school)
    return cast


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


def booked(cast, title, *, days=0, by=None, school=None, **facts):
    return make_booking(
        cohort=make_cohort(
            programme=make_programme(title=title),
            starts_at=IN_JANUARY + timedelta(days=days),
            booking_opens_at=NOON,
            **facts,
        ),
        school=school or cast.our_school,
        by=by or cast.rep,
        full_name="Tom Teacher",
        email="tom@our.example",
    )


def titles(rows):
    return [row.title for row in rows]


def test_places_are_told_apart_by_what_is_to_come_over_and_cancelled(cast, tom):
    booked(cast, "Later", days=7)
    booked(cast, "Sooner")
    over = booked(cast, "Over", days=-14)
    gone = booked(cast, "Gone", days=3)
    cancel_booking(booking_id=gone.pk, shown_kept=0, by=cast.rep, at=NOON)
    after = over.cohort.ends_at + timedelta(hours=8)
    settle_cohort(cohort_id=over.cohort_id, by=Person.objects.portal(), at=after)

    shown = own_bookings(person=tom, at=after)

    assert titles(shown.to_come) == ["Sooner", "Later"]
    assert titles(shown.earlier) == ["Over"]
    assert titles(shown.cancelled) == ["Gone"]
    assert [row.standing.words for row in (*shown.to_come, *shown.earlier, *shown.cancelled)] == [
        "You have a place",
        "You have a place",
        "Finished",
        "Cancelled by the school",
    ]


def test_a_place_that_was_not_settled_yet_is_finished_all_the_same(cast, tom):
    booking = booked(cast, "Over since a moment")

    shown = own_bookings(person=tom, at=booking.cohort.ends_at)

    assert (titles(shown.to_come), titles(shown.earlier)) == ([], ["Over since a moment"])


def test_places_of_two_schools_stand_together_and_nobody_elses(cast, tom):
    booked(cast, "Here")
    booked(cast, "There", days=7, school=cast.strangers_school, by=cast.stranger)
    make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep, full_name="Ann")

    assert titles(own_bookings(person=tom, at=NOON).to_come) == ["Here", "There"]
    assert set(places_of(tom)) == set(Booking.objects.filter(delegate=tom))


def test_a_row_says_when_and_where_in_london_time(cast, tom):
    booked(cast, "In summer", days=150)
    booked(cast, "Several", days=160, sessions=3)
    booked(cast, "At home", days=190, format=Format.ONLINE)
    booked(cast, "Anywhere", days=200, venue="")

    assert [row.facts for row in own_bookings(person=tom, at=NOON).to_come] == [
        "Sun 13 Jun 2027, 2:30pm · Lampton School, Hounslow",
        "Wed 23 Jun 2027 to Wed 7 Jul 2027, 2:30pm · Lampton School, Hounslow",
        "Fri 23 Jul 2027, 2:30pm · Online",
        "Mon 2 Aug 2027, 2:30pm · Place to be confirmed",
    ]


def test_the_page_of_a_place_names_the_others_and_whom_to_tell(cast, tom):
    booking = booked(cast, "Together")
    make_booking(
        cohort=booking.cohort, school=cast.strangers_school, by=cast.stranger, full_name="Stan"
    )
    gone = make_booking(
        cohort=booking.cohort, school=cast.our_school, by=cast.rep, full_name="Gil Gone"
    )
    cancel_booking(booking_id=gone.pk, shown_kept=0, by=cast.rep, at=NOON)

    shown = own_booking_page(booking=booking, person=tom, at=NOON)

    assert shown.companions == [Companion("Stan", "Berrymede Junior School")]
    assert shown.voice == cast.rep
    assert shown.may_send_apologies


def test_a_cancelled_place_shows_nobody_and_offers_nothing(cast, tom):
    booking = booked(cast, "Gone")
    make_booking(cohort=booking.cohort, school=cast.our_school, by=cast.rep, full_name="Stan")
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)
    booking.refresh_from_db()

    shown = own_booking_page(booking=booking, person=tom, at=NOON)

    assert (list(shown.companions), shown.may_send_apologies) == ([], False)


def test_apologies_show_in_list_and_page(cast, tom):
    booking = booked(cast, "Ill")
    send_apologies(booking_id=booking.pk, by=tom, at=NOON)

    [row] = own_bookings(person=tom, at=NOON).to_come
    shown = own_booking_page(booking=booking, person=tom, at=NOON)

    assert row.standing == shown.standing
    assert row.standing.words == "You cannot come"
    assert not shown.may_send_apologies


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_place_and_for_three(
    cast, tom, number, django_assert_num_queries
):
    for day in range(number):
        booked(cast, f"Course {day}", days=day)

    with django_assert_num_queries(2):
        shown = own_bookings(person=tom, at=NOON)

    assert len(shown.to_come) == number
