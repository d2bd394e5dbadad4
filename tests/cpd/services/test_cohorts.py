"""Planning a cohort, offering it, moving it, calling it off, completing it."""

from datetime import UTC, datetime, timedelta

import pytest

from cpd import errors
from cpd.choices import COHORT_MOVES, BookingStatus, CancelledBy, CohortStatus
from cpd.models import Booking
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import (
    PlannedSession,
    cancel_cohort,
    change_capacity,
    change_venue,
    offer_cohort,
    save_sessions,
    warnings_for,
    withdraw_offer,
)
from cpd.services.proofs import differences
from cpd.services.settling import cohorts_to_settle, settle_cohort
from credits.errors import ReasonNeeded
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from schools.models import Person
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=100)


def one_session(starts_at):
    return [PlannedSession(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))]


def test_offering_needs_a_session_in_the_future(cast):
    cohort = make_cohort(status=CohortStatus.DRAFT)
    cohort = save_sessions(cohort=cohort, sessions=[], by=cast.hub_manager, at=NOON)

    with pytest.raises(errors.NotReadyToOffer, match="at least one session"):
        offer_cohort(cohort=cohort, by=cast.hub_manager, at=NOON)

    cohort = save_sessions(
        cohort=cohort, sessions=one_session(NOON - timedelta(days=1)), by=cast.hub_manager, at=NOON
    )
    with pytest.raises(errors.NotReadyToOffer, match="in the past"):
        offer_cohort(cohort=cohort, by=cast.hub_manager, at=NOON)


def test_an_offered_cohort_is_in_the_catalogue_until_withdrawn(cast):
    cohort = make_cohort(status=CohortStatus.DRAFT)

    assert offer_cohort(cohort=cohort, by=cast.hub_manager, at=NOON).status == "offered"
    assert withdraw_offer(cohort=cohort, by=cast.hub_manager, at=NOON).status == "draft"


def test_a_booked_cohort_is_not_withdrawn(cast, year):
    cohort = make_cohort()
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    with pytest.raises(errors.CohortMayNotBecome, match="Cancel it instead"):
        withdraw_offer(cohort=cohort, by=cast.hub_manager, at=NOON)


def test_calling_off_returns_everything_and_tells_everyone(cast, year):
    cohort = make_cohort(price=12)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, email="ann@our.example")
    late = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    two_days_before = cohort.starts_at - timedelta(days=2)
    cancel_booking(booking_id=late.pk, shown_kept=12, by=cast.rep, at=two_days_before)
    Delivery.objects.all().delete()

    cancelled = cancel_cohort(
        cohort=cohort, reason="Speaker ill", by=cast.hub_manager, at=two_days_before
    )

    assert cancelled == 1
    assert figures_of(cast.our_school, year) == Figures(available=100)
    assert set(Booking.objects.values_list("status", "cancelled_from", "kept", "returned")) == {
        (BookingStatus.CANCELLED, CancelledBy.HUB, 0, 12),
        (BookingStatus.CANCELLED, CancelledBy.SCHOOL, 0, 12),
    }
    assert sorted(Delivery.objects.values_list("kind", "to")) == [
        ("cpd.cancelled", "ann@our.example"),
        ("cpd.cancelled.booker", "rita@our.example"),
    ]
    assert differences() == []


def test_calling_off_twice_changes_nothing_and_needs_a_reason(cast, year):
    cohort = make_cohort()
    with pytest.raises(ReasonNeeded):
        cancel_cohort(cohort=cohort, reason="", by=cast.hub_manager, at=NOON)

    cancel_cohort(cohort=cohort, reason="x", by=cast.hub_manager, at=NOON)
    assert cancel_cohort(cohort=cohort, reason="x", by=cast.hub_manager, at=NOON) == 0


def test_new_dates_raise_the_sequence_and_are_told(cast, year):
    cohort = make_cohort()
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    Delivery.objects.all().delete()

    save_sessions(
        cohort=cohort,
        sessions=one_session(IN_JANUARY + timedelta(days=1)),
        by=cast.hub_manager,
        at=NOON,
    )

    booking.refresh_from_db()
    assert booking.sequence == 1
    assert sorted(Delivery.objects.values_list("kind", flat=True)) == [
        "cpd.changed",
        "cpd.changed.booker",
    ]


