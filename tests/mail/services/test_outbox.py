"""Mail is written in the transaction of its cause, once per dedupe key."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hub_portal.mail.choices import Priority, Status
from hub_portal.mail.models import Body, Delivery
from hub_portal.mail.services import outbox
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.mail.services.sealing import unseal
from tests.makers.mail import NOON, make_mail, make_somebody, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch):
    heard = []
    monkeypatch.setattr(outbox, "ring", lambda *words: heard.append(words))
    return heard


def letter(key, **words):
    return Letter(
        **{
            "dedupe_key": key,
            "kind": "tests.letter",
            "to": "a@school.example",
            "subject": "Hello",
            "text": "Hello\n",
            "html": "<p>Hello</p>",
            "about": "booking:1",
            **words,
        }
    )


def test_put_in_outbox_writes_a_waiting_mail_and_rings(rung):
    somebody = make_somebody()

    mail = reread(make_mail(recipient=somebody))

    assert (mail.status, mail.not_before, mail.priority) == (
        Status.WAITING,
        NOON,
        Priority.ORDINARY,
    )
    assert mail.recipient == somebody
    assert mail.message_id.endswith("@hub.example>")
    assert rung == [("mail.send_due",)]


def test_put_in_outbox_is_none_when_the_key_is_there_and_leaves_nothing_behind(rung):
    first = make_mail(key="booking:1:confirmed:1")

    again = make_mail(key="booking:1:confirmed:1", subject="Another subject")

    assert again is None
    assert [(d.pk, d.subject) for d in Delivery.objects.all()] == [(first.pk, first.subject)]
    assert Body.objects.count() == 1
    assert len(rung) == 1


def test_put_in_outbox_goes_when_its_cause_is_rolled_back(rung):
    with transaction.atomic():
        make_mail()
        transaction.set_rollback(True)

    assert not Delivery.objects.exists()
    assert not Body.objects.exists()


def test_put_all_in_outbox_writes_only_what_is_new(rung):
    put_all_in_outbox([letter("b")], at=NOON)

    new = put_all_in_outbox([letter("c"), letter("b"), letter("a")], at=NOON)

    assert [mail.dedupe_key for mail in new] == ["a", "c"]
    assert set(Delivery.objects.values_list("dedupe_key", flat=True)) == {"a", "b", "c"}
    assert Body.objects.count() == 3


def test_put_all_in_outbox_takes_as_many_statements_for_thirty_as_for_one(rung):
    counts = []
    for keys in (["x"], [f"k{n}" for n in range(30)]):
        with CaptureQueriesContext(connection) as queries:
            put_all_in_outbox([letter(key) for key in keys], at=NOON)
        counts.append(len(queries))

    assert counts == [2, 2]  # bodies, deliveries


def test_a_broken_row_is_an_error_and_not_passed_over(rung):
    """What INSERT OR IGNORE would swallow on SQLite."""
    with pytest.raises(IntegrityError), transaction.atomic():
        put_all_in_outbox([letter("a", priority=-1)], at=NOON)

    assert not Delivery.objects.exists()


def test_a_secret_is_kept_encrypted(rung):
    mail = reread(make_mail(sealed={"code": "MARKER-123"}))

    assert "MARKER-123" not in mail.sealed
    assert unseal(mail.sealed) == {"code": "MARKER-123"}
    assert mail.sealed_names == ["code"]


def test_a_long_subject_is_shortened_rather_than_undoing_its_cause(rung):
    mail = reread(make_mail(subject="x" * 300))

    assert mail.subject == "x" * 249 + "…"


@pytest.mark.parametrize(
    "words",
    [
        {"subject": "Hello\nBcc: all@school.example"},
        {"headers": {"List-Id": "x\r\nBcc: a@b.example"}},
        {"replacements": {"Name": "x"}},
        {"replacements": {"code": "x"}, "sealed": {"code": "y"}},
    ],
)
def test_a_letter_that_would_go_wrong_is_refused_at_once(rung, words):
    with pytest.raises(ValueError, match="booking:1"):
        make_mail(**words)

    assert not Delivery.objects.exists()
