"""Signing in by an emailed code, with a password, with the console's link, and again."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sealing import unseal
from hub_portal.trail.models import SignIn
from schools.models import HubProfile, Person
from schools.services.sign_in import make_sign_in_link
from tests.makers.schools import NOON, make_cast, make_hub_manager, make_person, sign_in

pytestmark = pytest.mark.django_db

LOGIN, CONFIRM = "/accounts/login/", "/accounts/login/code/confirm/"


def ask_for_code(client, email, **more):
    return client.post(LOGIN, {"login": email, **more})


def mailed_code():
    [mail] = Delivery.objects.filter(kind="schools.sign_in_code").order_by("-pk")[:1]
    return unseal(mail.sealed)["code"]


def who_is_in(client):
    return client.session.get("_auth_user_id")


def test_a_code_signs_in_whoever_has_the_address(client):
    ann = make_person(email="ann@our.example", proved=False)

    asked = ask_for_code(client, "Ann@our.example")
    done = client.post(CONFIRM, {"code": mailed_code()})

    assert (asked.status_code, asked["Location"]) == (302, CONFIRM)
    assert (done.status_code, done["Location"]) == (302, "/my/")
    assert who_is_in(client) == str(ann.pk)
    assert EmailAddress.objects.get(user=ann).verified
    assert [(row.person, row.way) for row in SignIn.objects.all()] == [(ann, "code")]


def test_the_code_is_sealed_in_the_outbox_and_expires_with_itself(client):
    ann = make_person(email="ann@our.example")

    with time_machine.travel(NOON, tick=False):
        ask_for_code(client, "ann@our.example")

    [mail] = Delivery.objects.select_related("body")
    assert (mail.to, mail.priority, mail.recipient) == ("ann@our.example", 0, ann)
    assert mail.expires_at == NOON + timedelta(minutes=10)
    code = mailed_code()
    shown = [mail.subject, mail.body.text, mail.body.html, str(mail.replacements)]
    assert all(code not in words for words in shown)
    assert "%%code%%" in mail.body.text


def test_an_unknown_address_gets_nothing_and_the_answer_reads_the_same(client, client_again):
    make_person(email="ann@our.example")

    known = ask_for_code(client, "ann@our.example")
    unknown = ask_for_code(client_again, "nobody@our.example")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    pages = [
        each.get(CONFIRM).content.decode().replace(address, "ADDRESS")
        for each, address in ((client, "ann@our.example"), (client_again, "nobody@our.example"))
    ]
    assert without_tokens(pages[0]) == without_tokens(pages[1])
    assert list(Delivery.objects.values_list("to", flat=True)) == ["ann@our.example"]


@pytest.mark.parametrize("facts", [{"is_active": False}, {"email": None}])
def test_nobody_who_may_not_sign_in_is_sent_a_code(client, facts):
    make_person(**{"email": "ann@our.example", **facts})

    ask_for_code(client, "ann@our.example")

    assert not Delivery.objects.exists()


def test_a_mailbox_that_a_school_shares_never_signs_in(client):
    cast = make_cast()
    cast.our_school.office_email = "rita@our.example"
    cast.our_school.save()

    ask_for_code(client, "rita@our.example")
    done = client.post(CONFIRM, {"code": mailed_code()})

    assert done["Location"] == LOGIN
    assert who_is_in(client) is None


def test_three_wrong_codes_end_the_attempt(client):
    make_person(email="ann@our.example")
    ask_for_code(client, "ann@our.example")
    code = mailed_code()

    for _ in range(3):
        client.post(CONFIRM, {"code": "WRONG-CODE"})
    client.post(CONFIRM, {"code": code})

    assert who_is_in(client) is None


def test_a_code_works_only_in_the_browser_that_asked(client, client_again):
    make_person(email="ann@our.example")
    ask_for_code(client, "ann@our.example")

    client_again.post(CONFIRM, {"code": mailed_code()})

    assert who_is_in(client_again) is None


def test_a_code_is_dead_after_ten_minutes(client):
    make_person(email="ann@our.example")
    with time_machine.travel(NOON, tick=False):
        ask_for_code(client, "ann@our.example")
        code = mailed_code()

    with time_machine.travel(NOON + timedelta(minutes=10, seconds=1), tick=False):
        client.post(CONFIRM, {"code": code})

    assert who_is_in(client) is None


def test_a_code_sent_to_an_address_given_up_since_signs_nobody_in(client):
    ann = make_person(email="ann@our.example")
    ask_for_code(client, "ann@our.example")
    EmailAddress.objects.filter(user=ann).update(email="new@our.example")
    Person.objects.filter(pk=ann.pk).update(email="new@our.example")

    client.post(CONFIRM, {"code": mailed_code()})

    assert who_is_in(client) is None
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["new@our.example"]


def test_any_proved_address_signs_in(client):
    ann = make_person(email="ann@our.example")
    EmailAddress.objects.create(user=ann, email="ann@home.example", verified=True)

    ask_for_code(client, "ann@home.example")
    client.post(CONFIRM, {"code": mailed_code()})

    assert who_is_in(client) == str(ann.pk)


def test_a_sign_in_lasts_the_days_the_hub_says(client):
    HubProfile.objects.update(sign_in_days=5)
    make_person(email="ann@our.example")

    ask_for_code(client, "ann@our.example")
    client.post(CONFIRM, {"code": mailed_code()})

    assert client.session.get_expiry_age() == 5 * 24 * 60 * 60


def test_on_a_shared_computer_a_sign_in_ends_with_the_browser(client):
    make_person(email="ann@our.example")

    ask_for_code(client, "ann@our.example", shared_computer="on")
    client.post(CONFIRM, {"code": mailed_code()})

    assert client.session.get_expire_at_browser_close()


def test_a_password_signs_in_whoever_chose_one(client):
    ann = make_person(email="ann@our.example", password="a long password")

    wrong = client.post(
        "/accounts/login/password/", {"login": "ann@our.example", "password": "another one"}
    )
    right = client.post(
        "/accounts/login/password/", {"login": "ann@our.example", "password": "a long password"}
    )

    assert wrong.status_code == 200
    assert right.status_code == 302
    assert who_is_in(client) == str(ann.pk)
    assert client.session.get_expiry_age() == 14 * 24 * 60 * 60
    assert [row.way for row in SignIn.objects.all()] == ["password"]


def test_nobody_can_sign_up(client):
    page = client.post("/accounts/signup/", {"email": "new@our.example"})

    assert "account/signup_closed.html" in [template.name for template in page.templates]
    assert not Person.objects.filter(email="new@our.example").exists()


def test_a_session_ends_when_all_of_them_are_ended(client):
    rep = make_cast().rep
    sign_in(client, rep)
    assert client.get("/my/staff/").status_code == 200

    Person.objects.filter(pk=rep.pk).update(sessions_ended=1)

    assert client.get("/my/staff/")["Location"] == "/accounts/login/?next=/my/staff/"


def test_the_console_link_signs_in_once_and_opening_it_uses_nothing(client, client_again):
    manager = make_hub_manager()
    portal = Person.objects.portal()
    secret = make_sign_in_link(person=manager, by=portal, at=NOON)

    for _ in range(20):
        client.get(f"/accounts/login/link/{secret}/", follow=True)
    client.get(f"/accounts/login/link/{secret}/")
    client.post("/accounts/login/link/")
    client_again.get(f"/accounts/login/link/{secret}/")
    again = client_again.post("/accounts/login/link/")

    assert who_is_in(client) == str(manager.pk)
    assert (again.status_code, who_is_in(client_again)) == (404, None)
    assert [row.way for row in SignIn.objects.all()] == ["link"]


def test_the_console_link_lets_in_whose_address_was_never_proved(client):
    person = make_person(email="new@our.example", proved=False)
    secret = make_sign_in_link(person=person, by=Person.objects.portal(), at=NOON)

    client.get(f"/accounts/login/link/{secret}/")
    client.post("/accounts/login/link/")

    assert who_is_in(client) == str(person.pk)
    assert not EmailAddress.objects.get(user=person).verified


def test_the_admin_has_no_sign_in_of_its_own(client):
    cast = make_cast()

    anonymous = client.get("/admin/login/?next=/admin/")
    sign_in(client, cast.rep)
    rep = client.get("/admin/", follow=True)

    assert anonymous["Location"] == "/accounts/login/?next=/admin/"
    assert rep.status_code == 404


@pytest.mark.parametrize(
    ("idle", "since", "is_over"),
    [
        (timedelta(minutes=29), timedelta(hours=11), False),
        (timedelta(minutes=31), timedelta(hours=1), True),
        (timedelta(minutes=1), timedelta(hours=12, minutes=1), True),
    ],
)
def test_the_session_of_staff_ends_when_idle_and_after_twelve_hours(client, idle, since, is_over):
    sign_in(client, make_hub_manager())
    session, now = client.session, datetime.now(tz=UTC)
    session["signed_in_at"] = (now - since).timestamp()
    session["seen_at"] = (now - idle).timestamp()
    session.save()

    page = client.get("/admin/jsi18n/")

    assert (page.status_code == 302) is is_over
    assert (who_is_in(client) is None) is is_over


def test_staff_need_a_second_step_before_the_first_staff_page(client, settings):
    settings.STAFF_NEED_SECOND_STEP = True
    sign_in(client, make_hub_manager())

    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_second_step_set_up_opens_staff_pages_and_its_secret_is_encrypted(client, settings):
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    settings.STAFF_NEED_SECOND_STEP = True
    manager = make_hub_manager()
    secret = generate_totp_secret()
    totp = TOTP.activate(manager, secret)
    sign_in(client, manager)

    assert client.get("/admin/jsi18n/").status_code == 200
    assert secret not in str(totp.instance.data)
    assert get_adapter().decrypt(totp.instance.data["secret"]) == secret


def without_tokens(page):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


@pytest.fixture
def client_again():
    from django.test import Client

    return Client()
