"""What a list of people says, row by row, beside what the portal knows already. Rule SC-8."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hub_portal.shared.errors import BadInput
from hub_portal.shared.london import london_date
from hub_portal.shared.sheets import Sheet, date_written
from schools.choices import Role
from schools.models import Appointment, Person, School
from schools.models.appointments import HELD_BY_ONE
from schools.services.finding import people_with_addresses, schools_by_urn
from schools.services.people import clean_name

COLUMNS = ("School URN", "Name", "Email", "Role")
MORE_COLUMNS = ("Job title", "From")
MOST_ROWS = 5000

ROLES = {role.label.casefold(): role for role in Role} | {
    "rep": Role.REP,
    "deputy": Role.DEPUTY,
    "head": Role.HEADTEACHER,
    "staff": Role.STAFF,
    "teacher": Role.STAFF,
}
"""What may stand in the column “Role”, in large or small letters."""


@dataclass(frozen=True)
class PersonRow:
    """One row of the list: what it would do, or why it cannot."""

    number: int
    urn: str
    full_name: str
    email: str
    role: Role | None
    job_title: str
    from_on: date
    school: School | None
    person: Person | None
    is_held_already: bool = False
    problem: str = ""

    @property
    def adds_post(self) -> bool:
        return not self.problem and not self.is_held_already

    @property
    def adds_person(self) -> bool:
        return self.adds_post and self.person is None


@dataclass(frozen=True)
class _Read:
    """A row as it stands in the file."""

    number: int
    urn: str
    full_name: str
    email: str
    role: str
    job_title: str
    from_on: str


class _Known:
    """What the portal knows of the schools and addresses of a list, asked for all at once."""

    def __init__(self, rows: Iterable[_Read]) -> None:
        rows = list(rows)
        self.schools = schools_by_urn({row.urn for row in rows})
        self.people = people_with_addresses(row.email for row in rows)
        mailboxes = School.objects.values_list("office_email", "finance_email")
        self.mailboxes = {box.lower() for boxes in mailboxes for box in boxes if box}
        live = Appointment.objects.live().select_related("person")
        self.holders: dict[tuple[int, Role], str] = {}
        self.held: set[tuple[int, int, str]] = set()
        self.nameless: dict[tuple[int, str], Person] = {}
        for post in live.filter(school__in=self.schools.values()):
            self.held.add((post.person_id, post.school_id, post.role))
            self.holders[post.school_id, Role(post.role)] = post.person.full_name
            if post.person.email is None:
                self.nameless[post.school_id, post.person.full_name.casefold()] = post.person

    def person(self, school: School | None, row: _Read) -> Person | None:
        """Who is meant: by address, or a colleague of that name who has none. Rule PE-3."""
        if row.email:
            return self.people.get(row.email)
        return self.nameless.get((school.pk, row.full_name.casefold())) if school else None


def rows_of_people(sheet: Sheet, *, at: datetime) -> Iterator[PersonRow]:
    """Every row with what it would do. Raises: BadSheet."""
    today = london_date(at)
    read = list(_read(sheet))
    known = _Known(read)
    seen: set[tuple[str, str, str]] = set()
    one_each: set[tuple[int, Role]] = set()
    for row in read:
        planned = _planned(row, known, today=today)
        key = (row.urn, row.email or row.full_name.casefold(), row.role.casefold())
        if not planned.problem and key in seen:
            planned = _with_problem(planned, "This row stands in the list twice.")
        if not planned.problem:
            seen.add(key)
        if planned.adds_post and planned.school and planned.role in HELD_BY_ONE:
            post = (planned.school.pk, planned.role)
            if post in one_each:
                label = planned.role.label.lower()
                planned = _with_problem(planned, f"The list names two people as {label}.")
            one_each.add(post)
        yield planned


def _read(sheet: Sheet) -> Iterator[_Read]:
    more = [name for name in MORE_COLUMNS if sheet.has(name)]
    for number, cells in sheet.rows(*COLUMNS, *more):
        urn, name, email, role = cells[:4]
        extra = dict(zip(more, cells[4:], strict=True))
        yield _Read(
            number=number,
            urn=urn,
            full_name=" ".join(name.split()),
            email=email.lower(),
            role=role,
            job_title=extra.get("Job title", "")[:80],
            from_on=extra.get("From", ""),
        )


def _planned(row: _Read, known: _Known, *, today: date) -> PersonRow:
    school, role = known.schools.get(row.urn), ROLES.get(row.role.casefold())
    person = known.person(school, row)
    from_on = date_written(row.from_on) if row.from_on else today
    held = bool(person and school and role and (person.pk, school.pk, role.value) in known.held)
    planned = PersonRow(
        number=row.number,
        urn=row.urn,
        full_name=row.full_name,
        email=row.email,
        role=role,
        job_title=row.job_title,
        from_on=from_on or today,
        school=school,
        person=person,
        is_held_already=held,
    )
    problem = _problem(planned, row, known, from_on=from_on, today=today)
    return _with_problem(planned, problem) if problem else planned


def _problem(
    planned: PersonRow, row: _Read, known: _Known, *, from_on: date | None, today: date
) -> str:
    """The first thing wrong with a row, in a sentence; '' when nothing is."""
    if planned.school is None:
        return f"The portal knows no school with the URN “{row.urn}”."
    name_problem = _name_problem(planned.full_name)
    if name_problem:
        return name_problem
    if planned.role is None:
        return f"“{row.role}” is no role: say rep, deputy, headteacher or staff."
    if from_on is None:
        return f"“{row.from_on}” is no date: write it like 2026-09-01."
    if from_on > today:
        return "A post begins today or earlier."
    if row.email and not _is_address(row.email):
        return f"“{row.email}” is no email address."
    if row.email in known.mailboxes:
        return f"{row.email} is a mailbox that a school shares."
    if planned.role != Role.STAFF and not row.email:
        return f"A {planned.role.label.lower()} needs an email address."
    holder = known.holders.get((planned.school.pk, planned.role))
    if holder and planned.role in HELD_BY_ONE and not planned.is_held_already:
        return f"{holder} is {planned.role.label.lower()} there already: hand over instead."
    return ""


def _with_problem(row: PersonRow, problem: str) -> PersonRow:
    return replace(row, problem=problem)


def _name_problem(full_name: str) -> str:
    try:
        clean_name(full_name)
    except BadInput as bad:
        return bad.sentence
    return ""


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True
