"""The hub's settings for tickets: as the services read them, and changing them. FT-2 and FT-4."""

from datetime import datetime

from django.db import transaction

from cpd.models import TicketPolicy
from hub_portal.shared.kept import kept_for_a_moment
from hub_portal.trail.services.acts import record_act
from schools.errors import OnlyTheHub
from schools.models import Person


@kept_for_a_moment
def ticket_policy_in_force() -> TicketPolicy:
    """The one row of settings, made by a migration."""
    return TicketPolicy.objects.get(pk=1)


@transaction.atomic
def change_ticket_policy(*, by: Person, at: datetime, **settings: int) -> TicketPolicy:
    """Set how far tickets reach and how long new ones live. Raises: OnlyTheHub."""
    if not by.is_hub_manager:
        raise OnlyTheHub
    policy = TicketPolicy.objects.select_for_update(no_key=True).get(pk=1)
    before = {name: getattr(policy, name) for name in settings}
    for name, value in settings.items():
        setattr(policy, name, value)
    policy.save(update_fields=sorted(settings))
    record_act(
        verb="ticket_policy.changed",
        subject="ticket_policy:1",
        by=by,
        at=at,
        before=before,
        after=settings,
    )
    return policy
