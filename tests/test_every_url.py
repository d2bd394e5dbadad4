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

from cpd.models import BookingRequest
from hub_portal.clock.models import Job
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.models import PlannedHandover
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import (
    make_cast,
    make_colleague,
    make_finance_officer,
    make_person,
    sign_in,
)
from tests.url_table import REDIRECTS_OF_ALLAUTH, SIGN_IN, TABLE, Door

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
OURS = sorted(route for route in ROUTES if not route.startswith("admin/"))
ADMIN = sorted(route for route in ROUTES if route.startswith("admin/"))


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def visitors(cast):
    """A browser for each kind of visitor, freshly signed in."""
    people = {
        "nobody": None,
        "teacher": make_person(full_name="Tia Teacher", email="tia@nowhere.example"),
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
def arguments(cast):
    """What stands in the routes: things of our school and of its rep."""
    at = datetime.now(tz=UTC)
    tom = make_colleague(school=cast.our_school)
    give_credits(school=cast.our_school, at=at)
    cohort = make_cohort(starts_at=at.replace(hour=13, minute=30) + FIFTY_DAYS)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, at=at)
    planned = PlannedHandover.objects.create(
        school=cast.our_school,
        role=Role.REP,
        to_person=tom,
        on=(at + FIFTY_DAYS).date(),
        planned_by=cast.rep,
        planned_at=at,
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
        "request_id": BookingRequest.objects.get().pk,
        "booking_id": booking.pk,
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


@pytest.mark.parametrize("route", sorted(TABLE))
def test_every_visitor_gets_what_the_table_says(route, visitors, arguments):
    got = {kind: client.get(address(route, arguments)) for kind, client in visitors.items()}

    expected = dict(zip(VISITORS, TABLE[route].value, strict=True))
    assert {kind: answer.status_code for kind, answer in got.items()} == expected
    if expected["nobody"] == SIGN_IN and TABLE[route] not in (Door.HALF_WAY, Door.SIGNING_OUT):
        assert got["nobody"]["Location"].startswith(ASKS_TO_SIGN_IN)


@pytest.mark.parametrize("route", sorted(TABLE))
def test_whoever_is_refused_is_refused_by_post_too_and_changes_nothing(route, visitors, arguments):
    expected = dict(zip(VISITORS, TABLE[route].value, strict=True))
    acts = Act.objects.count()

    for kind, client in visitors.items():
        if expected[kind] == 404 or (kind == "nobody" and expected["teacher"] == 404):
            answer = client.post(address(route, arguments))
            assert answer.status_code in (302, 404, 405), kind

    assert Act.objects.count() == acts


@pytest.mark.parametrize("route", sorted(TABLE))
def test_a_method_that_no_page_has_is_refused(route, visitors, arguments):
    for kind, client in visitors.items():
        for method in ("PUT", "DELETE", "PATCH"):
            answer = client.generic(method, address(route, arguments))
            assert answer.status_code in (302, 404, 405), (kind, method)


def admin_address(route):
    """A route of the admin with the first row of its model in it, where there is one."""
    name = ROUTES[route] or ""
    row = "1"
    for model in apps.get_models():
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            row = str(model._default_manager.order_by("pk").values_list("pk", flat=True).first())
    plain = re.sub(r"\(\[\^/\]\+\)", row, route).replace("^", "").replace("$", "")
    return "/" + PARAMETER.sub(row if row != "None" else "1", plain)


@pytest.mark.parametrize("route", ADMIN)
def test_the_admin_is_for_the_hubs_own_people(route, visitors, arguments):
    path, acts = admin_address(route), Act.objects.count()

    for kind in ("nobody", "teacher", "another rep", "our rep"):
        for answer in (visitors[kind].get(path), visitors[kind].post(path)):
            assert answer.status_code in (302, 403, 404, 405), kind
            if answer.status_code == 302:
                assert answer["Location"].startswith(("/admin/login/", "/accounts/")), kind
        if visitors[kind].get(path).status_code == 302 and kind != "nobody":
            last = visitors[kind].get(path, follow=True)
            assert last.status_code == 404, kind

    assert Act.objects.count() == acts


@pytest.mark.parametrize("route", [route for route in ADMIN if not route.endswith("logout/")])
def test_the_admin_answers_the_hubs_own_people_without_falling_over(route, visitors, arguments):
    for kind in ("finance officer", "hub manager"):
        answer = visitors[kind].get(admin_address(route))
        assert answer.status_code in (200, 302, 400, 403, 404, 405), kind


@pytest.mark.parametrize(
    "route", [route for route in ADMIN if route.startswith(("admin/schools/", "admin/cpd/"))]
)
def test_a_finance_officer_changes_nothing_but_looks(route, visitors, arguments):
    """The rooms of people and of courses are the hub manager's."""
    answer = visitors["finance officer"].get(admin_address(route))

    if not route.endswith(".csv"):
        assert answer.status_code in (302, 403, 404)
