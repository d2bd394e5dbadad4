"""What beat and the doorbell start."""

from celery import shared_task

from hub_portal.clock.services import due, jobs, occurrences
from hub_portal.shared.london import now


@shared_task(name="clock.tick")
def tick() -> None:
    """Ask every app what is due; beat starts it each minute."""
    due.tick(at=now())


@shared_task(name="clock.carry_out")
def carry_out(occurrence_id: int) -> None:
    """Carry out one thing the tick has arranged."""
    occurrences.carry_out(occurrence_id=occurrence_id, at=now())


@shared_task(name="clock.run_job")
def run_job(job_id: int) -> None:
    """Run one job."""
    jobs.run_job(job_id=job_id, at=now())
