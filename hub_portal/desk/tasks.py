"""What the clock starts for the desk."""

from celery import shared_task

from hub_portal.desk import morning
from hub_portal.shared.london import now


@shared_task(name="desk.morning_list")
def morning_list() -> None:
    """Tell the hub managers what waits on the desk."""
    morning.send_morning_list(at=now())
