"""What courses and bookings have of a person, when two records become one. Rule PE-5."""

from django.db.models import Q

from cpd.choices import BookingStatus
from cpd.models import Attendance, Booking, Certificate, Cohort, Evaluation
from cpd.services.moving import lock_cohort
from hub_portal.shared.wording import plain_day
from schools.models import Person
from schools.services.merging import AppsPart, OwnRows, register_merging


def register_cpd_part() -> None:
    """Places, what came of them, and courses somebody organises go over.

    Who did what stays as it was.
    """
    rows = (
        OwnRows("booking", Booking, "delegate"),
        OwnRows("course organised", Cohort, "organiser"),
        OwnRows("register mark", Attendance, "person"),
        OwnRows("evaluation", Evaluation, "person"),
        OwnRows("certificate", Certificate, "person"),
    )
    register_merging("cpd", AppsPart(rows=rows, clashes=clashes_of, lock=lock_cohorts))


def clashes_of(stays: Person, goes: Person) -> list[str]:
    """What the two records have that one person cannot have."""
    return [*places_held_twice(stays, goes), *courses_attended_twice(stays, goes)]


def courses_attended_twice(stays: Person, goes: Person) -> list[str]:
    """Both sat in one course, one after the other on one place: each has a certificate of it."""
    there = Attendance.objects.there()
    both = Cohort.objects.filter(pk__in=there.of_person(stays).values("session__cohort")).filter(
        pk__in=there.of_person(goes).values("session__cohort")
    )
    return [
        f"Both were at “{cohort.programme.title}”, so they stay two records."
        for cohort in both.select_related("programme").order_by("pk")
    ]


def places_held_twice(stays: Person, goes: Person) -> list[str]:
    """A person has at most one live place on a cohort. Rule BK-3."""
    held = Booking.objects.live().filter(delegate=stays).values("cohort")
    twice = Booking.objects.live().filter(delegate=goes, cohort__in=held)
    twice = twice.select_related("cohort__programme")
    return [_sentence(booking) for booking in twice.order_by("cohort")]


def _sentence(booking: Booking) -> str:
    cohort = booking.cohort
    when = f" of {plain_day(cohort.starts_at)}" if cohort.starts_at else ""
    may_cancel = booking.status == BookingStatus.BOOKED
    then = "Cancel one of them first." if may_cancel else "It is over, so they stay two records."
    return f"Both hold a place on “{cohort.programme.title}”{when}. {then}"


def lock_cohorts(goes: Person) -> None:
    """A booking is changed under its cohort's lock, each cohort in primary-key order."""
    booked = Booking.objects.filter(delegate=goes).values("cohort")
    attended = Attendance.objects.of_person(goes).values("session__cohort")
    cohorts = Cohort.objects.filter(Q(pk__in=booked) | Q(pk__in=attended)).order_by("pk")
    for cohort_id in cohorts.values_list("pk", flat=True):
        lock_cohort(cohort_id)
