"""A colleague connects a Google account in a real browser, and signs in with it."""

import pytest
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.test import Client

from hub_portal.trail.models import SignIn
from tests.browser import axe_violations, overflow
from tests.makers.schools import make_colleague, make_school, sign_in
from tests.makers.sign_in_services import Service, serve

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def service(settings, monkeypatch):
    service = Service()
    server = serve(service)
    settings.SOCIALACCOUNT_PROVIDERS = service.settings()
    for name, path in (("authorize_url", "authorize"), ("access_token_url", "token")):
        monkeypatch.setattr(GoogleOAuth2Adapter, name, f"{service.address}/{path}")
    yield service
    server.shutdown()
    server.server_close()


def looks_right(page):
    assert axe_violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("at", "javascript"), [("desktop", True), ("phone", False)])
@pytest.mark.parametrize("name", ["Google", "Microsoft"])
def test_an_account_is_connected_used_and_disconnected(
    open_page, live_server, service, name, at, javascript
):
    """The content policy holds all the way: nothing on the way there is a form's redirect."""
    colleague = make_colleague(school=make_school())
    client = Client()
    sign_in(client, colleague)
    page = open_page(at=at, javascript=javascript)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    page.goto(f"{live_server.url}/accounts/3rdparty/")
    page.get_by_role("button", name=f"Connect {name}").click()
    page.wait_for_url("**/accounts/3rdparty/")
    assert f"The {name} account is connected." in page.inner_text("body")
    assert "rita@school.example" in page.inner_text("main")
    looks_right(page) if javascript else None

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name=f"Sign in with {name}").click()
    page.wait_for_url("**/me/")
    assert SignIn.objects.get().way == name.lower()

    page.goto(f"{live_server.url}/accounts/3rdparty/")
    assert "Google or Microsoft alone is not enough for this." in page.inner_text("main")
    looks_right(page) if javascript else None


def test_an_account_that_is_not_connected_is_told_how_to_get_in(open_page, live_server, service):
    page = open_page(at="phone")
    page.goto(f"{live_server.url}/accounts/login/")
    looks_right(page)
    page.get_by_role("button", name="Sign in with Google").click()
    page.wait_for_url("**/callback/**")

    assert page.inner_text("h1") == "That account is not connected"
    looks_right(page)
