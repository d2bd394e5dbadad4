"""The arithmetic of sharing credits: exact, in whole numbers and fractions, no Django.

The method is largest remainder (Hamilton), as described by Balinski and Young in "Fair
Representation" (1982), with every exact share held within a floor and a cap.
"""

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple


class SharesImpossible(ValueError):
    """No rate makes the shares add up to the pool; the text says why."""


@dataclass(frozen=True)
class Claim:
    """One school's claim on a pool: its weight (lump sum + pupils), its roll and its URN."""

    urn: int
    pupils: int
    weight: int


@dataclass(frozen=True)
class Share:
    """What one claim gets: the exact share is `whole` and `left` of so many `parts` of a credit."""

    whole: int
    left: int
    parts: int
    credits: int

    @property
    def exact(self) -> Fraction:
        return self.whole + self.remainder

    @property
    def remainder(self) -> Fraction:
        return Fraction(self.left, self.parts)


@dataclass(frozen=True)
class Sharing:
    """All shares in the order of their claims, and the one rate they came from."""

    rate: Fraction
    shares: tuple[Share, ...]


def credits_of_instalment(
    *, pence: int, share_percent: Decimal, pence_per_credit: int, reserve_percent: Decimal
) -> tuple[int, int]:
    """Pool and reserve, in credits, of money received. Rule CR-1.

    Pounds received times the share returned, divided by the price of a credit, rounded
    down; of these the reserve is rounded up and the rest is the pool.
    """
    whole = math.floor(Fraction(share_percent) * pence / (100 * pence_per_credit))
    reserve = math.ceil(Fraction(reserve_percent) * whole / 100)
    return whole - reserve, reserve


def share_out(*, pool: int, claims: Sequence[Claim], floor: int, cap: int | None) -> Sharing:
    """Share a pool of whole credits among schools by weight. Rule CR-2.

    Ties of remainders go to the larger roll, then the lower URN. Raises SharesImpossible
    when floors or caps cannot be met.
    """
    rate = _common_rate(pool, [claim.weight for claim in claims], floor, cap)
    wholes, lefts = zip(*(_parted(claim.weight, rate, floor, cap) for claim in claims), strict=True)
    order = sorted(range(len(claims)), key=lambda i: (-lefts[i], -claims[i].pupils, claims[i].urn))
    lucky = set(order[: pool - sum(wholes)])
    return Sharing(
        rate=rate,
        shares=tuple(
            Share(whole, left, rate.denominator, whole + (i in lucky))
            for i, (whole, left) in enumerate(zip(wholes, lefts, strict=True))
        ),
    )


def _parted(weight: int, rate: Fraction, floor: int, cap: int | None) -> tuple[int, int]:
    """The whole credits of weight × rate, held, and what is left in parts of the denominator.

    All remainders are counted in the same parts, so they are compared as whole numbers.
    """
    whole, left = divmod(weight * rate.numerator, rate.denominator)
    if whole < floor:
        return floor, 0
    if cap is not None and whole >= cap:
        return cap, 0
    return whole, left


def share_at_rate(*, weight: int, rate: Fraction, floor: int, cap: int | None) -> int:
    """A corrected roll's credits at the published rate: rounded down, held. Rule CR-4."""
    return int(_held(weight * rate, floor, cap))


def joiner_share(*, weight: int, rate: Fraction, terms_left: int) -> int:
    """What a school that joins gets: rate times terms left of three, rounded down. Rule CR-4."""
    return int(weight * rate * terms_left / 3)


def _held(share: Fraction, floor: int, cap: int | None) -> Fraction:
    if share < floor:
        return Fraction(floor)
    if cap is not None and share > cap:
        return Fraction(cap)
    return share


def _common_rate(pool: int, weights: list[int], floor: int, cap: int | None) -> Fraction:
    """The one rate at which all shares, held within floor and cap, add up to the pool.

    The sum grows with the rate along straight pieces that bend where a school leaves its
    floor (rate floor ÷ weight) or reaches its cap (cap ÷ weight): walk the bends upwards
    and solve the piece that holds the pool. Where many rates fit, the first bend is taken.
    """
    _refuse_what_cannot_fit(pool, weights, floor, cap)
    held = floor * len(weights)  # what schools at their floor or cap get
    moving = 0  # the weights of schools between the two
    for bend in _bends(weights, floor, cap):
        if held * bend.weight + moving * bend.credits >= pool * bend.weight:
            return Fraction(pool - held, moving) if moving else bend.rate
        held += bend.held
        moving += bend.moving
    return Fraction(pool - held, moving) if moving else Fraction(0)


class _Bend(NamedTuple):
    """The rate (credits ÷ weight) at which one school begins to move or stops, and the change."""

    credits: int
    weight: int
    held: int
    moving: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.credits, self.weight)


def _bends(weights: list[int], floor: int, cap: int | None) -> Iterator[_Bend]:
    """In order of rate; each of the two kinds comes from the heaviest school to the lightest."""
    heaviest_first = sorted((weight for weight in weights if weight), reverse=True)
    leaving = (_Bend(floor, weight, -floor, weight) for weight in heaviest_first)
    if cap is None:
        return leaving
    reaching = (_Bend(cap, weight, cap, -weight) for weight in heaviest_first)
    return heapq.merge(leaving, reaching, key=lambda bend: bend.rate)


def _refuse_what_cannot_fit(pool: int, weights: list[int], floor: int, cap: int | None) -> None:
    if not weights:
        raise SharesImpossible("There is no school to share the credits among.")
    if floor * len(weights) > pool:
        raise SharesImpossible(
            f"{len(weights)} schools with at least {floor} credits each need "
            f"{floor * len(weights)}, and the pool holds {pool}."
        )
    weighing = sum(1 for weight in weights if weight)
    if cap is not None:
        most = cap * weighing + floor * (len(weights) - weighing)
        if most < pool:
            raise SharesImpossible(
                f"{len(weights)} schools with at most {cap} credits each take {most}, "
                f"and the pool holds {pool}."
            )
    elif not weighing and floor * len(weights) < pool:
        raise SharesImpossible("No school has any pupils, so nothing says how to share.")
