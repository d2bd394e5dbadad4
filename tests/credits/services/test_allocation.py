"""Preview, run, and take back. Rules CR-2 to CR-4."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from credits.choices import AccountKind
from credits.errors import (
    AlreadyAllocated,
    CannotBeReversed,
    InstalmentWasReversed,
    NothingToShare,
    PlanHasChanged,
    ReasonNeeded,
    ReasonsMissing,
    RollsMissing,
    RunWasSpent,
    SharesCannotBeMet,
)
from credits.models import AllocationLine, AllocationRun
from credits.services import registry
from credits.services.adjustments import adjust, reverse_entry
from credits.services.allocation import run_allocation, take_back
from credits.services.corrections import correct_roll, welcome_joiner
from credits.services.planning import plan_allocation
from hub_portal.trail.models import Act
from schools.choices import RollDefinition
from schools.models import Membership
from tests.makers.credits import (
    LATER,
    ON_THIS_CENSUS,
    balance,
    balances,
    ledger,
    make_funding,
    make_instalment,
    make_roll,
    make_run,
    make_school_with_roll,
    make_year,
    the_books,
    the_portal,
)
from tests.makers.schools import NOON, make_school

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def plan_now(instalment, choices=ON_THIS_CENSUS):
    return plan_allocation(instalment=instalment, choices=choices, on=TODAY)


def run_now(instalment, choices=ON_THIS_CENSUS, shown=None):
    shown = shown or plan_now(instalment, choices).fingerprint
    return run_allocation(
        instalment=instalment, choices=choices, shown=shown, by=the_portal(), at=NOON
    )


def take_back_now(run, reason="The wrong census."):
    return take_back(run=run, reason=reason, by=the_portal(), at=LATER)


@pytest.fixture
def three_schools():
    """With 470, 330 and 200 pupils, and a pool of 1,000."""
    return [
        make_school_with_roll(name="Alder School", pupils=470),
        make_school_with_roll(name="Beech School", pupils=330),
        make_school_with_roll(name="Cedar School", pupils=200),
    ]


@pytest.fixture
def instalment():
    return make_instalment(pence=2_000_000, reserve_percent=0)


def test_what_was_previewed_is_what_is_run(three_schools, instalment):
    plan = plan_now(instalment)

    run = run_now(instalment, shown=plan.fingerprint)

    assert [(line.school.name, line.credits) for line in plan.lines] == [
        ("Alder School", 470),
        ("Beech School", 330),
        ("Cedar School", 200),
    ]
    assert list(run.lines.order_by("pk").values_list("school__name", "credits")) == [
        (line.school.name, line.credits) for line in plan.lines
    ]
    assert (plan.total, plan.pool, plan.pupils, plan.rate) == (1000, 1000, 1000, 1)
    assert balances() == {
        ("hub", "funding"): -1000,
        ("hub", "pool"): 0,
        ("Alder School", "available"): 470,
        ("Beech School", "available"): 330,
        ("Cedar School", "available"): 200,
    }


def test_a_line_keeps_what_a_school_needs_to_check_it_on_paper(three_schools):
    instalment = make_instalment(pence=222_200, reserve_percent=0, floor=0, lump_sum=5)

    run = run_now(instalment)

    line = AllocationLine.objects.get(run=run, school=three_schools[0])
    assert (run.pool_credits, run.rate.numerator, run.rate.denominator) == (111, 111, 1015)
    assert (line.pupils, line.weight, line.roll.pupils) == (470, 475, 470)
    assert line.exact_share == Decimal("51.945812807")
    assert line.remainder == Decimal("0.945812807")
    assert line.credits == 52


def test_running_it_twice_changes_nothing(three_schools, instalment):
    first = run_now(instalment)
    before = the_books()

    second = run_now(instalment, shown="what an old page said")

    assert second == first
    assert the_books() == before
    assert Act.objects.filter(verb="allocation.run").count() == 1


def test_another_sharing_of_a_shared_instalment_is_refused(three_schools, instalment):
    run_now(instalment)
    make_roll(school=three_schools[0], pupils=480)
    before = the_books()

    with pytest.raises(AlreadyAllocated, match="Take that run back first"):
        run_now(instalment)

    assert the_books() == before


def test_figures_that_changed_since_the_preview_are_refused(three_schools, instalment):
    shown = plan_now(instalment).fingerprint
    make_roll(school=three_schools[0], pupils=480)
    before = the_books()

    with pytest.raises(PlanHasChanged):
        run_now(instalment, shown=shown)

    assert the_books() == before
    assert not AllocationRun.objects.exists()


def test_a_new_roll_of_the_same_census_counts_and_the_old_one_stays(three_schools, instalment):
    make_roll(school=three_schools[2], pupils=400)

    plan = plan_now(instalment)

    assert [line.roll.pupils for line in plan.lines] == [470, 330, 400]
    assert three_schools[2].rolls.count() == 2


def test_a_school_without_a_roll_stops_the_run_until_left_out_by_name(three_schools, instalment):
    newcomer = make_school(name="Dogwood School")
    before = the_books()

    with pytest.raises(RollsMissing, match="No roll is known for Dogwood School"):
        run_now(instalment)

    assert the_books() == before
    run = run_now(instalment, replace(ON_THIS_CENSUS, omitted={newcomer.pk: "Opens in January."}))
    assert [(o.school, o.reason) for o in run.omissions.all()] == [(newcomer, "Opens in January.")]
    act = Act.objects.get(verb="allocation.left_out")
    assert (act.school, act.reason) == (f"school:{newcomer.pk}", "Opens in January.")


def test_leaving_out_needs_a_reason(three_schools, instalment):
    unnamed = replace(ON_THIS_CENSUS, omitted={three_schools[0].pk: "  "})

    with pytest.raises(ReasonsMissing, match="Alder School"):
        run_now(instalment, unnamed)

    assert not AllocationRun.objects.exists()


def test_a_school_on_another_roll_is_listed_and_needs_a_reason(three_schools, instalment):
    late = make_school(name="Dogwood School")
    make_roll(school=late, pupils=90, census_on=date(2025, 10, 2))
    make_roll(school=late, pupils=100, definition=RollDefinition.RECEPTION_TO_YEAR_11)
    make_roll(school=late, pupils=80, census_on=date(2025, 1, 16))

    plan = plan_now(instalment)
    line = plan.lines[3]

    assert (line.school, line.roll.pupils, line.is_on_another_roll) == (late, 90, True)
    assert plan.without_reason == (late,)
    with pytest.raises(ReasonsMissing, match="Dogwood School"):
        run_now(instalment)
    reasons = {late.pk: "Counted in October only."}
    run = run_now(instalment, replace(ON_THIS_CENSUS, reasons=reasons))
    assert run.lines.get(school=late).reason == "Counted in October only."


def test_only_members_share(three_schools, instalment):
    stranger = make_school(name="Elm School", member=False)
    make_roll(school=stranger, pupils=500)
    leaver = make_school_with_roll(name="Fir School", pupils=500)
    Membership.objects.filter(school=leaver).update(to_on=date(2026, 11, 19))

    plan = plan_now(instalment)

    assert [line.school for line in plan.lines] == three_schools


def test_without_a_member_there_is_nothing_to_share(instalment):
    with pytest.raises(NothingToShare):
        run_now(instalment)

    assert balance(AccountKind.POOL) == 1000


def test_a_floor_the_pool_cannot_meet_is_refused_in_a_sentence(three_schools):
    instalment = make_instalment(pence=40_000, reserve_percent=0)

    with pytest.raises(SharesCannotBeMet, match="need 30, and the pool holds 20"):
        plan_now(instalment)


def test_a_second_instalment_has_a_run_of_its_own_and_lowers_nobody(three_schools, instalment):
    run_now(instalment)
    more = make_instalment(funding=instalment.funding, pence=200_000)

    plan = plan_now(more)
    run_now(more)

    assert [(line.earlier_this_year, line.this_year) for line in plan.lines] == [
        (470, 517),
        (330, 363),
        (200, 220),
    ]
    assert balance(AccountKind.AVAILABLE, three_schools[0]) == 517


def test_the_preview_shows_last_year_and_the_change(three_schools, instalment):
    run_now(instalment)
    next_year = make_year(at=NOON).__class__.objects.create(starts_on=date(2027, 9, 1))
    next_instalment = make_instalment(funding=make_funding(year=next_year), pence=1_000_000)

    plan = plan_now(next_instalment)

    assert [(line.last_year, line.change) for line in plan.lines] == [
        (470, -235),
        (330, -165),
        (200, -100),
    ]


def test_a_school_that_gets_less_than_the_cheapest_place_is_marked(
    three_schools, instalment, monkeypatch
):
    monkeypatch.setattr(registry, "_CHEAPEST", [lambda _year: 201])

    plan = plan_now(instalment)

    assert plan.cheapest_place == 201
    assert [line.buys_no_place for line in plan.lines] == [False, False, True]


def test_a_run_nobody_has_spent_from_is_taken_back_whole(three_schools, instalment):
    run = run_now(instalment)

    taken = take_back_now(run)

    assert (taken.taken_back_by, taken.taken_back_at) == (the_portal(), LATER)
    assert balance(AccountKind.POOL) == 1000
    assert [balance(AccountKind.AVAILABLE, school) for school in three_schools] == [0, 0, 0]
    assert Act.objects.get(verb="allocation.taken_back").reason == "The wrong census."


def test_after_it_was_taken_back_an_instalment_is_shared_afresh(three_schools, instalment):
    take_back_now(run_now(instalment))
    make_roll(school=three_schools[2], pupils=400)

    again = run_now(instalment)

    assert again.lines.get(school=three_schools[2]).credits == 333
    assert AllocationRun.objects.filter(taken_back_at__isnull=True).get() == again


def test_taking_back_twice_is_refused(three_schools, instalment):
    run = run_now(instalment)
    take_back_now(run)
    before = the_books()

    with pytest.raises(CannotBeReversed):
        take_back_now(run)

    assert the_books() == before


def test_taking_back_needs_a_reason(three_schools, instalment):
    run = run_now(instalment)
    before = the_books()

    with pytest.raises(ReasonNeeded):
        take_back_now(run, reason=" ")

    assert the_books() == before


def test_a_run_somebody_has_spent_from_stays_and_they_are_named(three_schools, instalment):
    run = run_now(instalment)
    for school in three_schools[:2]:
        adjust(
            key=f"page-{school.pk}",
            school=school,
            year=make_year(),
            credits=-1,
            reason="Paid in error.",
            by=the_portal(),
            at=NOON,
        )
    before = the_books()

    with pytest.raises(RunWasSpent, match="Alder School and Beech School have already used"):
        take_back_now(run)

    assert the_books() == before
    assert AllocationRun.objects.get(pk=run.pk).taken_back_at is None


def test_corrections_and_joiners_of_a_run_go_back_with_it(three_schools):
    instalment = make_instalment(pence=2_000_000, reserve_percent=50)
    run = run_now(instalment)
    facts = {"year": make_year(), "by": the_portal(), "at": NOON}
    bigger = make_roll(school=three_schools[0], pupils=500)
    correct_roll(school=three_schools[0], roll=bigger, reason="Counted again.", **facts)
    joiner = make_school(name="Dogwood School")
    welcome_joiner(school=joiner, roll=make_roll(school=joiner, pupils=90), **facts)
    assert balance(AccountKind.RESERVE) == 500 - 15 - 45

    take_back_now(run)

    assert (balance(AccountKind.POOL), balance(AccountKind.RESERVE)) == (500, 500)
    assert balance(AccountKind.AVAILABLE, three_schools[0]) == 0
    assert balance(AccountKind.AVAILABLE, joiner) == 0


def test_an_instalment_that_was_reversed_has_nothing_to_share(three_schools, instalment):
    make_instalment(funding=instalment.funding, pence=2_000_000)
    reverse_entry(entry=instalment.entry, reason="Paid back.", by=the_portal(), at=NOON)
    before = the_books()

    with pytest.raises(InstalmentWasReversed):
        run_now(instalment)

    assert the_books() == before


def test_a_school_that_gets_no_credit_has_a_line_and_no_transfer(three_schools):
    nobody = make_school_with_roll(name="Dogwood School", pupils=0)
    instalment = make_instalment(pence=2_000_000, reserve_percent=0, floor=0)

    run = make_run(instalment=instalment)

    assert run.lines.get(school=nobody).credits == 0
    assert ("allocate", "pool", "available", 470) in ledger()
    assert run.entry.transfers.count() == 3
