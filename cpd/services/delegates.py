"""Who is to have a place: somebody known, somebody typed, or a colleague to be named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cpd.errors import NamedTwice
from hub_portal.shared.errors import NotAllowed
from schools.models import Person, School
from schools.services.staff import colleague_names, name_colleague


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

    person_id: int | None
    named_as: str


def name_delegates(
    *, school: School, wanted: Sequence[Delegate], by: Person, at: datetime
) -> list[NamedDelegate]:
    """Find or add each delegate, in the order asked for.

    Raises: NamedTwice; NotAllowed for the id of somebody who is not a colleague.
    """
    known = colleague_names(school=school)
    named = [_name(school, delegate, known, by, at) for delegate in wanted]
    seen: set[int] = set()
    for delegate in named:
        if delegate.person_id in seen:
            raise NamedTwice(name=delegate.named_as)
        if delegate.person_id is not None:
            seen.add(delegate.person_id)
    return named


def _name(
    school: School, delegate: Delegate, known: dict[int, str], by: Person, at: datetime
) -> NamedDelegate:
    if delegate.is_to_be_named:
        return NamedDelegate(None, "")
    if delegate.person_id is not None:
        if delegate.person_id not in known:
            raise NotAllowed("That person is not on your school's staff list.")
        return NamedDelegate(delegate.person_id, known[delegate.person_id])
    person = name_colleague(
        school=school, full_name=delegate.full_name, email=delegate.email, by=by, at=at
    )
    return NamedDelegate(person.pk, delegate.full_name)
