"""The arithmetic of sharing, against what Rules CR-1, CR-2 and CR-4 say and a slow twin."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from credits.rules import (
    Claim,
    SharesImpossible,
    credits_of_instalment,
    joiner_share,
    share_at_rate,
    share_out,
)

ROLLS = st.lists(st.integers(0, 3000), min_size=1, max_size=40)


def claims_of(rolls, lump_sum=0):
    return [
        Claim(urn=100000 + number, pupils=pupils, weight=lump_sum + pupils)
        for number, pupils in enumerate(rolls)
    ]


def credits_of(sharing):
    return [share.credits for share in sharing.shares]


@st.composite
def fair_pools(draw):
    """Claims, a floor and perhaps a cap, and a pool that they can take."""
    rolls = draw(ROLLS)
    claims = claims_of(rolls, lump_sum=draw(st.integers(0, 50)))
    floor = draw(st.integers(0, 15))
    cap = draw(st.none() | st.integers(floor, floor + 200))
    weighing = sum(1 for claim in claims if claim.weight)
    least = floor * len(claims)
    most = (
        (cap * weighing + floor * (len(claims) - weighing))
        if cap is not None
        else least + (5000 if weighing else 0)
    )
    return claims, floor, cap, draw(st.integers(least, most))


@given(fair_pools())
def test_shares_add_up_to_the_pool_each_within_one_credit_of_exact(case):
    claims, floor, cap, pool = case

    sharing = share_out(pool=pool, claims=claims, floor=floor, cap=cap)

    assert sum(credits_of(sharing)) == pool
    assert sum(share.exact for share in sharing.shares) == pool
    for claim, share in zip(claims, sharing.shares, strict=True):
        held = max(Fraction(floor), claim.weight * sharing.rate)
        assert share.exact == (held if cap is None else min(held, Fraction(cap)))
        assert abs(share.credits - share.exact) < 1
        assert share.remainder == share.exact - int(share.exact)
        assert share.credits >= floor
        assert cap is None or share.credits <= cap


@given(fair_pools())
def test_a_bigger_weight_never_gets_less(case):
    claims, floor, cap, pool = case

    sharing = share_out(pool=pool, claims=claims, floor=floor, cap=cap)

    in_order = sorted(
        zip(claims, credits_of(sharing), strict=True), key=lambda pair: pair[0].weight
    )
    for (small, few), (big, many) in pairwise(in_order):
        assert small.weight == big.weight or few <= many


@given(fair_pools(), st.randoms(use_true_random=False))
def test_the_order_in_which_schools_are_listed_changes_nothing(case, random):
    claims, floor, cap, pool = case
    shuffled = random.sample(claims, len(claims))

    first = share_out(pool=pool, claims=claims, floor=floor, cap=cap)
    second = share_out(pool=pool, claims=shuffled, floor=floor, cap=cap)

    assert dict(zip(claims, first.shares, strict=True)) == dict(
        zip(shuffled, second.shares, strict=True)
    )


def brute_force_shares(pool, weights, floor, cap):
    """Whole shares nearest to the exact ones: all ways of sharing, the least squared error."""
    rate = bisected_rate(pool, weights, floor, cap)
    exact = [min(max(weight * rate, floor), cap) for weight in weights]
    ways = product(range(floor, cap + 1), repeat=len(weights))
    return min(
        sum((way[i] - exact[i]) ** 2 for i in range(len(weights)))
        for way in ways
        if sum(way) == pool
    ), exact


def bisected_rate(pool, weights, floor, cap):
    low, high = 0.0, cap / min(weights) + 1
    for _ in range(200):
        middle = (low + high) / 2
        if sum(min(max(weight * middle, floor), cap) for weight in weights) < pool:
            low = middle
        else:
            high = middle
    return high


@given(st.lists(st.integers(1, 30), min_size=1, max_size=4), st.integers(0, 3), st.data())
def test_no_other_way_of_sharing_is_nearer_to_the_exact_shares(weights, floor, data):
    cap = floor + data.draw(st.integers(0, 5))
    pool = data.draw(st.integers(floor * len(weights), cap * len(weights)))

    sharing = share_out(pool=pool, claims=claims_of(weights), floor=floor, cap=cap)

    least, exact = brute_force_shares(pool, weights, floor, cap)
    ours = sum((share.credits - share.exact) ** 2 for share in sharing.shares)
    assert [float(share.exact) for share in sharing.shares] == pytest.approx(exact, abs=1e-6)
    assert float(ours) == pytest.approx(least, abs=1e-6)


def test_a_tie_of_remainders_goes_to_the_larger_roll_then_to_the_lower_urn():
    larger_roll = [
        Claim(urn=100002, pupils=40, weight=50),
        Claim(urn=100001, pupils=50, weight=50),
    ]
    lower_urn = [
        Claim(urn=100002, pupils=50, weight=50),
        Claim(urn=100001, pupils=50, weight=50),
    ]

    assert credits_of(share_out(pool=3, claims=larger_roll, floor=0, cap=None)) == [1, 2]
    assert credits_of(share_out(pool=3, claims=lower_urn, floor=0, cap=None)) == [1, 2]


def test_largest_remainders_get_what_whole_credits_leave():
    sharing = share_out(pool=10, claims=claims_of([470, 330, 200]), floor=0, cap=None)

    assert sharing.rate == Fraction(1, 100)
    assert [share.exact for share in sharing.shares] == [Fraction(47, 10), Fraction(33, 10), 2]
    assert credits_of(sharing) == [5, 3, 2]


def test_a_small_school_is_lifted_to_the_floor_and_the_rest_share_what_is_left():
    sharing = share_out(pool=100, claims=claims_of([10, 450, 450]), floor=10, cap=None)

    assert credits_of(sharing) == [10, 45, 45]
    assert sharing.rate == Fraction(1, 10)


def test_a_large_school_is_held_at_the_cap_and_the_rest_share_what_is_left():
    sharing = share_out(pool=100, claims=claims_of([3000, 100, 100]), floor=0, cap=60)

    assert credits_of(sharing) == [60, 20, 20]
    assert sharing.rate == Fraction(1, 5)


@pytest.mark.parametrize(
    ("pool", "rolls", "floor", "cap", "sentence"),
    [
        (100, [], 10, None, "no school to share"),
        (19, [1, 2], 10, None, "2 schools with at least 10 credits each need 20"),
        (100, [5, 6], 0, 40, "2 schools with at most 40 credits each take 80"),
        (100, [0, 0], 10, None, "No school has any pupils"),
    ],
)
def test_floors_and_caps_that_cannot_be_met_are_refused_in_a_sentence(
    pool, rolls, floor, cap, sentence
):
    with pytest.raises(SharesImpossible, match=sentence):
        share_out(pool=pool, claims=claims_of(rolls), floor=floor, cap=cap)


def test_a_pool_of_floors_alone_gives_each_the_floor():
    sharing = share_out(pool=20, claims=claims_of([0, 700]), floor=10, cap=None)

    assert credits_of(sharing) == [10, 10]
    assert sharing.rate == Fraction(10, 700)


@given(fair_pools())
def test_the_published_rate_gives_a_school_its_share_again_but_for_the_rounding(case):
    claims, floor, cap, pool = case

    sharing = share_out(pool=pool, claims=claims, floor=floor, cap=cap)

    for claim, share in zip(claims, sharing.shares, strict=True):
        again = share_at_rate(weight=claim.weight, rate=sharing.rate, floor=floor, cap=cap)
        assert again == int(share.exact)
        assert share.credits - again in (0, 1)


@pytest.mark.parametrize(
    ("weight", "credits"), [(999, 99), (1000, 100), (5, 10), (0, 10), (9999, 500)]
)
def test_a_corrected_roll_is_rounded_down_and_held_within_floor_and_cap(weight, credits):
    assert share_at_rate(weight=weight, rate=Fraction(1, 10), floor=10, cap=500) == credits


@pytest.mark.parametrize(("terms_left", "credits"), [(3, 29), (2, 19), (1, 9), (0, 0)])
def test_a_joiner_gets_the_rate_times_the_terms_left_rounded_down(terms_left, credits):
    assert joiner_share(weight=299, rate=Fraction(1, 10), terms_left=terms_left) == credits


def test_pounds_become_credits_rounded_down_and_the_reserve_is_rounded_up():
    facts = {"share_percent": Decimal(50), "pence_per_credit": 1000, "reserve_percent": Decimal(2)}

    assert credits_of_instalment(pence=8_000_000, **facts) == (3920, 80)
    assert credits_of_instalment(pence=8_001_999, **facts) == (3920, 80)
    assert credits_of_instalment(pence=8_002_000, **facts) == (3920, 81)
    assert credits_of_instalment(pence=1999, **facts) == (0, 0)


@given(
    st.integers(0, 10**12),
    st.decimals(0, 100, places=2),
    st.integers(1, 100_000),
    st.decimals(0, 100, places=2),
)
def test_pool_and_reserve_are_all_the_whole_credits_that_the_money_buys(
    pence, share, price, reserve_share
):
    assume(price)

    pool, reserve = credits_of_instalment(
        pence=pence, share_percent=share, pence_per_credit=price, reserve_percent=reserve_share
    )

    bought = Fraction(pence) * Fraction(share) / 100 / price
    assert pool >= 0
    assert 0 <= bought - (pool + reserve) < 1
    assert 0 <= reserve - (pool + reserve) * Fraction(reserve_share) / 100 < 1