def test_the_same_dates_again_tell_nobody(cast, year):
    cohort = make_cohort(hours=2)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    Delivery.objects.all().delete()

    save_sessions(cohort=cohort, sessions=one_session(IN_JANUARY), by=cast.hub_manager, at=NOON)

    assert Delivery.objects.count() == 0


def test_another_place_is_told(cast, year):
    cohort = make_cohort()
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    Delivery.objects.all().delete()

    change_venue(cohort=cohort, venue="Heston Community School", by=cast.hub_manager, at=NOON)

    assert Delivery.objects.count() == 2


def test_a_capacity_is_not_lowered_below_live_places(cast, year):
    cohort = make_cohort(capacity=10)
    for _ in range(2):
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    with pytest.raises(errors.CapacityBelowLivePlaces):
        change_capacity(cohort=cohort, capacity=1, by=cast.hub_manager, at=NOON)
    assert change_capacity(cohort=cohort, capacity=2, by=cast.hub_manager, at=NOON).capacity == 2


def test_completing_spends_what_was_committed_once(cast, year):
    cohort = make_cohort(price=12)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    over = cohort.ends_at
    portal = Person.objects.portal()

    assert cohorts_to_settle(at=over) == [cohort.pk]
    assert settle_cohort(cohort_id=cohort.pk, by=portal, at=over) == 1
    assert settle_cohort(cohort_id=cohort.pk, by=portal, at=over) == 0

    assert figures_of(cast.our_school, year) == Figures(spent=12, available=88)
    assert Booking.objects.get().status == BookingStatus.COMPLETED
    assert cohorts_to_settle(at=over) == []
    assert differences() == []


def test_nothing_is_settled_before_the_last_session_is_over(cast, year):
    cohort = make_cohort()
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    early = cohort.ends_at - timedelta(seconds=1)
    assert settle_cohort(cohort_id=cohort.pk, by=Person.objects.portal(), at=early) == 0


def do(verb, cohort, by):
    at = NOON if verb is not settle_cohort else cohort.ends_at
    if verb is settle_cohort:
        return settle_cohort(cohort_id=cohort.pk, by=by, at=at)
    if verb is cancel_cohort:
        return cancel_cohort(cohort=cohort, reason="x", by=by, at=at)
    return verb(cohort=cohort, by=by, at=at)


@pytest.mark.parametrize("status", CohortStatus)
@pytest.mark.parametrize(
    ("verb", "becomes"),
    [
        (offer_cohort, CohortStatus.OFFERED),
        (withdraw_offer, CohortStatus.DRAFT),
        (cancel_cohort, CohortStatus.CANCELLED),
        (settle_cohort, CohortStatus.COMPLETED),
    ],
)
def test_every_state_and_every_verb(cast, status, verb, becomes):
    marks = {}
    if status == CohortStatus.CANCELLED:
        marks = {"cancelled_at": NOON, "cancelled_by": cast.hub_manager}
    cohort = make_cohort(status=status, **marks)

    try:
        do(verb, cohort, cast.hub_manager)
    except errors.CohortMayNotBecome:
        assert becomes not in COHORT_MOVES[status]
    cohort.refresh_from_db()

    expected = becomes if becomes in COHORT_MOVES[status] else status
    assert cohort.status == expected


def test_odd_dates_are_warned_of(cast):
    christmas = datetime(2026, 12, 25, 10, 0, tzinfo=UTC)
    sunday = datetime(2027, 1, 10, 10, 0, tzinfo=UTC)
    half_term = datetime(2027, 2, 16, 10, 0, tzinfo=UTC)
    cohort = make_cohort(starts_at=christmas)
    save_sessions(
        cohort=cohort,
        sessions=one_session(christmas) + one_session(sunday) + one_session(half_term),
        by=cast.hub_manager,
        at=NOON,
    )
    make_cohort(programme=cohort.programme, starts_at=half_term)

    assert warnings_for(cohort) == [
        "Friday 25 December 2026 is a bank holiday.",
        "Sunday 10 January 2027 is at a weekend.",
        "Tuesday 16 February 2027 is outside term.",
        "Another group of this course meets on Tuesday 16 February 2027 at the same time.",
    ]
