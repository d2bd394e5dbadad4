"""What a school that leaves still has goes to the reserve. Rule SC-2."""

from datetime import datetime

from credits.choices import AccountKind, EntryKind
from credits.models import Account
from credits.services.accounts import Holder, lock_accounts
from credits.services.ledger import Move, NewEntry, post
from schools.models import Person, School
from schools.services.leaving import AppsPart, register_leaving


def register_credits_part() -> None:
    """Nothing is chosen of credits: what is available when all else is settled goes back."""
    register_leaving("credits", AppsPart(last_of_all=give_to_the_reserve))


def give_to_the_reserve(*, school: School, key: str, by: Person, at: datetime) -> None:
    """Move what is available in each open year to that year's reserve. Rule SC-2.

    Runs in the transaction that ends the departure, under the school's lock.
    """
    entries = [
        NewEntry(
            key=f"{key}:{holder.year_id}",
            kind=EntryKind.LEAVE,
            about=f"school:{school.pk}",
            moves=(Move(holder, Holder(None, holder.year_id, AccountKind.RESERVE), balance),),
        )
        for holder, balance in _available(school)
    ]
    if entries:
        post(entries, by=by, at=at)


def _available(school: School) -> list[tuple[Holder, int]]:
    """The school's available credits of each open year, locked."""
    open_years = Account.objects.filter(
        school=school, kind=AccountKind.AVAILABLE, year__closed_at__isnull=True
    )
    holders = [
        Holder(school.pk, year_id, AccountKind.AVAILABLE)
        for year_id in open_years.order_by("year").values_list("year", flat=True)
    ]
    reserves = [Holder(None, holder.year_id, AccountKind.RESERVE) for holder in holders]
    locked = lock_accounts([*holders, *reserves])
    return [(holder, locked[holder].balance) for holder in holders if locked[holder].balance]
