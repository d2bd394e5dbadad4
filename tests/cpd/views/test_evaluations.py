"""Answering by a mailed link, and the summary for whoever ran the course."""

import pytest
import time_machine
from django.test import Client

from cpd.emails.afterwards_mails import EVALUATION
from cpd.models import Evaluation, EvaluationAnswer
from hub_portal.shared.links import sign
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


@pytest.fixture
def cast(db):
    cast = make_cast()
    give_credits(school=cast.our_school, credits=500)
    return cast


@pytest.fixture
def cohort(cast):
    make_evaluation_form()
    cohort = make_running_cohort(organiser=make_organiser(), places_per_school=20, capacity=20)
    make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep, people=5)
    return cohort


@pytest.fixture
def asked(cohort):
    evaluations = ask(cohort)
    with time_machine.travel(the_morning_after(cohort), tick=False):
        yield evaluations


def link(evaluation):
    return f"/evaluation/{sign(EVALUATION, evaluation.pk, evaluation.link_version)}/"


def filled(evaluation, rating="5", words="The practice", **more):
    first, second = evaluation.form.questions.order_by("position")
    return {f"q{first.pk}": rating, f"q{second.pk}": words, **more}


def test_a_scanner_may_open_the_link_twenty_times_and_the_holder_still_answers(client, asked):
    for _ in range(20):
        scanner = Client()
        assert scanner.get(link(asked[0]), follow=True).status_code == 200
        assert scanner.head(link(asked[0])).status_code == 302
    assert not Evaluation.objects.answered().exists()

    arrived = client.get(link(asked[0]))
    answer = client.post("/evaluation/", filled(asked[0], may_quote="on"), follow=True)

    assert (arrived["Location"], arrived["Referrer-Policy"]) == ("/evaluation/", "no-referrer")
    assert "Thank you" in answer.content.decode()
    evaluation = Evaluation.objects.answered().get()
    assert (evaluation.pk, evaluation.may_quote) == (asked[0].pk, True)


def test_the_page_names_the_course_and_nobody(client, asked):
    page = client.get(link(asked[0]), follow=True).content.decode()

    assert "Coaching conversations" in page
    assert f"{asked[0].person.email[0]}•••@" in page
    for hidden in (asked[0].person.full_name, asked[0].person.email, "Lampton School</"):
        assert hidden not in page


def test_it_is_answered_once(client, asked):
    client.get(link(asked[0]))
    client.post("/evaluation/", filled(asked[0]))
    again = client.post("/evaluation/", filled(asked[0], rating="1"))

    assert again.status_code == 404
    assert client.get(link(asked[0]), follow=True).status_code == 404
    assert EvaluationAnswer.objects.count() == 2


@pytest.mark.parametrize("token", ["1.no-such-token", "x", "1.", "999." + "A" * 32])
def test_a_bad_link_learns_nothing(client, asked, token):
    answer = client.get(f"/evaluation/{token}/", follow=True)

    assert answer.status_code == 404
    assert "This link no longer works" in answer.content.decode()


def test_a_link_made_for_another_purpose_opens_nothing(client, asked):
    from schools.emails import INVITATION

    token = sign(INVITATION, asked[0].pk, asked[0].link_version)

    assert client.get(f"/evaluation/{token}/", follow=True).status_code == 404


def test_a_revoked_link_opens_nothing_though_one_has_arrived(client, asked):
    client.get(link(asked[0]))
    Evaluation.objects.filter(pk=asked[0].pk).update(link_version=2)

    assert client.get("/evaluation/").status_code == 404


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"rating": "", "words": " "}, "Answer at least one question"),
        ({"rating": "9"}, "Choose one of the five answers"),
        ({"words": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_taken_is_a_sentence_and_changes_nothing(client, asked, words, said):
    client.get(link(asked[0]))

    answer = client.post("/evaluation/", filled(asked[0], **words))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not EvaluationAnswer.objects.exists()


def test_whoever_ran_it_reads_the_summary_and_what_may_be_quoted(client, cohort, asked):
    said = [("Quote me", True), ("Between us", False), ("", False), ("", False), ("", False)]
    for (words, may_quote), evaluation in zip(said, asked, strict=True):
        answer(evaluation, words=words, may_quote=may_quote, at=evaluation.asked_at)
    client.force_login(cohort.organiser)

    course = client.get(f"/organise/{cohort.pk}/").content.decode()
    page = client.get(f"/organise/{cohort.pk}/evaluation/").content.decode()

    assert "What it was worth" in course
    assert "5 of 5 answers: fully or mostly." in page
    assert "Quote me" in page
    assert "Between us" not in page


def test_before_anybody_is_asked_the_summary_says_when(client, cohort):
    client.force_login(cohort.organiser)

    page = client.get(f"/organise/{cohort.pk}/evaluation/").content.decode()

    assert "Nobody was asked yet" in page


def test_the_summary_is_for_whoever_ran_it(client, cast, cohort, asked):
    for person in (cast.rep, make_organiser(email="other@organisers.example")):
        client.force_login(person)
        assert client.get(f"/organise/{cohort.pk}/evaluation/").status_code == 404
