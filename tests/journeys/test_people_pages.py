"""Every page of people and posts in a real browser: axe, no overflow, no complaint."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from hub_portal.shared.links import sign
from schools.choices import Role
from schools.emails import INVITATION
from schools.models import PlannedHandover
from schools.services.invitations import invite
from schools.services.staff import name_colleague
from tests.browser import overflow
from tests.makers.schools import make_appointment, make_cast, make_school, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = ("desktop", "phone", "narrow")
AS_REP = (
    "/my/staff/",
    "/my/staff/add/",
    "/my/staff/confirm/",
    "/my/school/",
    "/my/school/hand-over/",
    "/accounts/email/",
    "/accounts/2fa/",
)
AS_NOBODY = ("/accounts/login/", "/accounts/login/password/", "/invitation/")
AS_HUB_MANAGER = (
    "/admin/schools/person/",
    "/admin/schools/person/new/",
    "/admin/schools/person/{rep}/change/",
    "/admin/schools/person/{rep}/appoint/",
    "/admin/schools/person/{rep}/address/",
    "/admin/schools/appointment/",
    "/admin/schools/appointment/{post}/change/",
    "/admin/schools/appointment/{post}/hand-over/",
    "/admin/schools/invitation/",
    "/admin/schools/invitation/invite/",
    "/admin/schools/plannedhandover/",
    "/admin/schools/peopleimport/",
    "/admin/schools/peopleimport/send/",
    "/admin/schools/groupmessage/",
    "/admin/schools/groupmessage/write/",
)


@pytest.fixture
def story():
    """Our school with colleagues, one of them without an address, and a hand-over to come."""
    cast, at = make_cast(), datetime.now(tz=UTC)
    words = {"school": cast.our_school, "by": cast.rep, "at": at}
    tom = name_colleague(full_name="Tom Teacher", email="tom@our.example", **words)
    name_colleague(full_name="Ngozi Chukwuemeka-Featherstonehaugh", email=None, **words)
    make_appointment(person=cast.rep, school=make_school(name="Whitton School"), role=Role.REP)
    PlannedHandover.objects.create(
        school=cast.our_school,
        role=Role.DEPUTY,
        to_person=tom,
        on=(at + timedelta(days=20)).date(),
        planned_by=cast.headteacher,
        planned_at=at,
    )
    return cast


def visit(live_server, page, person, path):
    """The page as this person sees it; checked."""
    if person is not None:
        client = Client()
        sign_in(client, person)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": live_server.url}])
    answer = page.goto(f"{live_server.url}{path}")
    if os.environ.get("PORTAL_PICTURES"):
        name = f"{page.viewport_size['width']}-{path.strip('/').replace('/', '_') or 'home'}.png"
        page.screenshot(path=f"{os.environ['PORTAL_PICTURES']}/{name}", full_page=True)
    assert answer.status == 200, path
    assert overflow(page) == 0, path


@pytest.mark.parametrize("at", WIDTHS)
def test_pages_of_a_rep(live_server, open_page, axe, story, at):
    page = open_page(at=at)

    found = {}
    for path in AS_REP:
        visit(live_server, page, story.rep, path)
        found[path] = axe(page)

    assert {path: problems for path, problems in found.items() if problems} == {}


@pytest.mark.parametrize("at", WIDTHS)
def test_pages_of_somebody_who_is_not_signed_in(live_server, open_page, axe, story, at):
    invitation = invite(
        appointment=story.rep.appointments.first(), by=story.hub_manager, at=datetime.now(tz=UTC)
    )
    page = open_page(at=at)
    token = sign(INVITATION, invitation.pk, invitation.version)
    page.goto(f"{live_server.url}/invitation/{token}/")

    found = {}
    for path in AS_NOBODY:
        visit(live_server, page, None, path)
        found[path] = axe(page)

    assert {path: problems for path, problems in found.items() if problems} == {}


@pytest.mark.parametrize("at", ["desktop", "phone"])
def test_pages_of_the_hub_manager(live_server, open_page, axe, story, at):
    page = open_page(at=at)

    found = {}
    for path in AS_HUB_MANAGER:
        path = path.format(rep=story.rep.pk, post=story.rep.appointments.first().pk)
        visit(live_server, page, story.hub_manager, path)
        found[path] = axe(page)

    assert {path: problems for path, problems in found.items() if problems} == {}
