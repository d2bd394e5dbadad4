"""What the sender asks about mails of joining details: still the newest, still to be read?"""

from collections.abc import Sequence

from cpd.choices import CohortStatus
from cpd.emails import joining_mails
from cpd.models import Booking, JoiningDetails, JoiningRead
from cpd.services.mail_kinds import entry_for_delegate
from hub_portal.mail.services.kinds import MadeAttachment, register_mail_kind
from hub_portal.shared.london import now


def register_joining_mails() -> None:
    """Tell the outbox about these mails; called once, when the app is ready."""
    register_mail_kind(
        joining_mails.DETAILS_NEW, is_still_true=still_count, make_attachments=entry_that_follows
    )
    register_mail_kind(joining_mails.DETAILS_REMINDED, is_still_true=still_to_be_read)


def still_count(about: str) -> bool:
    """While no newer version is there, the place is this delegate's, and the course is on."""
    booking_id, person_id, version_id = _ids(about)
    held = Booking.objects.booked().filter(
        pk=booking_id,
        delegate=person_id,
        cohort__status=CohortStatus.OFFERED,
        cohort__ends_at__gt=now(),
    )
    return held.exists() and JoiningDetails.objects.newest().filter(pk=version_id).exists()


def still_to_be_read(about: str) -> bool:
    """Not once the delegate has said that they have read it."""
    _, person_id, version_id = _ids(about)
    has_read = JoiningRead.objects.filter(version=version_id, person=person_id)
    return still_count(about) and not has_read.exists()


def entry_that_follows(about: str) -> Sequence[MadeAttachment]:
    """The delegate's calendar entry, in which the joining details stand too."""
    return entry_for_delegate(f"booking:{_ids(about)[0]}")


def _ids(about: str) -> tuple[int, int, int]:
    """Of "joining:345:12:7": booking, delegate and version."""
    _, booking_id, person_id, version_id = about.split(":")
    return int(booking_id), int(person_id), int(version_id)
