"""Who has read the joining details of a cohort, and reminding who has not. Rule BK-11.

"Read" is what a delegate said, signed in, on the page of their own place, by a press of a button.
A mail that is opened or a page that is fetched says nothing about anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cpd.choices import CohortStatus
from cpd.emails import joining_mails
from cpd.errors import CourseIsOver, DetailsHaveChanged, NobodyToRemind, NotYourPlace
from cpd.models import Booking, Cohort, JoiningDetails, JoiningRead, JoiningReminder
from cpd.services.joining import newest_of, versions_of
from cpd.services.moving import lock_cohort
from cpd.services.organising import organises
from hub_portal.shared.errors import NotAllowed
from hub_portal.shared.exports import Column
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person


@dataclass(frozen=True)
class Reader:
    """A delegate beside one version: when they have read it, and when they were reminded."""

    booking: Booking
    read_at: datetime | None
    reminded_at: datetime | None

    @property
    def can_sign_in(self) -> bool:
        """Whoever has no address has no page either: it reaches them through the school. PE-3."""
        return bool(self.booking.delegate and self.booking.delegate.email)

    @property
    def may_be_reminded(self) -> bool:
        return self.can_sign_in and self.read_at is None and self.reminded_at is None

    @property
    def in_words(self) -> str:
        """Where it stands, in a word or two."""
        if self.read_at is not None:
            return "Has read it"
        return "Has not said so" if self.can_sign_in else "Through the school"


@dataclass(frozen=True)
class ReadBy:
    """One version with the delegates who have a place now."""

    version: JoiningDetails
    readers: Sequence[Reader]

    @property
    def read(self) -> Sequence[Reader]:
        return [each for each in self.readers if each.read_at is not None]

    @property
    def not_yet(self) -> Sequence[Reader]:
        return [each for each in self.readers if each.read_at is None and each.can_sign_in]

    @property
    def through_the_school(self) -> Sequence[Reader]:
        return [each for each in self.readers if each.read_at is None and not each.can_sign_in]

    @property
    def to_remind(self) -> Sequence[Reader]:
        return [each for each in self.readers if each.may_be_reminded]


READERS: tuple[Column[Reader], ...] = (
    Column("Delegate", lambda reader: reader.booking.named_as),
    Column("School", lambda reader: reader.booking.school_in_words),
    Column("Reference", lambda reader: reader.booking.reference),
    Column("Joining details", lambda reader: reader.in_words),
    Column("Read", lambda reader: reader.read_at),
    Column("Reminded", lambda reader: reader.reminded_at),
)
"""What the list of who has read a version shows, a column each."""


def read_by(version: JoiningDetails) -> ReadBy:
    """Every delegate of the cohort, by school and name, beside one version."""
    return _beside([version], version.cohort)[0]


def versions_read_by(cohort: Cohort) -> list[ReadBy]:
    """Every version of a cohort, the newest first, with who has read it; four queries."""
    return _beside(versions_of(cohort), cohort)


def read_in_words(cohort: Cohort) -> str:
    """“Version 2, read by 5 of 12”; nothing while there are no joining details."""
    newest = newest_of(cohort)
    if newest is None:
        return ""
    shown = read_by(newest)
    return f"Version {newest.number}, read by {len(shown.read)} of {len(shown.readers)}"


def read_at_by(*, version: JoiningDetails, person: Person) -> datetime | None:
    """When somebody said that they have read a version."""
    found = JoiningRead.objects.filter(version=version, person=person)
    return found.values_list("read_at", flat=True).first()


@transaction.atomic
def say_read(*, booking_id: int, number: int, by: Person, at: datetime) -> None:
    """Keep that a delegate has read the joining details of their own place. Rule BK-11.

    `number` is the version their page showed. Said twice, it counts once.

    Raises: NotYourPlace, DetailsHaveChanged when another version counts by now.
    """
    booking = Booking.objects.booked().filter(pk=booking_id, delegate=by).first()
    if booking is None:
        raise NotYourPlace
    newest = newest_of(booking.cohort)
    if newest is None or newest.number != number:
        raise DetailsHaveChanged
    JoiningRead.objects.get_or_create(version=newest, person=by, defaults={"read_at": at})


@retried
def remind_of_details(*, version: JoiningDetails, by: Person, at: datetime) -> int:
    """Remind who has not said that they have read the version that counts. Rule BK-11.

    Each delegate is reminded of a version once; how many were.

    Raises: NotAllowed, CourseIsOver, DetailsHaveChanged, NobodyToRemind.
    """
    with transaction.atomic():
        cohort = lock_cohort(version.cohort_id)
        if not organises(person=by, cohort=cohort):
            raise NotAllowed("Only the organiser of a course reminds its delegates.")
        if cohort.status != CohortStatus.OFFERED:
            raise CourseIsOver
        if newest_of(cohort) != version:
            raise DetailsHaveChanged
        to_remind = read_by(version).to_remind
        if not to_remind:
            raise NobodyToRemind
        JoiningReminder.objects.bulk_create(
            JoiningReminder(version=version, person=each.booking.delegate, sent_by=by, sent_at=at)
            for each in to_remind
        )
        record_act(
            verb="cohort.joining_reminded",
            subject=f"cohort:{cohort.pk}",
            by=by,
            at=at,
            after={"version": version.number, "reminded": len(to_remind)},
        )
        bookings = [each.booking for each in to_remind]
        joining_mails.reminders(version=version, bookings=bookings, at=at)
    return len(to_remind)


def record_readers_taken(*, version: JoiningDetails, form: str, by: Person, at: datetime) -> None:
    """Write down that the list of who has read what was taken away. Rule XX-1."""
    record_act(
        verb="joining_readers.exported",
        subject=f"cohort:{version.cohort_id}",
        by=by,
        at=at,
        after={"format": form, "version": version.number},
    )


def _beside(versions: Sequence[JoiningDetails], cohort: Cohort) -> list[ReadBy]:
    """Versions of one cohort beside its delegates, read together."""
    named = Booking.objects.filter(cohort=cohort, delegate__isnull=False).on_the_register()
    bookings = sorted(
        named.select_related("delegate", "school"),
        key=lambda b: (b.school_in_words, b.named_as.casefold(), b.pk),
    )
    of_these = {"version__in": versions}
    read = _moments(JoiningRead.objects.filter(**of_these), "read_at")
    reminded = _moments(JoiningReminder.objects.filter(**of_these), "sent_at")
    return [
        ReadBy(
            version,
            [
                Reader(
                    booking,
                    read.get((version.pk, booking.delegate_id)),
                    reminded.get((version.pk, booking.delegate_id)),
                )
                for booking in bookings
            ],
        )
        for version in versions
    ]


def _moments(rows: QuerySet[Any], when: str) -> dict[tuple[int, int | None], datetime]:
    found = rows.values_list("version", "person", when)
    return {(version, person): at for version, person, at in found}
