"""Evaluation forms and summaries in the hub manager's room."""

import csv
import io

import pytest
import time_machine

from cpd.models import EvaluationForm
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_programme
from tests.makers.evaluations import (
    answer,
    ask,
    make_completed,
    make_evaluation_form,
    the_morning_after,
)
from tests.makers.registers import make_organiser, make_running_cohort
from tests.makers.schools import make_finance_officer, sign_in

FORMS = "/admin/cpd/evaluationform/"
RESULTS = "/admin/cpd/evaluatedcohort/"


@pytest.fixture
def cohort(cast):
    give_credits(school=cast.our_school, credits=500)
    make_evaluation_form()
    cohort = make_running_cohort(organiser=make_organiser(), places_per_school=20, capacity=20)
    make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep, people=5)
    return cohort


@pytest.fixture
def asked(cohort):
    return ask(cohort)


def typed(**words):
    lines = {"questions-TOTAL_FORMS": "1", "questions-INITIAL_FORMS": "0"}
    lines |= {"questions-0-position": "1", "questions-0-words": "It was worth it"}
    lines |= {"questions-0-kind": "rating"}
    return {"name": "After a course", "moment": "after", "introduction": "", **lines, **words}


def test_a_form_is_written_and_put_to_use(as_manager, cast):
    as_manager.post(f"{FORMS}add/", typed())
    form = EvaluationForm.objects.get()
    as_manager.post(f"{FORMS}{form.pk}/use/", {"is_sure": "on"})

    form.refresh_from_db()
    assert form.is_in_use
    assert form.questions.get().words == "It was worth it"
    assert Act.objects.get(verb="evaluation_form.in_use").by == cast.hub_manager


def test_a_form_without_questions_is_refused_in_a_sentence(as_manager):
    form = EvaluationForm.objects.create(name="Empty")

    answer = as_manager.post(f"{FORMS}{form.pk}/use/", {"is_sure": "on"})

    assert answer.status_code == 422
    assert "Add at least one question" in answer.content.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"both": True}, "not both"),
        ({"moment": "later"}, "Say for which kind or programme people are asked again"),
    ],
)
def test_what_a_form_is_for_must_be_clear(as_manager, words, said):
    if words.pop("both", False):
        programme = make_programme()
        words = {"programme": programme.pk, "kind": programme.kind_id}

    answer = as_manager.post(f"{FORMS}add/", typed(**words))

    assert said in answer.content.decode()
    assert not EvaluationForm.objects.exists()


def test_a_form_people_were_asked_with_is_only_copied(as_manager, asked):
    form = EvaluationForm.objects.get()

    page = as_manager.get(f"{FORMS}{form.pk}/change/").content.decode()
    refused = as_manager.post(f"{FORMS}{form.pk}/change/", typed(name="Another"))
    as_manager.post(f"{FORMS}{form.pk}/copy/", {"is_sure": "on"})

    assert "its questions stay as they are" in page
    assert refused.status_code == 403
    assert sorted(EvaluationForm.objects.values_list("name", flat=True)) == [
        "After a course",
        "After a course, copy",
    ]


def test_the_hub_reads_all_that_was_written_and_takes_it_away(as_manager, cast, cohort, asked):
    for evaluation in asked:
        answer(evaluation, words="Between us")
    with time_machine.travel(the_morning_after(cohort), tick=False):
        sign_in(as_manager, cast.hub_manager)
        page = as_manager.get(f"{RESULTS}{cohort.pk}/change/").content.decode()
        listed = as_manager.get(RESULTS).content.decode()
        taken = as_manager.get(f"{RESULTS}{cohort.pk}/evaluation.csv")
        content = b"".join(taken.streaming_content).decode("utf-8-sig")

    assert page.count("Between us") == 5
    assert "Coaching conversations" in listed
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[0] == ["Asked", "Question", "Answer", "Number", "May be quoted"]
    assert rows[1] == ["After the last session", "I can use it on Monday", "Fully", "5", ""]
    assert Act.objects.get(verb="evaluation.exported").by == cast.hub_manager


def test_a_finance_officer_reads_no_evaluation(client, cohort, asked):
    sign_in(client, make_finance_officer())

    for path in (FORMS, RESULTS, f"{RESULTS}{cohort.pk}/change/"):
        assert client.get(path).status_code == 403
