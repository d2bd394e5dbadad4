"""What the sender asks about a booking mail: is it still true, and which calendar entry.

A calendar entry keeps its UID for ever and its sequence only rises, so it updates and
cancels itself in every calendar. Rule BK-11.
"""

from collections.abc import Sequence

from django.conf import settings

from cpd import emails
from cpd.choices import HOLDS_A_PLACE
from cpd.models import Booking, BookingRequest, Cohort, Substitution
from hub_portal.mail.services.kinds import MadeAttachment, register_mail_kind
from hub_portal.shared.calendar_entries import CalendarEntry, CalendarSession, Method
from hub_portal.shared.context import hub_identity
from hub_portal.shared.wording import in_a_row
from schools.models import Person


def register_mail_kinds() -> None:
    """Tell the outbox about the mails of this app; called once, when the app is ready."""
    for kind in (emails.BOOKED, emails.CHANGED):
        register_mail_kind(kind, is_still_true=still_booked, make_attachments=entry_for_delegate)
    register_mail_kind(emails.CANCELLED, make_attachments=entry_for_delegate)
    register_mail_kind(emails.REPLACED, make_attachments=entry_taken_back)
    for kind in (emails.BOOKED_BOOKER, emails.CHANGED_BOOKER):
        register_mail_kind(
            kind, is_still_true=request_still_stands, make_attachments=entry_for_booker
        )
    for kind in (emails.CANCELLED_BOOKER, emails.REPLACED_BOOKER):
        register_mail_kind(kind, make_attachments=entry_for_booker)


def still_booked(about: str) -> bool:
    """A confirmation of a place given up since is not sent any more."""
    return Booking.objects.live().filter(pk=_id(about)).exists()


def request_still_stands(about: str) -> bool:
    return Booking.objects.live().filter(request=_id(about)).exists()


def entry_for_delegate(about: str) -> Sequence[MadeAttachment]:
    """The delegate's entry as the booking is now: booked, moved or cancelled."""
    booking = Booking.objects.select_related("cohort__programme", "delegate").get(pk=_id(about))
    method = Method.REQUEST if booking.status in HOLDS_A_PLACE else Method.CANCEL
    return [_attached(_entry(booking, booking.delegate, booking.named_as, method))]


def entry_taken_back(about: str) -> Sequence[MadeAttachment]:
    """The entry of a delegate who gave the place to another, as a cancellation."""
    substitution = Substitution.objects.select_related(
        "booking__cohort__programme", "from_person"
    ).get(pk=_id(about))
    earlier, named_as = substitution.from_person, substitution.from_named_as
    return [_attached(_entry(substitution.booking, earlier, named_as, Method.CANCEL))]


def entry_for_booker(about: str) -> Sequence[MadeAttachment]:
    """The booker's own entry: who of the school is out, taking no time of the booker's."""
    request = BookingRequest.objects.select_related("cohort__programme").get(pk=_id(about))
    bookings = list(request.bookings.order_by("pk"))
    standing = [booking for booking in bookings if booking.status in HOLDS_A_PLACE]
    names = [booking.named_as or "a colleague to be named" for booking in standing]
    cohort = request.cohort
    entry = CalendarEntry(
        uid=_uid("request", request.pk),
        sequence=sum(booking.sequence for booking in bookings),
        method=Method.REQUEST if standing else Method.CANCEL,
        title=f"Out on a course: {in_a_row(names)}" if names else cohort.programme.title,
        description=f"{cohort.programme.title}. {_address_of(bookings[0])}",
        sessions=_sessions(cohort),
        organiser_name=hub_identity().name,
        organiser_email=hub_identity().email,
        takes_time=False,
    )
    return [_attached(entry)]


def _entry(booking: Booking, person: Person | None, named_as: str, method: Method) -> CalendarEntry:
    cohort = booking.cohort
    person_id = person.pk if person else 0
    details = cohort.joining_details.text if cohort.joining_details else ""
    return CalendarEntry(
        uid=_uid("booking", f"{booking.pk}-{person_id}"),
        sequence=booking.sequence,
        method=method,
        title=cohort.programme.title,
        description="\n\n".join(filter(None, [details, _address_of(booking)])),
        sessions=_sessions(cohort),
        organiser_name=hub_identity().name,
        organiser_email=hub_identity().email,
        attendee_name=named_as,
        attendee_email=(person.email or "") if person else "",
    )


def _sessions(cohort: Cohort) -> list[CalendarSession]:
    return [
        CalendarSession(
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=session.venue or cohort.venue,
        )
        for session in cohort.sessions.order_by("starts_at")
    ]


def _attached(entry: CalendarEntry) -> MadeAttachment:
    return MadeAttachment(
        name="course.ics",
        content_type=f"text/calendar; method={entry.method.value}",
        content=entry.as_bytes(),
    )


def _uid(kind: str, key: int | str) -> str:
    return f"{kind}-{key}@{settings.PORTAL_URL.partition('://')[2]}"


def _address_of(booking: Booking) -> str:
    return f"{settings.PORTAL_URL}/my/bookings/{booking.pk}/"


def _id(about: str) -> int:
    return int(about.partition(":")[2])
