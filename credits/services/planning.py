"""Working out an allocation before anything is written: who gets what, and what stops it.

The preview page and the run itself read the same plan, so what was shown is what is run.
Rules CR-2 and CR-3.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db.models import Sum

from credits import rules
from credits.errors import NothingToShare, ReasonsMissing, RollsMissing, SharesCannotBeMet
from credits.models import AllocationLine, Instalment
from credits.services.registry import cheapest_place
from schools.choices import RollDefinition
from schools.models import PupilRoll, School


@dataclass(frozen=True)
class Choices:
    """What the hub manager chose: the census, and what is said of single schools.

    `reasons` are for schools on another roll than the run's, `omitted` for schools left
    out by name; both by school id.
    """

    census_on: date
    definition: RollDefinition
    reasons: Mapping[int, str] = field(default_factory=dict)
    omitted: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedLine:
    """What one school would get, and how it came about."""

    school: School
    roll: PupilRoll
    weight: int
    share: rules.Share
    last_year: int
    earlier_this_year: int
    is_on_another_roll: bool
    reason: str
    buys_no_place: bool

    @property
    def credits(self) -> int:
        return self.share.credits

    @property
    def exact(self) -> float:
        """The exact share, near enough to be read."""
        return float(self.share.exact)

    @property
    def this_year(self) -> int:
        """With earlier instalments of the same year."""
        return self.earlier_this_year + self.share.credits

    @property
    def change(self) -> int:
        return self.this_year - self.last_year


@dataclass(frozen=True)
class AllocationPlan:
    """An allocation as it would be run now."""

    instalment: Instalment
    choices: Choices
    rate: Fraction
    lines: tuple[PlannedLine, ...]
    without_roll: tuple[School, ...]
    without_reason: tuple[School, ...]
    left_out: tuple[tuple[School, str], ...]
    cheapest_place: int | None

    @property
    def pool(self) -> int:
        return self.instalment.pool_credits

    @property
    def total(self) -> int:
        return sum(line.credits for line in self.lines)

    @property
    def pupils(self) -> int:
        return sum(line.roll.pupils for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """Says whether what is run is still what was shown."""
        facts = [
            self.instalment.pk,
            self.choices.census_on.isoformat(),
            self.choices.definition,
            [[line.school.pk, line.roll.pk, line.credits, line.reason] for line in self.lines],
            [[school.pk, reason] for school, reason in self.left_out],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def refuse_if_incomplete(self) -> None:
        """Raises: RollsMissing, ReasonsMissing, NothingToShare."""
        if self.without_roll:
            raise RollsMissing(schools=[school.name for school in self.without_roll])
        if self.without_reason:
            raise ReasonsMissing(schools=[school.name for school in self.without_reason])
        if not self.lines:
            raise NothingToShare("There is no member school to share the credits among.")


def plan_allocation(*, instalment: Instalment, choices: Choices, on: date) -> AllocationPlan:
    """Share an instalment's pool among the schools that are members on that day.

    Raises: SharesCannotBeMet when floors or caps do not fit the pool.
    """
    members = list(School.objects.members(on).only("name", "urn").order_by("name", "pk"))
    sharing_in = [school for school in members if school.pk not in choices.omitted]
    rolls = _rolls_for(sharing_in, choices)
    counted = [school for school in sharing_in if school.pk in rolls]
    sharing = _share(instalment, counted, rolls)
    price = cheapest_place(instalment.funding.year)
    before, earlier = _credits_before(instalment)
    lines = tuple(
        PlannedLine(
            school=school,
            roll=rolls[school.pk],
            weight=instalment.funding.lump_sum + rolls[school.pk].pupils,
            share=share,
            last_year=before.get(school.pk, 0),
            earlier_this_year=earlier.get(school.pk, 0),
            is_on_another_roll=not _is_as_chosen(rolls[school.pk], choices),
            reason=choices.reasons.get(school.pk, "").strip(),
            buys_no_place=price is not None and earlier.get(school.pk, 0) + share.credits < price,
        )
        for school, share in zip(counted, sharing.shares, strict=True)
    )
    left_out = tuple(
        (school, choices.omitted[school.pk].strip())
        for school in members
        if school.pk in choices.omitted
    )
    return AllocationPlan(
        instalment=instalment,
        choices=choices,
        rate=sharing.rate,
        lines=lines,
        without_roll=tuple(school for school in sharing_in if school.pk not in rolls),
        without_reason=(
            *(line.school for line in lines if line.is_on_another_roll and not line.reason),
            *(school for school, reason in left_out if not reason),
        ),
        left_out=left_out,
        cheapest_place=price,
    )


def _share(
    instalment: Instalment, schools: list[School], rolls: Mapping[int, PupilRoll]
) -> rules.Sharing:
    if not schools:
        return rules.Sharing(rate=Fraction(0), shares=())
    funding = instalment.funding
    claims = [
        rules.Claim(
            urn=school.urn,
            pupils=rolls[school.pk].pupils,
            weight=funding.lump_sum + rolls[school.pk].pupils,
        )
        for school in schools
    ]
    try:
        return rules.share_out(
            pool=instalment.pool_credits, claims=claims, floor=funding.floor, cap=funding.cap
        )
    except rules.SharesImpossible as impossible:
        raise SharesCannotBeMet(str(impossible)) from None


def _rolls_for(schools: list[School], choices: Choices) -> dict[int, PupilRoll]:
    """For each school the roll of the chosen census, or the nearest to it that is known.

    Nearest: the same definition before another, then the latest census date; of rolls of
    one date the one entered last.
    """
    best: dict[int, PupilRoll] = {}
    members = {school.pk for school in schools}
    rolls = PupilRoll.objects.only("school", "pupils", "census_on", "definition", "source")
    for roll in rolls.order_by("pk").iterator(chunk_size=5000):
        if roll.school_id in members and (
            roll.school_id not in best
            or _nearness(roll, choices) >= _nearness(best[roll.school_id], choices)
        ):
            best[roll.school_id] = roll
    return best


def _nearness(roll: PupilRoll, choices: Choices) -> tuple[bool, bool, date]:
    return (
        _is_as_chosen(roll, choices),
        roll.definition == choices.definition,
        roll.census_on,
    )


def _is_as_chosen(roll: PupilRoll, choices: Choices) -> bool:
    return roll.census_on == choices.census_on and roll.definition == choices.definition


def _credits_before(instalment: Instalment) -> tuple[dict[int, int], dict[int, int]]:
    """Credits per school from last year's runs, and from earlier runs of this year."""
    year = instalment.funding.year
    live = AllocationLine.objects.filter(run__taken_back_at__isnull=True)

    def per_school(starts_in: int) -> dict[int, int]:
        return dict(
            live.filter(run__instalment__funding__year__starts_on__year=starts_in)
            .exclude(run__instalment=instalment)
            .values_list("school")
            .annotate(total=Sum("credits"))
        )

    return per_school(year.starts_on.year - 1), per_school(year.starts_on.year)
