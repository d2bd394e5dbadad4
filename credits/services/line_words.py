"""What a ledger line says: the kind of movement in the hub's words, and its subject."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from credits.choices import AccountKind, EntryKind
from hub_portal.shared.wording import plain_day

_OF_A_SUBJECT: dict[tuple[AccountKind | None, AccountKind | None], str] = {
    (AccountKind.AVAILABLE, AccountKind.COMMITTED): "Booked",
    (AccountKind.COMMITTED, AccountKind.SPENT): "Completed",
    (AccountKind.COMMITTED, AccountKind.AVAILABLE): "Returned",
    (AccountKind.SPENT, AccountKind.AVAILABLE): "Given back",
    (AccountKind.AVAILABLE, AccountKind.SPENT): "Free place not taken up",
}
KEPT = "Kept when cancelled late"
_OF_THE_HUB = {
    EntryKind.CORRECTION: "Pupil roll corrected",
    EntryKind.JOINER: "Share for joining in the year",
    EntryKind.ADJUSTMENT: "Adjusted by the hub",
    EntryKind.LEAVE: "Left the alliance: given to the hub’s reserve",
}


def words_for(
    *,
    kind: EntryKind,
    is_reversal: bool,
    way: tuple[AccountKind | None, AccountKind | None],
    subject: str,
    memo: Mapping[str, Any],
    other_school: str,
    arrives: bool,
) -> str:
    """One line's words, such as "Booked: Coaching conversations".

    `kind` is what happened, or for a reversal what was undone; `way` are the kinds of the
    school's own accounts, none for the hub's or another school's.
    """
    if kind == EntryKind.ALLOCATE:
        said = _of_an_allocation(memo)
    elif kind == EntryKind.TRANSFER:
        said = f"Moved {'from' if arrives is not is_reversal else 'to'} {other_school}"
    elif kind == EntryKind.OPENING:
        what = "Spent" if AccountKind.SPENT in way else "Received"
        said = f"{what} before the portal"
    elif kind in _OF_THE_HUB:
        said = _OF_THE_HUB[kind]
    else:
        verb = KEPT if _was_kept(kind, way) else _OF_A_SUBJECT[way]
        said = f"{verb}: {subject}" if subject else verb
    return f"Undone: {said}" if is_reversal else said


def _was_kept(kind: EntryKind, way: tuple[AccountKind | None, AccountKind | None]) -> bool:
    return kind == EntryKind.RELEASE and way[1] == AccountKind.SPENT


def _of_an_allocation(memo: Mapping[str, Any]) -> str:
    if "census" not in memo:
        return "Allocation"
    census = plain_day(date.fromisoformat(memo["census"]))
    return f"Allocation, instalment {memo['instalment']}, census of {census}"
