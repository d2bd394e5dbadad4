"""Cohorts that too few have booked, pointed out while there is time. Rule BK-9."""

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from cpd.choices import BookingStatus, CohortStatus
from cpd.models import Cohort
from cpd.services.policy import policy_in_force
from hub_portal.shared.london import end_of_day, london_date
from hub_portal.shared.wording import counted, plain_day
from schools.services.calendar import hub_calendar


def below_minimum(*, at: datetime) -> QuerySet[Any]:
    """Offered cohorts that start soon with fewer delegates than they need, soonest first.

    Each with `booked`, the places that are sure. Rule BK-9: from 10 working days before.
    """
    days = policy_in_force().minimum_told_working_days_before
    last_day = hub_calendar().working_day_after(london_date(at), days)
    soon = Cohort.objects.filter(
        status=CohortStatus.OFFERED, starts_at__gt=at, starts_at__lt=end_of_day(last_day)
    )
    booked = Count("bookings", filter=Q(bookings__status=BookingStatus.BOOKED))
    return soon.annotate(booked=booked).filter(booked__lt=F("minimum")).order_by("starts_at", "pk")


def minimum_in_words(cohort: Cohort, *, at: datetime) -> str:
    """What the hub manager reads of one cohort: a sentence while it is below, else nothing."""
    found = below_minimum(at=at).filter(pk=cohort.pk).first()
    if found is None:
        return ""
    return (
        f"{counted(found.booked, 'place')} booked, and it needs {found.minimum} by "
        f"{plain_day(found.starts_at)}. Tell the schools, or cancel it: everything comes back."
    )
