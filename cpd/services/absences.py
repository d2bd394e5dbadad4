"""Telling a school, on the next school day, who did not come. Rule BK-10."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from cpd.choices import Mark
from cpd.emails import afterwards_mails
from cpd.models import Attendance
from cpd.services.moving import school_of
from cpd.services.voices import whom_to_tell
from hub_portal.shared.london import london_date, start_of_day
from hub_portal.shared.retrying import retried
from schools.services.calendar import hub_calendar

NEWS_FOR = timedelta(days=21)
"""A mark put right long after the session is no news any more."""


def tell_of_absences(*, at: datetime) -> int:
    """Mail each school who of its people did not attend, once; how many schools heard.

    Rule BK-10: on a school day, about sessions of the days before. A mark that was put right
    in the meantime is not told.
    """
    if not hub_calendar().is_school_day(london_date(at)):
        return 0
    schools = set(_untold(at).values_list("booking__school", flat=True))
    return sum(_tell(school_id, at) for school_id in sorted(schools))


@retried
def _tell(school_id: int, at: datetime) -> bool:
    with transaction.atomic():
        rows = list(
            _untold(at)
            .filter(booking__school=school_id)
            .select_for_update(no_key=True, of=("self",))
            .select_related("session", "booking__school", "booking__cohort__programme")
            .select_related("booking__booked_by")
            .order_by("session__starts_at", "named_as", "pk")
        )
        if not rows:
            return False
        reader = whom_to_tell(rows[0].booking)
        school = school_of(rows[0].booking)
        afterwards_mails.absences(school=school, rows=rows, reader=reader, at=at)
        Attendance.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)
    return True


def _untold(at: datetime) -> QuerySet[Attendance]:
    today = start_of_day(london_date(at))
    return Attendance.objects.filter(
        mark=Mark.ABSENT,
        booking__school__isnull=False,  # with a ticket somebody comes for themselves
        booking__is_told=True,
        told_at__isnull=True,
        session__starts_at__lt=today,
        session__starts_at__gte=today - NEWS_FOR,
    )
