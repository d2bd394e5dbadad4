"""Signing in with Google or Microsoft, all the way there and back. Security, part 2."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.test import Client

from hub_portal.mail.models import Delivery
from hub_portal.shared.london import now
from hub_portal.trail.models import Act, SignIn
from schools.models import Person
from schools.services.addresses import change_address
from tests.makers.schools import NOON, make_hub_manager, make_person, sign_in
from tests.makers.sign_in_services import Service, serve

pytestmark = pytest.mark.django_db
SERVICES = ("google", "microsoft")
PAGE = "/accounts/3rdparty/"


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


@pytest.fixture
def rita():
    return make_person(email="rita@our.example")


@pytest.fixture
def as_rita(client, rita):
    sign_in(client, rita)
    return client


def go(client, name, *, process="login", after="", **more):
    """Press the button, follow the service's redirect, and come back as a browser does."""
    page = client.post(f"/accounts/{name}/login/?process={process}{after}", **more)
    assert page.status_code == 200, page.get("Location")
    leaving = page.context["redirect_to"]
    back = requests.get(leaving, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def who_is_in(client):
    return client.session.get("_auth_user_id")


def connected(person, name="google", uid="uid-1"):
    return SocialAccount.objects.create(
        user=person, provider=name, uid=uid, extra_data={"email": "rita@school.example"}
    )


# ---- Off when it is not set up -------------------------------------------------------------------


def test_without_settings_there_is_no_button_and_no_address(client, rita):
    page = client.get("/accounts/login/").content.decode()
    assert "Google" not in page
    assert "Microsoft" not in page

    sign_in(client, rita)
    assert "Sign-in services" not in client.get("/accounts/email/").content.decode()
    for address in (PAGE, "/accounts/google/login/", "/accounts/microsoft/login/callback/"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_one_service_alone_is_offered_alone(client, service, settings):
    del settings.SOCIALACCOUNT_PROVIDERS["microsoft"]

    page = client.get("/accounts/login/").content.decode()

    assert "Sign in with Google" in page
    assert "Microsoft" not in page
    assert client.get("/accounts/microsoft/login/").status_code == 404


# ---- Connecting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVICES)
def test_somebody_signed_in_connects_an_account_and_signs_in_with_it(as_rita, rita, service, name):
    back = go(as_rita, name, process="connect")

    assert (back.status_code, back["Location"]) == (302, PAGE)
    page = as_rita.get(PAGE).content.decode()
    assert "account is connected." in page
    assert "rita@school.example" in page
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.uid) == (rita, name, "uid-1")
    assert account.extra_data == {"email": "rita@school.example"}

    other = Client()
    back = go(other, name)
    assert (back.status_code, back["Location"]) == (302, "/my/")
    assert who_is_in(other) == str(rita.pk)
    assert list(SignIn.objects.values_list("person", "way")) == [(rita.pk, name)]
    account.refresh_from_db()
    assert account.extra_data == {"email": "rita@school.example"}
    assert not SocialToken.objects.exists()


def test_connecting_is_an_act_and_its_owner_is_told(as_rita, rita, service):
    go(as_rita, "google", process="connect")

    act = Act.objects.get(verb="person.account_connected")
    assert (act.by, act.subject, act.after) == (rita, f"person:{rita.pk}", {"service": "google"})
    [mail] = Delivery.objects.select_related("body")
    assert mail.to == "rita@our.example"
    assert "You can now sign in with the Google account rita@school.example" in mail.body.text


def test_connecting_it_again_changes_nothing(as_rita, service):
    go(as_rita, "google", process="connect")
    go(as_rita, "google", process="connect")

    assert SocialAccount.objects.count() == 1
    assert Act.objects.filter(verb="person.account_connected").count() == 1


def test_an_account_of_somebody_else_is_refused_and_nothing_is_written(as_rita, service):
    ben = make_person(email="ben@our.example")
    connected(ben)

    go(as_rita, "google", process="connect")

    assert "That Google account is connected to somebody else" in (
        as_rita.get(PAGE).content.decode()
    )
    assert SocialAccount.objects.get().user == ben
    assert not Act.objects.filter(verb="person.account_connected").exists()


def test_nobody_connects_without_being_signed_in(client, service):
    response = client.post("/accounts/google/login/?process=connect")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")
    assert service.asked == []


def test_connecting_needs_a_fresh_sign_in(client, rita, service):
    sign_in(client, rita, at=now() - timedelta(minutes=6))

    for response in (
        client.post("/accounts/google/login/?process=connect"),
        client.get(PAGE),
        client.post(PAGE, {"account": "1"}),
    ):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/sign-in-again/")


def test_a_sign_in_that_is_fresh_no_more_on_coming_back_connects_nothing(client, rita, service):
    sign_in(client, rita)
    page = client.post("/accounts/google/login/?process=connect")
    back = requests.get(page.context["redirect_to"], allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])

    with time_machine.travel(now() + timedelta(minutes=7)):
        client.get(f"{parts.path}?{parts.query}")

    assert not SocialAccount.objects.exists()


def test_what_comes_back_is_bound_to_the_browser_that_left(as_rita, client_again, service):
    """Nobody is made to connect, or to sign in with, an account of the attacker's."""
    page = client_again.post("/accounts/google/login/")
    back = requests.get(page.context["redirect_to"], allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])

    response = as_rita.get(f"{parts.path}?{parts.query}")

    assert response.status_code == 401
    assert not SocialAccount.objects.exists()


@pytest.fixture
def client_again():
    return Client()


