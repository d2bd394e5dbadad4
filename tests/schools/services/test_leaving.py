"""A school leaves the alliance. Rule SC-2."""

from datetime import date, timedelta

import pytest

from cpd.choices import BookingStatus
from cpd.models import Booking
from cpd.services.bookings import book_places
from cpd.services.proofs import differences
from credits.choices import AccountKind
from credits.services.books import reconcile_ledger
from credits.services.figures import received_of
from credits.services.statement_lines import statement_of
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.errors import (
    EndsBeforeItBegins,
    HasLeft,
    OnlyTheHub,
    ReasonNeeded,
)
from schools.models import Departure, HubProfile, Membership, Person
from schools.services.leaving import (
    call_off_departure,
    carry_out_departure,
    carry_out_departures,
    held_by,
    plan_departure,
)
from schools.services.membership import begin_membership
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order, make_programme
from tests.makers.credits import balance, the_books
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 12, 18)
NIGHT_AFTER = NOON.replace(month=12, day=19, hour=0)
YESTERDAY = NOON.date() - timedelta(days=1)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=100)


@pytest.fixture
def bookings(cast, year):
    """Two places at 12 credits, on two courses."""
    coaching = make_cohort(programme=make_programme(title="Coaching"))
    return [
        make_booking(cohort=coaching, school=cast.our_school, by=cast.rep, full_name="Tom"),
        make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep, full_name="Ann"),
    ]


def plan(cast, *, gives_up=(), **changes):
    given = {
        "membership": cast.our_school.memberships.get(),
        "last_day": LAST_DAY,
        "gives_up": [f"booking:{booking.pk}" for booking in gives_up],
        "reason": "It joins another hub",
        "by": cast.hub_manager,
        "at": NOON,
    }
    return plan_departure(**given | changes)


def states(bookings):
    return [Booking.objects.get(pk=booking.pk).status for booking in bookings]


def everything():
    memberships = Membership.objects.order_by("pk").values_list("pk", "to_on")
    departures = Departure.objects.order_by("pk").values_list("pk", "gives_up", "done_at")
    bookings = Booking.objects.order_by("pk").values_list("pk", "status")
    mails, acts = Delivery.objects.count(), Act.objects.count()
    return list(memberships), list(departures), list(bookings), the_books(), mails, acts


def test_what_a_school_holds_is_listed_in_words(cast, bookings):
    assert [held.words for held in held_by(cast.our_school)] == [
        "Tom: Coaching, 14 January 2027, 12 credits",
        "Ann: Coaching conversations, 14 January 2027, 12 credits",
    ]
    assert held_by(cast.strangers_school) == []


def test_planned_for_later_nothing_happens_before_the_last_day_is_over(cast, bookings):
    plan(cast, gives_up=bookings)

    assert carry_out_departures(at=NIGHT_AFTER - timedelta(days=1)) == 0

    assert states(bookings) == [BookingStatus.BOOKED] * 2
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 76


def test_after_the_last_day_what_is_given_up_comes_back_and_goes_to_the_reserve(cast, bookings):
    kept, given_up = bookings
    plan(cast, gives_up=[given_up])
    mails = Delivery.objects.count()

    assert carry_out_departures(at=NIGHT_AFTER) == 1

    assert states(bookings) == [BookingStatus.BOOKED, BookingStatus.CANCELLED]
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 0
    assert balance(AccountKind.COMMITTED, cast.our_school) == kept.price
    assert balance(AccountKind.RESERVE) == 88
    told = Delivery.objects.order_by("pk")[mails:]
    assert {mail.kind for mail in told} == {"cpd.cancelled", "cpd.cancelled.booker"}
    assert Act.objects.get(verb="membership.left").after == {"gave_up": 1}
    assert differences() == []
    assert reconcile_ledger(by=Person.objects.portal(), at=NIGHT_AFTER).is_clean


def test_the_school_reads_what_went_to_the_reserve(cast, year):
    plan(cast)

    carry_out_departures(at=NIGHT_AFTER)

    received = received_of(cast.our_school, year)
    assert (received.allocated, received.moved_out, received.total) == (100, 100, 0)
    last = statement_of(cast.our_school, year).lines[-1]
    assert (last.what, last.gain) == ("Left the alliance: given to the hub’s reserve", -100)


def test_a_last_day_that_is_over_is_carried_out_at_once(cast, bookings):
    departure = plan(cast, last_day=YESTERDAY, gives_up=bookings)

    assert departure.done_at == NOON
    assert states(bookings) == [BookingStatus.CANCELLED] * 2
    assert balance(AccountKind.RESERVE) == 100


