"""The mails of a Fabulinus Ticket. Rules FT-1, FT-2 and FT-4.

A ticket's code stands in no body: the sender puts it where the placeholder is, and makes the PDF
anew at each send (security, part 3). `about` is the ticket with its version, so that a mail of
an earlier code is no longer true.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cpd.emails.facts import course_facts
from cpd.models import Booking, FabulinusTicket
from hub_portal.mail.choices import Priority
from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.shared.links import placeholder, register_purpose
from hub_portal.shared.london import london_date
from schools.choices import Role
from schools.models import Person, School
from schools.services.posts import holders
from schools.services.staff import colleague_names

TICKET = register_purpose("ticket")

ISSUED = "cpd.ticket.issued"
REMINDER = "cpd.ticket.reminder"
EXTENDED = "cpd.ticket.extended"
LIVES_AGAIN = "cpd.ticket.lives_again"
REDEEMED = "cpd.ticket.redeemed"
GIVEN_BACK = "cpd.ticket.given_back"
TOLD = "cpd.ticket.told"
TOLD_NO_LONGER = "cpd.ticket.told_no_longer"
MOVED = "cpd.ticket.moved"
WITHDRAWN = "cpd.ticket.withdrawn"
CODE = "cpd.ticket.code"
GUESSES = "cpd.ticket.guesses"

CODE_IN_THE_BODY = "%%code%%"  # filled by the sender from what is sealed


def ticket_issued(*, ticket: FabulinusTicket, at: datetime) -> None:
    """Email a ticket: its link, its code, and a PDF to print. Rule FT-1."""
    key = f"ticket:{ticket.pk}:issued:{ticket.version}:{at.isoformat()}"
    _put([_to_holder(ISSUED, "ticket_issued", ticket, key=key)], at)


def ticket_reminder(*, ticket: FabulinusTicket, key: str, at: datetime) -> bool:
    """Remind of a ticket that waits, once for each key; whether this one is new. Rule FT-4."""
    letter = _to_holder(
        REMINDER,
        "ticket_reminder",
        ticket,
        key=f"ticket:{ticket.pk}:reminder:{key}",
        days_left=(ticket.last_on - london_date(at)).days,
    )
    return bool(_put([letter], at))


def ticket_extended(*, ticket: FabulinusTicket, at: datetime) -> None:
    """Tell the holder that the ticket lives longer. Rule FT-4."""
    key = f"ticket:{ticket.pk}:extended:{ticket.last_on.isoformat()}"
    _put([_to_holder(EXTENDED, "ticket_extended", ticket, key=key)], at)


def ticket_lives_again(*, ticket: FabulinusTicket, booking: Booking, at: datetime) -> None:
    """Tell the holder that the hub lets a used ticket live again. Rule FT-4."""
    key = f"ticket:{ticket.pk}:lives_again:{booking.pk}"
    _put([_to_holder(LIVES_AGAIN, "ticket_lives_again", ticket, key=key, booking=booking)], at)


def ticket_moved(*, ticket: FabulinusTicket, old: str, at: datetime) -> None:
    """Tell the old address that the ticket goes elsewhere and its code is dead. Rule FT-1."""
    key = f"ticket:{ticket.pk}:moved:{ticket.version}"
    letter = _letter(MOVED, "ticket_moved", to=old, key=key, about=_about(ticket), ticket=ticket)
    _put([letter], at)


def ticket_withdrawn(*, ticket: FabulinusTicket, at: datetime) -> None:
    """Tell the holder that the hub has withdrawn the ticket. Rule FT-4."""
    key = f"ticket:{ticket.pk}:withdrawn"
    _put([_to_holder(WITHDRAWN, "ticket_withdrawn", ticket, key=key)], at)


def ticket_redeemed(
    *, ticket: FabulinusTicket, booking: Booking, release_until: date | None, at: datetime
) -> None:
    """Confirm the place to the holder, and tell rep and headteacher (cover!). Rule FT-2.

    `release_until` is the last day on which the place comes back with the ticket alive.
    """
    letter = _to_holder(
        REDEEMED,
        "ticket_redeemed",
        ticket,
        key=f"booking:{booking.pk}:ticket_redeemed",
        about=f"booking:{booking.pk}",
        release_until=release_until,
        **_facts(booking),
    )
    told = _to_the_schools(TOLD, "ticket_told", booking, at=at, release_until=release_until)
    _put([letter, *told], at)


def dates_have_changed(*, booking: Booking, release_until: date | None, at: datetime) -> None:
    """Tell rep and headteacher of new dates: they arrange the cover. Rule FT-2."""
    letters = _to_the_schools(
        TOLD, "ticket_told", booking, at=at, has_changed=True, release_until=release_until
    )
    _put(letters, at)


def place_given_back(*, ticket: FabulinusTicket, booking: Booking, at: datetime) -> None:
    """Confirm to the holder, and to the school, that the place is given back. Rule FT-4."""
    _tell_of_return(ticket, booking, "holder", at=at)


def place_not_released(
    *, ticket: FabulinusTicket, booking: Booking, school: School, at: datetime
) -> None:
    """Tell the holder that the school cannot release them; the ticket lives. Rule FT-2."""
    _tell_of_return(ticket, booking, "school", at=at, school=school)


def course_called_off(*, ticket: FabulinusTicket, booking: Booking, at: datetime) -> None:
    """Tell the holder that the hub has called the course off; the ticket lives. Rule BK-6."""
    _tell_of_return(ticket, booking, "hub", at=at)


def code_for_holder(*, ticket: FabulinusTicket, code: str, minutes: int, at: datetime) -> None:
    """A code that proves the holder; useless once it has expired, so it is not sent then."""
    letter = _letter(
        CODE,
        "ticket_code",
        to=ticket.email,
        key=f"ticket-code:{secrets.token_hex(12)}",
        about=f"ticket:{ticket.pk}",
        priority=Priority.SIGN_IN,
        sealed={"code": code},
        expires_at=at + timedelta(minutes=minutes),
        code=CODE_IN_THE_BODY,
        minutes=minutes,
    )
    _put([letter], at)


def somebody_guesses(*, wrong_codes: int, at: datetime) -> None:
    """Tell the hub managers, once a day, that somebody tries codes of tickets. Rule FT-3."""
    managers = Person.objects.hub_managers().exclude(email=None).order_by("pk")
    letters = [
        _letter(
            GUESSES,
            "ticket_guesses",
            to=manager.email or "",
            recipient=manager,
            key=f"ticket-guesses:{london_date(at).isoformat()}:{manager.pk}",
            about="tickets",
            wrong_codes=wrong_codes,
        )
        for manager in managers
    ]
    _put(letters, at)


def schools_of(booking: Booking, *, at: datetime) -> list[School]:
    """The member schools where the holder has a post today. Rule FT-2."""
    members = School.objects.members(london_date(at))
    posts = booking.delegate.appointments.live() if booking.delegate else None
    return list(members.filter(pk__in=posts.values("school")).order_by("pk")) if posts else []


def _tell_of_return(
    ticket: FabulinusTicket, booking: Booking, given_back_by: str, *, at: datetime, **more: Any
) -> None:
    letter = _to_holder(
        GIVEN_BACK,
        "ticket_given_back",
        ticket,
        key=f"booking:{booking.pk}:ticket_given_back",
        about=f"booking:{booking.pk}",
        given_back_by=given_back_by,
        lives=ticket.redeemed_by_id is None,
        **_facts(booking),
        **more,
    )
    told = _to_the_schools(
        TOLD_NO_LONGER, "ticket_told_no_longer", booking, at=at, given_back_by=given_back_by
    )
    _put([letter, *told], at)


def _to_the_schools(
    kind: str, template: str, booking: Booking, *, at: datetime, **more: Any
) -> list[Letter]:
    """One mail each to rep and headteacher of the holder's schools, but not to the holder."""
    letters = []
    for school in schools_of(booking, at=at):
        heads = holders(school=school, role=Role.HEADTEACHER)
        readers = {person.pk: person for person in [*holders(school=school, role=Role.REP), *heads]}
        readers.pop(booking.delegate_id or 0, None)
        name = colleague_names(school=school)[booking.delegate_id or 0]
        letters += [
            _letter(
                kind,
                template,
                to=reader.email,
                recipient=reader,
                key=f"booking:{booking.pk}:{template}:{booking.sequence}:{school.pk}:{reader.pk}",
                about=f"booking:{booking.pk}",
                person=reader,
                name=name,
                school=school,
                **_facts(booking),
                **more,
            )
            for reader in readers.values()
            if reader.email
        ]
    return letters


