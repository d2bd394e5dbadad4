"""Bookings above a school's limit: held, approved, declined, lapsed, given up."""

from datetime import timedelta

import pytest

from cpd.choices import BookingStatus, CancelledBy
from cpd.errors import BookingNotLive, TooFewPlaces
from cpd.models import Booking
from cpd.services.approving import answer_by, lapse_unapproved
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.leaving import give_up_places
from cpd.services.proofs import differences
from cpd.services.settling import settle_cohort
from cpd.services.substituting import substitute_delegate
from cpd.services.year_so_far import year_so_far
from credits.choices import ApprovalStatus
from credits.errors import NoHeadteacher, TooLateToApprove
from credits.models import Approval, JournalEntry
from credits.services.approvals import approve_spending, decline_spending
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.models import Person
from tests.credits.services.test_approvals import END_OF_FRIDAY
from tests.makers.approvals import limit
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_cast
from tests.makers.waiting import accept, cancel, make_full_course, offers, wait

pytestmark = pytest.mark.django_db

PEOPLE = [Delegate(full_name=n, email=f"{n}@our.example".lower()) for n in ("Ann", "Ben")]


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.strangers_school, credits=100)
    limit(school=cast.our_school, by=cast.headteacher, credits=20)
    return cast


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=100)


@pytest.fixture
def cohort():
    return make_cohort(price=12, capacity=2)


@pytest.fixture
def held(cast, year, cohort):
    """Two places for 24 credits, above the limit of 20."""
    order = make_order(cohort=cohort, school=cast.our_school, delegates=PEOPLE)
    return book_places(order=order, by=cast.rep, at=NOON)


def the_approval():
    return Approval.objects.get()


def approve(cast, at=NOON):
    return approve_spending(approval_id=the_approval().pk, by=cast.headteacher, at=at)


def decline(cast, at=NOON):
    return decline_spending(
        approval_id=the_approval().pk, reason="Not now", by=cast.headteacher, at=at
    )


# ---- Held ---------------------------------------------------------------------------------------


def test_above_the_limit_places_and_credits_are_held_and_no_delegate_is_told(cast, year, held):
    assert {b.status for b in held} == {BookingStatus.AWAITING}
    assert figures_of(cast.our_school, year) == Figures(committed=24, available=76)
    assert the_approval().credits == 24
    assert set(Delivery.objects.values_list("kind", flat=True)) == {"credits.approval_asked"}
    assert Act.objects.filter(verb="booking.asked_for").count() == 2
    assert differences() == []


def test_held_places_are_live_places(cast, held, cohort):
    with pytest.raises(TooFewPlaces):
        make_booking(cohort=cohort, school=cast.strangers_school, by=cast.stranger)


def test_at_the_limit_and_by_the_headteacher_nobody_is_asked(cast, year):
    make_booking(cohort=make_cohort(price=20), school=cast.our_school, by=cast.rep)
    make_booking(cohort=make_cohort(price=40), school=cast.our_school, by=cast.headteacher)

    assert not Approval.objects.exists()
    assert Booking.objects.booked().count() == 2


def test_without_a_headteacher_nothing_is_booked(cast, year, cohort):
    cast.headteacher.appointments.update(to_on=NOON.date())
    order = make_order(cohort=cohort, school=cast.our_school, delegates=PEOPLE)
    before = JournalEntry.objects.count(), Act.objects.count(), Delivery.objects.count()

    with pytest.raises(NoHeadteacher):
        book_places(order=order, by=cast.rep, at=NOON)

    assert not Booking.objects.exists()
    assert (JournalEntry.objects.count(), Act.objects.count(), Delivery.objects.count()) == before


def test_with_no_time_left_to_ask_nothing_is_booked(cast, year):
    cohort = make_cohort(price=30, starts_at=NOON + timedelta(hours=20))

    with pytest.raises(TooLateToApprove):
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    assert not Booking.objects.exists()


def test_the_time_to_answer_is_the_earliest_of_three(cohort):
    assert answer_by(cohort=cohort, at=NOON) == END_OF_FRIDAY
    assert answer_by(cohort=cohort, at=IN_JANUARY - timedelta(days=3)) == (
        IN_JANUARY - timedelta(days=1)
    )
    cohort.booking_closes_at = NOON + timedelta(days=1)
    assert answer_by(cohort=cohort, at=NOON) == cohort.booking_closes_at


def test_a_delegate_of_a_held_place_is_not_changed(cast, held):
    with pytest.raises(BookingNotLive, match="awaiting approval"):
        substitute_delegate(
            booking_id=held[0].pk, to=Delegate(full_name="Cal"), by=cast.rep, at=NOON
        )


# ---- Approved -----------------------------------------------------------------------------------


def test_approved_it_is_booked_and_everybody_is_told(cast, year, held):
    approve(cast)

    assert Booking.objects.booked().count() == 2
    assert figures_of(cast.our_school, year) == Figures(committed=24, available=76)
    told = Delivery.objects.exclude(kind="credits.approval_asked").values_list("kind", "to")
    assert sorted(told) == [
        ("cpd.booked", "ann@our.example"),
        ("cpd.booked", "ben@our.example"),
        ("cpd.booked.booker", "rita@our.example"),
    ]
    acts = Act.objects.filter(verb="booking.approved")
    assert {act.by for act in acts} == {cast.headteacher}
    assert differences() == []


