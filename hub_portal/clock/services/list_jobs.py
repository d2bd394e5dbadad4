"""Saving a long list that was sent in, by a worker: one transaction like a short one. Rule XX-5."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import report_progress, start_job
from hub_portal.files.services.sent_lists import KindOfList, ListT, PreviewT, ready_to_save
from hub_portal.shared.london import now


@transaction.atomic
def save_list_as_job(
    kind: KindOfList[ListT, PreviewT],
    *,
    job_kind: str,
    taken: ListT,
    by: AbstractBaseUser,
    at: datetime,
) -> Job:
    """Have a worker save a list that could be saved now; its page shows how far it is.

    Raises: as `ready_to_save`.
    """
    locked, preview = ready_to_save(kind, taken=taken, by=by, at=at)
    return start_job(kind=job_kind, about=kind.about(locked), by=by, at=at, total=len(preview.rows))


def list_to_save(kind: KindOfList[ListT, PreviewT], job: Job) -> ListT:
    """The list a job is about. Killed half way it begins again, since nothing was saved then."""
    taken = kind.model._default_manager.get(pk=int(job.about.partition(":")[2]))
    if taken.saved_at is None:
        report_progress(job=job, done=0, at=now())
    return taken
