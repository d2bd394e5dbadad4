"""The arithmetic of sharing credits: exact, in whole numbers and fractions, no Django.

The method is largest remainder (Hamilton), as described by Balinski and Young in "Fair
Representation" (1982), with every exact share held within a floor and a cap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction


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
    """What one claim gets: the exact share, the whole credits, and what was left over."""

    exact: Fraction
    remainder: Fraction
    credits: int


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
    whole = int(
        (Decimal(pence) * share_percent / (100 * pence_per_credit)).to_integral_value(ROUND_FLOOR)
    )
    reserve = int((whole * reserve_percent / 100).to_integral_value(ROUND_CEILING))
    return whole - reserve, reserve


def share_out(*, pool: int, claims: Sequence[Claim], floor: int, cap: int | None) -> Sharing:
    """Share a pool of whole credits among schools by weight. Rule CR-2.

    Ties of remainders go to the larger roll, then the lower URN. Raises SharesImpossible
    when floors or caps cannot be met.
    """
    rate = _common_rate(pool, [claim.weight for claim in claims], floor, cap)
    exact = [_held(claim.weight * rate, floor, cap) for claim in claims]
    whole = [int(share) for share in exact]
    left = [share - part for share, part in zip(exact, whole, strict=True)]
    order = sorted(range(len(claims)), key=lambda i: (-left[i], -claims[i].pupils, claims[i].urn))
    for i in order[: pool - sum(whole)]:
        whole[i] += 1
    return Sharing(
        rate=rate,
        shares=tuple(Share(*facts) for facts in zip(exact, left, whole, strict=True)),
    )


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
    and solve the piece that holds the pool.
    """
    _refuse_what_cannot_fit(pool, weights, floor, cap)
    total = floor * len(weights)
    moving = 0  # the weights of schools between floor and cap
    at = Fraction(0)
    for bend, change in _bends(weights, floor, cap):
        reached = total + moving * (bend - at)
        if moving and reached >= pool:
            return at + (pool - total) / Fraction(moving)
        total, at = reached, bend
        moving += change
    if total == pool:
        return at
    return at + (pool - total) / Fraction(moving)


def _bends(weights: list[int], floor: int, cap: int | None) -> list[tuple[Fraction, int]]:
    leaving = [(Fraction(floor, weight), weight) for weight in weights if weight]
    if cap is None:
        return sorted(leaving)
    return sorted(leaving + [(Fraction(cap, weight), -weight) for weight in weights if weight])


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
