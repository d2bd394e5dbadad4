"""Who was last seen alive."""

from datetime import datetime

from hub_portal.clock.models import Heartbeat


def beat(*, name: str, at: datetime) -> None:
    """Note that this part of the portal is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def last_beat(name: str) -> datetime | None:
    """When this part of the portal was last seen alive; None if never."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
