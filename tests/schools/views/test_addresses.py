"""One's own addresses, through the page: added by a code, changed after a fresh sign-in."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sealing import unseal
from schools.models import Person
from tests.makers.schools import make_cast, make_person, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/accounts/email/"


@pytest.fixture
def rep(client):
    rep = make_cast().rep
    sign_in(client, rep)
    return rep


def add(client, email):
    return client.post(PAGE, {"action_add": "", "email": email})


def mailed_code():
    return unseal(Delivery.objects.filter(kind="schools.sign_in_code").latest("pk").sealed)["code"]


def test_an_address_is_added_once_its_code_comes_back(client, rep):
    add(client, "Rita@home.example")
    before = EmailAddress.objects.filter(email="rita@home.example").exists()

    client.post("/accounts/confirm-email/", {"code": mailed_code()})

    assert not before
    added = EmailAddress.objects.get(email="rita@home.example")
    assert (added.user, added.verified, added.primary) == (rep, True, False)
    notices = Delivery.objects.filter(kind="schools.account_notice")
    assert list(notices.values_list("to", flat=True)) == ["rita@our.example"]


def test_an_address_of_somebody_else_is_never_added(client, rep):
    known = make_person(full_name="Ada", email="ada@their.example")

    answer = add(client, "ada@their.example")

    assert answer.status_code == 302
    assert EmailAddress.objects.get(email="ada@their.example").user == known
    assert list(Delivery.objects.values_list("kind", "to")) == [
        ("schools.account_notice", "ada@their.example")
    ]


def test_an_address_that_became_somebody_elses_meanwhile_is_not_proved(client, rep):
    add(client, "ada@their.example")
    code = mailed_code()
    known = make_person(full_name="Ada", email="ada@their.example", proved=False)

    client.post("/accounts/confirm-email/", {"code": code})

    assert list(EmailAddress.objects.filter(email="ada@their.example").values_list("user")) == [
        (known.pk,)
    ]


def test_a_mailbox_that_a_school_shares_is_never_added(client, rep):
    school = rep.appointments.get().school
    school.office_email = "office@our.example"
    school.save()

    add(client, "office@our.example")

    assert not EmailAddress.objects.filter(email="office@our.example").exists()
    assert not Delivery.objects.exists()


def test_the_page_needs_a_fresh_sign_in(client):
    rep = make_cast().rep
    sign_in(client, rep, at=datetime.now(tz=UTC) - timedelta(minutes=6))

    assert client.get(PAGE)["Location"] == f"/accounts/sign-in-again/?next={PAGE}"
    client.post(f"/accounts/sign-in-again/?next={PAGE}")
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


def test_choosing_another_main_address_signs_out_everywhere(client, rep):
    EmailAddress.objects.create(user=rep, email="rita@home.example", verified=True)

    answer = client.post(PAGE, {"action_primary": "", "email": "rita@home.example"})

    assert answer["Location"] == f"/accounts/login/?next={PAGE}"
    assert Person.objects.get(pk=rep.pk).email == "rita@home.example"
    assert client.get("/my/staff/").status_code == 302


def test_the_main_address_is_not_removed(client, rep):
    client.post(PAGE, {"action_remove": "", "email": "rita@our.example"})

    assert EmailAddress.objects.filter(user=rep).count() == 1
    assert client.get("/my/staff/").status_code == 200
