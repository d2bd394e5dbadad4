"""An allocation to very many schools runs as a job that anyone can come back to. Rule XX-5.

For a hub of a few dozen schools the page itself runs it. What was chosen lies on the job,
so that a worker that was killed starts again with the same choices; a run made before is
found again and changes nothing.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from credits.errors import PlanHasChanged
from credits.models import AllocationRun, Instalment
from credits.services.allocation import run_allocation
from credits.services.planning import AllocationPlan, Choices
from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import Outcome, start_job
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, in_credits
from schools.choices import RollDefinition
from schools.models import Person

JOB = "credits.allocate"
AT_ONCE = 500
"""Up to so many schools the page waits for the run."""


def run_or_start(
    *, plan: AllocationPlan, shown: str, by: Person, at: datetime
) -> AllocationRun | Job:
    """Run the allocation that was shown, or start the job that will.

    Raises: as `run_allocation`; a job has its later refusals on its page.
    """
    if len(plan.lines) <= AT_ONCE:
        return run_allocation(
            instalment=plan.instalment,
            choices=plan.choices,
            shown=shown,
            by=by,
            at=at,
        )
    plan.refuse_if_incomplete()
    if shown != plan.fingerprint:
        raise PlanHasChanged
    with transaction.atomic():
        job = start_job(
            kind=JOB,
            about=f"instalment:{plan.instalment.pk}",
            by=by,
            at=at,
            total=len(plan.lines),
        )
        if not job.report:
            Job.objects.filter(pk=job.pk).update(report=_kept(plan))
    return job


def allocate_as_job(job: Job) -> Outcome:
    """Run the allocation that the job was started with."""
    kept: dict[str, Any] = job.report
    instalment = Instalment.objects.get(pk=int(job.about.partition(":")[2]))
    run = run_allocation(
        instalment=instalment,
        choices=_choices(kept),
        shown=kept["shown"],
        by=Person.objects.get(pk=job.started_by_id),
        at=now(),
    )
    schools = counted(run.lines.count(), "school")
    return Outcome(
        sentence=f"{in_credits(run.pool_credits)} are shared among {schools}.",
        report={"run": run.pk},
    )


def _kept(plan: AllocationPlan) -> dict[str, Any]:
    return {
        "census_on": plan.choices.census_on.isoformat(),
        "definition": plan.choices.definition.value,
        "reasons": {str(pk): reason for pk, reason in plan.choices.reasons.items()},
        "omitted": {str(pk): reason for pk, reason in plan.choices.omitted.items()},
        "shown": plan.fingerprint,
    }


def _choices(kept: dict[str, Any]) -> Choices:
    return Choices(
        census_on=date.fromisoformat(kept["census_on"]),
        definition=RollDefinition(kept["definition"]),
        reasons={int(pk): reason for pk, reason in kept["reasons"].items()},
        omitted={int(pk): reason for pk, reason in kept["omitted"].items()},
    )
