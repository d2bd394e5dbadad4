"""A hub to measure: schools with reps, staff and credits, and courses to come.

Made through the services, as the hub manager would; the figures of a benchmark are the portal's
own, so its rows must be too.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from cpd.models import Cohort, Programme, ProgrammeKind, Session, Subject
from cpd.services.cohorts import PlannedSession, add_cohort, offer_cohort
from credits.services.allocation import run_allocation
from credits.services.funding import fund_year, receive_instalment
from credits.services.planning import Choices, plan_allocation
from hub_portal.shared.london import london_date, now
from schools.choices import Phase, Role, RollDefinition
from schools.models import Person, School
from schools.services.calendar import hub_calendar, school_year_of
from schools.services.membership import begin_membership
from schools.services.people import add_person
from schools.services.posts import appoint
from schools.services.rolls import enter_roll_by_hand

LONG_AGO = date(2020, 9, 1)
CENSUS = date(2026, 1, 15)
PUPILS = 900
PENCE_A_SCHOOL = 60_000_00
COLLEAGUES = 8
PRICE = 2
DATES_A_COURSE = 3
SUBJECTS = 8


@dataclass(frozen=True)
class SchoolOfTheHub:
    """A member school as a benchmark knows it."""

    school: School
    rep: Person
    colleagues: Sequence[Person]


@dataclass(frozen=True)
class Hub:
    """Everything that was made."""

    at: datetime
    schools: Sequence[SchoolOfTheHub]
    cohorts: Sequence[Cohort]


@transaction.atomic
def make_hub(*, schools: int, cohorts: int, capacity: int = 400) -> Hub:
    """Schools with the credits of a year each, and cohorts they may book from now on."""
    by, at = Person.objects.portal(), now()
    members = [_school(number, by=by, at=at) for number in range(schools)]
    _fund(PENCE_A_SCHOOL * schools, by=by, at=at)
    return Hub(at, members, plan_cohorts(cohorts, capacity=capacity, by=by, at=at))


def plan_cohorts(count: int, *, capacity: int, by: Person, at: datetime) -> list[Cohort]:
    """Offered cohorts, a few of each programme, of one session on a school day in five weeks."""
    programmes = [_programme(number) for number in range(-(-count // DATES_A_COURSE))]
    day = hub_calendar().last_of_school_days(london_date(at), 25)
    starts_at = at.replace(year=day.year, month=day.month, day=day.day, hour=13, minute=30)
    return [
        _cohort(
            programmes[number // DATES_A_COURSE],
            starts_at + timedelta(minutes=number),
            capacity,
            by=by,
            at=at,
        )
        for number in range(count)
    ]


def copy_cohorts(cohort: Cohort, count: int) -> list[Cohort]:
    """More dates of one course, as the service wrote the first: a thousand rows in a moment."""
    session = cohort.sessions.get()
    copies = []
    for number in range(1, count + 1):
        later = timedelta(minutes=number)
        row = copy(cohort)
        row.pk, row._state = None, copy(cohort._state)
        row._state.adding = True
        row.starts_at, row.ends_at = session.starts_at + later, session.ends_at + later
        copies.append(row)
    Cohort.objects.bulk_create(copies)
    Session.objects.bulk_create(
        Session(cohort=row, starts_at=row.starts_at, ends_at=row.ends_at) for row in copies
    )
    return copies


def _school(number: int, *, by: Person, at: datetime) -> SchoolOfTheHub:
    school = School.objects.create(
        name=f"School {number + 1}", urn=100_001 + number, phase=Phase.PRIMARY
    )
    begin_membership(school=school, from_on=LONG_AGO, by=by, at=at)
    enter_roll_by_hand(
        school=school,
        census_on=CENSUS,
        pupils=PUPILS + number,
        definition=RollDefinition.HEADCOUNT,
        reason="Told by the office",
        by=by,
        at=at,
    )
    rep = _colleague(school, f"Rep of {school.name}", Role.REP, by=by, at=at)
    staff = [
        _colleague(school, f"Teacher {n + 1} of {school.name}", Role.STAFF, by=by, at=at)
        for n in range(COLLEAGUES)
    ]
    return SchoolOfTheHub(school, rep, staff)


def _colleague(school: School, name: str, role: Role, *, by: Person, at: datetime) -> Person:
    email = f"{name.lower().replace(' ', '.')}@schools.example"
    person = add_person(full_name=name, email=email, by=by, at=at)
    appoint(
        person=person,
        school=school,
        role=role,
        from_on=LONG_AGO,
        reason="Start of the year",
        by=by,
        at=at,
    )
    return person


def _fund(pence: int, *, by: Person, at: datetime) -> None:
    funding = fund_year(year=school_year_of(london_date(at)), by=by, at=at)
    instalment = receive_instalment(
        funding=funding, pence=pence, received_on=london_date(at), reference="Grant", by=by, at=at
    )
    choices = Choices(census_on=CENSUS, definition=RollDefinition.HEADCOUNT)
    plan = plan_allocation(instalment=instalment, choices=choices, on=london_date(at))
    run_allocation(instalment=instalment, choices=choices, shown=plan.fingerprint, by=by, at=at)


def _programme(number: int) -> Programme:
    kind, _ = ProgrammeKind.objects.get_or_create(name="Teaching and learning")
    subject, _ = Subject.objects.get_or_create(name=f"Subject {number % SUBJECTS + 1}")
    title = f"Course {number + 1}"
    found, _ = Programme.objects.get_or_create(
        slug=f"course-{number + 1}",
        defaults={
            "title": title,
            "kind": kind,
            "subject": subject,
            "summary": f"{title}: an afternoon with colleagues from other schools.",
            "for_primary": True,
            "hours": 3,
        },
    )
    return found


def _cohort(
    programme: Programme, starts_at: datetime, capacity: int, *, by: Person, at: datetime
) -> Cohort:
    cohort = add_cohort(
        programme=programme,
        sessions=[PlannedSession(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))],
        price=PRICE,
        capacity=capacity,
        places_per_school=COLLEAGUES,
        venue="Lampton School, Hounslow",
        booking_opens_at=at - timedelta(days=30),
        booking_closes_at=starts_at - timedelta(days=1),
        by=by,
        at=at,
    )
    return offer_cohort(cohort=cohort, by=by, at=at)
