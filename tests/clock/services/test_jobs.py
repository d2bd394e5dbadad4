"""Long work: started once, resumed when its worker dies, and it says how it ended."""

from datetime import timedelta

import pytest

from hub_portal.clock.choices import JobStatus
from hub_portal.clock.errors import JobTakenOver
from hub_portal.clock.models import Job
from hub_portal.clock.services import jobs
from hub_portal.clock.services.jobs import Outcome, report_progress, run_job, start_job
from hub_portal.shared.errors import Refused
from tests.makers.mail import NOON, make_somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch):
    heard = []
    monkeypatch.setattr(jobs, "ring", lambda *words: heard.append(words))
    return heard


@pytest.fixture
def runs(monkeypatch, rung):
    """Registers a runner for the kind "tests.count"."""
    monkeypatch.setattr(jobs, "_KINDS", {})

    def register(run):
        jobs.register_job("tests.count", run)

    register(lambda job: Outcome("All counted.", {"counted": 3}))
    return register


def started(**words):
    by = words.pop("by", None) or make_somebody()
    return start_job(**{"kind": "tests.count", "about": "roll:1", "by": by, "at": NOON, **words})


def test_start_job_rings_for_a_worker(runs, rung):
    job = started(total=3)

    assert rung == [("clock.run_job", job.pk)]
    assert (job.status, job.done, job.total) == (JobStatus.WAITING, 0, 3)


def test_start_job_gives_back_the_unfinished_one_about_the_same_thing(runs, rung):
    somebody = make_somebody()
    first = started(by=somebody)

    again = started(by=somebody)
    other = started(by=somebody, about="roll:2")

    assert again.pk == first.pk
    assert other.pk != first.pk
    assert len(rung) == 2


def test_start_job_of_an_unknown_kind_is_a_bug(runs):
    with pytest.raises(LookupError):
        started(kind="tests.unknown")

    assert not Job.objects.exists()


def test_run_job_keeps_the_outcome(runs):
    job = started(total=3)

    run_job(job_id=job.pk, at=NOON)

    job.refresh_from_db()
    assert (job.status, job.sentence, job.report) == ("done", "All counted.", {"counted": 3})
    assert (job.done, job.percent) == (3, 100)


def test_run_job_runs_once_however_often_it_is_rung(runs):
    calls = []
    runs(lambda job: calls.append(job.pk) or Outcome("Done."))
    job = started()

    for _ in range(3):
        run_job(job_id=job.pk, at=NOON)

    assert calls == [job.pk]


def test_run_job_leaves_alone_what_another_worker_is_at(runs):
    job = started()
    Job.objects.update(status="running", attempts=1, lease_until=NOON + timedelta(minutes=1))

    run_job(job_id=job.pk, at=NOON)

    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING


def test_a_killed_worker_s_job_is_rung_again_and_resumes_where_it_was(runs, rung):
    seen = []

    def run(job):
        seen.append(job.done)
        report_progress(job=job, done=2, at=NOON, total=3)
        if len(seen) == 1:
            raise SystemExit  # as good as a kill: nothing below catches it
        return Outcome("Done.")

    runs(run)
    job = started(total=3)
    with pytest.raises(SystemExit):
        run_job(job_id=job.pk, at=NOON)
    rung.clear()

    assert jobs.ring_again_what_nobody_is_at(at=NOON + timedelta(minutes=1)) == 0
    assert jobs.ring_again_what_nobody_is_at(at=NOON + jobs.LEASE) == 1
    run_job(job_id=job.pk, at=NOON + jobs.LEASE)

    job.refresh_from_db()
    assert rung == [("clock.run_job", job.pk)]
    assert seen == [0, 2]
    assert job.status == JobStatus.DONE


def test_a_refusal_is_kept_as_its_sentence(runs):
    def run(_job):
        raise Refused("There is no URN column.")

    runs(run)
    job = started()

    run_job(job_id=job.pk, at=NOON)

    job.refresh_from_db()
    assert (job.status, job.sentence) == ("failed", "There is no URN column.")


def test_a_bug_is_kept_as_a_sentence_without_its_details_and_raised(runs):
    def run(_job):
        raise ValueError("secret detail")

    runs(run)
    job = started()

    with pytest.raises(ValueError, match="secret detail"):
        run_job(job_id=job.pk, at=NOON)

    job.refresh_from_db()
    assert (job.status, job.sentence) == ("failed", jobs.BROKE)


def test_a_worker_that_lost_its_job_writes_nothing_more(runs):
    def run(job):
        Job.objects.filter(pk=job.pk).update(holder="another")
        with pytest.raises(JobTakenOver):
            report_progress(job=job, done=1, at=NOON)
        return Outcome("Mine!")

    runs(run)
    job = started()

    run_job(job_id=job.pk, at=NOON)

    job.refresh_from_db()
    assert (job.status, job.sentence, job.done) == ("running", "", 0)


def test_a_job_stopped_part_way_five_times_has_failed(runs, rung):
    job = started()
    Job.objects.update(status="running", attempts=5)

    jobs.ring_again_what_nobody_is_at(at=NOON + jobs.LEASE)

    job.refresh_from_db()
    assert (job.status, job.sentence) == ("failed", jobs.STOPPED_TOO_OFTEN)
    assert started(by=job.started_by).pk != job.pk
