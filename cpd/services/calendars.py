"""The dates of a course as a calendar file that anybody may take along."""

from urllib.parse import urlsplit

from icalendar import Calendar, Event

from cpd.choices import CohortStatus
from cpd.models import Cohort
from hub_portal.shared.context import hub_identity


def calendar_of_cohort(cohort: Cohort, *, page_address: str) -> bytes:
    """One entry per session, with a UID that stays and the sequence of the cohort."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{hub_identity().name}//Courses//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    host = urlsplit(page_address).hostname or "hub"
    for session in cohort.sessions.order_by("starts_at"):
        event = Event()
        event.add("uid", f"course-{cohort.pk}-{session.pk}@{host}")
        event.add("dtstamp", session.starts_at)
        event.add("dtstart", session.starts_at)
        event.add("dtend", session.ends_at)
        event.add("sequence", cohort.sequence)
        event.add("summary", cohort.programme.title)
        event.add("location", session.venue or cohort.venue)
        event.add("url", page_address)
        event.add("status", "CANCELLED" if cohort.status == CohortStatus.CANCELLED else "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
