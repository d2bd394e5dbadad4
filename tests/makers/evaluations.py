"""Forms of evaluation, and cohorts whose people were asked with them."""

from datetime import timedelta

from cpd.choices import Moment, QuestionKind
from cpd.models import Evaluation, EvaluationForm, EvaluationQuestion
from cpd.services.evaluation_forms import put_to_use
from cpd.services.evaluations import Answers, answer_evaluation, ask_for_evaluations
from cpd.services.settling import settle_cohort
from schools.models import Person
from tests.makers.cpd import make_booking
from tests.makers.registers import sessions_of, take
from tests.makers.schools import NOON


def make_evaluation_form(*, in_use=True, by=None, **facts):
    """A form with one rating and one line to write on, in use for every programme."""
    form = EvaluationForm.objects.create(**{"name": "After a course", **facts})
    EvaluationQuestion.objects.create(form=form, position=1, words="I can use it on Monday")
    EvaluationQuestion.objects.create(
        form=form, position=2, words="What was best?", kind=QuestionKind.WORDS
    )
    if in_use:
        put_to_use(form=form, by=by or Person.objects.portal(), at=NOON)
    return form


def make_completed(*, cohort, school, rep, people=1):
    """People booked, there at every session, and the cohort completed the morning after."""
    bookings = [make_booking(cohort=cohort, school=school, by=rep) for _ in range(people)]
    for session in sessions_of(cohort):
        take(cohort, dict.fromkeys(bookings, "attended"), session=session)
    complete(cohort)
    return bookings


def complete(cohort):
    last = sessions_of(cohort)[-1]
    settle_cohort(
        cohort_id=cohort.pk, by=Person.objects.portal(), at=last.ends_at + timedelta(hours=12)
    )


def the_morning_after(cohort):
    return sessions_of(cohort)[-1].ends_at + timedelta(hours=17)


def ask(cohort):
    """Ask everybody the morning after; the evaluations."""
    ask_for_evaluations(at=the_morning_after(cohort))
    return list(Evaluation.objects.filter(cohort=cohort, moment=Moment.AFTER).order_by("pk"))


def answer(evaluation, *, rating=5, words="", may_quote=False, at=None):
    """Answer the two questions of a form made here."""
    questions = {q.position: q.pk for q in evaluation.form.questions.all()}
    answers = Answers(
        ratings={questions[1]: rating} if rating else {},
        words={questions[2]: words},
        may_quote=may_quote,
    )
    return answer_evaluation(
        evaluation_id=evaluation.pk,
        answers=answers,
        at=at or evaluation.asked_at + timedelta(hours=1),
    )
