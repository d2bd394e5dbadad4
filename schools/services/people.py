"""The people the hub knows, and the addresses they are known by. Rules PE-1 to PE-3.

A person's main address is on the person; allauth's `EmailAddress` rows, which also hold the
further addresses a person has proved by a code, are kept in step with it here and nowhere else.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, F, Q, QuerySet

from hub_portal.shared.errors import BadInput
from hub_portal.shared.plain_text import LONGEST_NAME, clean_line
from hub_portal.shared.prepared import prepared
from hub_portal.trail.services.acts import record_act
from schools.choices import StaffRole
from schools.errors import OnlyTheHub, ReasonNeeded, RecordHasGone, SharedMailbox
from schools.models import Invitation, Person, School
from schools.services.feeds import end_feeds_of


def clean_address(email: str | None) -> str | None:
    """The address as it is kept: lower case, or None when there is none."""
    return (email or "").strip().lower() or None


def valid_address(email: str) -> str:
    """An address that a person may be known by. Raises: BadInput, SharedMailbox (Rule PE-2)."""
    address = clean_address(email) or ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadInput("Give an email address, like name@school.org.") from error
    if is_shared_mailbox(address):
        raise SharedMailbox(email=address)
    return address


def is_shared_mailbox(email: str) -> bool:
    """Whether a school receives its own mail at this address. Rule PE-2."""
    return School.objects.filter(
        Q(office_email__iexact=email) | Q(finance_email__iexact=email)
    ).exists()


def person_with_address(email: str | None) -> Person | None:
    """Whoever has this as main address, or has proved it as a further one. Rule PE-2."""
    address = clean_address(email)
    if address is None:
        return None
    proved = EmailAddress.objects.filter(email=address, verified=True).values("user")
    people: QuerySet[Person] = Person.objects.filter(Q(email=address) | Q(pk__in=proved))
    return people.order_by("pk").first()


def add_person(*, full_name: str, email: str | None, by: Person, at: datetime) -> Person:
    """Make a person known to the hub, or find the one who has the address already.

    Of two calls at once with one address, both get the same person. Without an address
    (Rule PE-3) a new person is made each time.

    Raises: BadInput without a name or for what is no address; SharedMailbox (Rule PE-2).
    """
    name = clean_name(full_name)
    address = valid_address(email) if clean_address(email) and email else None
    known = person_with_address(address)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _insert(full_name=name, address=address, by=by, at=at)
    except IntegrityError:
        added_meanwhile = person_with_address(address)
        if added_meanwhile is None:
            raise
        return added_meanwhile


def hold_records(person_ids: Iterable[int | None]) -> None:
    """Lock the records of people somebody writes rows for, until these are written. Rule PE-5.

    Merging two records takes the same locks: it finds what was written before, and what comes
    after is refused. They come last among the rows that are locked, before the books.

    Raises: RecordHasGone.
    """
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return
    asked = {f"person_{number}": pk for number, pk in enumerate(wanted)}
    if any(_held_records(len(asked))(**asked)):
        raise RecordHasGone


@lru_cache(maxsize=16)
def _held_records(number: int) -> Callable[..., list[int | None]]:
    """Locks so many people in the order of their keys; says into whom each was merged."""
    asked: dict[str, Any] = {f"person_{each}": BigIntegerField() for each in range(number)}

    @prepared(**asked)
    def records(**people: Any) -> "QuerySet[Any]":
        theirs = reduce(or_, (Q(pk=pk) for pk in people.values()))
        held = Person.objects.select_for_update(no_key=True).filter(theirs).order_by("pk")
        return held.values_list("merged_into", flat=True)

    return records


def clean_name(full_name: str) -> str:
    """A name as it is kept, on one line. Raises: BadInput."""
    name = clean_line(full_name)
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(f"Give the person’s name, in at most {LONGEST_NAME} characters.")
    return name


def _insert(*, full_name: str, address: str | None, by: Person, at: datetime) -> Person:
    person = Person(full_name=full_name, email=address)
    person.set_unusable_password()
    person.save(force_insert=True)
    if address:
        EmailAddress.objects.create(user=person, email=address, primary=True, verified=False)
    record_act(verb="person.added", subject=f"person:{person.pk}", by=by, at=at)
    return person


def end_sessions(*, person: Person) -> None:
    """Sign the person out everywhere; it takes effect at the next request. Rule PE-4."""
    Person.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)


@transaction.atomic
def rename_person(*, person: Person, full_name: str, reason: str, by: Person, at: datetime) -> None:
    """Correct how a person's name is written. Raises: OnlyTheHub, ReasonNeeded, BadInput."""
    require_hub_manager(by, reason=reason)
    person.full_name = clean_name(full_name)
    person.save(update_fields=["full_name"])
    record_act(
        verb="person.renamed", subject=f"person:{person.pk}", by=by, at=at, reason=reason.strip()
    )


@transaction.atomic
def set_staff_role(
    *, person: Person, staff_role: str, reason: str, by: Person, at: datetime
) -> None:
    """Make somebody hub manager or finance officer, or end that; all their sessions end.

    Raises: OnlyTheHub, ReasonNeeded.
    """
    require_hub_manager(by, reason=reason)
    before = person.staff_role
    person.staff_role = StaffRole(staff_role) if staff_role else ""
    person.save(update_fields=["staff_role"])
    end_sessions(person=person)
    record_act(
        verb="person.staff_role",
        subject=f"person:{person.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
        before={"staff_role": before},
        after={"staff_role": person.staff_role},
    )


@transaction.atomic
def set_may_sign_in(
    *, person: Person, may_sign_in: bool, reason: str, by: Person, at: datetime
) -> None:
    """Stop a person from signing in, or let them again; their sessions end at once.

    Raises: OnlyTheHub, ReasonNeeded.
    """
    require_hub_manager(by, reason=reason)
    person.is_active = may_sign_in
    person.save(update_fields=["is_active"])
    if not may_sign_in:
        void_invitations(Invitation.objects.filter(appointment__person=person), at=at)
        end_feeds_of(person)
    end_sessions(person=person)
    record_act(
        verb="person.let_in" if may_sign_in else "person.shut_out",
        subject=f"person:{person.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
    )


@transaction.atomic
def note_people_export(*, by: Person, at: datetime) -> None:
    """Keep that the list of everybody was taken away. Rule XX-1. Raises: OnlyTheHub."""
    require_hub_manager(by, reason="export")
    record_act(verb="people.exported", subject="people", by=by, at=at)


def require_hub_manager(by: Person, *, reason: str) -> None:
    """Raises: OnlyTheHub; ReasonNeeded when nothing is said. The portal itself is the console."""
    if not (by.is_hub_manager or by.is_portal):
        raise OnlyTheHub
    if not reason.strip():
        raise ReasonNeeded


def refuse_unless_hub(by: Person) -> None:
    """Raises: OnlyTheHub."""
    if not by.is_hub_manager:
        raise OnlyTheHub


def void_invitations(invitations: QuerySet[Invitation], *, at: datetime) -> None:
    """End invitations that are still open. Rule PE-4."""
    invitations.filter(accepted_at__isnull=True, voided_at__isnull=True).update(voided_at=at)
