"""Papers of a course: the sheet to sign at the door, the badges, the list of delegates. BK-10."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse

from cpd.models import Booking, Cohort, Session
from cpd.services.delegate_lists import delegates_of
from cpd.services.door_codes import address_of, places_with_codes
from cpd.services.registers import register_of
from hub_portal.shared.pdf import render_pdf
from hub_portal.shared.wording import day

SPARE_LINES = 3
"""Empty lines on a sheet, for whoever walks in."""


def sign_in_sheet(*, session: Session, at: datetime) -> bytes:
    """A4: every delegate by name with a line to sign on, and a few lines to spare."""
    programme = session.cohort.programme
    context = {
        "session": session,
        "cohort": session.cohort,
        "programme": programme,
        "register": register_of(session=session, at=at),
        "spare": range(SPARE_LINES),
    }
    title = f"Register: {programme.title}, {day(session.starts_at)}"
    return render_pdf("cpd/pdf/register.html", context, title=title)


def delegate_list(*, cohort: Cohort, at: datetime) -> bytes:
    """A4: everybody who has a place, by school."""
    context = {
        "cohort": cohort,
        "programme": cohort.programme,
        "sessions": list(cohort.sessions.order_by("starts_at")),
        "delegates": delegates_of(cohort),
        "at": at,
    }
    title = f"Delegates: {cohort.programme.title}"
    return render_pdf("cpd/pdf/delegates.html", context, title=title)


@dataclass(frozen=True)
class Badge:
    """One badge: a delegate's place, and the address its QR code holds; '' without a name."""

    booking: Booking
    address: str


def delegate_badges(*, cohort: Cohort) -> bytes:
    """A4, eight to a page: name, school and QR code of everybody who has a place. Rule BK-10.

    A place whose delegate is to be named has a badge to write on, and no code.

    Raises: DocumentTooLong.
    """
    ours = places_with_codes().filter(cohort=cohort)
    addresses = {place.pk: address_of(place) for place in ours if place.delegate_id}
    context = {
        "programme": cohort.programme,
        "badges": [
            Badge(booking, addresses.get(booking.pk, "")) for booking in delegates_of(cohort)
        ],
    }
    title = f"Badges: {cohort.programme.title}"
    return render_pdf("cpd/pdf/badges.html", context, title=title)


def as_file(content: bytes, *, name: str) -> HttpResponse:
    """A PDF to take away, kept by nobody on the way."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.pdf"',
            "Cache-Control": "no-store, private",
        },
    )