def test_only_an_approved_place_gives_back_what_a_late_cancellation_kept(cast, year):
    cohort, [late] = make_full_course(
        school=cast.strangers_school, by=cast.stranger, price=24, starts_at=IN_JANUARY
    )
    day_before = IN_JANUARY - timedelta(days=2)
    cancel(late, by=cast.stranger, at=day_before)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, at=day_before)
    late.refresh_from_db()
    assert late.kept == 24

    approve(cast, at=day_before)

    late.refresh_from_db()
    assert (late.kept, late.returned) == (0, 24)
    assert differences() == []


# ---- Declined and lapsed ------------------------------------------------------------------------


def test_declined_everything_returns_and_the_waiting_list_runs(cast, year, held, cohort):
    wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)

    decline(cast)

    assert set(Booking.objects.values_list("status", "cancelled_from", "kept", "returned")) == {
        (BookingStatus.CANCELLED, CancelledBy.APPROVER, 0, 12)
    }
    assert figures_of(cast.our_school, year) == Figures(available=100)
    assert offers() == [(cast.strangers_school.name, 1, "offered")]
    assert not Delivery.objects.filter(kind__startswith="cpd.cancelled").exists()
    assert differences() == []


def test_what_nobody_approved_in_time_is_free_for_the_next_booker(cast, year, held, cohort):
    make_booking(cohort=cohort, school=cast.strangers_school, by=cast.stranger, at=END_OF_FRIDAY)

    assert the_approval().status == ApprovalStatus.LAPSED
    assert figures_of(cast.our_school, year) == Figures(available=100)
    assert differences() == []


def test_settling_never_touches_what_waits(cast, year, held, cohort):
    portal = Person.objects.portal()

    assert settle_cohort(cohort_id=cohort.pk, by=portal, at=cohort.ends_at) == 0
    lapse_unapproved(cohort_id=cohort.pk, at=cohort.ends_at)
    settle_cohort(cohort_id=cohort.pk, by=portal, at=cohort.ends_at)

    cohort.refresh_from_db()
    assert cohort.status == "completed"
    assert figures_of(cast.our_school, year) == Figures(available=100)


# ---- Given up while it waits --------------------------------------------------------------------


def test_one_place_given_up_returns_whole_and_asks_for_less(cast, year, held):
    cancel_booking(booking_id=held[0].pk, shown_kept=0, by=cast.rep, at=NOON)

    assert the_approval().credits == 12
    assert figures_of(cast.our_school, year) == Figures(committed=12, available=88)
    assert not Delivery.objects.filter(kind__startswith="cpd.cancelled").exists()
    approve(cast)
    assert Booking.objects.booked().count() == 1


def test_all_places_given_up_withdraw_the_request(cast, year, held):
    for booking in held:
        cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert the_approval().status == ApprovalStatus.WITHDRAWN
    assert figures_of(cast.our_school, year) == Figures(available=100)


def test_a_held_place_cancelled_late_still_returns_whole(cast, year):
    cohort = make_cohort(price=30, starts_at=NOON + timedelta(days=4))
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert figures_of(cast.our_school, year) == Figures(available=100)


def test_the_hub_calling_off_returns_what_is_held_and_tells_the_booker_alone(
    cast, year, held, cohort
):
    cancel_cohort(cohort=cohort, reason="Unwell", by=cast.hub_manager, at=NOON)

    assert the_approval().status == ApprovalStatus.WITHDRAWN
    assert figures_of(cast.our_school, year) == Figures(available=100)
    told = Delivery.objects.filter(kind__startswith="cpd.cancelled")
    assert [mail.to for mail in told] == ["rita@our.example"]
    assert differences() == []


def test_a_school_that_leaves_gives_up_what_is_held(cast, year, held):
    give_up_places(
        school=cast.our_school,
        subjects=[f"booking:{booking.pk}" for booking in held],
        by=cast.hub_manager,
        at=NOON,
    )

    assert the_approval().status == ApprovalStatus.WITHDRAWN
    assert figures_of(cast.our_school, year) == Figures(available=100)


def test_an_offer_above_the_limit_waits_for_approval_too(cast, year):
    cohort, [booking] = make_full_course(school=cast.strangers_school, by=cast.stranger, price=24)
    entry = wait(cohort=cohort, school=cast.our_school, by=cast.rep)
    cancel(booking, by=cast.stranger)

    [taken] = accept(entry, by=cast.rep)

    assert taken.status == BookingStatus.AWAITING
    assert offers() == [(cast.our_school.name, 1, "accepted")]
    decline(cast)
    assert differences() == []


def test_the_year_so_far_by_teacher_priority_and_kind(cast, year, held):
    decline(cast)
    make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep, full_name="Ann")
    make_booking(cohort=make_cohort(price=7), school=cast.our_school, by=cast.rep, full_name="Bo")

    by_teacher, by_priority, by_kind = year_so_far(cast.our_school, year)

    assert by_teacher.rows == [("Ann", 12), ("Bo", 7)]
    assert by_priority.rows == [("Tied to no priority", 19)]
    assert by_kind.rows == [("Teaching and learning", 19)]
