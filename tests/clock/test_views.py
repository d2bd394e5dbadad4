"""The pages of long work: for who started it, and for the hub."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub_portal.clock.models import Job
from hub_portal.clock.services import jobs
from hub_portal.clock.services.jobs import Outcome, report_progress, run_job, start_job
from tests.makers.mail import NOON, make_hub_manager, make_somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setattr(jobs, "_KINDS", {})
    monkeypatch.setattr(jobs, "ring", lambda *words: None)
    jobs.register_job(
        "tests.read",
        lambda job: Outcome("26 rolls were read."),
        title="Reading the roll file",
        unit="row",
        leads_to=lambda job: f"/rolls/{job.about}/",
    )


@pytest.fixture
def somebody():
    return make_somebody()


@pytest.fixture
def job(somebody):
    return start_job(kind="tests.read", about="roll-import:1", by=somebody, at=NOON, total=26000)


def page(client, person, job):
    client.force_login(person)
    return client.get(job.get_absolute_url())


def test_a_running_job_shows_how_far_it_has_come_and_asks_again_by_itself(client, somebody, job):
    report_progress(job=job, done=1200, at=NOON)

    html = page(client, somebody, job).content.decode()

    assert "1,200 of 26,000 rows" in html
    assert 'data-hx-trigger="every 2s"' in html
    assert f'href="{job.get_absolute_url()}">' in html
    assert 'http-equiv="refresh"' not in html


def test_a_finished_job_shows_its_sentence_and_where_to_go_on_and_asks_no_more(
    client, somebody, job
):
    run_job(job_id=job.pk, at=NOON)

    html = page(client, somebody, job).content.decode()

    assert "26 rolls were read." in html
    assert 'href="/rolls/roll-import:1/"' in html
    assert "hx-" not in html


def test_a_failed_job_shows_its_sentence_and_leads_nowhere(client, somebody, job):
    Job.objects.update(status="failed", sentence="There is no URN column.", finished_at=NOON)

    html = page(client, somebody, job).content.decode()

    assert "There is no URN column." in html
    assert "/rolls/" not in html


def test_the_hub_sees_everybody_s_job(client, job):
    assert page(client, make_hub_manager(), job).status_code == 200


def test_a_stranger_finds_no_job_there(client, job):
    assert page(client, make_somebody(email="stranger@other.example"), job).status_code == 404


def test_nobody_signed_in_is_asked_to_sign_in(client, job):
    for address in (job.get_absolute_url(), reverse("clock:jobs")):
        answer = client.get(address)
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")


def test_nobody_may_post_to_a_job(client, somebody, job):
    client.force_login(somebody)

    assert client.post(job.get_absolute_url()).status_code == 405


def test_the_list_holds_one_s_own_jobs_only(client, somebody, job):
    other = start_job(kind="tests.read", about="x", by=make_hub_manager(), at=NOON)
    client.force_login(somebody)

    html = client.get(reverse("clock:jobs")).content.decode()

    assert job.get_absolute_url() in html
    assert other.get_absolute_url() not in html


def test_the_list_takes_as_many_queries_for_one_job_as_for_three(client, somebody):
    client.force_login(somebody)
    counts = []
    for abouts in ("a", "bc"):
        for about in abouts:
            start_job(kind="tests.read", about=about, by=somebody, at=NOON)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("clock:jobs"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 8
