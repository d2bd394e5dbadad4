"""What the clock starts for the newsletter."""

from datetime import datetime

from celery import shared_task

from hub_portal.shared.london import now
from newsletter.models import Issue
from newsletter.services import clock, subscriptions
from schools.models import Person


@shared_task(name="newsletter.draft")
def draft(slot_at: str) -> None:
    """Draft the issue of a slot. Rule NL-1."""
    by = Person.objects.portal()
    clock.draft_what_is_due(slot_at=datetime.fromisoformat(slot_at), by=by, at=now())


@shared_task(name="newsletter.remind")
def remind(issue_id: int, when: str) -> None:
    """Point out an issue that nobody has approved. Rule NL-1."""
    for issue in Issue.objects.filter(pk=issue_id):
        clock.remind_of(issue=issue, when=when, at=now())


@shared_task(name="newsletter.send_due")
def send_due() -> None:
    """Send the approved issues whose time has come. Rule NL-1."""
    clock.send_what_is_due(by=Person.objects.portal(), at=now())


@shared_task(name="newsletter.close")
def close() -> None:
    """Call sent what is through, and missed what is too late. Rule NL-1."""
    clock.close_what_is_over(by=Person.objects.portal(), at=now())


@shared_task(name="newsletter.forget_unconfirmed")
def forget_unconfirmed() -> None:
    """Delete addresses that were left a year ago and never confirmed. Rule NL-2."""
    subscriptions.forget_unconfirmed(at=now())
