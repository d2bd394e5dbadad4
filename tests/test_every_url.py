"""Every address of the portal, for everybody who may come: what the table says, and no more.

A route that is not in `tests/url_table.py` fails. Each is asked by GET, by POST without anything
in it, and by a method no page has. Whoever is refused has changed nothing.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLResolver, get_resolver

from cpd.models import Certificate
from cpd.services.asking import ask_for_place
from hub_portal.clock.models import Job
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.models import PlannedHandover
from tests.makers.approvals import make_approval
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.joining import save
from tests.makers.schools import (
    make_appointment,
    make_cast,
    make_colleague,
    make_finance_officer,
    make_person,
    sign_in,
)
from tests.makers.tickets import make_ticket, make_ticket_cohort, redeem
from tests.makers.waiting import make_full_course, wait
from tests.url_table import REDIRECTS_OF_ALLAUTH, SIGN_IN, TABLE, Door
from tests.valid_html import what_is_wrong_with

pytestmark = pytest.mark.django_db
VISITORS = ("nobody", "teacher", "another rep", "our rep", "finance officer", "hub manager")
FIFTY_DAYS = timedelta(days=50)
ASKS_TO_SIGN_IN = ("/accounts/login/?next=", "/accounts/sign-in-again/?next=")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def walk(resolver, before=""):
    """Every route, as it is written in the urls modules put together."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, route)
        else:
            yield route, pattern.name


ROUTES = dict(walk(get_resolver()))
OURS = sorted(r for r in ROUTES if not r.startswith("admin/"))
SIGN_OUT = "admin/logout/"
ADMIN = sorted(r for r in ROUTES if r.startswith("admin/") and r != SIGN_OUT)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def teacher():
    """Somebody without a post; the course of the table is theirs to run."""
    return make_person(full_name="Tia Teacher", email="tia@nowhere.example")


@pytest.fixture
def visitors(cast, teacher):
    """A browser for each kind of visitor, freshly signed in."""
    people = {
        "nobody": None,
        "teacher": teacher,
        "another rep": cast.stranger,
        "our rep": cast.rep,
        "finance officer": make_finance_officer(),
        "hub manager": cast.hub_manager,
    }
    return {kind: browser_of(person) for kind, person in people.items()}


def browser_of(person):
    client = Client()
    if person is not None:
        sign_in(client, person)
    return client


@pytest.fixture
def arguments(cast, teacher):
    """What stands in the routes: things of our school and its rep; the teacher runs the course."""
    at = datetime.now(tz=UTC)
    tom = make_colleague(school=cast.our_school)
    give_credits(school=cast.our_school, at=at)
    starts_at = at.replace(hour=13, minute=30) + FIFTY_DAYS
    cohort = make_cohort(starts_at=starts_at, organiser=teacher)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, at=at)
    full, _ = make_full_course(
        school=cast.our_school, by=cast.rep, at=at, starts_at=cohort.starts_at
    )
    entry = wait(cohort=full, school=cast.our_school, by=cast.rep, at=at)
    ticket = make_ticket(at=at)
    make_appointment(person=ticket.person, school=cast.our_school)
    starts_at = at.replace(hour=13, minute=30) + FIFTY_DAYS
    place = redeem(ticket, make_ticket_cohort(starts_at=starts_at), at=at)
    booking = make_booking(
        cohort=cohort, school=cast.our_school, by=cast.rep, at=at, email="tia@nowhere.example"
    )
    asked = ask_for_place(
        cohort=make_cohort(starts_at=cohort.starts_at), school=cast.our_school, by=tom, at=at
    )
    planned = PlannedHandover.objects.create(
        school=cast.our_school,
        role=Role.REP,
        to_person=tom,
        on=(at + FIFTY_DAYS).date(),
        planned_by=cast.rep,
        planned_at=at,
    )
    certificate = Certificate.objects.create(
        number="7K3MQX9T2BFH",
        cohort=cohort,
        booking=booking,
        person=cast.rep,
        printed_name="Rita Rep",
        title="Coaching conversations",
        from_on=at.date(),
        to_on=at.date(),
        hours=3,
        issued_by=cast.hub_manager,
        issued_at=at,
    )
    job = Job.objects.create(
        kind="schools.read_roll_file",
        about="roll_import:1",
        started_by=cast.rep,
        started_at=at,
        lease_until=at,
    )
    return {
        "slug": cohort.programme.slug,
        "cohort_id": cohort.pk,
        "request_id": booking.request_id,
        "booking_id": booking.pk,
        "entry_id": entry.pk,
        "approval_id": make_approval(school=cast.our_school, by=cast.rep, at=at).pk,
        "place_id": place.pk,
        "code": "no-such-code",
        "asked_id": asked.pk,
        "number": certificate.number,
        "version": save(cohort, teacher, at=at).number,
        "session_id": cohort.sessions.get().pk,
        "post_id": tom.appointments.get(role=Role.STAFF).pk,
        "planned_id": planned.pk,
        "job_id": job.pk,
        "pk": 1,
        "form": "csv",
        "secret": "no-such-secret",
        "token": "1.no-such-token",
        "name": "no-such-file",
    }


def address(route, arguments):
    return "/" + PARAMETER.sub(lambda found: str(arguments[found[1]]), route)


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(OURS) - set(TABLE) - REDIRECTS_OF_ALLAUTH == set()
    assert set(TABLE) - set(OURS) == set()


