"""Invented people for the demo hub, with posts at every member school."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub_portal.shared.london import london_date
from schools.choices import Role, StaffRole
from schools.models import Person, School
from schools.services.calendar import school_year_of
from schools.services.invitations import invite_all, still_to_invite
from schools.services.people import add_person, set_staff_role
from schools.services.posts import appoint

STAFF_PER_SCHOOL = 6

FIRST_NAMES = (
    "Aisha Amara Anita Beatriz Benedict Callum Chidi Daniel Deepa Dominic Eleni Emeka Erin Farida "
    "Fatima Gareth Gloria Gurpreet Hannah Harjit Ibrahim Imogen Isla Jakub James Jasmin Joanna "
    "Kwame Leila Liam Lucy Magda Marcus Mariam Maya Mei Mohammed Nadia Naomi Nathan Nikhil Olu "
    "Omar Oscar Patience Pavel Priya Rachel Rashid Rebecca Rohan Rosa Ruth Samira Sean Selina "
    "Shanelle Simran Sofia Tariq Theo Tomasz Uche Victoria Wei Yasmin Yusuf Zainab Zofia"
).split()

SURNAMES = (
    "Adeyemi Ahmed Akhtar Appiah Bains Baker Banerjee Begum Bennett Bhatt Campbell Chan Chowdhury "
    "Clarke Collins Costa Davies Desai Dhillon Dixon Edwards Eze Fernandes Foster Gill Grant Green "
    "Hall Hassan Hughes Hussain Ibrahim Ivanova Jackson Jones Joshi Kaur Kelly Khan Kowalska Lawal "
    "Lewis Malik Mensah Mitchell Morgan Murphy Nguyen Nowak OBrien Okafor Oliveira Osei Owusu Park "
    "Patel Pereira Phillips Popescu Qureshi Rahman Reid Roberts Rossi Saunders Shah Sharma Singh "
    "Smith Stewart Taylor Thomas Turner Virdee Walker Wang White Wilson Wright Yilmaz Young"
).split()

JOB_TITLES = (
    "Class teacher",
    "Year leader",
    "Assistant headteacher",
    "Head of department",
    "SENCO",
    "Early career teacher",
)


@dataclass(frozen=True)
class SchoolPeople:
    """The people of one demo school."""

    school: School
    rep: Person
    headteacher: Person
    deputy: Person | None
    staff: Sequence[Person] = field(default_factory=tuple)


@dataclass(frozen=True)
class Cast:
    """Everyone in the demo hub."""

    manager: Person
    finance: Person
    schools: Sequence[SchoolPeople]

    @property
    def lead(self) -> SchoolPeople:
        """The lead school's people, whose sign-ins are printed."""
        return next(people for people in self.schools if people.school.name.startswith("Lampton"))


@dataclass(frozen=True)
class WhoMaySignIn:
    """One line of what `./run` prints at the end."""

    role: str
    name: str
    email: str


def anybody() -> bool:
    """Whether the portal knows anybody but itself."""
    return Person.objects.filter(is_portal=False).exists()


def first_hub_manager(*, at: datetime) -> Person:
    """The hub manager who does everything else in the demo."""
    portal = Person.objects.portal()
    manager = _person("Helen Marsh", "manager@hub.example", portal, at)
    set_staff_role(
        person=manager,
        staff_role=StaffRole.HUB_MANAGER,
        reason="The demo hub's manager",
        by=portal,
        at=at,
    )
    return manager


def give_everyone_a_post(*, members: Sequence[School], by: Person, at: datetime) -> Cast:
    """A headteacher, a rep, often a deputy, and staff for every member school."""
    names = _names()
    finance = _person("Frances Pound", "finance@hub.example", by, at)
    set_staff_role(
        person=finance,
        staff_role=StaffRole.FINANCE_OFFICER,
        reason="Keeps the lead school's books",
        by=by,
        at=at,
    )
    schools = [_people_of(school, number, names, by, at) for number, school in enumerate(members)]
    return Cast(manager=by, finance=finance, schools=schools)


def invite_most(*, by: Person, at: datetime) -> None:
    """Press Invite for everyone but the last two, as on an ordinary day."""
    waiting = list(still_to_invite().order_by("pk"))
    invite_all(appointments=waiting[:-2], by=by, at=at)


def who_may_sign_in() -> list[WhoMaySignIn]:
    """One person for each role, read from the demo hub as it is."""
    lines = [
        WhoMaySignIn(person.get_staff_role_display(), person.full_name, person.email or "")
        for person in Person.objects.exclude(staff_role="").order_by("-staff_role", "pk")
    ]
    lead = School.objects.get(name__startswith="Lampton")
    for role in (Role.REP, Role.DEPUTY, Role.HEADTEACHER, Role.STAFF):
        post = lead.appointments.live().held_as(role).order_by("pk").select_related("person")[0]
        person = post.person
        words = f"{role.label}, {lead.name}"
        lines.append(WhoMaySignIn(words, person.full_name, person.email or ""))
    return lines


def _people_of(
    school: School, number: int, names: Iterator[str], by: Person, at: datetime
) -> SchoolPeople:
    domain = f"{_slug(school.name)}.example"
    has_deputy = number % 3 != 2

    def post(role: Role, job_title: str, mailbox: str = "") -> Person:
        name = next(names)
        person = _person(name, f"{mailbox or _slug(name)}@{domain}", by, at)
        appoint(
            person=person,
            school=school,
            role=role,
            from_on=school_year_of(london_date(at)).starts_on,
            job_title=job_title,
            reason="Start of the year",
            by=by,
            at=at,
        )
        return person

    headteacher = post(Role.HEADTEACHER, "Headteacher", "head")
    rep = post(Role.REP, "Deputy headteacher", "rep")
    deputy = post(Role.DEPUTY, "Assistant headteacher", "deputy") if has_deputy else None
    staff = [post(Role.STAFF, JOB_TITLES[n % len(JOB_TITLES)]) for n in range(STAFF_PER_SCHOOL)]
    return SchoolPeople(school, rep, headteacher, deputy, tuple(staff))


def _person(full_name: str, email: str, by: Person, at: datetime) -> Person:
    return add_person(full_name=full_name, email=email, by=by, at=at)


def _names() -> Iterator[str]:
    """Full names without end, none twice, the same on every machine."""
    chance = random.Random("the demo hub")  # noqa: S311 - names of a demo, nothing secret
    used: set[str] = set()
    while True:
        name = f"{chance.choice(FIRST_NAMES)} {chance.choice(SURNAMES)}".replace("OBr", "O’Br")
        if name not in used:
            used.add(name)
            yield name


def _slug(text: str) -> str:
    return re.sub(r"[^a-z]+", "-", text.lower().replace("’", "")).strip("-")
