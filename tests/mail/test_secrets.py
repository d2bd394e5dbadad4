"""The outbox holds no rights: no code and no token stands in the database, before or after."""

import logging

import pytest
from django.db import connection

from hub_portal.mail.choices import Priority
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services import kinds, sender
from hub_portal.mail.services.kinds import MadeAttachment, register_mail_kind
from hub_portal.mail.services.placeholders import placeholder
from hub_portal.shared import links
from tests.makers.mail import NOON, AnsweringTransport, make_mail

pytestmark = pytest.mark.django_db

CODE = "MARKER-CODE-4711"
TICKET = b"MARKER-TICKET-4711"
INVITATION = links.Purpose("tests-mail-invitation")
LATER = Answer(Stage.RECIPIENT, 451, "greylisted")


def dump():
    """Every row of every table, as text."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            lines += [repr([_plain(cell) for cell in row]) for row in cursor.fetchall()]
    return "\n".join(lines)


def _plain(cell):
    return bytes(cell) if isinstance(cell, memoryview) else cell


@pytest.fixture
def written(monkeypatch):
    """A mail with everything in it that is nobody else's business."""
    monkeypatch.setattr(kinds, "_KINDS", {})
    register_mail_kind(
        "tests.letter",
        make_attachments=lambda about: [
            MadeAttachment("ticket.txt", "text/plain", TICKET, carries_a_right=True)
        ],
    )
    link = f"https://hub.example/invitation/{links.placeholder(INVITATION, 7, 1)}/"
    return make_mail(
        text=f"{placeholder('code')} {link}\n",
        html=f'<p>{placeholder("code")} <a href="{link}">accept</a></p>',
        sealed={"code": CODE},
        priority=Priority.SIGN_IN,
    )


def test_dump_finds_what_is_there(written):
    assert "teacher@school.example" in dump()
    assert written.sealed in dump()


def test_no_secret_stands_in_the_database_or_the_logs_whatever_happens(written, caplog):
    caplog.set_level(logging.DEBUG)
    token = links.sign(INVITATION, 7, 1)
    transport = AnsweringTransport(LATER)
    dumps = [dump()]

    for at in (NOON, NOON.replace(minute=5)):
        sender.send_due(transport=transport, now=lambda at=at: at)
        dumps.append(dump())

    sent = transport.sent[-1][2].decode()
    assert len(transport.sent) == 2
    assert CODE in sent
    assert token in sent.replace("=\r\n", "").replace("=3D", "=")
    for secret in (CODE, token, TICKET.decode()):
        assert not any(secret in found for found in dumps)
        assert secret not in caplog.text
    assert written.sealed not in dumps[-1]
