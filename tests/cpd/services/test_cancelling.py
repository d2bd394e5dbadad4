"""Cancelling: what comes back, to whom it is told, and that it happens once."""

from datetime import UTC, datetime, timedelta

import pytest

from cpd import errors
from cpd.choices import BookingStatus, CancelledBy
from cpd.models import CancellationReason
from cpd.services.cancelling import cancel_booking, effect_of_cancelling, waive_cancellation
from cpd.services.proofs import differences
from cpd.services.reasons import forget_old_reasons
from credits.errors import ReasonNeeded
from credits.models import JournalEntry
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

LATE = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)
"""Two days before the cohort starts: one working day's notice."""


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=100)


@pytest.fixture
def booking(cast, year):
    return make_booking(cohort=make_cohort(price=12), school=cast.our_school, by=cast.rep)


def test_cancelling_in_time_returns_everything(cast, year, booking):
    cancelled = cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert (cancelled.status, cancelled.kept, cancelled.returned) == (
        BookingStatus.CANCELLED,
        0,
        12,
    )
    assert (cancelled.cancelled_by, cancelled.cancelled_at) == (cast.rep, NOON)
    assert figures_of(cast.our_school, year) == Figures(available=100)
    assert differences() == []


def test_cancelling_late_keeps_everything_and_spends_it(cast, year, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=12, by=cast.rep, at=LATE)

    assert figures_of(cast.our_school, year) == Figures(spent=12, available=88)
    assert differences() == []


def test_the_bands_frozen_on_the_booking_decide(cast, year, booking):
    booking.bands = [{"working_days": 0, "percent_returned": 50}]
    booking.save()

    assert effect_of_cancelling(booking=booking, at=LATE).returned == 6


def test_cancelling_twice_changes_nothing(cast, year, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)
    entries, acts = JournalEntry.objects.count(), Act.objects.count()

    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert (JournalEntry.objects.count(), Act.objects.count()) == (entries, acts)


def test_cancelling_is_refused_when_more_would_be_kept_than_shown(cast, year, booking):
    with pytest.raises(errors.EffectHasChanged) as refusal:
        cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=LATE)

    assert refusal.value.kept == 12
    booking.refresh_from_db()
    assert booking.status == BookingStatus.BOOKED


def test_cancelling_is_refused_once_the_course_has_begun(cast, year, booking):
    with pytest.raises(errors.CohortNotBookable):
        cancel_booking(
            booking_id=booking.pk, shown_kept=12, by=cast.rep, at=booking.cohort.starts_at
        )


def test_a_stranger_cannot_cancel(cast, year, booking):
    with pytest.raises(errors.MayNotActFor):
        cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.stranger, at=NOON)


def test_the_reason_stands_in_a_row_of_its_own_and_nowhere_else(cast, year, booking):
    cancel_booking(
        booking_id=booking.pk, shown_kept=12, by=cast.rep, at=LATE, reason_code="bereavement"
    )

    assert CancellationReason.objects.get().code == "bereavement"
    written = [
        *Act.objects.values_list("reason", "before", "after"),
        *JournalEntry.objects.values_list("about", "memo"),
        *Delivery.objects.values_list("subject", "body__text", "body__html"),
    ]
    assert "bereavement" not in str(written).lower()


def test_reasons_are_forgotten_thirty_days_after_the_cohort(cast, year, booking):
    cancel_booking(
        booking_id=booking.pk, shown_kept=12, by=cast.rep, at=LATE, reason_code="illness"
    )
    over = booking.cohort.ends_at + timedelta(days=30)

    assert forget_old_reasons(at=over - timedelta(seconds=1)) == 0
    assert forget_old_reasons(at=over) == 1


def test_the_hub_waives_what_was_kept_once(cast, year, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=12, by=cast.rep, at=LATE)

    waive_cancellation(booking_id=booking.pk, reason="Ofsted", by=cast.hub_manager, at=LATE)

    assert figures_of(cast.our_school, year) == Figures(available=100)
    assert differences() == []
    with pytest.raises(errors.NothingWasKept):
        waive_cancellation(booking_id=booking.pk, reason="again", by=cast.hub_manager, at=LATE)


def test_waiving_needs_a_reason(cast, year, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=12, by=cast.rep, at=LATE)

    with pytest.raises(ReasonNeeded):
        waive_cancellation(booking_id=booking.pk, reason=" ", by=cast.hub_manager, at=LATE)


def test_a_place_taken_again_returns_what_was_kept(cast, year, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=12, by=cast.rep, at=LATE)
    give_credits(school=cast.strangers_school, credits=50)

    taking = make_booking(
        cohort=booking.cohort, school=cast.strangers_school, by=cast.stranger, at=LATE
    )

    booking.refresh_from_db()
    assert (booking.kept, booking.returned, booking.refilled_by) == (0, 12, taking)
    assert figures_of(cast.our_school, year) == Figures(available=100)
    assert Delivery.objects.filter(kind="cpd.returned.booker", to="rita@our.example").count() == 1
    assert differences() == []


def test_delegate_and_booker_are_told(cast, year, booking):
    Delivery.objects.all().delete()

    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert sorted(Delivery.objects.values_list("kind", "to")) == [
        ("cpd.cancelled", booking.delegate.email),
        ("cpd.cancelled.booker", "rita@our.example"),
    ]


def test_cancelled_from_says_who_called_it_off(cast, year, booking):
    cancelled = cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert cancelled.cancelled_from == CancelledBy.SCHOOL
