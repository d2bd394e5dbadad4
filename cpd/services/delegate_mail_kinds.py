"""What the sender asks about the mails between a delegate and the school: are they still true?"""

from cpd import delegate_emails
from cpd.models import Apology, AskedPlace
from hub_portal.mail.services.kinds import register_mail_kind
from hub_portal.shared.london import now


def register_delegate_mail_kinds() -> None:
    """Tell the outbox about these mails; called once, when the app is ready."""
    register_mail_kind(delegate_emails.ASKED_FOR, is_still_true=still_asked_for)
    register_mail_kind(delegate_emails.APOLOGIES, is_still_true=still_cannot_come)


def still_asked_for(about: str) -> bool:
    """Not once it was taken back, declined or booked."""
    return AskedPlace.objects.waiting(now()).filter(pk=_id(about)).exists()


def still_cannot_come(about: str) -> bool:
    """Not once it was taken back, or the place is somebody else's."""
    return Apology.objects.standing().filter(pk=_id(about)).exists()


def _id(about: str) -> int:
    return int(about.partition(":")[2])
