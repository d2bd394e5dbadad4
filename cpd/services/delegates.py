"""Who is to have a place: somebody known, somebody typed, or a colleague to be named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cpd.errors import NamedTwice, NotAColleague
from cpd.services.gate import Asking
from schools.models import Person
from schools.services.people import hold_records
from schools.services.staff import name_colleague


@dataclass(frozen=True)
class Delegate:
    """A delegate as the rep asked for one: a colleague by id, or a name with an address.

    All empty means "to be named". Without an address the mail goes to the rep (Rule PE-3).
    """

    person_id: int | None = None
    full_name: str = ""
    email: str = ""

    @property
    def is_to_be_named(self) -> bool:
        return self.person_id is None and not self.full_name


@dataclass(frozen=True)
class NamedDelegate:
    """A delegate found or added, under the name their school knows them by (Rule PE-1)."""

    person: Person | None
    named_as: str

    @property
    def person_id(self) -> int | None:
        return self.person.pk if self.person else None


def colleagues_among(wanted: Iterable[Delegate]) -> set[int]:
    """The ids of those who were chosen from the staff list."""
    return {delegate.person_id for delegate in wanted if delegate.person_id is not None}


def name_delegates(
    *, asking: Asking, wanted: Sequence[Delegate], by: Person, at: datetime
) -> list[NamedDelegate]:
    """Find or add each delegate, in the order asked for; no merge takes them away meanwhile.

    Raises: NamedTwice, NotAColleague, RecordHasGone.
    """
    named = [_name(asking, delegate, by, at) for delegate in wanted]
    seen: set[int] = set()
    for delegate in named:
        if delegate.person_id in seen:
            raise NamedTwice(name=delegate.named_as)
        if delegate.person_id is not None:
            seen.add(delegate.person_id)
    hold_records(seen)
    return named


def _name(asking: Asking, delegate: Delegate, by: Person, at: datetime) -> NamedDelegate:
    if delegate.is_to_be_named:
        return NamedDelegate(None, "")
    if delegate.person_id is not None:
        if delegate.person_id not in asking.colleagues:
            raise NotAColleague
        return NamedDelegate(*asking.colleagues[delegate.person_id])
    person = name_colleague(
        school=asking.school, full_name=delegate.full_name, email=delegate.email, by=by, at=at
    )
    return NamedDelegate(person, delegate.full_name)
