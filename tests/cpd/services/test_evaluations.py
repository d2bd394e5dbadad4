"""Asking what a course was worth, answering, and forgetting who answered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cpd import errors
from cpd.choices import Moment, Rating
from cpd.models import Cohort, Evaluation, EvaluationAnswer, EvaluationForm
from cpd.services.evaluation_forms import copy_form, is_asked, put_away, put_to_use
from cpd.services.evaluations import (
    Answers,
    answer_evaluation,
    ask_for_evaluations,
    forget_who_answered,
    form_for,
    is_still_to_answer,
)
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.models import Person
from tests.makers.cpd import give_credits, make_booking, make_programme
from tests.makers.evaluations import (
    answer,
    ask,
    complete,
    make_completed,
    make_evaluation_form,
    the_morning_after,
)
from tests.makers.registers import make_organiser, make_running_cohort, sessions_of, take
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=500)
    return cast


@pytest.fixture
def cohort():
    return make_running_cohort(
        organiser=make_organiser(), sessions=2, places_per_school=20, capacity=20
    )


@pytest.fixture
def form():
    return make_evaluation_form()


@pytest.fixture
def ann(cast, cohort, form):
    [booking] = make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep)
    Delivery.objects.all().delete()
    return booking


# ---- Asking -------------------------------------------------------------------------------------


def test_everybody_who_was_there_is_asked_once_by_a_link(cohort, ann):
    at = the_morning_after(cohort)

    assert ask_for_evaluations(at=at) == 1
    assert ask_for_evaluations(at=at + timedelta(days=1)) == 0

    evaluation = Evaluation.objects.get()
    assert (evaluation.person, evaluation.moment, evaluation.asked_at) == (
        ann.delegate,
        Moment.AFTER,
        at,
    )
    assert evaluation.expires_at == at + timedelta(days=90)
    mail = Delivery.objects.get()
    assert (mail.kind, mail.to) == ("cpd.evaluation", ann.delegate.email)
    assert f"/evaluation/~~link.evaluation.{evaluation.pk}.1." in mail.body.text
    assert mail.expires_at == evaluation.expires_at


def test_whoever_was_not_there_is_not_asked(cast, cohort, form):
    bookings = [make_booking(cohort=cohort, school=cast.our_school, by=cast.rep) for _ in range(4)]
    there, partly, absent, unmarked = bookings
    take(cohort, {there: "attended", partly: "partly", absent: "apologies"})
    complete(cohort)

    asked = {evaluation.booking for evaluation in ask(cohort)}

    assert asked == {there, partly}
    assert unmarked not in asked


def test_nobody_is_asked_before_it_is_completed_or_without_a_form(cast, cohort):
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    take(cohort, {booking: "attended"})
    assert ask(cohort) == []

    complete(cohort)
    assert ask(cohort) == []

    make_evaluation_form()
    assert len(ask(cohort)) == 1


def test_a_register_taken_late_is_caught_up_with_for_sixty_days(cast, cohort, form):
    early, late, too_late = (
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep) for _ in range(3)
    )
    last = sessions_of(cohort)[-1]
    take(cohort, {early: "attended"}, session=last)
    complete(cohort)
    ask(cohort)

    take(cohort, {late: "attended"}, session=last, at=last.ends_at + timedelta(days=59))
    assert ask_for_evaluations(at=last.ends_at + timedelta(days=60)) == 1
    take(cohort, {too_late: "attended"}, session=last, at=last.ends_at + timedelta(days=61))
    assert ask_for_evaluations(at=last.ends_at + timedelta(days=61)) == 0


def test_a_term_later_only_where_a_form_of_the_programme_or_its_kind_says_so(cohort, ann):
    ask(cohort)
    a_term_later = sessions_of(cohort)[-1].ends_at + timedelta(weeks=13, hours=1)
    assert ask_for_evaluations(at=a_term_later) == 0

    later = make_evaluation_form(
        name="A term later", moment=Moment.LATER, programme=cohort.programme
    )

    assert ask_for_evaluations(at=a_term_later - timedelta(hours=2)) == 0
    assert ask_for_evaluations(at=a_term_later) == 1
    asked = Evaluation.objects.get(moment=Moment.LATER)
    assert (asked.form, asked.person) == (later, ann.delegate)
    assert "A term ago" in Delivery.objects.get(about=f"evaluation:{asked.pk}").body.text


def test_the_closest_form_is_asked(cohort, form):
    assert form_for(cohort=cohort, moment=Moment.AFTER) == form
    of_kind = make_evaluation_form(name="Kind", kind=cohort.programme.kind)
    assert form_for(cohort=cohort, moment=Moment.AFTER) == of_kind
    own = make_evaluation_form(name="Own", programme=cohort.programme)
    make_evaluation_form(name="Other", programme=make_programme())
    assert form_for(cohort=cohort, moment=Moment.AFTER) == own


def test_somebody_without_an_address_is_asked_through_the_school(cast, cohort, ann):
    Person.objects.filter(pk=ann.delegate_id).update(email=None)

    ask(cohort)

    mail = Delivery.objects.get()
    assert mail.to == "rita@our.example"
    assert f"For {ann.named_as}." in mail.body.text


def test_that_a_course_was_asked_about_is_an_act(cohort, ann, form):
    ask(cohort)

    act = Act.objects.get(verb="cohort.evaluation_asked")
    assert (act.by, act.subject, act.after) == (
        Person.objects.portal(),
        f"cohort:{cohort.pk}",
        {"form": form.pk, "moment": "after", "asked": 1},
    )


# ---- Answering ----------------------------------------------------------------------------------


def test_answers_are_taken_in_once(cohort, ann):
    [evaluation] = ask(cohort)

    answer(evaluation, rating=4, words="The practice", may_quote=True)
    with pytest.raises(errors.EvaluationIsClosed):
        answer(evaluation, rating=1)

    given = EvaluationAnswer.objects.order_by("question__position").values_list("rating", "words")
    assert list(given) == [(Rating.MOSTLY, ""), (None, "The practice")]
    evaluation.refresh_from_db()
    assert (evaluation.answered_at, evaluation.may_quote) == (
        evaluation.asked_at + timedelta(hours=1),
        True,
    )
    assert not is_still_to_answer(f"evaluation:{evaluation.pk}")


def test_nothing_at_all_is_refused_and_leaves_it_open(cohort, ann):
    [evaluation] = ask(cohort)

    with pytest.raises(errors.NothingAnswered):
        answer(evaluation, rating=None, words="   ")

    assert not EvaluationAnswer.objects.exists()
    assert Evaluation.objects.open(at=evaluation.asked_at).get() == evaluation


def test_after_ninety_days_it_is_closed(cohort, ann):
    [evaluation] = ask(cohort)

    with pytest.raises(errors.EvaluationIsClosed):
        answer(evaluation, at=evaluation.expires_at)
    assert answer(evaluation, at=evaluation.expires_at - timedelta(seconds=1))


def test_answers_to_questions_of_another_form_are_not_taken(cohort, ann):
    [evaluation] = ask(cohort)
    other = make_evaluation_form(name="Other", in_use=False).questions.first()

    with pytest.raises(errors.NothingAnswered):
        answer_evaluation(
            evaluation_id=evaluation.pk,
            answers=Answers({other.pk: Rating.FULLY}, {}),
            at=evaluation.asked_at,
        )


def test_answering_leaves_no_name_in_the_trail(cohort, ann):
    [evaluation] = ask(cohort)
    acts = Act.objects.count()

    answer(evaluation)

    assert Act.objects.count() == acts


def test_who_answered_is_forgotten_with_the_link_and_what_was_said_stays(cohort, ann):
    [evaluation] = ask(cohort)
    answer(evaluation)

    assert forget_who_answered(at=evaluation.expires_at - timedelta(seconds=1)) == 0
    assert forget_who_answered(at=evaluation.expires_at) == 1
    assert forget_who_answered(at=evaluation.expires_at) == 0

    evaluation.refresh_from_db()
    assert (evaluation.person, evaluation.booking) == (None, None)
    assert EvaluationAnswer.objects.count() == 1
    assert ask_for_evaluations(at=evaluation.expires_at) == 0


# ---- Forms --------------------------------------------------------------------------------------


def test_one_form_is_in_use_for_the_same_courses(cast, form):
    other = make_evaluation_form(name="A better one", in_use=False)

    put_to_use(form=other, by=cast.hub_manager, at=NOON)

    assert list(EvaluationForm.objects.filter(is_in_use=True)) == [other]
    acts = Act.objects.filter(verb__startswith="evaluation_form", by=cast.hub_manager)
    assert [act.verb for act in acts.order_by("pk")] == [
        "evaluation_form.put_away",
        "evaluation_form.in_use",
    ]


def test_a_form_without_questions_is_not_put_to_use(cast):
    empty = EvaluationForm.objects.create(name="Empty")

    with pytest.raises(errors.FormHasNoQuestions):
        put_to_use(form=empty, by=cast.hub_manager, at=NOON)
    assert not EvaluationForm.objects.get().is_in_use


def test_nobody_is_asked_with_a_form_that_was_put_away(cast, cohort, ann, form):
    put_away(form=form, by=cast.hub_manager, at=NOON)

    assert ask(cohort) == []


def test_a_copy_can_be_changed_and_is_not_in_use(cast, cohort, ann, form):
    ask(cohort)
    assert is_asked(form)

    copy = copy_form(form=form, by=cast.hub_manager, at=NOON)

    assert (copy.is_in_use, is_asked(copy)) == (False, False)
    assert list(copy.questions.values_list("position", "words", "kind")) == list(
        form.questions.values_list("position", "words", "kind")
    )


@pytest.mark.parametrize("facts", [{"moment": Moment.LATER}, {"both": True}])
def test_the_database_refuses_a_form_that_is_for_nobody_or_for_two(facts):
    if facts.pop("both", False):
        programme = make_programme()
        facts = {"programme": programme, "kind": programme.kind}

    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationForm.objects.create(name="Odd", **facts)


def test_asking_touches_no_state_of_the_course(cohort, ann):
    before = Cohort.objects.values().get(pk=cohort.pk)

    ask(cohort)

    assert Cohort.objects.values().get(pk=cohort.pk) == before
