"""A corrected roll, and a school that joins, at the published rate. Rule CR-4."""

from datetime import UTC, date, datetime

import pytest

from credits.choices import AccountKind
from credits.errors import NotAMember, NotEnoughInPot, NothingToShare, ReasonNeeded
from credits.models import AllocationRun, JournalEntry
from credits.services.adjustments import reverse_entry
from credits.services.allocation import take_back
from credits.services.corrections import (
    correct_roll,
    foreseen_correction,
    foreseen_joiner_share,
    welcome_joiner,
)
from credits.services.figures import received_of
from credits.services.statement_lines import statement_of
from hub_portal.shared.errors import Refused
from hub_portal.trail.models import Act
from schools.models import Membership, Term
from tests.makers.credits import (
    balance,
    ledger,
    make_instalment,
    make_roll,
    make_run,
    make_school_with_roll,
    make_year,
    the_books,
    the_portal,
)
from tests.makers.schools import NOON, make_school
from tests.makers.spending import spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    """460 of 980 pupils, and 460 credits of a pool of 980 with a reserve of 20."""
    school = make_school_with_roll(name="Alder School", pupils=460)
    make_school_with_roll(name="Beech School", pupils=520)
    make_run(instalment=make_instalment(pence=2_000_000))
    return school


def correct(school, pupils, reason="The census was corrected."):
    roll = make_roll(school=school, pupils=pupils)
    return correct_roll(
        school=school, year=make_year(), roll=roll, reason=reason, by=the_portal(), at=NOON
    )


def welcome(school, pupils, at=NOON):
    roll = make_roll(school=school, pupils=pupils)
    return welcome_joiner(school=school, year=make_year(), roll=roll, by=the_portal(), at=at)


def test_a_larger_roll_is_paid_out_of_the_reserve_for_that_school_only(school):
    correction = correct(school, 475)

    assert (correction.owed, correction.moved, correction.not_recovered) == (15, 15, 0)
    assert ledger()[-1] == ("correction", "reserve", "available", 15)
    assert balance(AccountKind.AVAILABLE, school) == 475
    assert balance(AccountKind.RESERVE) == 5
    act = Act.objects.get(verb="allocation.corrected")
    assert (act.reason, act.after["owed"], act.after["moved"]) == (
        "The census was corrected.",
        15,
        15,
    )


def test_a_smaller_roll_gives_back_to_the_reserve(school):
    correction = correct(school, 400)

    assert (correction.owed, correction.moved) == (-60, -60)
    assert ledger()[-1] == ("correction", "available", "reserve", 60)
    assert balance(AccountKind.RESERVE) == 80


def test_a_reduction_takes_what_is_free_and_reports_the_rest(school):
    spend(school=school, credits=440)

    correction = correct(school, 400)

    assert (correction.owed, correction.moved, correction.not_recovered) == (-60, -20, 40)
    assert balance(AccountKind.AVAILABLE, school) == 0


def test_the_rest_of_a_reduction_is_taken_when_it_is_free(school):
    booked = spend(school=school, credits=440)
    roll = make_roll(school=school, pupils=400)
    facts = {"school": school, "year": make_year(), "roll": roll, "reason": "Again."}
    correct_roll(**facts, by=the_portal(), at=NOON)
    booked.give_back()

    rest = correct_roll(**facts, by=the_portal(), at=NOON)

    assert (rest.owed, rest.moved) == (-40, -40)
    assert balance(AccountKind.AVAILABLE, school) == 400


def test_the_same_correction_again_moves_nothing_and_leaves_no_second_act(school):
    roll = make_roll(school=school, pupils=475)
    facts = {"school": school, "year": make_year(), "roll": roll, "reason": "Counted again."}
    correct_roll(**facts, by=the_portal(), at=NOON)
    before = the_books()

    again = correct_roll(**facts, by=the_portal(), at=NOON)

    assert (again.owed, again.moved) == (0, 0)
    assert the_books() == before
    assert Act.objects.filter(verb="allocation.corrected").count() == 1


def test_a_correction_is_rounded_down_and_held_at_the_floor(school):
    assert correct(school, 3).owed == 10 - 460


def test_a_second_correction_starts_from_the_first(school):
    correct(school, 475)

    assert correct(school, 470).moved == -5
    assert balance(AccountKind.AVAILABLE, school) == 470


def test_a_reversed_correction_can_be_made_again(school):
    roll = make_roll(school=school, pupils=475)
    facts = {"school": school, "year": make_year(), "roll": roll, "reason": "Counted again."}
    correct_roll(**facts, by=the_portal(), at=NOON)
    entry = JournalEntry.objects.get(kind="correction")
    reverse_entry(entry=entry, reason="Mistaken.", by=the_portal(), at=NOON)

    again = correct_roll(**facts, by=the_portal(), at=NOON)

    assert again.moved == 15
    assert balance(AccountKind.AVAILABLE, school) == 475


