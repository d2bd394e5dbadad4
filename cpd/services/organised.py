"""An organiser's room: their cohorts, the delegates of one, and what the venue is told.

Organisers see names and schools and nothing more. Rule BK-10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from cpd.choices import ON_THE_REGISTER, CohortStatus
from cpd.models import Booking, Cohort, Session
from hub_portal.shared.exports import Column
from hub_portal.shared.kept import kept_for_a_moment
from hub_portal.shared.london import end_of_day, london_date, london_time
from hub_portal.shared.wording import clock_time, counted
from hub_portal.trail.services.acts import record_act
from schools.models import Person

STILL_TO_TAKE = timedelta(days=60)
"""For so long a register that nobody took stands on the desk."""


@dataclass(frozen=True)
class SessionRow:
    """One session in an organiser's list, with how far its register is."""

    session: Session
    words: str
    tone: str
    is_open: bool


@dataclass(frozen=True)
class CohortRow:
    """One cohort somebody organises."""

    cohort: Cohort
    places: int
    sessions: Sequence[SessionRow]

    @property
    def to_take(self) -> Sequence[SessionRow]:
        return [row for row in self.sessions if row.tone == "warn"]


@dataclass(frozen=True)
class OrganisersRoom:
    """What an organiser has to do, what is coming and what is over."""

    to_take: Sequence[tuple[CohortRow, SessionRow]]
    running: Sequence[CohortRow]
    over: Sequence[CohortRow]


@kept_for_a_moment
def organisers() -> frozenset[int]:
    """Everybody who organises something, for the navigation alone: rights are asked afresh."""
    found = Cohort.objects.exclude(organiser=None).exclude(status=CohortStatus.DRAFT)
    return frozenset(found.values_list("organiser", flat=True))


def cohorts_of(person: Person) -> QuerySet[Cohort]:
    """The cohorts a person may look at here: those they organise."""
    return Cohort.objects.organised_by(person).select_related("programme")


def sessions_of(person: Person) -> QuerySet[Session]:
    return Session.objects.filter(cohort__in=cohorts_of(person)).select_related("cohort__programme")


def room_of(*, person: Person, at: datetime) -> OrganisersRoom:
    """Everything the organiser's first page says, in three queries."""
    places = Count("bookings", filter=Q(bookings__status__in=ON_THE_REGISTER))
    dated = cohorts_of(person).filter(starts_at__isnull=False)
    cohorts = (
        dated.defer("joining_details", "programme__description")
        .annotate(places=places)
        .prefetch_related(Prefetch("sessions", queryset=_with_registers()))
        .order_by("starts_at", "pk")
    )
    rows = [_row(cohort, at) for cohort in cohorts]
    over = [row for row in rows if _is_over(row.cohort, at)]
    return OrganisersRoom(
        to_take=[(row, session) for row in rows for session in row.to_take],
        running=[row for row in rows if not _is_over(row.cohort, at)],
        over=list(reversed(over)),
    )


def session_rows(*, cohort: Cohort, at: datetime) -> list[SessionRow]:
    """The sessions of one cohort with the state of their registers."""
    return [
        _session_row(session, cohort, at) for session in _with_registers().filter(cohort=cohort)
    ]


def registers_not_taken(*, at: datetime) -> QuerySet[Session]:
    """Sessions of late that are over with a held place nobody has marked. For the desk."""
    over = Session.objects.filter(
        ends_at__lte=at,
        ends_at__gt=at - STILL_TO_TAKE,
        cohort__status__in=(CohortStatus.OFFERED, CohortStatus.COMPLETED),
    )
    return over.with_register().filter(marked__lt=F("held"))


def _with_registers() -> QuerySet[Session]:
    sessions: QuerySet[Session] = Session.objects.with_register()
    return sessions.order_by("starts_at", "pk")


def _row(cohort: Any, at: datetime) -> CohortRow:
    sessions = [_session_row(session, cohort, at) for session in cohort.sessions.all()]
    return CohortRow(cohort=cohort, places=cohort.places, sessions=sessions)


def _session_row(session: Any, cohort: Cohort, at: datetime) -> SessionRow:
    held, marked = session.held, session.marked
    if cohort.status == CohortStatus.CANCELLED:
        return SessionRow(session, "Called off", "bad", is_open=False)
    if london_date(at) < london_date(session.starts_at):
        return SessionRow(session, "To come", "plain", is_open=False)
    if not held:
        return SessionRow(session, "Nobody booked", "plain", is_open=True)
    if marked >= held:
        return SessionRow(session, "Register taken", "ok", is_open=True)
    words = f"{marked} of {held} marked" if marked else "Register to take"
    return SessionRow(session, words, "warn", is_open=True)


def _is_over(cohort: Cohort, at: datetime) -> bool:
    if cohort.status == CohortStatus.CANCELLED or cohort.ends_at is None:
        return True
    return at >= end_of_day(london_date(cohort.ends_at))


# ---- Lists to take away -------------------------------------------------------------------------

DELEGATES: tuple[Column[Booking], ...] = (
    Column("Delegate", lambda booking: booking.named_as or "To be named"),
    Column("School", lambda booking: booking.school.name),
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
        key=lambda b: (b.school.name, not b.named_as, b.named_as.casefold(), b.pk),
    )


def venue_rows(cohort: Cohort) -> list[VenueRow]:
    """Each date with how many are expected on it."""
    dated: Any = _with_registers().filter(cohort=cohort).select_related("cohort__programme")
    return [VenueRow(session, expected=session.held) for session in dated]


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
