"""Who comes to a course, as lists to take away: for its organiser, and for the venue.

Organisers see names and schools and nothing more, a venue only numbers. Rules BK-10 and XX-2.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cpd.models import Booking, Cohort, Session
from hub_portal.shared.exports import Column
from hub_portal.shared.london import london_date, london_time
from hub_portal.shared.wording import clock_time, counted
from hub_portal.trail.services.acts import record_act
from schools.models import Person

DELEGATES: tuple[Column[Booking], ...] = (
    Column("Delegate", lambda booking: booking.named_as or "To be named"),
    Column("School", lambda booking: booking.school_in_words),
    Column("Reference", lambda booking: booking.reference),
    Column("Walked in", lambda booking: "yes" if hasattr(booking, "walk_in") else ""),
)
"""What an organiser's list of delegates shows, a column each."""

FOR_THE_VENUE: tuple[Column["VenueRow"], ...] = (
    Column("Course", lambda row: row.session.cohort.programme.title),
    Column("Date", lambda row: london_date(row.session.starts_at)),
    Column("From", lambda row: clock_time(row.session.starts_at)),
    Column("To", lambda row: clock_time(row.session.ends_at)),
    Column("Place", lambda row: row.session.venue or row.session.cohort.venue),
    Column("Delegates expected", lambda row: row.expected),
)
"""What a venue needs to know, without a name."""


@dataclass(frozen=True)
class VenueRow:
    """One date for the venue: how many are expected."""

    session: Session
    expected: int


def delegates_of(cohort: Cohort) -> list[Booking]:
    """Everybody with a place, by school and name; those to be named last in their school."""
    places = Booking.objects.filter(cohort=cohort).on_the_register()
    return sorted(
        places.select_related("school", "walk_in"),
        key=lambda b: (b.school_in_words, not b.named_as, b.named_as.casefold(), b.pk),
    )


def venue_rows(cohort: Cohort) -> list[VenueRow]:
    """Each date with how many are expected on it."""
    dated: Any = cohort.sessions.with_register().select_related("cohort__programme")
    return [VenueRow(session, expected=session.held) for session in dated.order_by("starts_at")]


def record_delegates_taken(*, cohort: Cohort, form: str, by: Person, at: datetime) -> None:
    """Write down that a list of delegates was taken away. Rule XX-1."""
    record_act(
        verb="delegates.exported",
        subject=f"cohort:{cohort.pk}",
        by=by,
        at=at,
        after={"format": form},
    )


def file_name(cohort: Cohort, what: str) -> str:
    """A name for a file that says which course and which start."""
    starts = f"-{london_time(cohort.starts_at):%Y-%m-%d}" if cohort.starts_at else ""
    return f"{what}-{cohort.programme.slug}{starts}"


def in_words(cohort: Cohort, places: int) -> str:
    """“12 delegates of 16 places”."""
    return f"{counted(places, 'delegate')} of {counted(cohort.capacity, 'place')}"
