"""Trying a mail again, and stopping it."""

from datetime import timedelta

import pytest

from hub_portal.mail.choices import MOVES, Status
from hub_portal.mail.errors import BodyIsGone, NotInThisState, ReasonMissing, SecretIsGone
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.deliveries import stop_mail, try_again
from hub_portal.mail.services.retention import empty_old_bodies
from hub_portal.trail.models import Act
from tests.makers.mail import NOON, make_hub_manager, make_mail, reread

pytestmark = pytest.mark.django_db

HELD = {"holder": "x", "lease_until": NOON}


def put_into(mail, status):
    fields = {"status": status}
    if status in ("claimed", "sending"):
        fields |= HELD
    elif status != "waiting":
        fields |= {"finished_at": NOON, "sealed": ""}
    if status == "failed":
        fields |= {"failure": "bounced", "attempts": 3, "doubts": 1}
    Delivery.objects.filter(pk=mail.pk).update(**fields)
    return mail.pk


def ask(verb, mail_id, reason="the address was put right"):
    at = NOON + timedelta(hours=1)
    return verb(delivery_id=mail_id, reason=reason, by=make_hub_manager(), at=at)


@pytest.mark.parametrize("status", Status.values)
def test_try_again_is_allowed_for_failed_and_waiting_mails_only(status):
    mail_id = put_into(make_mail(), status)

    if status in ("failed", "waiting"):
        ask(try_again, mail_id)
        row = Delivery.objects.get()
        assert (row.status, row.attempts, row.doubts, row.failure) == ("waiting", 0, 0, "")
        assert row.not_before == NOON + timedelta(hours=1)
        assert Act.objects.get().before == {"status": status}
    else:
        with pytest.raises(NotInThisState):
            ask(try_again, mail_id)
        assert Delivery.objects.get().status == status
        assert not Act.objects.exists()


@pytest.mark.parametrize("status", Status.values)
def test_stop_mail_is_allowed_where_the_table_of_moves_says(status):
    mail_id = put_into(make_mail(sealed={"code": "ABC"}), status)

    if Status.STOPPED in MOVES[status]:
        ask(stop_mail, mail_id)
        row = Delivery.objects.get()
        assert (row.status, row.sealed) == ("stopped", "")
        assert Act.objects.get().verb == "mail.stop"
    else:
        with pytest.raises(NotInThisState):
            ask(stop_mail, mail_id)
        assert Delivery.objects.get().status == status
        assert not Act.objects.exists()


def test_try_again_is_refused_when_the_secret_is_gone():
    mail_id = put_into(make_mail(sealed={"code": "ABC"}), "failed")

    with pytest.raises(SecretIsGone):
        ask(try_again, mail_id)

    assert Delivery.objects.get().status == "failed"


def test_try_again_is_refused_when_the_body_is_gone():
    mail = make_mail()
    mail_id = put_into(mail, "failed")
    empty_old_bodies(at=NOON + timedelta(days=91))

    with pytest.raises(BodyIsGone):
        ask(try_again, mail_id)

    assert reread(mail).status == "failed"


@pytest.mark.parametrize("verb", [try_again, stop_mail])
def test_an_act_without_a_reason_is_refused(verb):
    mail = make_mail()

    with pytest.raises(ReasonMissing):
        ask(verb, mail.pk, reason=" ")

    assert reread(mail).status == "waiting"
    assert not Act.objects.exists()