def test_a_reserve_that_cannot_pay_refuses_with_the_figure(school):
    roll = make_roll(school=school, pupils=481)
    before = the_books()

    with pytest.raises(NotEnoughInPot, match="needs 21 credits and the reserve holds 20 credits"):
        correct_roll(
            school=school, year=make_year(), roll=roll, reason="Why.", by=the_portal(), at=NOON
        )

    assert the_books() == before
    assert not Act.objects.filter(verb="allocation.corrected").exists()


def test_every_run_of_the_year_is_put_right(school):
    make_run(instalment=make_instalment(pence=2_000_000))

    correction = correct(school, 450)

    assert correction.moved == -20
    assert [line[:3] for line in ledger()[-2:]] == [("correction", "available", "reserve")] * 2


def test_what_a_correction_would_do_is_foreseen_and_writes_nothing(school):
    roll = make_roll(school=school, pupils=475)
    before = the_books()

    foreseen = foreseen_correction(school=school, year=make_year(), roll=roll)

    assert (foreseen.owed, foreseen.moved) == (15, 15)
    assert the_books() == before


@pytest.mark.parametrize(
    ("pupils_of", "reason", "refusal"),
    [("its own", " ", ReasonNeeded), ("another", "Why.", Refused)],
)
def test_a_correction_without_reason_or_with_anothers_roll_is_refused(
    school, pupils_of, reason, refusal
):
    owner = school if pupils_of == "its own" else make_school(name="Elm School")
    roll = make_roll(school=owner, pupils=400)
    before = the_books()

    with pytest.raises(refusal):
        correct_roll(
            school=school, year=make_year(), roll=roll, reason=reason, by=the_portal(), at=NOON
        )

    assert the_books() == before


def test_a_school_in_no_run_has_nothing_to_correct(school):
    with pytest.raises(NothingToShare, match="has no share in a run of 2026/27"):
        correct(make_school(name="Elm School"), 400)


@pytest.mark.parametrize(
    ("at", "credits"),
    [
        (NOON, 14),  # three terms left: 14 pupils at 1 credit
        (datetime(2027, 1, 20, 12, 0, tzinfo=UTC), 9),
        (datetime(2027, 5, 1, 12, 0, tzinfo=UTC), 4),
    ],
)
def test_a_school_that_joins_gets_the_rate_times_the_terms_left(school, at, credits):
    joiner = make_school(name="Elm School")

    given = welcome(joiner, 14, at=at)

    assert given == credits
    assert ledger()[-1] == ("joiner", "reserve", "available", credits)
    assert received_of(joiner, make_year()).allocated == credits


def test_joining_twice_gives_nothing_more(school):
    joiner = make_school(name="Elm School")
    welcome(joiner, 14)
    before = the_books()

    with pytest.raises(NothingToShare):
        welcome(joiner, 14)

    assert the_books() == before
    assert Act.objects.filter(verb="allocation.joiner").count() == 1


def test_a_joiners_share_that_was_reversed_can_be_given_again(school):
    joiner = make_school(name="Elm School")
    welcome(joiner, 14)
    entry = JournalEntry.objects.get(kind="joiner")
    reverse_entry(entry=entry, reason="The wrong roll.", by=the_portal(), at=NOON)

    assert welcome(joiner, 12) == 12


def test_a_joiner_gets_nothing_of_a_run_it_shared_in(school):
    with pytest.raises(NothingToShare):
        welcome(school, 900)


def test_too_little_in_the_reserve_refuses_a_joiner_with_the_figure(school):
    joiner = make_school(name="Elm School")

    with pytest.raises(NotEnoughInPot, match="needs 21 credits and the reserve holds 20 credits"):
        welcome(joiner, 21)

    assert balance(AccountKind.AVAILABLE, joiner) == 0


def test_more_funding_lets_the_joiner_in(school):
    joiner = make_school(name="Elm School")
    make_instalment(pence=100_000)

    assert welcome(joiner, 21) == 21


def test_who_is_no_member_does_not_join(school):
    stranger = make_school(name="Elm School", member=False)
    Membership.objects.create(school=stranger, from_on=date(2026, 11, 21))

    with pytest.raises(NotAMember, match="Elm School is not a member"):
        welcome(stranger, 14)


def test_after_the_last_term_there_is_nothing_to_join_for(school):
    joiner = make_school(name="Elm School")
    Term.objects.all().delete()

    with pytest.raises(NothingToShare, match="nothing of 2026/27"):
        welcome(joiner, 14)


def test_what_a_joiner_would_get_is_foreseen(school):
    joiner = make_school(name="Elm School")
    roll = make_roll(school=joiner, pupils=14)
    before = the_books()

    foreseen = foreseen_joiner_share(school=joiner, year=make_year(), roll=roll, at=NOON)

    assert foreseen == 14
    assert the_books() == before


def test_a_run_taken_back_after_a_smaller_roll_leaves_no_line_below_zero(school):
    correct(school, 440)

    take_back(run=AllocationRun.objects.get(), reason="Why.", by=the_portal(), at=NOON)

    lines = statement_of(school, make_year()).lines
    assert [(line.gain, line.available) for line in lines] == [
        (460, 460),
        (-20, 440),
        (20, 460),
        (-460, 0),
    ]
