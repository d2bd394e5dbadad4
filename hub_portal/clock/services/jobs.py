"""Long work with progress that anyone can come back to. Rule XX-5.

An app says how a kind of job is run with `register_job` when it is ready. The runner is
called outside any transaction, may be called again after its worker was killed, and so must
find out by itself what is done already: `job.done` and `job.report` are as it left them.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hub_portal.clock.choices import JobStatus
from hub_portal.clock.errors import JobTakenOver
from hub_portal.clock.models import Job
from hub_portal.shared.doorbell import ring
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
STOPPED_TOO_OFTEN = "This was stopped part-way five times. Nothing is lost; please start it again."
BROKE = "Something went wrong in the portal. The hub has been told; please try again later."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How a job ended: a sentence for whoever started it, and figures for the page."""

    sentence: str
    report: Mapping[str, Any] = field(default_factory=dict)


Runner = Callable[[Job], Outcome]


@dataclass(frozen=True)
class JobKind:
    """How jobs of a kind are run, and what their page says.

    `title` is what is being done ("Reading the roll file"), `unit` what is counted, and
    `leads_to` the address to go on to when it is done, "" for none.
    """

    run: Runner
    title: str
    unit: str
    leads_to: Callable[[Job], str]


def _nowhere(_job: Job) -> str:
    return ""


_KINDS: dict[str, JobKind] = {}


def register_job(
    kind: str,
    run: Runner,
    *,
    title: str = "Work in progress",
    unit: str = "step",
    leads_to: Callable[[Job], str] = _nowhere,
) -> None:
    """Say how jobs of this kind are run; called when an app is ready."""
    _KINDS[kind] = JobKind(run, title, unit, leads_to)


def job_kind(kind: str) -> JobKind:
    """What is known of this kind; for one that is no longer registered, only its name."""
    return _KINDS.get(kind) or JobKind(_gone, kind, "step", _nowhere)


def _gone(job: Job) -> Outcome:
    raise LookupError(f"no runner is registered for jobs of kind {job.kind!r}")


def start_job(
    *, kind: str, about: str, by: AbstractBaseUser, at: datetime, total: int | None = None
) -> Job:
    """Start long work, or give back the unfinished job of this kind about the same thing.

    Raises:
        LookupError: nobody registered this kind of job (a bug).
    """
    if kind not in _KINDS:
        raise LookupError(f"no runner is registered for jobs of kind {kind!r}")
    with transaction.atomic():
        job, is_new = Job.objects.unfinished().get_or_create(
            kind=kind,
            about=about,
            defaults={
                "started_by_id": by.pk,
                "started_at": at,
                "total": total,
                "lease_until": at + LEASE,
            },
        )
        if is_new:
            ring("clock.run_job", job.pk)
    return job


def report_progress(
    *,
    job: Job,
    done: int,
    at: datetime,
    total: int | None = None,
    report: Mapping[str, Any] | None = None,
) -> None:
    """Say how far a job has come, and keep its lease. To be called at least every few minutes.

    Raises:
        JobTakenOver: this worker was away past its lease and another has the job.
    """
    job.done, job.total = done, job.total if total is None else total
    job.report = job.report if report is None else dict(report)
    job.lease_until = at + LEASE
    _write(job, "done", "total", "report", "lease_until")


def run_job(*, job_id: int, at: datetime) -> None:
    """Run one job that nobody is at; does nothing when it is finished or somebody is."""
    job = _take(job_id, at=at)
    if job is None:
        return
    try:
        outcome = job_kind(job.kind).run(job)
    except JobTakenOver:
        log.warning("job.taken_over", extra={"job": job.pk})
    except PortalError as refusal:
        _finish(job, JobStatus.FAILED, refusal.sentence, job.report)
    except Exception:
        _finish(job, JobStatus.FAILED, BROKE, job.report)
        raise
    else:
        _finish(job, JobStatus.DONE, outcome.sentence, dict(outcome.report))


def ring_again_what_nobody_is_at(*, at: datetime) -> int:
    """Ring for jobs whose worker died or never came; returns how many.

    A job that was stopped part-way five times has failed: it may be what kills its workers.
    """
    left_alone = Job.objects.nobody_is_at(at=at)
    left_alone.filter(attempts__gte=MOST_ATTEMPTS).update(
        status=JobStatus.FAILED, sentence=STOPPED_TOO_OFTEN, finished_at=at
    )
    forgotten = list(left_alone.order_by("pk").values_list("pk", flat=True))
    for job_id in forgotten:
        log.warning("job.rung_again", extra={"job": job_id})
        ring("clock.run_job", job_id)
    return len(forgotten)


def _take(job_id: int, *, at: datetime) -> Job | None:
    """Compare and set: of several workers with the same ring, one goes on."""
    job = Job.objects.unfinished().filter(pk=job_id).first()
    if job is None or (job.status == JobStatus.RUNNING and job.lease_until > at):
        return None
    holder = secrets.token_hex(8)
    won = (
        Job.objects.unfinished()
        .filter(pk=job_id, attempts=job.attempts)
        .update(
            status=JobStatus.RUNNING,
            attempts=job.attempts + 1,
            holder=holder,
            lease_until=at + LEASE,
        )
    )
    return Job.objects.get(pk=job_id) if won else None


def _finish(job: Job, status: JobStatus, sentence: str, report: Mapping[str, Any]) -> None:
    job.status, job.sentence, job.report = status, sentence[:500], dict(report)
    job.finished_at = now()
    if status == JobStatus.DONE and job.total is not None:
        job.done = job.total
    try:
        _write(job, "status", "sentence", "report", "finished_at", "done")
    except JobTakenOver:
        log.warning("job.taken_over", extra={"job": job.pk})


def _write(job: Job, *names: str) -> None:
    """Save these fields if the job is still this worker's."""
    ours = Job.objects.unfinished().filter(pk=job.pk, holder=job.holder)
    if not ours.update(**{name: getattr(job, name) for name in names}):
        raise JobTakenOver
