"""What the clock starts for the newsletter."""

from celery import shared_task

from hub_portal.shared.london import now
from newsletter.services import subscriptions


@shared_task(name="newsletter.forget_unconfirmed")
def forget_unconfirmed() -> None:
    """Delete addresses that were left a year ago and never confirmed. Rule NL-2."""
    subscriptions.forget_unconfirmed(at=now())
