"""What of mail is due, as the clock asks each minute."""

from datetime import datetime, time

from hub_portal.clock.services.due import Due, daily, register_due
from hub_portal.mail.services import bounce_mailbox

BODIES_ARE_EMPTIED_FROM = time(3, 15)


def register() -> None:
    """Tell the clock; called when the app is ready."""
    register_due("mail.send_due", _wake_the_sender)
    register_due("mail.read_bounces", _read_the_mailbox)
    register_due("mail.empty_old_bodies", daily("mail.empty_old_bodies", BODIES_ARE_EMPTIED_FROM))


def _wake_the_sender(_at: datetime) -> list[Due]:
    """Each minute, rung or not: what a lost ring left waiting goes now, and its pulse shows."""
    return [Due(None, "mail.send_due")]


def _read_the_mailbox(at: datetime) -> list[Due]:
    """Every five minutes, where there is one; reading it twice does no harm."""
    return [Due(None, "mail.read_bounces")] if bounce_mailbox.is_to_be_read(at=at) else []
