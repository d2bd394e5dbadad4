"""The states of a job and of a due thing, and the moves allowed between them."""

from django.db.models import TextChoices


class JobStatus(TextChoices):
    WAITING = "waiting", "waiting to start"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"


UNFINISHED = (JobStatus.WAITING, JobStatus.RUNNING)

JOB_MOVES: dict[str, set[str]] = {
    JobStatus.WAITING: {JobStatus.RUNNING},
    JobStatus.RUNNING: {JobStatus.RUNNING, JobStatus.DONE, JobStatus.FAILED},
    JobStatus.DONE: set(),
    JobStatus.FAILED: set(),
}
