"""The four figures, and what a school received opened into its parts. Rule CR-6."""

import pytest

from credits.services.adjustments import adjust, move_between_schools
from credits.services.corrections import correct_roll, welcome_joiner
from credits.services.figures import (
    Figures,
    Received,
    figures_of,
    figures_of_schools,
    received_of,
)
from tests.makers.credits import make_instalment, make_roll, make_run, make_year
from tests.makers.schools import NOON, make_cast, make_school
from tests.makers.spending import spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    make_roll(school=cast.our_school, pupils=500)
    make_roll(school=cast.strangers_school, pupils=500)
    make_run(instalment=make_instalment(pence=2_000_000, reserve_percent=50))
    return cast


def test_a_school_without_accounts_has_nothing():
    school = make_school()

    assert figures_of(school, make_year()) == Figures()
    assert received_of(school, make_year()) == Received()


def test_the_figures_follow_the_life_of_credits_and_always_add_up(cast):
    ours, year, by = cast.our_school, make_year(), cast.hub_manager
    assert figures_of(ours, year) == Figures(available=250)

    spend(school=ours, credits=30).settle()
    late = spend(school=ours, credits=20)
    late.give_back(returned=5, kept=15)
    spend(school=ours, credits=12)
    adjust(key="1", school=ours, year=year, credits=7, reason="Why.", by=by, at=NOON)
    correct_roll(
        school=ours,
        year=year,
        roll=make_roll(school=ours, pupils=520),
        reason="Counted again.",
        by=by,
        at=NOON,
    )
    move_between_schools(
        key="2",
        giving=ours,
        receiving=cast.strangers_school,
        year=year,
        credits=40,
        agreed_by=cast.rep,
        reason="Why.",
        by=by,
        at=NOON,
    )

    figures, parts = figures_of(ours, year), received_of(ours, year)

    assert figures == Figures(committed=12, spent=45, available=170)
    assert parts == Received(allocated=250, corrections=17, moved_out=40)
    assert figures.received == parts.total == 227
    theirs = received_of(cast.strangers_school, year)
    assert theirs == Received(allocated=250, moved_in=40)
    assert figures_of(cast.strangers_school, year).received == theirs.total == 290


def test_a_joiners_share_counts_as_allocated(cast):
    joiner = make_school(name="Elm School")
    roll = make_roll(school=joiner, pupils=100)
    welcome_joiner(school=joiner, year=make_year(), roll=roll, by=cast.hub_manager, at=NOON)

    assert received_of(joiner, make_year()) == Received(allocated=50)


def test_all_schools_are_read_in_one_query(cast, django_assert_num_queries):
    year = make_year()

    with django_assert_num_queries(1):
        figures = figures_of_schools(None, year)

    assert figures == {
        cast.our_school.pk: Figures(available=250),
        cast.strangers_school.pk: Figures(available=250),
    }


def test_one_schools_parts_are_read_in_three_queries(cast, django_assert_num_queries):
    year = make_year()

    with django_assert_num_queries(3):
        received_of(cast.our_school, year)
