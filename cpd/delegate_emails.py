"""The mails between a delegate and the school: a place asked for, and apologies.

One function per message. A person is named to their own school only.
"""

from datetime import datetime
from typing import Any

from cpd.models import Apology, AskedPlace, Cohort
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.mail.services.rendering import render_mail
from schools.models import Person

ASKED_FOR = "cpd.asked_for"
DECLINED = "cpd.declined"
APOLOGIES = "cpd.apologies"
COMING_AFTER_ALL = "cpd.coming_after_all"


def place_asked_for(*, asked: AskedPlace, to: Person, at: datetime) -> None:
    """Tell the rep that a colleague asks for a place; the link opens the form filled in."""
    _send(
        ASKED_FOR,
        to,
        key=f"asked_place:{asked.pk}:asked",
        about=f"asked_place:{asked.pk}",
        at=at,
        context={**_course(asked.cohort), "asked": asked},
    )


def place_declined(*, asked: AskedPlace, at: datetime) -> None:
    """Tell a teacher that the school says no to the place asked for."""
    _send(
        DECLINED,
        asked.person,
        key=f"asked_place:{asked.pk}:declined",
        about=f"asked_place:{asked.pk}",
        at=at,
        context={**_course(asked.cohort), "asked": asked},
    )


def apologies_sent(*, apology: Apology, to: Person, at: datetime) -> None:
    """Tell the school that its delegate cannot come, and what it can do."""
    _tell_of_apologies(APOLOGIES, apology, to=to, at=at)


def apologies_taken_back(*, apology: Apology, to: Person, at: datetime) -> None:
    """Tell the school that its delegate can come after all."""
    _tell_of_apologies(COMING_AFTER_ALL, apology, to=to, at=at)


def _tell_of_apologies(kind: str, apology: Apology, *, to: Person, at: datetime) -> None:
    booking = apology.booking
    _send(
        kind,
        to,
        key=f"apology:{apology.pk}:{kind.rpartition('.')[2]}",
        about=f"apology:{apology.pk}",
        at=at,
        context={**_course(booking.cohort), "booking": booking},
    )


def _course(cohort: Cohort) -> dict[str, Any]:
    """What `cpd/email/_course` says of a course."""
    sessions = list(cohort.sessions.order_by("starts_at"))
    return {"cohort": cohort, "programme": cohort.programme, "sessions": sessions}


def _send(
    kind: str, to: Person, *, key: str, about: str, at: datetime, context: dict[str, Any]
) -> None:
    """Put one mail in the outbox; whoever has no address is not written to."""
    if not to.email:
        return
    rendered = render_mail(f"cpd/email/{kind.rpartition('.')[2]}", {**context, "person": to})
    letter = Letter(
        dedupe_key=key,
        kind=kind,
        to=to.email,
        recipient=to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        about=about,
    )
    put_all_in_outbox([letter], at=at)
