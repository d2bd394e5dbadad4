"""Waiting lists as the clock looks after them: what lapses, what is called, what ends. BK-8."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cpd.choices import CohortStatus
from cpd.models import Cohort, Offer, WaitingEntry
from cpd.services.moving import lock_cohort
from cpd.services.promotion import move_on, places_up_to_date
from cpd.services.waiting import end_the_line
from cpd.services.waiting_times import has_begun
from hub_portal.clock.services.due import Due
from hub_portal.shared.retrying import retried
from schools.models import Person

TASK = "cpd.run_waiting_lists"


def what_is_due(at: datetime) -> Iterable[Due]:
    """Every minute: is an offer overdue, or does somebody wait for what has begun?"""
    begun = WaitingEntry.objects.waiting().filter(cohort__starts_at__lte=at)
    if Offer.objects.overdue(at).exists() or begun.exists():
        yield Due(None, TASK)


def cohorts_with_a_line() -> list[int]:
    """Ids of the cohorts somebody waits for and that are, or were, in the catalogue."""
    waited_for = WaitingEntry.objects.waiting().values("cohort")
    cohorts = Cohort.objects.filter(pk__in=waited_for).exclude(status=CohortStatus.DRAFT)
    return list(cohorts.order_by("pk").values_list("pk", flat=True))


@retried
def run_waiting_list(*, cohort_id: int, by: Person, at: datetime) -> None:
    """Lapse what is overdue and let the list move on; once the course has begun, end it.

    Done twice, it changes nothing.
    """
    with transaction.atomic():
        cohort = lock_cohort(cohort_id)
        if cohort.status != CohortStatus.OFFERED or has_begun(cohort=cohort, at=at):
            end_the_line(cohort=cohort, by=by, at=at)
            return
        places_up_to_date(cohort=cohort, at=at)
        move_on(cohort=cohort, at=at, by=by)
