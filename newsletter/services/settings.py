"""The newsletter's settings: one row, changed by the hub manager."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hub_portal.trail.services.acts import record_act
from newsletter.models import Newsletter
from newsletter.rules import Rhythm
from schools.models import Person

THE_ONE = 1


def the_newsletter() -> Newsletter:
    """The newsletter as it is set now."""
    return Newsletter.objects.get_or_create(pk=THE_ONE)[0]


def rhythm_of(newsletter: Newsletter) -> Rhythm:
    """When its issues draft themselves, go, and are too late. Rule NL-1."""
    return Rhythm(
        weekday=newsletter.weekday,
        hour=newsletter.hour,
        drafted_days_before=newsletter.drafted_days_before,
        grace=timedelta(hours=newsletter.grace_hours),
    )


def change_newsletter(*, by: Person, at: datetime, **settings: Any) -> Newsletter:
    """Change when the newsletter goes and what stands under it; issues drafted keep their time."""
    with transaction.atomic():
        newsletter = the_newsletter()
        before = {name: str(getattr(newsletter, name)) for name in settings}
        for name, value in settings.items():
            setattr(newsletter, name, value)
        newsletter.save(update_fields=[*settings])
        after = {name: str(getattr(newsletter, name)) for name in settings}
        changed = sorted(name for name in settings if before[name] != after[name])
        record_act(
            verb="newsletter.changed",
            subject="newsletter:1",
            by=by,
            at=at,
            before={name: before[name] for name in changed if name != "sign_off"},
            after={name: after[name] for name in changed if name != "sign_off"},
        )
    return newsletter
