"""A person's CPD record: what they attended, by school year and by priority of the action plan.

Rule BK-12: hours count sessions attended, as `hours_of` says. The record is the person's and
stays when they change school (Rule SC-6).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cpd.models import Certificate
from cpd.services.hours import CourseHours, hours_of
from hub_portal.shared.exports import Column
from schools.models import Activity, Person, SchoolYear

NO_PRIORITY = "Outside the action plan"


@dataclass(frozen=True)
class RecordLine:
    """One course somebody attended, in which year, and for which priority of the plan."""

    year: str
    priority: str
    course: CourseHours


@dataclass(frozen=True)
class RecordYear:
    """One school year of a record, newest course first."""

    year: str
    lines: Sequence[RecordLine]
    by_priority: Sequence[tuple[str, Decimal]]

    @property
    def hours(self) -> Decimal:
        return sum((line.course.hours for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class Record:
    """Everything a person attended, newest year first, and the certificates they have."""

    years: Sequence[RecordYear]
    certificates: Sequence[Certificate]

    @property
    def hours(self) -> Decimal:
        return sum((year.hours for year in self.years), Decimal(0))


COLUMNS = (
    Column[RecordLine]("School year", lambda line: line.year),
    Column[RecordLine]("Course", lambda line: line.course.title),
    Column[RecordLine]("From", lambda line: line.course.from_on),
    Column[RecordLine]("To", lambda line: line.course.to_on),
    Column[RecordLine]("Sessions attended", lambda line: line.course.sessions_attended),
    Column[RecordLine]("Sessions", lambda line: line.course.sessions),
    Column[RecordLine]("Hours", lambda line: line.course.hours),
    Column[RecordLine]("Priority of the action plan", lambda line: line.priority),
)


def record_of(*, person: Person) -> Record:
    """The record of a person; the same few queries however long it is."""
    by_year: dict[str, list[RecordLine]] = defaultdict(list)
    for line in lines_of(person=person):
        by_year[line.year].append(line)
    return Record(
        years=[RecordYear(year, lines, _by_priority(lines)) for year, lines in by_year.items()],
        certificates=list(Certificate.objects.for_person(person).valid()),
    )


def lines_of(*, person: Person) -> list[RecordLine]:
    """Every course somebody attended, newest first: what the page shows and what is taken away."""
    courses = hours_of(person=person).courses
    activities = Activity.objects.select_related("priority__theme").in_bulk(
        {course.cohort.activity_id for course in courses if course.cohort.activity_id}
    )
    return [
        RecordLine(
            year=_year_of(course.to_on),
            priority=_in_words(activities.get(course.cohort.activity_id or 0)),
            course=course,
        )
        for course in courses
    ]


def _by_priority(lines: Sequence[RecordLine]) -> list[tuple[str, Decimal]]:
    hours: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        hours[line.priority] += line.course.hours
    return sorted(hours.items(), key=lambda pair: (pair[0] == NO_PRIORITY, pair[0]))


def _year_of(on: date) -> str:
    return str(SchoolYear(starts_on=date(on.year if on.month >= 9 else on.year - 1, 9, 1)))


def _in_words(activity: Activity | None) -> str:
    if activity is None:
        return NO_PRIORITY
    priority = activity.priority
    return f"{priority.theme.name} {priority.letter}: {priority.title}"
