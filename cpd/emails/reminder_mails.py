"""The mails that go by the clock: reminders, names asked for, and the rep's Monday digest.

Rule BK-11. None says "tomorrow": a mail server that was down would make it untrue.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from cpd.choices import Format
from cpd.emails.facts import course_facts
from cpd.models import Booking, Cohort, Needs
from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.shared.links import placeholder, register_purpose
from schools.models import Person, School

if TYPE_CHECKING:
    from cpd.services.digests import Digest

SOME_DAYS_BEFORE = "cpd.reminder.first"
DAY_BEFORE = "cpd.reminder.day"
NAMES_WANTED = "cpd.names_wanted"
DIGEST = "cpd.digest"
NEEDS_ASKED = "cpd.needs_asked"

NEEDS = register_purpose("needs")


def reminders(
    kind: str,
    *,
    bookings: Sequence[Booking],
    cohort: Cohort,
    on: date,
    starts_at: datetime,
    pass_on_to: Mapping[int, Person],
    at: datetime,
) -> int:
    """Remind the delegates of one day of a course; how many mails are new.

    A delegate without an address is reminded through their school (Rule PE-3): `pass_on_to`
    says through whom, by booking.
    """
    at_a_door = kind == DAY_BEFORE and cohort.format != Format.ONLINE
    facts = {**course_facts(cohort), "on": on, "is_at_a_door": at_a_door}
    letters = []
    for booking in bookings:
        delegate = booking.delegate
        to = delegate if delegate is not None and delegate.email else pass_on_to[booking.pk]
        if to.email:
            is_passed_on = to.pk != booking.delegate_id
            letters.append(
                _letter(
                    kind,
                    "cpd/email/reminder",
                    to=to,
                    key=f"booking:{booking.pk}:{kind.rpartition('.')[2]}:{on}:{booking.delegate_id}",
                    about=f"reminder:{booking.pk}:{booking.delegate_id}:{on}",
                    expires_at=starts_at,
                    context={**facts, **_place(booking), "is_passed_on": is_passed_on},
                )
            )
    return len(put_all_in_outbox(letters, at=at))


def names_wanted(
    *,
    bookings: Sequence[Booking],
    cohort: Cohort,
    school: School,
    to: Person,
    key: str,
    until: datetime,
    at: datetime,
) -> int:
    """Ask a school who is coming on the places it has booked; how many mails are new."""
    if not to.email:
        return 0
    letter = _letter(
        NAMES_WANTED,
        "cpd/email/names_wanted",
        to=to,
        key=f"cohort:{cohort.pk}:school:{school.pk}:names:{key}",
        about=f"names:{cohort.pk}:{school.pk}",
        expires_at=until,
        context={**course_facts(cohort), "bookings": bookings, "school": school},
    )
    return len(put_all_in_outbox([letter], at=at))


def needs_asked(*, needs: Needs, at: datetime) -> int:
    """Ask a delegate, and nobody else, what they need on a course; how many mails are new.

    The link is for the delegate alone and is filled in by the sender. Rule BK-13.
    """
    cohort = needs.cohort
    if cohort is None or cohort.starts_at is None:
        return 0
    letter = _letter(
        NEEDS_ASKED,
        "cpd/email/needs_asked",
        to=needs.person,
        key=f"needs:{needs.pk}:asked",
        about=f"needs:{needs.pk}",
        expires_at=cohort.starts_at,
        context={
            **course_facts(cohort),
            "link": placeholder(NEEDS, needs.pk, needs.link_version),
        },
    )
    return len(put_all_in_outbox([letter], at=at))


def digest(*, digest: "Digest", to: Person, until: datetime, at: datetime) -> int:
    """The rep's one digest of a week; how many mails are new."""
    letter = _letter(
        DIGEST,
        "cpd/email/digest",
        to=to,
        key=f"digest:{digest.monday}:school:{digest.school.pk}",
        about=f"school:{digest.school.pk}",
        expires_at=until,
        context={"digest": digest},
    )
    return len(put_all_in_outbox([letter], at=at))


def _place(booking: Booking) -> dict[str, Any]:
    """A place, under the name its school knows the delegate by."""
    return {"booking": booking, "name": booking.named_as}


def _letter(
    kind: str,
    template: str,
    *,
    to: Person,
    key: str,
    about: str,
    expires_at: datetime,
    context: dict[str, Any],
) -> Letter:
    return letter_from(
        template,
        {**context, "person": to},
        dedupe_key=key,
        kind=kind,
        to=to.email or "",
        recipient=to,
        about=about,
        expires_at=expires_at,
    )
