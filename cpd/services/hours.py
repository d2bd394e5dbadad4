"""A person's hours of CPD, as the registers say. Rule BK-12."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cpd.choices import CohortStatus, Mark
from cpd.models import Attendance, Cohort, Session
from cpd.rules import cpd_hours
from hub_portal.shared.london import london_date
from schools.models import Person

PART = {Mark.ATTENDED: Decimal(1), Mark.PARTLY: Decimal("0.5")}
"""How much of a session counts: all of it, or half of it for somebody who came in part."""


@dataclass(frozen=True)
class CourseHours:
    """One course in somebody's CPD record."""

    cohort: Cohort
    title: str
    from_on: date
    to_on: date
    sessions_attended: int
    sessions: int
    hours: Decimal

    @property
    def is_over(self) -> bool:
        return self.cohort.status != CohortStatus.OFFERED


@dataclass(frozen=True)
class CpdRecord:
    """Everything somebody attended, newest first, with the hours added up."""

    courses: Sequence[CourseHours]

    @property
    def hours(self) -> Decimal:
        return sum((course.hours for course in self.courses), Decimal(0))


def hours_of(*, person: Person) -> CpdRecord:
    """What counts for a person: the sessions they attended, wholly or in part. Two queries.

    Rule BK-12. A course that was called off half-way counts for the sessions there were.
    """
    marks = Attendance.objects.of_person(person).there()
    attended: dict[int, dict[int, Mark]] = defaultdict(dict)
    for cohort_id, session_id, mark in marks.values_list("session__cohort", "session", "mark"):
        attended[cohort_id][session_id] = Mark(mark)
    sessions: dict[Cohort, list[Session]] = defaultdict(list)
    dated = Session.objects.filter(cohort__in=list(attended)).order_by("starts_at", "pk")
    for session in dated.select_related("cohort__programme"):
        sessions[session.cohort].append(session)
    found = (_course(cohort, own, attended[cohort.pk]) for cohort, own in sessions.items())
    courses = [course for course in found if course is not None]
    return CpdRecord(sorted(courses, key=lambda course: (course.to_on, course.title), reverse=True))


def hours_for(*, person: Person, cohort: Cohort) -> CourseHours | None:
    """What one course counts for somebody, or None if they were at no session of it."""
    marks = Attendance.objects.of_person(person).there().filter(session__cohort=cohort)
    attended = {session: Mark(mark) for session, mark in marks.values_list("session", "mark")}
    return _course(cohort, list(cohort.sessions.order_by("starts_at", "pk")), attended)


def _course(
    cohort: Cohort, sessions: Sequence[Session], attended: dict[int, Mark]
) -> CourseHours | None:
    """A date that was called off after its register was taken counts for nobody."""
    there = [session for session in sessions if session.pk in attended]
    if not there:
        return None
    parts = [
        (_minutes(session), PART[attended[session.pk]] if session.pk in attended else Decimal(0))
        for session in sessions
    ]
    return CourseHours(
        cohort=cohort,
        title=cohort.programme.title,
        from_on=min(_days(there)),
        to_on=max(_days(there)),
        sessions_attended=len(there),
        sessions=len(sessions),
        hours=cpd_hours(programme_hours=cohort.programme.hours, sessions=parts),
    )


def _days(sessions: Iterable[Session]) -> list[date]:
    return [london_date(session.starts_at) for session in sessions]


def _minutes(session: Session) -> int:
    return max((session.ends_at - session.starts_at) // timedelta(minutes=1), 1)
