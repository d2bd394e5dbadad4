"""What the hub manager does to the books by hand, each with a reason that is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from credits.choices import AccountKind, EntryKind
from credits.errors import InstalmentWasShared, NotAMember, NotEnoughCredits, SchoolHasTooFew
from credits.models import Instalment, JournalEntry
from credits.services.accounts import Holder
from credits.services.ledger import Move, NewEntry, post, reversal_of
from credits.services.reasons import given_reason
from hub_portal.shared.errors import Refused
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.models import Act
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School, SchoolYear


@retried
def adjust(
    *,
    key: str,
    school: School,
    year: SchoolYear,
    credits: int,
    reason: str,
    by: Person,
    at: datetime,
) -> JournalEntry:
    """Give a school credits from the reserve, or take some back into it. Rule CR-5.

    `credits` above zero are given, below zero taken; `key` is the page's, so that sending
    it twice adjusts once.

    Raises: ReasonNeeded; Refused for zero; NotAMember; SchoolHasTooFew; NotEnoughInPot.
    """
    why = given_reason(reason)
    if credits == 0:
        raise Refused("Nothing to adjust: enter a number of credits other than 0.")
    if credits > 0:
        _refuse_unless_a_member(school, at)
    reserve = Holder(None, year.pk, AccountKind.RESERVE)
    available = Holder(school.pk, year.pk, AccountKind.AVAILABLE)
    debit, credit = (reserve, available) if credits > 0 else (available, reserve)
    entry = NewEntry(
        key=f"adjustment:{key}",
        kind=EntryKind.ADJUSTMENT,
        about=f"school:{school.pk}",
        moves=(Move(debit, credit, abs(credits)),),
    )
    return _post_once(entry, verb="credits.adjusted", reason=why, school=school, by=by, at=at)


@retried
def move_between_schools(
    *,
    key: str,
    giving: School,
    receiving: School,
    year: SchoolYear,
    credits: int,
    agreed_by: Person,
    reason: str,
    by: Person,
    at: datetime,
) -> JournalEntry:
    """Move credits from one school to another, the giving school having agreed. Rule CR-9.

    Raises: ReasonNeeded; Refused for the same school or a number below one, or when the
    person who agreed does not act for the giving school; NotAMember; SchoolHasTooFew.
    """
    why = given_reason(reason)
    if giving == receiving:
        raise Refused("Choose two different schools.")
    if credits < 1:
        raise Refused("Enter how many credits to move, 1 or more.")
    if not School.objects.acted_for_by(agreed_by).filter(pk=giving.pk).exists():
        raise Refused(f"{agreed_by} does not act for {giving}, so cannot agree to this.")
    _refuse_unless_a_member(receiving, at)
    entry = NewEntry(
        key=f"transfer:{key}",
        kind=EntryKind.TRANSFER,
        about=f"school:{giving.pk}",
        memo={"agreed_by": agreed_by.pk, "to": receiving.pk},
        moves=(
            Move(
                Holder(giving.pk, year.pk, AccountKind.AVAILABLE),
                Holder(receiving.pk, year.pk, AccountKind.AVAILABLE),
                credits,
            ),
        ),
    )
    return _post_once(entry, verb="credits.moved", reason=why, school=giving, by=by, at=at)


@retried
def reverse_entry(*, entry: JournalEntry, reason: str, by: Person, at: datetime) -> JournalEntry:
    """Undo an entry of the hub's own, once. Rule CR-5.

    An allocation is undone by taking its run back; an instalment while it is not shared.

    Raises: ReasonNeeded; CannotBeReversed; InstalmentWasShared; SchoolHasTooFew;
    NotEnoughInPot.
    """
    why = given_reason(reason)
    if entry.kind == EntryKind.ALLOCATE:
        raise Refused("Take the allocation run back from its own page: it undoes the lines too.")
    with naming_the_school(), transaction.atomic():
        _refuse_a_shared_instalment(entry)
        [reversal] = post([reversal_of(entry)], by=by, at=at)
        record_act(
            verb="credits.reversed",
            subject=f"entry:{entry.pk}",
            by=by,
            at=at,
            reason=why,
            after={"entry": reversal.pk},
        )
    return reversal


def _refuse_unless_a_member(school: School, at: datetime) -> None:
    if not School.objects.members(london_date(at)).filter(pk=school.pk).exists():
        raise NotAMember(school=school.name)


def _refuse_a_shared_instalment(entry: JournalEntry) -> None:
    """An allocation locks the instalment first, so one of the two finds the other."""
    instalments = Instalment.objects.select_for_update(no_key=True).filter(entry=entry)
    for instalment in instalments:
        if instalment.runs.filter(taken_back_at__isnull=True).exists():
            raise InstalmentWasShared


def _post_once(
    new: NewEntry, *, verb: str, reason: str, school: School, by: Person, at: datetime
) -> JournalEntry:
    with naming_the_school(), transaction.atomic():
        [entry] = post([new], by=by, at=at)
        if not Act.objects.filter(verb=verb, subject=f"entry:{entry.pk}").exists():
            record_act(
                verb=verb,
                subject=f"entry:{entry.pk}",
                school=f"school:{school.pk}",
                by=by,
                at=at,
                reason=reason,
            )
    return entry


@contextmanager
def naming_the_school() -> Iterator[None]:
    """To a rep a shortage is their school's; to the hub manager it is some school's."""
    try:
        yield
    except NotEnoughCredits as short:
        if short.school_id is None:
            raise
        school = School.objects.get(pk=short.school_id)
        raise SchoolHasTooFew(
            school=school.name, available=short.available, needed=short.needed
        ) from None
