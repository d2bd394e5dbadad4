"""The hub's settings for looking after delegates: as the services read them, and changing them."""

from datetime import datetime

from django.db import transaction

from cpd.models import DelegatePolicy
from hub_portal.shared.kept import kept_for_a_moment
from hub_portal.trail.services.acts import record_act
from schools.models import Person


@kept_for_a_moment
def delegate_policy() -> DelegatePolicy:
    """The one row of settings, made by a migration."""
    return DelegatePolicy.objects.get(pk=1)


@transaction.atomic
def change_delegate_policy(*, by: Person, at: datetime, **settings: int) -> DelegatePolicy:
    """Set when delegates are reminded and asked, and what is forgotten.

    Rules BK-2, BK-11 and BK-13.
    """
    policy = DelegatePolicy.objects.select_for_update(no_key=True).get(pk=1)
    before = {name: getattr(policy, name) for name in settings}
    for name, value in settings.items():
        setattr(policy, name, value)
    policy.save(update_fields=sorted(settings))
    record_act(
        verb="delegate_policy.changed",
        subject="delegate_policy:1",
        by=by,
        at=at,
        before=before,
        after=settings,
    )
    return policy
