"""What the sender asks about mails to delegates and reps: are they still true?"""

from datetime import date

from cpd.choices import CohortStatus
from cpd.emails import delegate_mails, reminder_mails
from cpd.models import Apology, AskedPlace, Booking, Needs
from hub_portal.mail.services.kinds import register_mail_kind
from hub_portal.shared.london import end_of_day, now, start_of_day


def register_delegate_mail_kinds() -> None:
    """Tell the outbox about these mails; called once, when the app is ready."""
    register_mail_kind(delegate_mails.ASKED_FOR, is_still_true=still_asked_for)
    register_mail_kind(delegate_mails.APOLOGIES, is_still_true=still_cannot_come)
    register_mail_kind(delegate_mails.MESSAGE, is_still_true=still_on_the_course)
    register_mail_kind(reminder_mails.SOME_DAYS_BEFORE, is_still_true=still_to_be_reminded)
    register_mail_kind(reminder_mails.DAY_BEFORE, is_still_true=still_to_be_reminded)
    register_mail_kind(reminder_mails.NAMES_WANTED, is_still_true=still_to_be_named)
    register_mail_kind(reminder_mails.NEEDS_ASKED, is_still_true=still_to_be_said)


def still_asked_for(about: str) -> bool:
    """Not once it was taken back, declined or booked."""
    return AskedPlace.objects.waiting(now()).filter(pk=_id(about)).exists()


def still_cannot_come(about: str) -> bool:
    """Not once it was taken back, or the place is somebody else's."""
    return Apology.objects.standing().filter(pk=_id(about)).exists()


def still_on_the_course(about: str) -> bool:
    """While the place is this delegate's."""
    _, booking_id, person_id = about.split(":")
    held = Booking.objects.on_the_register()
    return held.filter(pk=booking_id, delegate=person_id).exists()


def still_to_be_reminded(about: str) -> bool:
    """While the place is this delegate's, the course is on, and it meets on that day to come."""
    _, booking_id, person_id, on = about.split(":")
    day = date.fromisoformat(on)
    return (
        Booking.objects.booked()
        .filter(
            pk=booking_id,
            delegate=person_id,
            cohort__status=CohortStatus.OFFERED,
            cohort__sessions__starts_at__gte=max(start_of_day(day), now()),
            cohort__sessions__starts_at__lt=end_of_day(day),
        )
        .exists()
    )


def still_to_be_named(about: str) -> bool:
    """While the school has a place on the cohort without a name, and it has not begun."""
    _, cohort_id, school_id = about.split(":")
    return (
        Booking.objects.booked()
        .filter(
            cohort=cohort_id,
            school=school_id,
            delegate__isnull=True,
            cohort__starts_at__gt=now(),
        )
        .exists()
    )


def still_to_be_said(about: str) -> bool:
    """While the link works, nothing was said, and the place is that person's."""
    needs = Needs.objects.open_by_link(now()).filter(pk=_id(about), said_at__isnull=True).first()
    live = Booking.objects.live()
    return needs is not None and live.filter(cohort=needs.cohort, delegate=needs.person).exists()


def _id(about: str) -> int:
    return int(about.partition(":")[2])
