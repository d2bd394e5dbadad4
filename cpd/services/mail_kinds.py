"""What the sender asks about a booking mail: is it still true, and which calendar entry.

A calendar entry keeps its UID for ever and its sequence only rises, so it updates and
cancels itself in every calendar. A file has one method only: dates that were called off while
others stay go along as a second file. Rule BK-11.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from cpd.choices import HOLDS_A_PLACE
from cpd.emails import afterwards_mails, booking_mails, waiting_mails
from cpd.models import Booking, BookingRequest, Cohort, Offer, Session, Substitution, WaitingEntry
from cpd.services.certificate_papers import certificate_attached
from cpd.services.certificates import is_still_valid
from cpd.services.evaluations import is_still_to_answer
from cpd.services.places import places_of
from hub_portal.mail.services.kinds import MadeAttachment, register_mail_kind
from hub_portal.shared.calendar_entries import CalendarEntry, CalendarSession, Method
from hub_portal.shared.context import hub_identity
from hub_portal.shared.wording import in_a_row
from schools.models import Person


def register_mail_kinds() -> None:
    """Tell the outbox about the mails of this app; called once, when the app is ready."""
    for kind in (booking_mails.BOOKED, booking_mails.CHANGED, afterwards_mails.WALKED_IN):
        register_mail_kind(kind, is_still_true=still_booked, make_attachments=entry_for_delegate)
    register_mail_kind(afterwards_mails.EVALUATION_ASKED, is_still_true=is_still_to_answer)
    register_mail_kind(
        afterwards_mails.CERTIFICATE,
        is_still_true=is_still_valid,
        make_attachments=certificate_attached,
    )
    register_mail_kind(booking_mails.CANCELLED, make_attachments=entry_for_delegate)
    register_mail_kind(
        booking_mails.REPLACED, is_still_true=place_is_anothers, make_attachments=entry_taken_back
    )
    register_mail_kind(
        booking_mails.BOOKED_BOOKER,
        is_still_true=request_still_stands,
        make_attachments=entry_for_booker,
    )
    register_mail_kind(
        booking_mails.CHANGED_BOOKER,
        is_still_true=request_still_stands,
        make_attachments=changed_entry_for_booker,
    )
    register_mail_kind(waiting_mails.OFFER, is_still_true=offer_is_live)
    register_mail_kind(waiting_mails.LATE_CALL, is_still_true=places_are_free)
    for kind in (booking_mails.CANCELLED_BOOKER, booking_mails.REPLACED_BOOKER):
        register_mail_kind(kind, make_attachments=entry_for_booker)


def still_booked(about: str) -> bool:
    """Nothing is sent of a place given up since, nor to a delegate who gave it to another."""
    booking_id, person_id = _ids(about)
    live = Booking.objects.live().filter(pk=booking_id)
    return (live.filter(delegate=person_id) if person_id else live).exists()


def place_is_anothers(about: str) -> bool:
    """Somebody who has the place again by now keeps it in the calendar."""
    substitution = Substitution.objects.select_related("booking").get(pk=_id(about))
    return substitution.booking.delegate_id != substitution.from_person_id


def request_still_stands(about: str) -> bool:
    return Booking.objects.live().filter(request=_id(about)).exists()


def offer_is_live(about: str) -> bool:
    """An offer answered before its mail went needs no mail."""
    return Offer.objects.live().filter(pk=_id(about)).exists()


def places_are_free(about: str) -> bool:
    """A late call is true while the school waits and a place is left."""
    entry = WaitingEntry.objects.waiting().select_related("cohort").filter(pk=_id(about)).first()
    return entry is not None and places_of(entry.cohort).left > 0


def entry_for_delegate(about: str) -> Sequence[MadeAttachment]:
    """The delegate's entry as the booking is now: booked, moved or cancelled."""
    booking = Booking.objects.select_related("cohort__programme", "delegate").get(pk=_id(about))
    method = Method.REQUEST if booking.status in HOLDS_A_PLACE else Method.CANCEL
    entry = calendar_entry(booking, booking.delegate, booking.named_as, method)
    since = _had_by(booking, booking.delegate_id)
    return _files(entry, called_off=_called_off(booking.cohort, since=since))


def entry_taken_back(about: str) -> Sequence[MadeAttachment]:
    """The entry of a delegate who gave the place to another, as a cancellation."""
    substitution = Substitution.objects.select_related(
        "booking__cohort__programme", "from_person"
    ).get(pk=_id(about))
    booking, earlier = substitution.booking, substitution.from_person
    entry = calendar_entry(booking, earlier, substitution.from_named_as, Method.CANCEL)
    since = _had_by(booking, earlier.pk if earlier else None)
    return _files(entry, called_off=_called_off(booking.cohort, since=since))


def entry_for_booker(about: str) -> Sequence[MadeAttachment]:
    """The booker's own entry: who of the school is out, taking no time of the booker's."""
    return _for_booker(about, tells_of_called_off=False)


