"""Signing in by an emailed code, an invitation, and a hand-over, in a real browser."""

from datetime import UTC, datetime

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sealing import unseal
from hub_portal.shared.links import sign
from hub_portal.trail.models import SignIn
from schools.choices import Role
from schools.emails import INVITATION
from schools.models import Invitation
from schools.services.posts import holders
from tests.makers.schools import make_cast, make_colleague

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = [("desktop", True), ("phone", False)]


def newest_code():
    return unseal(Delivery.objects.filter(kind="schools.sign_in_code").latest("pk").sealed)["code"]


def sign_in_by_code(page, email):
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Code").wait_for()
    page.get_by_label("Code").fill(newest_code())
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize(("at", "javascript"), WAYS)
def test_a_rep_signs_in_by_code_and_out_again(live_server, open_page, at, javascript):
    make_cast()
    page = open_page(at=at, javascript=javascript)

    page.goto(f"{live_server.url}/my/staff/")
    sign_in_by_code(page, "rita@our.example")
    page.wait_for_url("**/my/staff/")
    page.locator("summary", has_text="Rita Rep").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.wait_for()
    page.goto(f"{live_server.url}/my/staff/")

    assert "/accounts/login/" in page.url


@pytest.mark.parametrize(("at", "javascript"), WAYS)
def test_a_wrong_code_is_said_at_the_field_and_the_right_one_still_works(
    live_server, open_page, axe, at, javascript
):
    make_cast()
    page = open_page(at=at, javascript=javascript)

    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email address").fill("rita@our.example")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Code").fill("WRONG-CODE")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    found = axe(page) if javascript else []
    page.get_by_label("Code").wait_for()
    page.get_by_label("Code").fill(newest_code())
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url(f"{live_server.url}/my/")
    assert found == []


@pytest.mark.parametrize(("at", "javascript"), WAYS)
def test_a_rep_hands_over_and_the_new_one_accepts_the_invitation(
    live_server, open_page, at, javascript
):
    cast = make_cast()
    make_colleague(school=cast.our_school)
    page = open_page(at=at, javascript=javascript)

    page.goto(f"{live_server.url}/my/school/hand-over/")
    sign_in_by_code(page, "rita@our.example")
    page.get_by_label("Tom Teacher").check()
    page.get_by_role("button", name="Hand over").click()
    page.get_by_role("heading", name="The post is handed over").wait_for()
    [invitation] = Invitation.objects.all()
    new_rep = open_page(at=at, javascript=javascript)
    token = sign(INVITATION, invitation.pk, invitation.version)
    new_rep.goto(f"{live_server.url}/invitation/{token}/")
    new_rep.get_by_role("button", name="Accept and email me a code").click()
    new_rep.get_by_label("Code").wait_for()
    new_rep.get_by_label("Code").fill(newest_code())
    new_rep.get_by_role("button", name="Sign in").click()
    new_rep.get_by_role("navigation", name="Main").wait_for()
    new_rep.goto(f"{live_server.url}/my/school/")

    assert [one.full_name for one in holders(school=cast.our_school, role=Role.REP)] == [
        "Tom Teacher"
    ]
    assert new_rep.get_by_role("heading", name="Lampton School").is_visible()
    assert invitation.invited_at <= datetime.now(tz=UTC)


@pytest.mark.parametrize(("at", "javascript"), WAYS)
def test_the_hub_manager_reaches_the_admin_by_code(live_server, open_page, at, javascript):
    make_cast()
    page = open_page(at=at, javascript=javascript)

    page.goto(f"{live_server.url}/admin/")
    sign_in_by_code(page, "manager@hub.example")

    page.wait_for_url(f"{live_server.url}/admin/")


def test_a_rep_adds_and_confirms_staff_with_the_keyboard_alone(live_server, open_page):
    cast = make_cast()
    page = open_page()

    page.goto(f"{live_server.url}/my/staff/add/")
    sign_in_by_code(page, "rita@our.example")
    page.get_by_label("Name").focus()
    page.keyboard.type("Ann Owusu")
    page.keyboard.press("Tab")
    page.keyboard.type("ann@our.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/staff/")
    page.goto(f"{live_server.url}/my/staff/confirm/")
    page.get_by_label("Ann Owusu").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Confirm the list").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/staff/")

    [post] = cast.our_school.appointments.filter(role=Role.STAFF)
    assert post.person.full_name == "Ann Owusu"
    assert post.to_on is not None


def test_a_passkey_made_by_the_hub_manager_signs_in_without_a_code(live_server, open_page, axe):
    make_cast()
    page = open_page()
    address = live_server.url.replace(
        "127.0.0.1", "localhost"
    )  # browsers know no passkeys of an IP
    with_a_passkey_of_its_own(page)

    page.goto(f"{address}/accounts/2fa/webauthn/add/")
    sign_in_by_code(page, "manager@hub.example")
    page.get_by_label("What to call this key").fill("My laptop")
    page.get_by_label("Let me sign in with this key alone").check()
    found = axe(page)
    page.locator("main button").first.click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.context.clear_cookies()
    page.goto(f"{address}/accounts/login/?next=/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{address}/admin/")

    assert found == []
    assert [row.way for row in SignIn.objects.order_by("pk")] == ["code", "mfa"]


def with_a_passkey_of_its_own(page):
    """Chromium's stand-in for the fingerprint reader of a laptop."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    reader = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": reader})
