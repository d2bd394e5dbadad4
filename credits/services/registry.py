"""What the books ask of the apps above them, registered by kind when those are ready."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from schools.models import School, SchoolYear

Describe = Callable[[Collection[str]], Mapping[str, str]]
"""Subjects ("booking:345") to what a ledger line says of them."""

CheapestPlace = Callable[[SchoolYear], int | None]
"""The price in credits of the cheapest place offered in a year, if any."""

Proof = Callable[[], list[str]]
"""Differences an app finds between its rows and the books, as sentences; none is well."""

Fact = tuple[str, str]


@dataclass(frozen=True)
class ApprovalKind:
    """What an app does about a commitment of its own that waits for approval. Rule CR-14.

    `lock` is called first, with the subject; the verdicts under that lock, in the same
    transaction, with `about`, `by` and `at`. `facts` say what is asked for, `leads_to` where
    the hub looks at it in the admin. A commitment that is not paid with credits `holds_credits`
    not: its credits only say how much it is worth.
    """

    lock: Callable[[str], object]
    approved: Callable[..., None]
    declined: Callable[..., None]
    lapsed: Callable[..., None]
    facts: Callable[[str], Sequence[Fact]]
    leads_to: Callable[[str], str]
    holds_credits: bool = True


@dataclass(frozen=True)
class Breakdown:
    """A school's spending of a year, by something: heading, and credits by name."""

    heading: str
    rows: Sequence[tuple[str, int]]


YearSoFar = Callable[[School, SchoolYear], Sequence[Breakdown]]

_APPROVALS: dict[str, ApprovalKind] = {}
_YEAR_SO_FAR: list[YearSoFar] = []
_DESCRIBERS: dict[str, Describe] = {}
_CHEAPEST: list[CheapestPlace] = []
_PROOFS: dict[str, Proof] = {}


def register_describer(kind: str, describe: Describe) -> None:
    """Say how ledger lines about this kind of subject read; one may describe several kinds."""
    _DESCRIBERS[kind] = describe


def register_cheapest_place(cheapest_place: CheapestPlace) -> None:
    """Say where the price of the cheapest place comes from. Rule CR-3."""
    _CHEAPEST[:] = [cheapest_place]


def register_proof(name: str, proof: Proof) -> None:
    """Add an app's own proofs to the books check. Rule CR-13."""
    _PROOFS[name] = proof


def register_approval(kind: str, approval: ApprovalKind) -> None:
    """Say what verdicts do to this kind of commitment. Rule CR-14."""
    _APPROVALS[kind] = approval


def approval_kind(about: str) -> ApprovalKind:
    """What is known of the kind of this subject."""
    return _APPROVALS[about.partition(":")[0]]


def register_year_so_far(year_so_far: YearSoFar) -> None:
    """Say on what a school's credits went in a year. Rule CR-14."""
    _YEAR_SO_FAR.append(year_so_far)


def year_so_far(school: School, year: SchoolYear) -> list[Breakdown]:
    return [each for asked in _YEAR_SO_FAR for each in asked(school, year)]


def described(abouts: Collection[str]) -> dict[str, str]:
    """What each subject is, in the hub's words; each describer is asked once."""
    asked: dict[Describe, list[str]] = {}
    for about in sorted(abouts):
        describe = _DESCRIBERS.get(about.partition(":")[0])
        if describe:
            asked.setdefault(describe, []).append(about)
    words: dict[str, str] = {}
    for describe, subjects in asked.items():
        words.update(describe(subjects))
    return words


def cheapest_place(year: SchoolYear) -> int | None:
    """The price of the cheapest place of the year, or none while no app offers any."""
    return _CHEAPEST[0](year) if _CHEAPEST else None


def proofs() -> Mapping[str, Proof]:
    return _PROOFS
