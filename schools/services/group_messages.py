"""The hub writes once to a group of its schools' people: looked at, sent, recorded. Rule XX-6.

These are mails of the hub to those who speak for its members, not the newsletter: unsubscribing
from that one ends only that one (Rule NL-3). They go like any mail to many: after all other mail,
held up by a gate closed for these, and to no address that takes none.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from hub_portal.mail.models import Suppression
from hub_portal.mail.services.many import freeze_body, put_in_outbox_for_many
from hub_portal.mail.services.outbox import put_in_outbox
from hub_portal.mail.services.outcome_words import mail_in_words, with_outcome
from hub_portal.shared.exports import Column
from hub_portal.shared.insert_new import insert_new
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.choices import Group, NotWritten, Role
from schools.emails import GROUP_MESSAGE, GROUP_MESSAGE_TEST, group_message
from schools.errors import NobodyInTheGroup
from schools.models import Appointment, GroupMessage, GroupMessageReader, Person, School
from schools.services.people import refuse_unless_hub


@dataclass(frozen=True)
class Receiver:
    """Somebody a message is for at a school; nobody holds the post where `person` is None."""

    school: School
    person: Person | None
    stands_in: bool = False
    left_out: str = ""

    @property
    def in_words(self) -> str:
        """Who it is, or why nobody is written to there."""
        why = NotWritten(self.left_out).label if self.left_out else ""
        return why or ("headteacher, for want of a rep" if self.stands_in else "")


def receivers_of(group: Group, *, on: date) -> list[Receiver]:
    """Everybody a message to the group would be for on this day, school by school.

    One mail for each person, whatever schools they speak for. Without a rep the headteacher
    stands in (Rule SC-5).
    """
    members = School.objects.members(on)
    posts = Appointment.objects.live().filter(
        school__in=members, role__in=(Role.REP, Role.HEADTEACHER)
    )
    held: dict[tuple[int, str], list[Person]] = defaultdict(list)
    for post in posts.select_related("person").order_by("from_on", "pk"):
        held[post.school_id, post.role].append(post.person)
    suppressed = set(Suppression.objects.in_force().values_list("address", flat=True))
    written: set[int] = set()
    receivers = []
    for school in members.order_by("name", "pk"):
        reps = held[school.pk, Role.REP] if group == Group.REPS else []
        people = reps or held[school.pk, Role.HEADTEACHER]
        if not people:
            receivers.append(Receiver(school, None, left_out=NotWritten.NOBODY))
        for person in people:
            left_out = _why_not(person, written, suppressed)
            stands_in = group == Group.REPS and not reps
            receivers.append(Receiver(school, person, stands_in, left_out))
            if not left_out:
                written.add(person.pk)
    return receivers


def schools_not_reached(receivers: Iterable[Receiver]) -> int:
    """How many schools nobody of reads it: a person with several schools reads it for all."""
    receivers = list(receivers)
    reached = {each.school for each in receivers if each.left_out in ("", NotWritten.HAD_IT)}
    return len({each.school for each in receivers} - reached)


@transaction.atomic
def write_to_group(
    *, group: Group, key: str, subject: str, words: str, by: Person, at: datetime
) -> GroupMessage:
    """Send one message to everybody of a group, and keep to whom. Rule XX-6.

    Sent twice with the same key it is sent once.

    Raises: OnlyTheHub, NobodyInTheGroup.
    """
    refuse_unless_hub(by)
    receivers = receivers_of(group, on=london_date(at))
    mails = [receiver for receiver in receivers if not receiver.left_out]
    if not mails:
        raise NobodyInTheGroup
    mail = group_message(group=group, subject=subject, words=words, by=by)
    message = GroupMessage(
        key=key,
        group=group,
        subject=subject,
        words=words,
        body=freeze_body(html=mail.html, text=mail.text),
        sent_by=by,
        sent_at=at,
        mails=len(mails),
    )
    if not insert_new([message], key="key"):
        message.body.delete()
        return GroupMessage.objects.get(key=key, sent_by=by)
    GroupMessageReader.objects.bulk_create(_rows(message, receivers))
    record_act(
        verb="group.message",
        subject=f"group_message:{message.pk}",
        by=by,
        at=at,
        after={"group": group, "mails": len(mails), "left_out": len(receivers) - len(mails)},
    )
    put_in_outbox_for_many(
        body=message.body,
        kind=GROUP_MESSAGE,
        subject=mail.subject,
        headers={},
        reply_to=by.email or "",
        to_whom=_as_deliveries(message),
        at=at,
    )
    return message


@transaction.atomic
def send_test(*, group: Group, subject: str, words: str, by: Person, at: datetime) -> bool:
    """Send a message as it stands to the hub manager alone, as often as they like.

    False for somebody without an address. Raises: OnlyTheHub.
    """
    refuse_unless_hub(by)
    if not by.email:
        return False
    mail = group_message(group=group, subject=subject, words=words, by=by)
    put_in_outbox(
        at=at,
        dedupe_key=f"group_message_test:{secrets.token_hex(12)}",
        kind=GROUP_MESSAGE_TEST,
        to=by.email,
        recipient=by,
        subject=f"Test: {mail.subject}",
        text=mail.text,
        html=mail.html,
        about=f"person:{by.pk}",
    )
    record_act(verb="group.message_tested", subject=f"person:{by.pk}", by=by, at=at)
    return True


# ---- Afterwards ---------------------------------------------------------------------------------


def who_got_it(message: GroupMessage) -> "QuerySet[GroupMessageReader]":
    """Everybody a message was for, by school, each with what became of the mail."""
    rows = message.readers.select_related("school", "person")
    return with_outcome(rows).order_by("school__name", "school", "pk")


def outcome_in_words(row: Any) -> str:
    """What became of one reader: “sent”, “failed: …”, “not written to: no address on record”."""
    if row.left_out == NotWritten.HAD_IT:
        return str(NotWritten.HAD_IT.label)
    return f"not written to: {row.get_left_out_display()}" if row.left_out else mail_in_words(row)


COLUMNS: tuple[Column[Any], ...] = (
    Column("School", lambda row: row.school.name),
    Column("Name", lambda row: row.person.full_name if row.person else ""),
    Column("Stands in for the rep", lambda row: row.stands_in),
    Column("Outcome", outcome_in_words),
    Column("When", lambda row: row.mail_finished_at),
)


def note_report_taken(*, message: GroupMessage, form: str, by: Person, at: datetime) -> None:
    """Keep that the list of readers was taken away. Rule XX-1. Raises: OnlyTheHub."""
    refuse_unless_hub(by)
    subject = f"group_message:{message.pk}"
    record_act(verb="readers.exported", subject=subject, by=by, at=at, after={"format": form})


def _why_not(person: Person, written: set[int], suppressed: set[str]) -> str:
    if not person.email:
        return NotWritten.NO_ADDRESS
    if person.email in suppressed:
        return NotWritten.SUPPRESSED
    return NotWritten.HAD_IT if person.pk in written else ""


def _rows(message: GroupMessage, receivers: Iterable[Receiver]) -> Iterable[GroupMessageReader]:
    for number, receiver in enumerate(receivers):
        person_id = receiver.person.pk if receiver.person else None
        key = f"group_message:{message.pk}:person:{person_id}"
        yield GroupMessageReader(
            message=message,
            key=f"group_message:{message.pk}:not:{number}" if receiver.left_out else key,
            school=receiver.school,
            person_id=person_id,
            stands_in=receiver.stands_in,
            left_out=receiver.left_out,
        )


def _as_deliveries(message: GroupMessage) -> "QuerySet[Any, Any]":
    about = Concat(
        Value("group_message:"), Cast("message_id", CharField()), output_field=CharField()
    )
    return message.readers.filter(left_out="").values(
        dedupe_key=F("key"), to=F("person__email"), recipient_id=F("person_id"), about=about
    )
