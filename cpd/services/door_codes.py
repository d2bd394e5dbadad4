"""The code a delegate shows at the door: an opaque token that does nothing by itself. Rule BK-10.

It is derived from the place and how often the place changed hands, so nothing of it is stored and
whoever takes a place over has another. What is drawn is an address of the portal, so that an
ordinary camera finds a page that says whom to show it to; scanners read the token out of it.
"""

import re
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from cpd.choices import BookingStatus, CohortStatus, Format
from cpd.errors import CodeHasChangedHands, UnknownCode
from cpd.models import Booking
from hub_portal.shared.links import register_purpose, row_behind, sign, verify

CHECK_IN = register_purpose("check-in")
VERSION = "handovers"
LONGEST_CODE = 300
"""Characters: an address with a token in it, and room for somebody else's code."""

TOKEN = re.compile(r"(?:.*/check-in/)?([0-9]{1,12}\.[A-Za-z0-9_-]{32})/?")
REFERENCE = re.compile(r"B[ -]?([0-9]{1,12})", re.IGNORECASE)


def token_of(booking: Booking) -> str:
    """What the organiser's device reads. `booking` comes `with_handovers`."""
    return sign(CHECK_IN, booking.pk, getattr(booking, VERSION))


def address_of(booking: Booking) -> str:
    """What the delegate's QR code says: the token, in an address of the portal."""
    return f"{settings.PORTAL_URL}{reverse('cpd:code_link', args=[token_of(booking)])}"


def code_to_show(booking: Booking, *, at: datetime) -> str:
    """The address in the QR code of a place to come; '' where nobody stands at a door."""
    cohort = booking.cohort
    to_come = cohort.ends_at is not None and at < cohort.ends_at
    stands = booking.status == BookingStatus.BOOKED and cohort.status == CohortStatus.OFFERED
    if not (to_come and stands and booking.delegate_id) or cohort.format == Format.ONLINE:
        return ""
    return address_of(places_with_codes().get(pk=booking.pk))


def places_with_codes() -> QuerySet[Booking]:
    """Every place, with the version its code has now."""
    places: QuerySet[Booking] = Booking.objects.with_handovers()
    return places.select_related("cohort__programme", "school")


def place_behind(code: str, *, cohort_id: int) -> Booking:
    """The place a code is for: of any course by its token, of this one by its reference.

    Raises: UnknownCode; CodeHasChangedHands for the code of whoever had the place before.
    """
    code = code.strip()
    if len(code) > LONGEST_CODE:
        raise UnknownCode
    if reference := REFERENCE.fullmatch(code):
        named = places_with_codes().filter(pk=int(reference[1]), cohort=cohort_id).first()
        if named is None:
            raise UnknownCode
        return named
    token = TOKEN.fullmatch(code)
    if token is None:
        raise UnknownCode
    return _place_of(token[1])


def _place_of(token: str) -> Booking:
    place = row_behind(token, purpose=CHECK_IN, rows=places_with_codes(), version_field=VERSION)
    if place is not None:
        return place
    id = int(token.partition(".")[0])
    once = places_with_codes().filter(pk=id).first()
    if once is not None and any(
        verify(token, purpose=CHECK_IN, id=id, version=version)
        for version in range(getattr(once, VERSION))
    ):
        raise CodeHasChangedHands(reference=once.reference)
    raise UnknownCode