def changed_entry_for_booker(about: str) -> Sequence[MadeAttachment]:
    """The booker's own entry after dates have changed, with those that were called off."""
    return _for_booker(about, tells_of_called_off=True)


def _for_booker(about: str, *, tells_of_called_off: bool) -> Sequence[MadeAttachment]:
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
        sessions=_sessions(cohort, _dates_of(cohort)),
        organiser_name=hub_identity().name,
        organiser_email=hub_identity().email,
        takes_time=False,
    )
    tells = tells_of_called_off or entry.method is Method.CANCEL
    called_off = _called_off(cohort, since=request.made_at) if tells else []
    return _files(entry, called_off=called_off)


def entry_of_place(booking: Booking) -> CalendarEntry:
    """The entry of a place as its delegate's calendar holds it."""
    return calendar_entry(booking, booking.delegate, booking.named_as, Method.REQUEST)


def uid_of_request(request_id: int) -> str:
    """What a booker's calendar knows the entry of one request by."""
    return _uid("request", request_id)


def calendar_entry(
    booking: Booking, person: Person | None, named_as: str, method: Method
) -> CalendarEntry:
    """What a delegate's calendar is to hold of a place, or to let go."""
    cohort = booking.cohort
    person_id = person.pk if person else 0
    details = cohort.joining_details.text if cohort.joining_details else ""
    return CalendarEntry(
        uid=_uid("booking", f"{booking.pk}-{person_id}"),
        sequence=booking.sequence,
        method=method,
        title=cohort.programme.title,
        description="\n\n".join(filter(None, [details, _address_for(person, booking)])),
        sessions=_sessions(cohort, _dates_of(cohort)),
        organiser_name=hub_identity().name,
        organiser_email=hub_identity().email,
        attendee_name=named_as,
        attendee_email=(person.email or "") if person else "",
    )


def _dates_of(cohort: Cohort) -> list[Session]:
    """In order; a feed of many courses has read them beforehand."""
    return sorted(cohort.sessions.all(), key=lambda session: session.starts_at)


def _sessions(cohort: Cohort, sessions: Iterable[Session]) -> list[CalendarSession]:
    return [
        CalendarSession(
            key=str(session.pk),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=session.venue or cohort.venue,
        )
        for session in sessions
    ]


def _called_off(cohort: Cohort, *, since: datetime) -> list[CalendarSession]:
    """Dates a calendar may still hold, of somebody who has had them since then."""
    gone = Session.with_called_off.filter(cohort=cohort, called_off_at__gte=since)
    return _sessions(cohort, gone.order_by("starts_at", "pk"))


def _had_by(booking: Booking, person_id: int | None) -> datetime:
    """Since when somebody has had the place in the calendar: the first time, if there are more."""
    substitutions = booking.substitutions.order_by("made_at", "pk")
    changes = list(substitutions.values_list("from_person", "to_person", "made_at"))
    if not changes or changes[0][0] == person_id:
        return booking.booked_at
    return next((at for _, to, at in changes if to == person_id), booking.booked_at)


def _files(
    entry: CalendarEntry, *, called_off: Sequence[CalendarSession]
) -> Sequence[MadeAttachment]:
    """The entry, and what is to be taken out while the rest stays."""
    if entry.method is Method.CANCEL:
        return [_attached(replace(entry, sessions=[*entry.sessions, *called_off]))]
    files = [_attached(entry)]
    if called_off:
        taken_out = replace(entry, method=Method.CANCEL, sessions=called_off)
        files.append(_attached(taken_out, name=booking_mails.CALLED_OFF_FILE))
    return files


def _attached(entry: CalendarEntry, *, name: str = "course.ics") -> MadeAttachment:
    return MadeAttachment(
        name=name,
        content_type=f"text/calendar; method={entry.method.value}",
        content=entry.as_bytes(),
    )


def _uid(kind: str, key: int | str) -> str:
    return f"{kind}-{key}@{settings.PORTAL_URL.partition('://')[2]}"


def _address_for(person: Person | None, booking: Booking) -> str:
    """The page of a place as its reader may open it: the delegate's own, or the school's."""
    if person is not None and person.email:
        return f"{settings.PORTAL_URL}/me/bookings/{booking.pk}/"
    return _address_of(booking)


def _address_of(booking: Booking) -> str:
    if booking.is_of_a_guest:
        return f"{settings.PORTAL_URL}/me/bookings/{booking.pk}/"
    if booking.school_id is None:
        return f"{settings.PORTAL_URL}/ticket/"
    return f"{settings.PORTAL_URL}/my/bookings/{booking.pk}/"


def _id(about: str) -> int:
    return _ids(about)[0]


def _ids(about: str) -> tuple[int, int | None]:
    """Of "booking:345:12": the booking, and the delegate the mail was written to, if it says."""
    key, _, person_id = about.partition(":")[2].partition(":")
    return int(key), int(person_id) if person_id else None
