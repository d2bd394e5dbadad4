"""The hub manager's pages of mail and of long work, in a real browser at three widths."""

import pytest
from django.urls import reverse

from hub_portal.clock.services import jobs
from hub_portal.clock.services.jobs import Outcome, report_progress, run_job, start_job
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services import sender
from hub_portal.mail.services.rendering import render_mail
from hub_portal.shared import london
from tests.looking import look, look_at_each
from tests.makers.mail import AnsweringTransport, make_hub_manager, make_mail

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def outbox():
    """A mail that was asked to wait, as the first row."""
    at = london.now()
    rendered = render_mail("tests/email/hello", {})
    mail = make_mail(at=at, html=rendered.html, text=rendered.text, subject=rendered.subject)
    greylisted = Answer(Stage.RECIPIENT, 451, "4.7.1 greylisted")
    sender.send_due(transport=AnsweringTransport(greylisted), now=lambda: at)
    return mail


@pytest.fixture(autouse=True)
def templates(settings, tmp_path):
    """A mail in the hub's own frame."""
    folder = tmp_path / "tests" / "email"
    folder.mkdir(parents=True)
    (folder / "hello.subject.txt").write_text("Your 3 places on Outstanding Teacher")
    (folder / "hello.txt").write_text("Your places are booked.\n")
    (folder / "hello.html").write_text(
        '{% extends "email/base.html" %}{% block title %}Booked{% endblock %}'
        "{% block content %}<h1>Your 3 places are booked</h1>"
        "<p>Anita Owusu, Tom Reid and Jo Bell have a place.</p>{% endblock %}"
    )
    engine = {**settings.TEMPLATES[0]}
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]


def test_the_pages_of_mail_are_sound(visit, outbox):
    page = visit(make_hub_manager(), "/admin/")
    look_at_each(
        page,
        [
            reverse("admin:mail_delivery_changelist"),
            reverse("admin:mail_delivery_change", args=[outbox.pk]),
            reverse("admin:mail_delivery_stop", args=[outbox.pk]),
            reverse("admin:mail_mailgate_changelist"),
            reverse("admin:mail_mailgate_set"),
            reverse("admin:mail_suppression_suppress"),
        ],
    )


def test_a_mail_is_stopped_with_the_keyboard_and_without_javascript(visit, outbox):
    address = reverse("admin:mail_delivery_stop", args=[outbox.pk])
    page = visit(make_hub_manager(), address, javascript=False)

    page.get_by_label("Reason").press_sequentially("sent by mistake")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/change/")
    assert page.get_by_text("Stopped by the hub").is_visible()


def test_the_frame_shows_the_mail_as_it_looks(visit, outbox):
    page = visit(make_hub_manager(), reverse("admin:mail_delivery_change", args=[outbox.pk]))

    heading = page.frame_locator("iframe").get_by_role("heading", level=1)
    assert heading.inner_text() == "Your 3 places are booked"


@pytest.fixture
def job(monkeypatch):
    monkeypatch.setattr(jobs, "_KINDS", {})
    jobs.register_job(
        "tests.read",
        lambda job: Outcome("26,000 rows were read."),
        title="Reading the roll file",
        unit="row",
        leads_to=lambda job: "/",
    )
    return start_job(
        kind="tests.read", about="x", by=make_hub_manager(), at=london.now(), total=26000
    )


def test_the_page_of_a_job_is_sound_and_finishes_by_itself(visit, job):
    report_progress(job=job, done=1200, at=london.now())
    page = visit(job.started_by, job.get_absolute_url())
    look(page, "job")

    run_job(job_id=job.pk, at=london.now())
    page.get_by_text("26,000 rows were read.").wait_for()

    look(page, "job-done")
    look_at_each(page, [reverse("clock:jobs")])


def test_the_page_of_a_job_works_without_javascript(visit, job):
    page = visit(job.started_by, job.get_absolute_url(), javascript=False)
    run_job(job_id=job.pk, at=london.now())

    page.get_by_role("link", name="Refresh").click()

    page.get_by_text("26,000 rows were read.").wait_for()
    assert page.get_by_role("link", name="See the result").is_visible()
