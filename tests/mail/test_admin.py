"""The hub manager's room for mail: looked at, and changed only with a reason."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub_portal.mail.choices import Priority
from hub_portal.mail.models import Delivery, MailGate, Suppression
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services import kinds, sender
from hub_portal.mail.services.kinds import MadeAttachment, register_mail_kind
from hub_portal.mail.services.placeholders import placeholder
from hub_portal.mail.services.transports import FOLDER, SMTP, FolderTransport
from hub_portal.shared import links, london
from hub_portal.trail.models import Act
from tests.makers.mail import (
    NOON,
    AnsweringTransport,
    make_hub_manager,
    make_issue,
    make_mail,
    make_readers,
    make_somebody,
    reread,
)

pytestmark = pytest.mark.django_db

INVITATION = links.Purpose("tests-mail-admin")
SURE = {"reason": "the address was put right", "is_sure": "on"}


@pytest.fixture(autouse=True)
def by_smtp(settings):
    settings.EMAIL_BACKEND = SMTP


@pytest.fixture
def manager(client):
    manager = make_hub_manager()
    client.force_login(manager)
    return manager


def address(name, *args):
    return reverse(f"admin:mail_{name}", args=args)


def secret_mail():
    link = f"https://hub.example/{links.placeholder(INVITATION, 7, 1)}/"
    return make_mail(
        text=f"{placeholder('name')} {placeholder('code')} {link}\n",
        html=f"<p>{placeholder('name')} {placeholder('code')} {link}</p>",
        replacements={"name": "Zoë"},
        sealed={"code": "MARKER-CODE"},
    )


def test_the_list_takes_as_many_queries_for_one_mail_as_for_three(client, manager):
    client.get(address("delivery_changelist"))  # what is asked once a process is asked
    counts = []
    for keys in ("a", "bc"):
        for key in keys:
            make_mail(key=key, recipient=manager)
        with CaptureQueriesContext(connection) as queries:
            client.get(address("delivery_changelist"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=Statement", {"statement"}),
        ("q=rep%40school.example", {"other"}),
        ("status__exact=sent", set()),
        ("why=due", {"statement", "other"}),
        ("why=time", {"later"}),
        ("why=answer", {"asked"}),
        ("why=held", {"held"}),
    ],
)
def test_the_list_is_searched_and_filtered(client, manager, query, found):
    later = {"not_before": NOON + timedelta(days=36500)}
    make_mail(key="statement", subject="Statement 12")
    make_mail(key="other", to="rep@school.example")
    make_mail(key="later", **later)
    make_mail(key="asked", **later)
    make_mail(key="held")
    Delivery.objects.filter(dedupe_key="asked").update(answer="451 greylisted")
    Delivery.objects.filter(dedupe_key="held").update(
        status="sending", holder="x", lease_until=NOON
    )

    answer = client.get(f"{address('delivery_changelist')}?{query}")

    assert {row.dedupe_key for row in answer.context["cl"].result_list} == found


def test_a_mail_is_shown_with_dots_where_a_right_or_a_secret_belongs(client, manager):
    mail = secret_mail()

    pages = [
        client.get(address("delivery_change", mail.pk)).content.decode(),
        client.get(address("delivery_words", mail.pk)).content.decode(),
    ]

    for page in pages:
        assert "Zoë •••••• https://hub.example/••••••/" in page
        assert "MARKER-CODE" not in page
        assert links.sign(INVITATION, 7, 1) not in page
        assert "~~link" not in page


def test_the_demo_shows_all_before_and_after_sending(client, manager, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = FOLDER, str(tmp_path)
    mail, token = secret_mail(), links.sign(INVITATION, 7, 1)
    before = client.get(address("delivery_change", mail.pk)).content.decode()

    sender.send_due(transport=FolderTransport(Path(tmp_path)), now=lambda: NOON)
    after = client.get(address("delivery_change", mail.pk)).content.decode()
    words = client.get(address("delivery_words", mail.pk)).content.decode()

    for page in (before, after, words):
        assert f"MARKER-CODE https://hub.example/{token}/" in page
    assert reread(mail).sealed == ""


def test_production_shows_dots_though_mail_goes_to_a_folder(client, manager, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = FOLDER, str(tmp_path)
    settings.PRODUCTION = True
    mail = secret_mail()

    page = client.get(address("delivery_change", mail.pk)).content.decode()

    assert "MARKER-CODE" not in page


def test_the_words_of_a_mail_can_do_nothing_but_be_read(client, manager):
    mail = make_mail(html="<script>alert(1)</script><p>Hello</p>")

    answer = client.get(address("delivery_words", mail.pk))

    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"]


def test_the_page_of_a_mail_may_frame_it_and_nothing_else(client, manager):
    mail = make_mail()

    answer = client.get(address("delivery_change", mail.pk))

    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert 'sandbox=""' in answer.content.decode()


def test_attachments_and_attempts_are_listed(client, manager, monkeypatch):
    monkeypatch.setattr(kinds, "_KINDS", {})
    register_mail_kind(
        "tests.letter",
        make_attachments=lambda about: [
            MadeAttachment("kept.ics", "text/calendar", b"BEGIN:VCALENDAR"),
            MadeAttachment("ticket.pdf", "application/pdf", b"%PDF", carries_a_right=True),
        ],
    )
    at = london.now()
    mail = make_mail(at=at)
    transport = AnsweringTransport(Answer(Stage.RECIPIENT, 451, "greylisted"))
    sender.send_due(transport=transport, now=lambda: at)

    page = client.get(address("delivery_change", mail.pk)).content.decode()
    kept = client.get(address("delivery_attachment", mail.pk, 0))
    not_kept = client.get(address("delivery_attachment", mail.pk, 1))

    assert "451 greylisted (naming the recipient)" in page
    assert "since the last answer was" in page
    assert "ticket.pdf, 4\xa0bytes (not kept)" in page
    assert (kept.content, kept["Content-Disposition"]) == (
        b"BEGIN:VCALENDAR",
        'attachment; filename="kept.ics"',
    )
    assert not_kept.status_code == 404


def test_try_again_asks_for_a_reason_and_does_it(client, manager):
    mail = make_mail()
    Delivery.objects.update(status="failed", failure="bounced", finished_at=NOON)
    url = address("delivery_try_again", mail.pk)

    refused = client.post(url, {"reason": " "})
    assert refused.status_code == 422
    assert "Error: " in refused.content.decode()
    assert reread(mail).status == "failed"

    assert client.post(url, SURE).url == address("delivery_change", mail.pk)
    assert reread(mail).status == "waiting"
    assert Act.objects.get().by_id == manager.pk


def test_stop_shows_the_refusal_of_a_mail_that_went(client, manager):
    mail = make_mail()
    Delivery.objects.update(status="sent", finished_at=NOON)

    answer = client.post(address("delivery_stop", mail.pk), SURE)

    assert answer.status_code == 422
    assert "This mail cannot be stopped: it is “sent”." in answer.content.decode()
    assert not Act.objects.exists()


def test_an_act_is_never_a_get(client, manager):
    mail = make_mail()

    assert client.get(address("delivery_stop", mail.pk)).status_code == 200
    assert client.get(address("mailgate_set"), {"closed_for": "everything"}).status_code == 200

    assert reread(mail).status == "waiting"
    assert not Act.objects.exists()


def test_the_gate_is_closed_and_its_limits_are_set(client, manager):
    client.post(address("mailgate_set"), {"closed_for": "bulk", **SURE})
    client.post(
        address("mailgate_limits"), {"messages_per_minute": "30", "days_bodies_are_kept": "60"}
    )

    gate = MailGate.objects.get()
    assert (gate.closed_for, gate.messages_per_minute, gate.days_bodies_are_kept) == (
        "bulk",
        30,
        60,
    )
    page = client.get(address("mailgate_changelist")).content.decode()
    assert "The mail gate is closed for newsletters and letters to many" in page


@pytest.mark.parametrize("given", [{"messages_per_minute": "0"}, {"messages_per_minute": "x"}, {}])
def test_limits_that_make_no_sense_are_refused(client, manager, given):
    answer = client.post(address("mailgate_limits"), {"days_bodies_are_kept": "0", **given})

    assert answer.status_code == 422
    assert not Act.objects.exists()


def test_an_address_is_suppressed_and_the_suppression_lifted(client, manager):
    given = {"address": "Head@School.example", "suppressed_for": "everything", **SURE}
    client.post(address("suppression_suppress"), given)
    row = Suppression.objects.get()
    assert (row.address, row.suppressed_for) == ("head@school.example", "everything")

    again = client.post(address("suppression_suppress"), given)
    assert again.status_code == 422

    client.post(address("suppression_lift", row.pk), SURE)
    assert Suppression.objects.get().lifted_by == manager
    assert client.get(address("suppression_changelist")).status_code == 200
    assert client.get(address("suppression_change", row.pk)).status_code == 200


def pages_of(mail):
    return [
        address("delivery_changelist"),
        address("delivery_change", mail.pk),
        address("delivery_words", mail.pk),
        address("delivery_attachment", mail.pk, 0),
        address("delivery_try_again", mail.pk),
        address("delivery_stop", mail.pk),
        address("mailgate_changelist"),
        address("mailgate_set"),
        address("mailgate_limits"),
        address("suppression_changelist"),
        address("suppression_suppress"),
    ]


@pytest.mark.parametrize("role", ["nobody", "teacher", "finance"])
def test_only_the_hub_manager_enters(client, role):
    mail = make_mail(priority=Priority.SIGN_IN)
    if role == "teacher":
        client.force_login(make_somebody())
    if role == "finance":
        officer = get_user_model().objects.create(
            full_name="Fay Finance", email="fay@hub.example", staff_role="finance_officer"
        )
        client.force_login(officer)

    for url in pages_of(mail):
        for answer in (client.get(url), client.post(url, {"closed_for": "bulk", **SURE})):
            assert answer.status_code in (302, 403, 404), url
            if answer.status_code == 302:
                assert "login" in answer.url
    assert reread(mail).status == "waiting"
    assert not Act.objects.exists()


def test_a_mail_that_is_not_there_is_404(client, manager):
    for url in pages_of(Delivery(pk=404))[1:6]:
        assert client.get(url).status_code == 404
    assert client.get("/admin/mail/delivery/x/change/").status_code == 404


def test_what_is_a_recipient_s_alone_is_shown_as_dots(client, manager, monkeypatch):
    monkeypatch.setattr(kinds, "_KINDS", {})
    right = "https://hub.example/unsubscribe/MARKER/"
    register_mail_kind(
        "tests.issue", values_of=lambda abouts: {about: {"unsubscribe": right} for about in abouts}
    )
    make_issue(make_readers(1))
    mail = Delivery.objects.get()

    page = client.get(address("delivery_change", mail.pk)).content.decode()
    words = client.get(address("delivery_words", mail.pk)).content.decode()

    assert "Unsubscribe: ••••••" in page
    assert '<a href="••••••">Unsubscribe</a>' in words
    assert "Dots stand for" in page
    assert "MARKER" not in page + words
