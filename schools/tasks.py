"""What the clock starts."""

from celery import shared_task

from hub_portal.shared.london import now
from schools.services import handovers, leaving


@shared_task(name="schools.carry_out_handovers")
def carry_out_handovers() -> int:
    """Each night: hand over the posts whose day has come. Rule SC-5."""
    return handovers.carry_out_handovers(at=now())


@shared_task(name="schools.carry_out_departures")
def carry_out_departures() -> int:
    """Each night: schools whose last day is over leave. Rule SC-2."""
    return leaving.carry_out_departures(at=now())
