"""What every mail about a course says of it."""

from typing import Any

from django.db.models import BigIntegerField, QuerySet

from cpd.models import Cohort, Session
from hub_portal.shared.prepared import prepared


def course_facts(cohort: Cohort) -> dict[str, Any]:
    """What `cpd/email/_course` says of a course: the cohort, its programme, its dates in order."""
    sessions = _dates(cohort=cohort.pk)
    for session in sessions:
        session.cohort = cohort
    return {"cohort": cohort, "programme": cohort.programme, "sessions": sessions}


@prepared(cohort=BigIntegerField())
def _dates(cohort: Any) -> "QuerySet[Session]":
    return Session.objects.filter(cohort=cohort).order_by("starts_at")