def test_every_visitor_gets_what_the_table_says(visitors, arguments):
    found = {}
    for route, door in TABLE.items():
        got = {kind: ask(client, address(route, arguments)) for kind, client in visitors.items()}
        if tuple(status for status, _ in got.values()) != door.value:
            found[route] = {kind: status for kind, (status, _) in got.items()}
        elif door.value[0] == SIGN_IN and door not in (Door.HALF_WAY, Door.SIGNING_OUT):
            assert got["nobody"][1].startswith(ASKS_TO_SIGN_IN), route

    assert found == {}


def test_whoever_is_refused_is_refused_by_post_too_and_changes_nothing(visitors, arguments):
    acts, found = Act.objects.count(), {}

    for route, door in TABLE.items():
        for kind, expected in zip(VISITORS, door.value, strict=True):
            refuses_nobody = kind == "nobody" and 404 in door.value
            if expected == 404 or refuses_nobody:
                status, _ = ask(visitors[kind], address(route, arguments), method="POST")
                if status not in (302, 404, 405):
                    found[route, kind] = status

    assert found == {}
    assert Act.objects.count() == acts


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"])
def test_a_method_that_no_page_has_is_refused(visitors, arguments, method):
    routes = [*TABLE, "admin/", "admin/schools/person/"]

    answers = {ask(visitors["our rep"], address(each, arguments), method=method) for each in routes}
    answers |= {ask(visitors["nobody"], address(each, arguments), method=method) for each in routes}

    assert answers == {(405, "")}


@pytest.mark.parametrize("kind", ["nobody", "teacher", "our rep"])
def test_the_admin_is_for_the_hubs_own_people(visitors, arguments, kind):
    acts, found = Act.objects.count(), {}

    for route in ADMIN:
        for method in ("GET", "POST"):
            status, location = ask(visitors[kind], admin_address(route), method=method)
            turned_away = status in (403, 404, 405)
            turned_away |= status == 302 and location.startswith(("/admin/login/", "/accounts/"))
            if not turned_away:
                found[route, method] = status

    assert found == {}
    assert Act.objects.count() == acts
    expected = 200 if kind == "nobody" else 404  # the sign-in page, or no such page
    assert visitors[kind].get("/admin/", follow=True).status_code == expected


@pytest.mark.parametrize("kind", ["finance officer", "hub manager"])
def test_the_admin_answers_the_hubs_own_people_without_falling_over(visitors, arguments, kind):
    found = {}

    for route in ADMIN:
        status, _ = ask(visitors[kind], admin_address(route))
        if status not in (200, 302, 400, 403, 404, 405):
            found[route] = status

    assert found == {}


@pytest.mark.parametrize("key", ["nonsense", "1/2", "-1", "9" * 30, "%00", "1%27"])
def test_a_row_that_cannot_be_is_not_there(visitors, key):
    one_row = "admin/schools/hubprofile/"  # whatever its address says, it shows that row
    rooms = {route for route in ADMIN if route.endswith("<path:object_id>/change/")}
    found = {}

    for room in sorted(rooms - {f"{one_row}<path:object_id>/change/"}):
        status, _ = ask(visitors["hub manager"], "/" + room.replace("<path:object_id>", key))
        if status not in (302, 400, 403, 404):
            found[room] = status

    assert len(rooms) > 20
    assert found == {}


def test_a_finance_officer_enters_no_room_but_the_books(visitors, arguments):
    """Schools, people, courses and mail are the hub manager's."""
    found = {}

    for route in ADMIN:
        if route.startswith(
            ("admin/schools/", "admin/cpd/", "admin/newsletter/", "admin/mail/", "admin/files/")
        ):
            for method in ("GET", "POST"):
                status, _ = ask(visitors["finance officer"], admin_address(route), method=method)
                if status not in (302, 403, 404, 405):
                    found[route, method] = status

    assert found == {}


@pytest.mark.parametrize("kind", ["nobody", "our rep", "hub manager"])
def test_every_page_is_valid_html(visitors, arguments, kind):
    paths = [address(route, arguments) for route in TABLE]
    if kind == "hub manager":
        paths += [admin_address(route) for route in ADMIN]

    pages = {path: html_of(visitors[kind], path) for path in paths}

    found = {path: what_is_wrong_with(page) for path, page in pages.items()}
    assert sum(map(bool, pages.values())) > 10
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def html_of(client, path):
    """The page there, or nothing where there is none."""
    answer = client.get(path)
    is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    page = answer.content.decode() if is_page else ""
    for close in answer._resource_closers:
        close()
    return page


def ask(client, path, *, method="GET"):
    """The status, and where it leads."""
    answer = client.generic(method, path)
    for close in answer._resource_closers:  # `close()` itself would end the database connection
        close()
    return answer.status_code, answer.get("Location", "")


def admin_address(route):
    """A route of the admin with the first row of its model in it, where there is one."""
    name, row = ROUTES[route] or "", None
    for model in apps.get_models():
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            row = model._default_manager.order_by("pk").values_list("pk", flat=True).first()
    filled = re.sub(r"\(\[\^/\]\+\)", str(row or 1), route).replace("^", "").replace("$", "")
    return "/" + PARAMETER.sub(str(row or 1), filled)
