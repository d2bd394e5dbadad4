"""Until when an offer is answered, and from when every waiting school is called. Rule BK-8."""

from datetime import datetime

from cpd.models import Cohort
from cpd.services.policy import policy_in_force
from hub_portal.shared.london import end_of_day, london_date, start_of_day
from schools.services.calendar import hub_calendar


def answer_by(*, cohort: Cohort, at: datetime) -> datetime:
    """The end of the second school day † after today, and never past the booking close."""
    days = policy_in_force().offer_school_days
    last_day = hub_calendar().last_of_school_days(london_date(at), days)
    return min(end_of_day(last_day), cohort.booking_closes_at)


def is_late(*, cohort: Cohort, at: datetime) -> bool:
    """Whether the start is so near, 5 school days †, that nobody is waited for any more."""
    if cohort.starts_at is None:
        return False
    days = policy_in_force().late_call_school_days
    first_late_day = hub_calendar().school_day_before(london_date(cohort.starts_at), days)
    return at >= start_of_day(first_late_day)


def has_begun(*, cohort: Cohort, at: datetime) -> bool:
    return cohort.starts_at is not None and at >= cohort.starts_at
