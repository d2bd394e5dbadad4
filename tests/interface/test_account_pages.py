"""Every page of allauth that our settings can reach looks ours and passes axe."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.urls import urlpatterns as allauth_urlpatterns
from django.urls import URLPattern, reverse

from tests.looking import carry_session, look, look_here
from tests.makers.schools import make_colleague, make_school
from tests.makers.sign_in_services import Service

SIGNED_OUT = {
    "account_login",
    "account_inactive",
    "account_signup",
    "account_reset_password",
    "account_password_reset_completed",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "google_login",
    "microsoft_login",
}
SIGNED_IN = {
    "account_logout",
    "account_email",
    "account_set_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "socialaccount_connections",
}
WITH_A_PASSWORD = {"account_change_password", "account_reauthenticate"}
WITH_A_SECOND_STEP = {
    "mfa_deactivate_totp",
    "mfa_reauthenticate",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
}
WITH_A_KEY = {"mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_reauthenticate_webauthn"}
IN_THE_MIDDLE_OF_A_JOURNEY = {
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "mfa_authenticate",
}
NOT_A_PAGE = {
    "account_request_login_code",  # redirects to the one place that asks for a code
    "mfa_download_recovery_codes",  # a text file
    "mfa_login_webauthn",  # answers the passkey script
    "socialaccount_signup",  # there is no such page: nobody signs up
    "google_callback",  # where Google sends people back to, with a code
    "microsoft_callback",
    "google_login_by_token",  # there is no such page
}


@pytest.fixture(autouse=True)
def _services(settings):
    settings.SOCIALACCOUNT_PROVIDERS = Service(address="https://service.example").settings()


def _names(patterns) -> set[str]:
    return {
        name
        for pattern in patterns
        for name in (
            [pattern.name] if isinstance(pattern, URLPattern) else _names(pattern.url_patterns)
        )
    }


def test_every_page_of_allauth_is_looked_at_here_or_is_no_page():
    looked_at = SIGNED_OUT | SIGNED_IN | WITH_A_PASSWORD | WITH_A_SECOND_STEP | WITH_A_KEY

    named = _names(allauth_urlpatterns) - {None}  # allauth's redirects from older addresses
    assert named == looked_at | IN_THE_MIDDLE_OF_A_JOURNEY | NOT_A_PAGE


@pytest.fixture
def colleague():
    return make_colleague(school=make_school())


@pytest.fixture
def look_at_all(visit, live_server):
    """Looks at each of these pages as a person sees it, at every width and in the dark."""

    def look_as(person, names):
        page = visit(person, "/", at="phone")
        for name in sorted(names):
            page.goto(reverse(name))
            assert page.url == f"{live_server.url}{reverse(name)}"
            _looks_ours(page)
            look(page)

    return look_as


def _looks_ours(page) -> None:
    assert page.locator("link[href*='css/hub.css']").count() == 1
    assert page.locator("h1").count() == 1
    assert page.locator("[placeholder]").count() == 0
    page.emulate_media(color_scheme="dark")
    look_here(page)
    page.emulate_media(color_scheme="light")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_of_somebody_signed_out_look_ours(look_at_all):
    look_at_all(None, SIGNED_OUT)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_of_somebody_signed_in_look_ours(look_at_all, colleague):
    look_at_all(colleague, SIGNED_IN)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_of_somebody_with_a_password_look_ours(look_at_all, colleague):
    colleague.set_password("a sentence nobody guesses")
    colleague.save()

    look_at_all(colleague, WITH_A_PASSWORD)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_of_somebody_with_a_second_step_look_ours(look_at_all, colleague):
    TOTP.activate(colleague, generate_totp_secret())
    RecoveryCodes.activate(colleague)

    look_at_all(colleague, WITH_A_SECOND_STEP)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_code_page_looks_ours_and_says_the_same_of_an_unknown_address(open_page, live_server):
    page = open_page(at="phone")
    page.goto(f"{live_server.url}{reverse('account_login')}")
    page.get_by_label("Email address").fill("nobody@school.example")
    page.get_by_role("button", name="Email me a code").click()

    page.wait_for_url(f"**{reverse('account_confirm_login_code')}")
    assert "If nobody@school.example is known to us" in page.inner_text("main")
    _looks_ours(page)

    page.get_by_label("Code").fill("wrong")
    page.get_by_role("button", name="Sign in").last.click()
    page.locator(".error-summary").wait_for()
    assert page.title().startswith("Error: ")
    _looks_ours(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_forgotten_password_code_page_looks_ours(open_page, live_server):
    page = open_page(at="phone")
    page.goto(f"{live_server.url}{reverse('account_reset_password')}")
    page.get_by_label("Email address").fill("nobody@school.example")
    page.get_by_role("button", name="Email me a code").click()

    page.wait_for_url(f"**{reverse('account_confirm_password_reset_code')}")
    _looks_ours(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_second_step_page_looks_ours(open_page, live_server, colleague):
    colleague.set_password("a sentence nobody guesses")
    colleague.save()
    TOTP.activate(colleague, generate_totp_secret())
    page = open_page(at="phone")
    page.goto(f"{live_server.url}{reverse('sign_in_with_password')}")
    page.get_by_label("Email address").fill(colleague.email)
    page.get_by_label("Password").fill("a sentence nobody guesses")
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.wait_for_url(f"**{reverse('mfa_authenticate')}")
    _looks_ours(page)

    page.locator("main form button").first.click()
    assert "Enter the code" in page.inner_text(".error-summary")
    _looks_ours(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_authenticator_app_is_set_up_from_the_code_drawn_on_the_page(
    open_page, live_server, colleague
):
    from allauth.mfa.totp.internal import auth as totp

    page = open_page()
    carry_session(page, live_server, colleague)
    page.goto(f"{live_server.url}{reverse('mfa_activate_totp')}")

    assert page.locator("svg.qr path").get_attribute("d").startswith("M4 4.5h7")  # a finder pattern
    secret = page.locator("code.secret").inner_text()
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    page.get_by_label("Code the app shows").fill(
        totp.format_hotp_value(totp.hotp_value(secret, counter))
    )
    page.get_by_role("button", name="Use this app").click()

    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    assert all(re.fullmatch(r"[a-z0-9]{8}", code) for code in codes)
    _looks_ours(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_passkey_is_added_renamed_used_and_removed(open_page, live_server, colleague):
    page = open_page(at="phone")
    _give_a_fingerprint_reader(page)
    carry_session(page, live_server, colleague)
    page.goto(f"{live_server.url}{reverse('mfa_add_webauthn')}")
    page.get_by_label("What to call this key").fill("My phone")
    page.get_by_label("Let me sign in with this key alone").check()
    page.get_by_role("button", name="Add this key").click()
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    key = Authenticator.objects.get(user=colleague, type="webauthn")

    page.goto(f"{live_server.url}{reverse('mfa_list_webauthn')}")
    assert page.locator(".rows__title").inner_text() == "My phone"
    _looks_ours(page)

    page.goto(f"{live_server.url}{reverse('mfa_edit_webauthn', args=[key.pk])}")
    _looks_ours(page)
    page.get_by_label("What to call this key").fill("My new phone")
    page.get_by_role("button", name="Save").click()
    assert page.locator(".rows__title").inner_text() == "My new phone"

    page.goto(f"{live_server.url}{reverse('mfa_reauthenticate_webauthn')}")
    _looks_ours(page)

    page.context.clear_cookies()
    page.goto(f"{live_server.url}{reverse('account_login')}")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda address: reverse("account_login") not in address)

    page.goto(f"{live_server.url}{reverse('mfa_remove_webauthn', args=[key.pk])}")
    _looks_ours(page)
    page.get_by_role("button", name="Remove it").click()
    assert not Authenticator.objects.filter(user=colleague, type="webauthn").exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_passkey_that_the_device_refuses_is_said_on_the_page(open_page, live_server):
    page = open_page()
    _give_a_fingerprint_reader(page)  # on which nobody has a passkey yet
    page.goto(f"{live_server.url}{reverse('account_login')}")
    assert page.locator(".key-problem").is_hidden()

    page.get_by_role("button", name="Use a passkey").click()

    page.locator(".key-problem").wait_for(state="visible")


def _give_a_fingerprint_reader(page) -> None:
    """Chromium's virtual authenticator: it says yes to whatever it holds a key for."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    reader = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": reader})
