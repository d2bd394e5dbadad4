"""What the clock and the doorbell start."""

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down

from hub_portal.mail.services import bounce_mailbox, retention, sender, stopping
from hub_portal.shared.london import now

# the worker's own signals, not Django's: the only way to hear that it is to end
worker_init.connect(stopping.may_go_on)
worker_shutting_down.connect(stopping.ask_to_stop)


@shared_task(name="mail.send_due")
def send_due() -> None:
    """Send what is due."""
    sender.send_due()


@shared_task(name="mail.empty_old_bodies")
def empty_old_bodies() -> None:
    """Empty the words of mails that are old enough."""
    retention.empty_old_bodies(at=now())


@shared_task(name="mail.read_bounces")
def read_bounces() -> None:
    """Read the mailbox that bounces come back to."""
    bounce_mailbox.read_bounces(at=now())
