"""Every page of people and posts in a real browser: axe, no overflow, no complaint."""

from datetime import UTC, datetime, timedelta

import pytest

from hub_portal.shared.links import sign
from schools.choices import Role
from schools.emails import INVITATION
from schools.models import PlannedHandover
from schools.services.invitations import invite
from schools.services.staff import name_colleague
from tests.looking import look_at_each
from tests.makers.schools import make_appointment, make_cast, make_school

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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


def test_pages_of_a_rep_are_sound(story, visit):
    look_at_each(visit(story.rep, "/my/"), AS_REP)


def test_pages_of_somebody_who_is_not_signed_in_are_sound(story, visit):
    invitation = invite(
        appointment=story.rep.appointments.first(), by=story.hub_manager, at=datetime.now(tz=UTC)
    )
    token = sign(INVITATION, invitation.pk, invitation.version)
    look_at_each(visit(None, f"/invitation/{token}/"), AS_NOBODY)


def test_pages_of_the_hub_manager_are_sound(story, visit):
    keys = {"rep": story.rep.pk, "post": story.rep.appointments.first().pk}
    page = visit(story.hub_manager, "/admin/")
    look_at_each(page, [path.format(**keys) for path in AS_HUB_MANAGER])
