"""Writing once to everybody on a course: looked at first, then recorded and sent. Rule XX-6."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpd.emails import delegate_mails
from cpd.errors import NobodyToWriteTo
from cpd.models import Booking, Cohort, CohortMessage
from cpd.services.organising import organises
from cpd.services.voices import whom_to_tell
from hub_portal.shared.errors import NotAllowed
from hub_portal.shared.insert_new import insert_new
from hub_portal.trail.services.acts import record_act
from schools.models import Person


@dataclass(frozen=True)
class Reader:
    """A delegate, and through whom they are written to when they have no address. Rule PE-3."""

    booking: Booking
    to: Person

    @property
    def is_passed_on(self) -> bool:
        return self.to.pk != self.booking.delegate_id


def letters_to(cohort: Cohort) -> list[tuple[Booking, Person, bool]]:
    """The same as the writers of mails take it: place, address, and whether it is passed on."""
    return [(reader.booking, reader.to, reader.is_passed_on) for reader in readers_of(cohort)]


def readers_of(cohort: Cohort) -> list[Reader]:
    """Everybody on the course by name, and the address it goes to; no address is no mail.

    Whoever waits for the headteacher's approval has heard of no place yet (Rule BK-5).
    """
    named = Booking.objects.filter(cohort=cohort, delegate__isnull=False).on_the_register()
    readers = []
    for booking in named.select_related("delegate", "school", "booked_by").order_by("pk"):
        delegate = booking.delegate
        to = delegate if delegate is not None and delegate.email else whom_to_tell(booking)
        if to.email:
            readers.append(Reader(booking=booking, to=to))
    return readers


@transaction.atomic
def write_to_delegates(
    *, cohort: Cohort, key: str, subject: str, words: str, by: Person, at: datetime
) -> CohortMessage:
    """Send one message to every delegate of a cohort, and keep that it was sent. Rule XX-6.

    Sent twice with the same key it is sent once.

    Raises: NotAllowed, NobodyToWriteTo.
    """
    if not organises(person=by, cohort=cohort):
        raise NotAllowed("Only the organiser of a course writes to its delegates.")
    readers = letters_to(cohort)
    if not readers:
        raise NobodyToWriteTo
    message = CohortMessage(
        key=key,
        cohort=cohort,
        subject=subject,
        words=words,
        sent_by=by,
        sent_at=at,
        readers=len(readers),
    )
    if not insert_new([message], key="key"):
        return CohortMessage.objects.get(key=key, cohort=cohort, sent_by=by)
    record_act(
        verb="cohort.message",
        subject=f"cohort:{cohort.pk}",
        by=by,
        at=at,
        after={"message": message.pk, "readers": len(readers)},
    )
    delegate_mails.message_to_delegates(message=message, readers=readers, at=at)
    return message


def messages_of(cohort: Cohort) -> Sequence[CohortMessage]:
    """What was written to the delegates before, the latest first."""
    sent = CohortMessage.objects.filter(cohort=cohort).select_related("sent_by")
    return list(sent.order_by("-sent_at", "-pk"))
