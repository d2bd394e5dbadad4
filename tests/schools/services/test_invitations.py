from datetime import timedelta

import pytest
from django.test import Client

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sealing import unseal
from hub_portal.shared.links import sign
from hub_portal.shared.london import now
from schools.choices import Role
from schools.emails import INVITATION
from schools.errors import NobodyToInvite, PostHasEnded
from schools.models import Invitation, Person
from schools.services.addresses import change_address
from schools.services.invitations import (
    accept,
    invite,
    invite_all,
    is_still_open,
    open_invitations,
    still_to_invite,
)
from schools.services.people import set_may_sign_in
from schools.services.posts import end_post
from tests.makers.schools import NOON, make_appointment, make_cast, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def invitation(cast):
    return invite(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=NOON)


def is_open(invitation, *, at=NOON):
    return open_invitations(at=at).filter(pk=invitation.pk).exists()


def test_an_invitation_is_mailed_with_a_placeholder_for_its_link(invitation):
    [mail] = Delivery.objects.select_related("body")
    token = sign(INVITATION, invitation.pk, invitation.version)

    assert (mail.kind, mail.to) == ("schools.invited", "rita@our.example")
    assert mail.expires_at == NOON + timedelta(days=14)
    assert "~~link.invitation." in mail.body.text
    assert token not in mail.body.text + mail.body.html


def test_an_invitation_lives_fourteen_days(invitation):
    assert is_open(invitation, at=NOON + timedelta(days=14) - timedelta(seconds=1))
    assert not is_open(invitation, at=NOON + timedelta(days=14))


def test_an_invitation_is_used_once(cast, invitation):
    first = accept(invitation=invitation, at=NOON)
    second = accept(invitation=invitation, at=NOON)

    assert (first, second) == (cast.rep, None)


def test_an_invitation_is_void_when_its_post_ends(cast, invitation):
    end_post(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=NOON, reason="Left")

    assert not is_open(invitation)
    assert accept(invitation=invitation, at=NOON) is None


def test_an_invitation_is_void_when_the_address_changes(cast, invitation):
    change_address(
        person=cast.rep, email="new@our.example", reason="Married", by=cast.hub_manager, at=NOON
    )

    assert not is_open(invitation)
    assert not is_still_open(f"invitation:{invitation.pk}")


def test_an_invitation_is_void_when_the_person_may_not_sign_in(cast, invitation):
    set_may_sign_in(
        person=cast.rep, may_sign_in=False, reason="Asked to", by=cast.hub_manager, at=NOON
    )

    assert not is_open(invitation)


def test_a_second_invitation_voids_the_first(cast, invitation):
    second = invite(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=NOON)

    assert (is_open(invitation), is_open(second)) == (False, True)


def test_nobody_without_an_address_or_a_live_post_is_invited(cast):
    nameless = make_appointment(person=make_person(email=None), school=cast.our_school)
    ended = make_appointment(
        person=make_person(email="x@our.example"), school=cast.our_school, to_on=NOON.date()
    )

    with pytest.raises(NobodyToInvite):
        invite(appointment=nameless, by=cast.hub_manager, at=NOON)
    with pytest.raises(PostHasEnded):
        invite(appointment=ended, by=cast.hub_manager, at=NOON)

    assert not Invitation.objects.exists()
    assert not Delivery.objects.exists()


def test_those_still_to_invite_act_for_a_school_and_never_came(cast):
    Person.objects.filter(pk=cast.deputy.pk).update(last_login=NOON)
    invite(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=NOON)

    waiting = list(still_to_invite().order_by("pk"))
    invited = invite_all(appointments=waiting, by=cast.hub_manager, at=NOON)

    assert [(one.person, one.role) for one in waiting] == [
        (cast.headteacher, Role.HEADTEACHER),
        (cast.stranger, Role.REP),
    ]
    assert (invited, still_to_invite().count()) == (2, 0)


def test_the_link_opened_twenty_times_by_a_scanner_still_serves_its_owner(cast, client):
    invitation = invite(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=now())
    address = f"/invitation/{sign(INVITATION, invitation.pk, invitation.version)}/"
    for _ in range(20):
        Client().get(address, follow=True)
        Client().head(address)

    opened = client.get(address)
    page = client.get(opened["Location"])
    accepted = client.post("/invitation/")
    [mail] = Delivery.objects.filter(kind="schools.sign_in_code")
    client.post(accepted["Location"], {"code": unseal(mail.sealed)["code"]})

    assert opened["Location"] == "/invitation/"
    assert (opened["Referrer-Policy"], page["Referrer-Policy"]) == ("no-referrer", "same-origin")
    assert "no-store" in page["Cache-Control"]
    assert "r•••@" in page.content.decode()
    assert "Rita" not in page.content.decode()
    assert "Lampton" not in page.content.decode()
    assert client.session["_auth_user_id"] == str(cast.rep.pk)


def test_the_link_replayed_forged_or_for_another_purpose_opens_nothing(cast, client):
    invitation = invite(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=now())
    token = sign(INVITATION, invitation.pk, invitation.version)
    client.get(f"/invitation/{token}/")
    client.post("/invitation/")

    for tried in (token, f"{invitation.pk}.forged", sign(INVITATION, invitation.pk, 2)):
        fresh = Client()
        fresh.get(f"/invitation/{tried}/")
        assert fresh.get("/invitation/").status_code == 404
        assert fresh.post("/invitation/").status_code == 404

    assert Delivery.objects.filter(kind="schools.sign_in_code").count() == 1


def test_accepting_while_somebody_else_is_signed_in_signs_them_out(cast, client):
    invitation = invite(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=now())
    sign_in(client, cast.stranger)
    client.get(f"/invitation/{sign(INVITATION, invitation.pk, invitation.version)}/")

    client.post("/invitation/")

    assert "_auth_user_id" not in client.session
