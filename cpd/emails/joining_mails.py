"""The mails about joining details: a new version, and a reminder to read it. Rule BK-11.

One delivery per version and person. Neither says whether it was opened: the delegate does, on
the page of their place.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from cpd.emails.facts import course_facts
from cpd.models import Booking, JoiningDetails
from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from schools.models import Person

DETAILS_NEW = "cpd.joining"
DETAILS_REMINDED = "cpd.joining.reminder"


def details_are_new(
    *,
    version: JoiningDetails,
    readers: Sequence[tuple[Booking, Person, bool]],
    at: datetime,
) -> None:
    """Tell delegates what is new about getting there; their calendars follow.

    `readers` are a booking, the person to write to, and whether that is to be passed on.
    """
    facts = course_facts(version.cohort)
    put_all_in_outbox(
        [
            _letter(DETAILS_NEW, version, booking, facts, to=to, is_passed_on=is_passed_on)
            for booking, to, is_passed_on in readers
        ],
        at=at,
    )


def reminders(*, version: JoiningDetails, bookings: Iterable[Booking], at: datetime) -> None:
    """Remind delegates who have not said that they have read a version."""
    facts = course_facts(version.cohort)
    put_all_in_outbox(
        [
            _letter(DETAILS_REMINDED, version, booking, facts, to=booking.delegate)
            for booking in bookings
            if booking.delegate is not None
        ],
        at=at,
    )


def _letter(
    kind: str,
    version: JoiningDetails,
    booking: Booking,
    facts: dict[str, Any],
    *,
    to: Person,
    is_passed_on: bool = False,
) -> Letter:
    return letter_from(
        f"cpd/email/{_TEMPLATES[kind]}",
        {
            **facts,
            "version": version,
            "booking": booking,
            "name": booking.named_as,
            "person": to,
            "is_passed_on": is_passed_on,
        },
        dedupe_key=f"{kind}:{version.pk}:person:{booking.delegate_id}",
        kind=kind,
        to=to.email or "",
        recipient=to,
        about=f"joining:{booking.pk}:{booking.delegate_id}:{version.pk}",
        reply_to=version.saved_by.email or "",
    )


_TEMPLATES = {DETAILS_NEW: "joining", DETAILS_REMINDED: "joining_reminder"}