def test_carried_out_twice_it_changes_nothing(cast, bookings):
    departure = plan(cast, last_day=YESTERDAY, gives_up=bookings)
    before = everything()

    assert not carry_out_departure(departure_id=departure.pk, by=cast.hub_manager, at=NOON)
    assert carry_out_departures(at=NIGHT_AFTER) == 0

    assert everything() == before


def test_interrupted_it_goes_on_where_it_was(cast, bookings, monkeypatch):
    departure = plan(cast, gives_up=bookings)
    second = bookings[1]
    with monkeypatch.context() as patch:
        patch.setattr("cpd.emails.booking_mails.place_given_up", _fails_for(second))
        with pytest.raises(ConnectionError):
            carry_out_departures(at=NIGHT_AFTER)
    assert states(bookings) == [BookingStatus.CANCELLED, BookingStatus.BOOKED]

    carry_out_departures(at=NIGHT_AFTER)

    assert states(bookings) == [BookingStatus.CANCELLED] * 2
    assert Departure.objects.get(pk=departure.pk).done_at == NIGHT_AFTER
    assert balance(AccountKind.RESERVE) == 100


def _fails_for(booking):
    from cpd.emails import booking_mails

    tell = booking_mails.place_given_up

    def telling(*, booking: Booking, at):
        if booking.pk == failing:
            raise ConnectionError
        tell(booking=booking, at=at)

    failing = booking.pk
    return telling


def test_settled_again_the_later_word_holds(cast, bookings):
    plan(cast, gives_up=bookings)
    plan(cast, gives_up=bookings[:1], last_day=LAST_DAY + timedelta(days=7))

    carry_out_departures(at=NIGHT_AFTER + timedelta(days=7))

    assert states(bookings) == [BookingStatus.CANCELLED, BookingStatus.BOOKED]


def test_what_is_not_the_school_s_is_never_given_up(cast, bookings):
    theirs = cast.strangers_school
    give_credits(school=theirs)
    other = book_places(
        order=make_order(cohort=make_cohort(), school=theirs), by=cast.stranger, at=NOON
    )[0]

    departure = plan(cast, gives_up=[*bookings, other])

    assert f"booking:{other.pk}" not in departure.gives_up


def test_a_school_that_stays_after_all_is_a_member_again(cast, bookings):
    departure = plan(cast, gives_up=bookings)

    call_off_departure(departure=departure, reason="A change of mind", by=cast.hub_manager, at=NOON)

    assert cast.our_school.memberships.get().to_on is None
    assert carry_out_departures(at=NIGHT_AFTER) == 0
    assert states(bookings) == [BookingStatus.BOOKED] * 2


def test_once_carried_out_it_is_neither_settled_again_nor_called_off(cast, bookings):
    departure = plan(cast, last_day=YESTERDAY)
    before = everything()

    with pytest.raises(HasLeft):
        plan(cast)
    with pytest.raises(HasLeft):
        call_off_departure(departure=departure, reason="No", by=cast.hub_manager, at=NOON)

    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"by": "rep"}, OnlyTheHub),
        ({"reason": " "}, ReasonNeeded),
        ({"last_day": date(2019, 1, 1)}, EndsBeforeItBegins),
    ],
)
def test_a_refusal_changes_nothing(cast, bookings, changes, refusal):
    if "by" in changes:
        changes = {"by": cast.rep}
    before = everything()

    with pytest.raises(refusal):
        plan(cast, gives_up=bookings, **changes)

    assert everything() == before


def test_its_people_read_on_for_ninety_days(cast, year):
    plan(cast, last_day=YESTERDAY)
    days = HubProfile.objects.get(pk=1).reading_days_after_leaving

    carry_out_departures(at=NOON + timedelta(days=days - 1))
    assert cast.our_school.appointments.live().of_the_school().count() == 3

    assert carry_out_departures(at=NOON + timedelta(days=days)) == 1
    assert not cast.our_school.appointments.live().of_the_school().exists()
    assert carry_out_departures(at=NOON + timedelta(days=days)) == 0
    assert cast.strangers_school.appointments.live().of_the_school().exists()


def test_a_school_that_has_come_back_keeps_its_people(cast):
    plan(cast, last_day=YESTERDAY)
    begin_membership(school=cast.our_school, from_on=NOON.date(), by=cast.hub_manager, at=NOON)

    carry_out_departures(at=NOON + timedelta(days=200))

    assert cast.our_school.appointments.live().of_the_school().count() == 3


def test_during_those_days_its_rep_reads_and_spends_nothing(cast, year, client):
    plan(cast, last_day=YESTERDAY)
    client.force_login(cast.rep)

    assert client.get("/my/credits/").status_code == 200
    assert client.get("/my/bookings/").status_code == 200
