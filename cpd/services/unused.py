"""What a free place costs that nobody took up, where the hub has set that. Rule BK-14.

Given up too late, or nobody came and nobody sent apologies. The cost is frozen on the booking;
the nightly run takes as much of it as the school has, once, and the rest is reported.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cpd import rules
from cpd.choices import (
    WAS_THERE,
    BookingStatus,
    CancelledBy,
    CohortStatus,
    Mark,
    PaidBy,
    WhyUnused,
)
from cpd.errors import NothingWasKept
from cpd.models import Apology, Attendance, Booking, UnusedPlace
from cpd.services.moving import lock_booking, school_of
from cpd.services.policy import bands_of
from credits.errors import ReasonNeeded
from credits.services.commitments import charge, lock_what_is_free, waiver
from credits.services.ledger import post
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.services.calendar import hub_calendar, school_year_of

MARKED_WITHIN = timedelta(days=30)
"""A register put right long after the course costs nobody anything any more."""


def charge_unused_places(*, by: Person, at: datetime) -> int:
    """Charge every free place of a completed course that nobody took up; how many. Once each."""
    ids = list(_unused(at).order_by("pk").values_list("pk", flat=True))
    return sum(_charge(booking_id, by=by, at=at) for booking_id in ids)


def cost_of_giving_up(*, booking: Booking, at: datetime) -> int:
    """What a free place costs in credits if it is given up now: what its bands keep."""
    starts_at = booking.cohort.starts_at
    if not booking.charge_if_unused or starts_at is None:
        return 0
    notice = rules.notice_in_working_days(
        cancelled_on=london_date(at), first_on=london_date(starts_at), calendar=hub_calendar()
    )
    bands = bands_of(booking.bands)
    return rules.refund(price=booking.charge_if_unused, notice=notice, bands=bands).kept


@retried
def waive_unused(*, booking_id: int, reason: str, by: Person, at: datetime) -> UnusedPlace:
    """Give a school back what an unused free place has cost: the hub's decision.

    Raises: ReasonNeeded, NothingWasKept when nothing was charged or it was given back before.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        booking = lock_booking(booking_id)
        unused = UnusedPlace.objects.filter(booking=booking).first()
        if unused is None or not unused.charged or unused.waived_at is not None:
            raise NothingWasKept
        entry = waiver(
            key=f"{_about(booking)}:waived",
            about=_about(booking),
            school=school_of(booking),
            year=school_year_of(london_date(unused.charged_at)),
            amount=unused.charged,
            person_id=booking.delegate_id,
        )
        post([entry], by=by, at=at)
        unused.waived_at = at
        unused.save(update_fields=["waived_at"])
        _record("unused_place.waived", unused, by=by, at=at, reason=reason.strip())
    return unused


@retried
def _charge(booking_id: int, *, by: Person, at: datetime) -> bool:
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if not _unused(at).filter(pk=booking_id).exists():
            return False
        due = _due(booking)
        if not due:
            return False
        school, year = school_of(booking), school_year_of(london_date(at))
        charged = min(due, max(lock_what_is_free(school, year), 0))
        if charged:
            entry = charge(
                key=f"{_about(booking)}:charged",
                about=_about(booking),
                school=school,
                year=year,
                amount=charged,
                person_id=booking.delegate_id,
            )
            post([entry], by=by, at=at)
        is_cancelled = booking.status == BookingStatus.CANCELLED
        unused = UnusedPlace.objects.create(
            booking=booking,
            why=WhyUnused.CANCELLED if is_cancelled else WhyUnused.ABSENT,
            due=due,
            charged=charged,
            charged_at=at,
        )
        _record("unused_place.charged", unused, by=by, at=at)
    return True


def _due(booking: Booking) -> int:
    if booking.status == BookingStatus.CANCELLED and booking.cancelled_at is not None:
        return cost_of_giving_up(booking=booking, at=booking.cancelled_at)
    return booking.charge_if_unused


def _unused(at: datetime) -> QuerySet[Booking]:
    """Free places of courses completed lately that nobody took up, not charged yet.

    A place is taken up by whoever was at one session at least.
    """
    marks = Attendance.objects.filter(booking=OuterRef("pk"))
    apologies = Apology.objects.filter(booking=OuterRef("pk"), taken_back_at__isnull=True)
    nobody_came = (
        Q(status=BookingStatus.COMPLETED)
        & Exists(marks.filter(mark=Mark.ABSENT))
        & ~Exists(marks.filter(mark__in=(*WAS_THERE, Mark.APOLOGIES)))
        & ~Exists(apologies)
    )
    given_up = Q(status=BookingStatus.CANCELLED, cancelled_from=CancelledBy.SCHOOL)
    return Booking.objects.filter(
        nobody_came | given_up,
        paid_by=PaidBy.FREE,
        charge_if_unused__gt=0,
        unused__isnull=True,
        cohort__status=CohortStatus.COMPLETED,
        cohort__completed_at__gt=at - MARKED_WITHIN,
    )


def _about(booking: Booking) -> str:
    return f"unused_place:{booking.pk}"


def _record(verb: str, unused: UnusedPlace, *, by: Person, at: datetime, reason: str = "") -> None:
    record_act(
        verb=verb,
        subject=f"booking:{unused.booking_id}",
        school=unused.booking.school_in_acts,
        by=by,
        at=at,
        reason=reason,
        after={"why": unused.why, "due": unused.due, "charged": unused.charged},
    )
