"""The mails between a delegate, the school and the organiser: asking, apologies, messages.

One function per message. A person is named to their own school only.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cpd.emails.facts import course_facts
from cpd.models import Apology, AskedPlace, Booking, CohortMessage
from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from schools.models import Person

ASKED_FOR = "cpd.asked_for"
DECLINED = "cpd.declined"
APOLOGIES = "cpd.apologies"
COMING_AFTER_ALL = "cpd.coming_after_all"
MESSAGE = "cpd.message"


def place_asked_for(*, asked: AskedPlace, to: Person, at: datetime) -> None:
    """Tell the rep that a colleague asks for a place; the link opens the form filled in."""
    _send(
        ASKED_FOR,
        to,
        key=f"asked_place:{asked.pk}:asked",
        about=f"asked_place:{asked.pk}",
        at=at,
        context={**course_facts(asked.cohort), "asked": asked},
    )


def place_declined(*, asked: AskedPlace, at: datetime) -> None:
    """Tell a teacher that the school says no to the place asked for."""
    _send(
        DECLINED,
        asked.person,
        key=f"asked_place:{asked.pk}:declined",
        about=f"asked_place:{asked.pk}",
        at=at,
        context={**course_facts(asked.cohort), "asked": asked},
    )


def apologies_sent(*, apology: Apology, to: Person, at: datetime) -> None:
    """Tell the school that its delegate cannot come, and what it can do."""
    _tell_of_apologies(APOLOGIES, apology, to=to, at=at)


def apologies_taken_back(*, apology: Apology, to: Person, at: datetime) -> None:
    """Tell the school that its delegate can come after all."""
    _tell_of_apologies(COMING_AFTER_ALL, apology, to=to, at=at)


def message_to_delegates(
    *,
    message: CohortMessage,
    readers: Sequence[tuple[Booking, Person, bool]],
    at: datetime,
) -> None:
    """Send a message once to each delegate; replies go to whoever wrote it. Rule XX-6.

    `readers` are a booking, the person to write to, and whether that is to be passed on.
    """
    course = course_facts(message.cohort)
    letters = [
        _letter(
            MESSAGE,
            to,
            key=f"message:{message.pk}:booking:{booking.pk}:person:{to.pk}",
            about=f"message:{booking.pk}:{booking.delegate_id}",
            context={
                **course,
                "message": message,
                "name": booking.named_as,
                "is_passed_on": is_passed_on,
            },
            reply_to=message.sent_by.email or "",
        )
        for booking, to, is_passed_on in readers
    ]
    put_all_in_outbox(letters, at=at)


def _tell_of_apologies(kind: str, apology: Apology, *, to: Person, at: datetime) -> None:
    booking = apology.booking
    _send(
        kind,
        to,
        key=f"apology:{apology.pk}:{kind.rpartition('.')[2]}",
        about=f"apology:{apology.pk}",
        at=at,
        context={**course_facts(booking.cohort), "booking": booking},
    )


def _send(
    kind: str, to: Person, *, key: str, about: str, at: datetime, context: dict[str, Any]
) -> None:
    """Put one mail in the outbox; whoever has no address is not written to."""
    if to.email:
        put_all_in_outbox([_letter(kind, to, key=key, about=about, context=context)], at=at)


def _letter(
    kind: str, to: Person, *, key: str, about: str, context: dict[str, Any], reply_to: str = ""
) -> Letter:
    return letter_from(
        f"cpd/email/{kind.rpartition('.')[2]}",
        {**context, "person": to},
        dedupe_key=key,
        kind=kind,
        to=to.email or "",
        recipient=to,
        about=about,
        reply_to=reply_to,
    )