# ---- Signing in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVICES)
def test_an_account_that_is_not_connected_signs_nobody_in_whatever_its_address(
    client, rita, service, name
):
    """Matched by the service's number, never by an address; and nobody signs up."""
    service.email = "rita@our.example"

    back = go(client, name)

    assert back.status_code == 403
    page = back.content.decode()
    assert "That account is not connected" in page
    assert "Sign in with a code by email, then connect it" in page
    assert who_is_in(client) is None
    assert Person.objects.filter(email="rita@our.example").count() == 1
    assert not SocialAccount.objects.exists()
    assert "socialaccount_sociallogin" not in client.session


def test_an_account_keeps_signing_in_its_person_when_its_address_changes(client, rita, service):
    connected(rita)
    service.email = "ben@our.example"
    make_person(email="ben@our.example")

    go(client, "google")

    assert who_is_in(client) == str(rita.pk)


def test_the_same_number_at_the_other_service_is_another_account(client, rita, service):
    connected(rita, "google")

    assert go(client, "microsoft").status_code == 403


def test_somebody_who_may_not_sign_in_is_not_let_in(client, rita, service):
    connected(rita)
    Person.objects.filter(pk=rita.pk).update(is_active=False)

    go(client, "google")

    assert who_is_in(client) is None


def test_staff_are_still_asked_for_their_second_step(client, service):
    manager = make_hub_manager()
    TOTP.activate(manager, generate_totp_secret())
    connected(manager)

    back = go(client, "google")

    assert back["Location"].startswith("/accounts/2fa/authenticate/")
    assert who_is_in(client) is None


def test_signing_in_there_is_no_fresh_sign_in_here(client, rita, service):
    """Whoever sits at a computer left alone is signed in there without being asked."""
    connected(rita)
    go(client, "google")

    response = client.get(PAGE)

    assert response["Location"].startswith("/accounts/sign-in-again/")
    page = client.get(response["Location"]).content.decode()
    assert "Google or Microsoft alone is not enough for this." in page


def test_a_page_leads_on_to_the_service_and_a_redirect_does_not(client, service):
    """A browser holds redirects after a form to `form-action`, which is the portal alone."""
    response = client.post("/accounts/google/login/")

    assert response.status_code == 200
    assert f'href="{service.address}/authorize?' in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "form-action 'self'" in response["Content-Security-Policy"]


def test_as_little_as_can_be_is_asked_of_a_service(client, service):
    go(client, "google")
    go(client, "microsoft")

    asked = [said for path, said in service.asked if path.endswith("/authorize")]
    assert [set(said["scope"].split()) for said in asked] == [{"openid", "email"}, {"User.Read"}]
    assert all(said["code_challenge_method"] == "S256" for said in asked)


# ---- What goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_says_no_there_comes_back_to_a_page_that_says_so(client, service, name):
    service.says_no = True

    back = go(client, name)

    assert back.status_code == 302
    page = client.get(back["Location"])
    assert "You came back without signing in" in page.content.decode()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_refuses_is_a_sentence(client, rita, service, name):
    connected(rita, name)
    service.is_broken = True

    back = go(client, name)

    assert back.status_code == 401
    assert "That did not work" in back.content.decode()
    assert who_is_in(client) is None


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=made-up", "?error=x&state=y"])
def test_an_answer_nobody_asked_for_is_refused(client, service, name, query):
    response = client.get(f"/accounts/{name}/login/callback/{query}")

    assert response.status_code == 401
    assert service.asked == []


# ---- Disconnecting -------------------------------------------------------------------------------


def test_a_person_disconnects_an_account_and_is_told(as_rita, rita, service):
    account = connected(rita)

    as_rita.post(PAGE, {"account": str(account.pk)})

    assert not SocialAccount.objects.exists()
    act = Act.objects.get(verb="person.account_disconnected")
    assert (act.by, act.after) == (rita, {"service": "google"})
    [mail] = Delivery.objects.select_related("body")
    assert "Google account rita@school.example no longer signs you in" in mail.body.text
    assert go(Client(), "google").status_code == 403


@pytest.mark.parametrize("account", ["", "x", "0", "another"])
def test_nobody_disconnects_what_is_not_theirs(as_rita, service, account):
    others = connected(make_person(email="ben@our.example"))

    as_rita.post(PAGE, {"account": str(others.pk) if account == "another" else account})

    assert SocialAccount.objects.get() == others
    assert not Act.objects.filter(verb="person.account_disconnected").exists()


def test_the_only_way_in_is_not_disconnected(as_rita, rita, service):
    account = connected(rita)
    EmailAddress.objects.filter(user=rita).delete()

    as_rita.post(PAGE, {"account": str(account.pk)})

    assert "You could not sign in any more" in as_rita.get(PAGE).content.decode()
    assert SocialAccount.objects.get() == account


def test_an_account_of_a_service_no_longer_set_up_can_still_be_disconnected(as_rita, rita):
    account = connected(rita)

    assert "rita@school.example" in as_rita.get(PAGE).content.decode()
    as_rita.post(PAGE, {"account": str(account.pk)})

    assert not SocialAccount.objects.exists()


def test_an_address_changed_by_the_hub_disconnects_every_account(client, rita, service):
    """The hub gives the record to whoever holds the new address, and to nobody else. PE-2."""
    connected(rita)

    change_address(
        person=rita, email="new@our.example", reason="Married", by=make_hub_manager(), at=NOON
    )

    assert go(client, "google").status_code == 403
