"""Committing a school's credits, settling them, and giving them back. Rule CR-7.

These build entries; the caller posts them with `ledger.post`, once per transaction.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from credits.choices import AccountKind, EntryKind
from credits.services.accounts import Holder, lock_accounts
from credits.services.ledger import Move, NewEntry
from schools.models import School, SchoolYear


def commitment(
    *,
    key: str,
    about: str,
    school: School,
    year: SchoolYear,
    price: int,
    for_people: Iterable[int | None],
    memo: Mapping[str, Any] | None = None,
) -> NewEntry:
    """Commit one price per person out of what the school has available in that year.

    A commitment is paid from the school year in which it is made. Rule CR-8.
    """
    return commitment_of(
        key=key,
        about=about,
        school=school,
        year=year,
        prices=[(person_id, price) for person_id in for_people],
        memo=memo,
    )


def commitment_of(
    *,
    key: str,
    about: str,
    school: School,
    year: SchoolYear,
    prices: Iterable[tuple[int | None, int]],
    memo: Mapping[str, Any] | None = None,
) -> NewEntry:
    """Commit for each person, perhaps nobody yet, what their own place costs. Rule CR-8."""
    moves = tuple(
        Move(
            debit=Holder(school.pk, year.pk, AccountKind.AVAILABLE),
            credit=Holder(school.pk, year.pk, AccountKind.COMMITTED),
            amount=price,
            for_person_id=person_id,
        )
        for person_id, price in prices
    )
    return NewEntry(key=key, kind=EntryKind.COMMIT, moves=moves, about=about, memo=memo or {})


def settlement(
    *, key: str, about: str, school: School, year: SchoolYear, amount: int, person_id: int | None
) -> NewEntry:
    """Turn committed credits into spent ones: the course took place. Rule CR-7."""
    return NewEntry(
        key=key,
        kind=EntryKind.SETTLE,
        moves=(_from_committed(school, year, AccountKind.SPENT, amount, person_id),),
        about=about,
    )


def release(
    *,
    key: str,
    about: str,
    school: School,
    year: SchoolYear,
    returned: int,
    kept: int,
    person_id: int | None,
) -> NewEntry:
    """Give committed credits back, and settle what the policy keeps. Rules CR-7 and BK-6."""
    parts = ((AccountKind.AVAILABLE, returned), (AccountKind.SPENT, kept))
    moves = tuple(
        _from_committed(school, year, kind, amount, person_id) for kind, amount in parts if amount
    )
    return NewEntry(key=key, kind=EntryKind.RELEASE, moves=moves, about=about)


def waiver(
    *, key: str, about: str, school: School, year: SchoolYear, amount: int, person_id: int | None
) -> NewEntry:
    """Give back what a late cancellation had kept. Rule BK-6."""
    move = Move(
        debit=Holder(school.pk, year.pk, AccountKind.SPENT),
        credit=Holder(school.pk, year.pk, AccountKind.AVAILABLE),
        amount=amount,
        for_person_id=person_id,
    )
    return NewEntry(key=key, kind=EntryKind.RELEASE, moves=(move,), about=about)


def charge(
    *, key: str, about: str, school: School, year: SchoolYear, amount: int, person_id: int | None
) -> NewEntry:
    """Take what an unused free place costs straight from what is available. Rule BK-14."""
    move = Move(
        debit=Holder(school.pk, year.pk, AccountKind.AVAILABLE),
        credit=Holder(school.pk, year.pk, AccountKind.SPENT),
        amount=amount,
        for_person_id=person_id,
    )
    return NewEntry(key=key, kind=EntryKind.SETTLE, moves=(move,), about=about)


def lock_what_is_free(school: School, year: SchoolYear) -> int:
    """What a school has available, with its accounts of a charge locked until the end."""
    available = Holder(school.pk, year.pk, AccountKind.AVAILABLE)
    spent = Holder(school.pk, year.pk, AccountKind.SPENT)
    return lock_accounts([available, spent])[available].balance


def _from_committed(
    school: School, year: SchoolYear, to: AccountKind, amount: int, person_id: int | None
) -> Move:
    return Move(
        debit=Holder(school.pk, year.pk, AccountKind.COMMITTED),
        credit=Holder(school.pk, year.pk, to),
        amount=amount,
        for_person_id=person_id,
    )
