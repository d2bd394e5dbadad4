"""The second step of the hub's own people: set up, asked for, kept encrypted, lost."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sealing import unseal
from hub_portal.shared.encryption import InvalidToken
from hub_portal.shared.london import now
from hub_portal.trail.models import SignIn
from schools.adapters import HubMFAAdapter
from schools.models import Person
from schools.services.sign_in import make_sign_in_link
from tests.makers.schools import make_hub_manager, sign_in

pytestmark = pytest.mark.django_db
ACTIVATE, CONFIRM = "/accounts/2fa/totp/activate/", "/accounts/login/code/confirm/"


@pytest.fixture
def manager(settings):
    settings.STAFF_NEED_SECOND_STEP = True
    return make_hub_manager()


def shown_by_the_app(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def activate(client):
    page = client.get(ACTIVATE)
    secret = page.context["form"].secret
    client.post(ACTIVATE, {"code": shown_by_the_app(secret)})
    return secret


def ask_for_code(client):
    client.post("/accounts/login/", {"login": "manager@hub.example"})
    mail = Delivery.objects.filter(kind="schools.sign_in_code").latest("pk")
    return client.post(CONFIRM, {"code": unseal(mail.sealed)["code"]})


def test_an_authenticator_app_opens_the_admin_and_is_asked_for_from_then_on(manager):
    client = Client()
    ask_for_code(client)
    before = client.get("/admin/")
    secret = activate(client)
    after = client.get("/admin/jsi18n/")
    again = Client()
    half_way = ask_for_code(again)
    not_yet = again.get("/admin/jsi18n/")
    Authenticator.objects.update(last_used_at=None)
    cache.clear()  # a code of the app is good once, and this one was shown before
    again.post("/accounts/2fa/authenticate/", {"code": shown_by_the_app(secret)})

    assert before["Location"] == "/accounts/2fa/"
    assert after.status_code == 200
    assert half_way["Location"] == "/accounts/2fa/authenticate/"
    assert not_yet["Location"].startswith("/admin/login/")
    assert again.get("/admin/jsi18n/").status_code == 200
    assert [row.way for row in SignIn.objects.order_by("pk")] == ["code", "code, mfa"]


def test_the_secret_of_the_app_is_encrypted_and_the_person_is_told(
    manager, client, django_capture_on_commit_callbacks
):
    sign_in(client, manager)

    with django_capture_on_commit_callbacks(execute=True):
        secret = activate(client)

    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert HubMFAAdapter().decrypt(kept) == secret
    notices = Delivery.objects.filter(kind="schools.account_notice", to="manager@hub.example")
    assert notices.exists()


def test_what_was_encrypted_by_an_older_key_still_opens_and_by_another_does_not(settings):
    settings.MFA_KEYS = ["the older key"]
    kept = HubMFAAdapter().encrypt("secret")

    settings.MFA_KEYS = ["the newer key", "the older key"]
    assert HubMFAAdapter().decrypt(kept) == "secret"

    settings.MFA_KEYS = ["the newer key"]
    with pytest.raises(InvalidToken):
        HubMFAAdapter().decrypt(kept)


def test_a_recovery_code_signs_in_once(manager):
    client = Client()
    ask_for_code(client)
    activate(client)
    client.post("/accounts/2fa/recovery-codes/generate/", {})
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    in_at_first, in_again = Client(), Client()
    ask_for_code(in_at_first)
    in_at_first.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    ask_for_code(in_again)
    in_again.post("/accounts/2fa/authenticate/", {"code": codes[0]})

    assert "_auth_user_id" in in_at_first.session
    assert "_auth_user_id" not in in_again.session


def test_the_console_link_still_asks_for_the_second_step(manager, client):
    setting_up = Client()
    sign_in(setting_up, manager)
    activate(setting_up)
    manager.refresh_from_db()
    secret = make_sign_in_link(person=manager, by=Person.objects.portal(), at=now())

    client.get(f"/accounts/login/link/{secret}/")
    answer = client.post("/accounts/login/link/")

    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
