"""Schools and people: single ones, and a permanent cast of two schools and the hub.

cast = make_cast()
cast.our_school, cast.rep, cast.deputy, cast.headteacher
cast.strangers_school, cast.stranger      # the rep of another school
cast.hub_manager
"""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime

from allauth.account.models import EmailAddress

from schools.choices import Phase, Role, StaffRole
from schools.models import Appointment, Membership, Person, School

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LONG_AGO = date(2020, 9, 1)
_urns = itertools.count(100001)


def make_person(*, full_name="Ann Owusu", email=None, proved=True, **facts):
    """A person; with an address, one they can sign in with."""
    person = Person.objects.create_user(full_name=full_name, email=email, **facts)
    if person.email:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=proved)
    return person


def make_hub_manager(*, full_name="Mina Hub", email="manager@hub.example"):
    return make_person(full_name=full_name, email=email, staff_role=StaffRole.HUB_MANAGER)


def make_finance_officer(*, full_name="Farah Pounds", email="finance@hub.example"):
    return make_person(full_name=full_name, email=email, staff_role=StaffRole.FINANCE_OFFICER)


def make_school(*, name="Lampton School", urn=None, phase=Phase.SECONDARY, member=True, **facts):
    """A school; a member of the alliance since long ago, unless `member=False`."""
    school = School.objects.create(name=name, urn=urn or next(_urns), phase=phase, **facts)
    if member:
        Membership.objects.create(school=school, from_on=LONG_AGO)
    return school


def make_appointment(*, person, school, role=Role.STAFF, from_on=LONG_AGO, **facts):
    return Appointment.objects.create(
        person=person, school=school, role=role, from_on=from_on, **facts
    )


def make_colleague(*, school, full_name="Tom Teacher", email="tom@our.example", role=Role.STAFF):
    """A person with a post at the school."""
    person = make_person(full_name=full_name, email=email)
    make_appointment(person=person, school=school, role=role)
    return person


@dataclass(frozen=True)
class Cast:
    our_school: School
    rep: Person
    deputy: Person
    headteacher: Person
    strangers_school: School
    stranger: Person
    hub_manager: Person


def make_cast():
    """Our school with its people, the stranger's school with its rep, and the hub manager."""
    ours = make_school(name="Lampton School", phase=Phase.SECONDARY)
    theirs = make_school(name="Berrymede Junior School", phase=Phase.JUNIOR)
    return Cast(
        our_school=ours,
        rep=make_colleague(
            school=ours, full_name="Rita Rep", email="rita@our.example", role=Role.REP
        ),
        deputy=make_colleague(
            school=ours, full_name="Dev Deputy", email="dev@our.example", role=Role.DEPUTY
        ),
        headteacher=make_colleague(
            school=ours, full_name="Hana Head", email="hana@our.example", role=Role.HEADTEACHER
        ),
        strangers_school=theirs,
        stranger=make_colleague(
            school=theirs, full_name="Sam Stranger", email="sam@their.example", role=Role.REP
        ),
        hub_manager=make_hub_manager(),
    )


def sign_in(client, person, *, at=None):
    """Sign a person in as the emailed code does: freshly, unless `at` says when."""
    client.force_login(person)
    session = client.session
    shown_at = (at or datetime.now(tz=UTC)).timestamp()
    session["account_authentication_methods"] = [{"method": "code", "at": shown_at}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
