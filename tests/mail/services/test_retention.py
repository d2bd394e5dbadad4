"""Words are emptied ninety days after a mail ended; who got what when is kept."""

from datetime import timedelta

import pytest

from hub_portal.mail.models import AttachmentContent, Delivery
from hub_portal.mail.services import kinds, sender
from hub_portal.mail.services.kinds import MadeAttachment, register_mail_kind
from hub_portal.mail.services.outbox import body_digest
from hub_portal.mail.services.retention import empty_old_bodies
from tests.makers.mail import NOON, AnsweringTransport, make_mail, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    monkeypatch.setattr(kinds, "_KINDS", {})
    register_mail_kind(
        "tests.letter",
        make_attachments=lambda about: [MadeAttachment("a.txt", "text/plain", b"words")],
    )
    mail = make_mail(replacements={"name": "Ann"})
    sender.send_due(transport=AnsweringTransport(), now=lambda: NOON)
    return mail


def test_a_body_is_emptied_after_ninety_days_and_its_digest_stays(sent):
    digest = body_digest(text=sent.body.text, html=sent.body.html)

    assert empty_old_bodies(at=NOON + timedelta(days=89, hours=23)) == 0
    assert empty_old_bodies(at=NOON + timedelta(days=90)) == 1
    assert empty_old_bodies(at=NOON + timedelta(days=91)) == 0

    row = reread(sent)
    assert (row.body.text, row.body.html, row.body.digest) == ("", "", digest)
    assert (row.subject, row.replacements, row.status) == ("Your place is booked", {}, "sent")
    assert [a.name for a in row.attachments.all()] == ["a.txt"]
    assert not AttachmentContent.objects.exists()


def test_a_body_that_a_waiting_mail_needs_is_kept(sent):
    other = make_mail(key="other")
    Delivery.objects.filter(pk=other.pk).update(body=reread(sent).body)

    assert empty_old_bodies(at=NOON + timedelta(days=365)) == 0
    assert reread(sent).body.text
