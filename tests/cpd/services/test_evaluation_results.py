"""What answers add up to, and that nobody's can be read out of it."""

from datetime import timedelta

import pytest

from cpd.rules import answers_shown
from cpd.services.evaluation_results import result_rows, results_of
from tests.makers.cpd import give_credits
from tests.makers.evaluations import (
    answer,
    ask,
    make_completed,
    make_evaluation_form,
    the_morning_after,
)
from tests.makers.registers import make_organiser, make_running_cohort
from tests.makers.schools import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=500)
    make_evaluation_form()
    cohort = make_running_cohort(organiser=make_organiser(), places_per_school=20, capacity=20)
    make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep, people=7)
    return cohort


@pytest.fixture
def asked(cohort):
    return ask(cohort)


def the_results(cohort, *, later=timedelta(days=1)):
    [results] = results_of(cohort=cohort, at=the_morning_after(cohort) + later)
    return results


@pytest.mark.parametrize(
    ("answered", "is_closed", "shown"),
    [
        (0, False, 0),
        (4, False, 0),
        (4, True, 0),
        (5, False, 5),
        (9, False, 5),
        (10, False, 10),
        (6, True, 6),
        (9, True, 9),
    ],
)
def test_answers_come_in_by_steps_until_no_more_can_come(answered, is_closed, shown):
    assert answers_shown(answered=answered, fewest=5, is_closed=is_closed) == shown


def test_four_answers_show_nothing(cohort, asked):
    for evaluation in asked[:4]:
        answer(evaluation, words="Only I would say this")

    results = the_results(cohort)

    assert (results.asked, results.answered, results.shown) == (7, 4, 0)
    assert results.questions == ()
    assert "The summary appears once 5 have answered" in results.in_words


def test_a_sixth_answer_waits_so_that_two_looks_never_differ_by_one_person(cohort, asked):
    for minutes, evaluation in enumerate(asked[:5]):
        answer(evaluation, rating=5, at=evaluation.asked_at + timedelta(minutes=minutes))
    before = the_results(cohort).questions
    answer(asked[5], rating=1, words="Dreadful", at=asked[5].asked_at + timedelta(hours=2))

    after = the_results(cohort)

    assert after.questions == before
    assert (after.answered, after.shown) == (6, 5)
    assert "the rest follow" in after.in_words


def test_once_everybody_answered_or_nobody_can_any_more_all_are_shown(cohort, asked):
    for evaluation in asked[:6]:
        answer(evaluation)
    assert the_results(cohort).shown == 5
    assert the_results(cohort, later=timedelta(days=90)).shown == 6

    answer(asked[6])
    assert the_results(cohort).shown == 7


def test_ratings_are_counted_and_drawn_and_words_stand_without_their_writer(cohort, asked):
    said = ["The practice", "", "A friendly room", "", ""]
    for rating, words, evaluation in zip((5, 5, 4, 2, 5), said, asked, strict=False):
        answer(evaluation, rating=rating, words=words, may_quote=words == "The practice")

    rating, words = the_results(cohort).questions

    assert rating.counts == [
        ("Fully", 3),
        ("Mostly", 1),
        ("Partly", 0),
        ("A little", 1),
        ("Not at all", 0),
    ]
    assert rating.chart.sentence == "4 of 5 answers: fully or mostly."
    assert [(comment.words, comment.may_quote) for comment in words.comments] == [
        ("A friendly room", False),
        ("The practice", True),
    ]
    assert [comment.words for comment in words.quotable] == ["The practice"]


def test_the_file_says_what_the_page_says(cohort, asked):
    for evaluation in asked[:5]:
        answer(evaluation, rating=5)
    for words, evaluation in zip(("=1+1",), asked[5:], strict=False):
        answer(evaluation, rating=None, words=words)
    answer(asked[6], rating=3)

    rows = list(result_rows(cohort=cohort, at=the_morning_after(cohort) + timedelta(days=1)))

    assert [(row.answer, row.number, row.may_quote) for row in rows] == [
        ("Fully", 5, ""),
        ("Mostly", 0, ""),
        ("Partly", 1, ""),
        ("A little", 0, ""),
        ("Not at all", 0, ""),
        ("=1+1", 1, "no"),
    ]


def test_a_course_nobody_was_asked_about_has_no_summary(cohort):
    assert results_of(cohort=cohort, at=the_morning_after(cohort)) == []