def _to_holder(
    kind: str, template: str, ticket: FabulinusTicket, *, key: str, about: str = "", **more: Any
) -> Letter:
    return _letter(
        kind,
        template,
        to=ticket.email,
        recipient=ticket.person,
        key=key,
        about=about or _about(ticket),
        person=ticket.person,
        ticket=ticket,
        ticket_code=placeholder(TICKET, ticket.pk, ticket.version),
        **more,
    )


def _letter(
    kind: str,
    template: str,
    *,
    to: str,
    key: str,
    about: str,
    recipient: Person | None = None,
    priority: int = Priority.ORDINARY,
    sealed: dict[str, str] | None = None,
    expires_at: datetime | None = None,
    **context: Any,
) -> Letter:
    return letter_from(
        f"cpd/email/{template}",
        context,
        dedupe_key=key,
        kind=kind,
        priority=priority,
        to=to,
        recipient=recipient,
        about=about,
        sealed=sealed or {},
        expires_at=expires_at,
    )


def _about(ticket: FabulinusTicket) -> str:
    return f"ticket:{ticket.pk}:{ticket.version}"


def _facts(booking: Booking) -> dict[str, Any]:
    return {**course_facts(booking.cohort), "booking": booking}


def _put(letters: Sequence[Letter], at: datetime) -> int:
    return len(put_all_in_outbox(letters, at=at))
