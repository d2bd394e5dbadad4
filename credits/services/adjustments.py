"""What the hub manager does to the books by hand, each with a reason that is kept."""

from datetime import datetime

from django.db import transaction

from credits.choices import AccountKind, EntryKind
from credits.errors import ReasonNeeded
from credits.models import JournalEntry
from credits.services.ledger import Holder, Move, NewEntry, post, reversal_of
from hub_portal.shared.errors import Refused
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School, SchoolYear


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

    Raises: ReasonNeeded, Refused for zero, NotEnoughCredits, NotEnoughInPot.
    """
    if not reason.strip():
        raise ReasonNeeded
    if credits == 0:
        raise Refused("Nothing to adjust: enter a number of credits other than 0.")
    reserve = Holder(None, year.pk, AccountKind.RESERVE)
    available = Holder(school.pk, year.pk, AccountKind.AVAILABLE)
    debit, credit = (reserve, available) if credits > 0 else (available, reserve)
    entry = NewEntry(
        key=f"adjustment:{key}",
        kind=EntryKind.ADJUSTMENT,
        about=f"school:{school.pk}",
        moves=(Move(debit, credit, abs(credits)),),
    )
    return _post_once(entry, verb="credits.adjusted", reason=reason, school=school, by=by, at=at)


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

    Raises: ReasonNeeded, Refused for the same school or a number below one, or when the
    person who agreed does not act for the giving school; NotEnoughCredits.
    """
    if not reason.strip():
        raise ReasonNeeded
    if giving == receiving:
        raise Refused("Choose two different schools.")
    if credits < 1:
        raise Refused("Enter how many credits to move, 1 or more.")
    if not School.objects.acted_for_by(agreed_by).filter(pk=giving.pk).exists():
        raise Refused(f"{agreed_by} does not act for {giving}, so cannot agree to this.")
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
    return _post_once(entry, verb="credits.moved", reason=reason, school=giving, by=by, at=at)


def reverse_entry(*, entry: JournalEntry, reason: str, by: Person, at: datetime) -> JournalEntry:
    """Undo an entry of the hub's own, once. Rule CR-5.

    An allocation is undone by taking its run back, an instalment while nothing is shared.

    Raises: ReasonNeeded, CannotBeReversed, NotEnoughCredits, NotEnoughInPot.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        locked = JournalEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        _refuse_a_run(locked)
        [reversal] = post([reversal_of(locked)], by=by, at=at)
        record_act(
            verb="credits.reversed",
            subject=f"entry:{entry.pk}",
            by=by,
            at=at,
            reason=reason.strip(),
            after={"entry": reversal.pk},
        )
    return reversal


def _refuse_a_run(entry: JournalEntry) -> None:
    if entry.kind == EntryKind.ALLOCATE:
        raise Refused("Take the allocation run back from its own page: it undoes the lines too.")


def _post_once(
    new: NewEntry, *, verb: str, reason: str, school: School, by: Person, at: datetime
) -> JournalEntry:
    with transaction.atomic():
        known = JournalEntry.objects.filter(key=new.key).exists()
        [entry] = post([new], by=by, at=at)
        if not known:
            record_act(
                verb=verb,
                subject=f"entry:{entry.pk}",
                school=f"school:{school.pk}",
                by=by,
                at=at,
                reason=reason.strip(),
            )
    return entry
