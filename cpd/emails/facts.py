"""What every mail about a course says of it."""

from typing import Any

from cpd.models import Cohort


def course_facts(cohort: Cohort) -> dict[str, Any]:
    """What `cpd/email/_course` says of a course: the cohort, its programme, its dates in order."""
    sessions = list(cohort.sessions.order_by("starts_at"))
    return {"cohort": cohort, "programme": cohort.programme, "sessions": sessions}
