"""An organiser's room: their cohorts, and how far the register of each session is. Rule BK-10."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from cpd.choices import ON_THE_REGISTER, CohortStatus
from cpd.models import Cohort, Session
from hub_portal.shared.kept import kept_for_a_moment
from hub_portal.shared.london import end_of_day, london_date
from schools.models import Person

STILL_TO_TAKE = timedelta(days=60)
"""For so long a register that nobody took stands on the desk."""


@dataclass(frozen=True)
class SessionRow:
    """One session in an organiser's list, with how far its register is."""

    session: Session
    words: str
    tone: str
    is_to_take: bool = False


@dataclass(frozen=True)
class CohortRow:
    """One cohort somebody organises."""

    cohort: Cohort
    places: int
    sessions: Sequence[SessionRow]

    @property
    def to_take(self) -> Sequence[SessionRow]:
        return [row for row in self.sessions if row.is_to_take]


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
        return SessionRow(session, "Called off", "bad")
    if london_date(at) < london_date(session.starts_at):
        return SessionRow(session, "To come", "plain")
    if not held:
        return SessionRow(session, "Nobody booked", "plain")
    if marked >= held:
        return SessionRow(session, "Register taken", "ok")
    words = f"{marked} of {held} marked" if marked else "Register to take"
    return SessionRow(session, words, "warn", is_to_take=True)


def _is_over(cohort: Cohort, at: datetime) -> bool:
    if cohort.status == CohortStatus.CANCELLED or cohort.ends_at is None:
        return True
    return at >= end_of_day(london_date(cohort.ends_at))
