"""What came after the courses of the demo hub: evaluations answered, certificates printed."""

import random
from datetime import datetime, timedelta

from cpd.choices import Moment, QuestionKind, Rating
from cpd.models import Certificate, Evaluation, EvaluationForm, EvaluationQuestion, Programme
from cpd.services.certificates import issue_certificates, replace_certificate
from cpd.services.evaluation_forms import put_to_use
from cpd.services.evaluations import Answers, answer_evaluation, ask_for_evaluations
from schools.models import Person

QUESTIONS = (
    ("I can use what I learnt in my own classroom.", QuestionKind.RATING),
    ("The course kept to what it promised.", QuestionKind.RATING),
    ("I would send a colleague.", QuestionKind.RATING),
    ("What was most useful?", QuestionKind.WORDS),
    ("What should be different next time?", QuestionKind.WORDS),
)
LATER = (
    ("I still do something I took from it.", QuestionKind.RATING),
    ("What has changed for pupils?", QuestionKind.WORDS),
)
USEFUL = (
    "Trying it out in pairs, then again a week later with my own class.",
    "The examples from schools like ours.",
    "Time to plan with a colleague from another school.",
    "The reading list, and being told which two to start with.",
)
DIFFERENT = ("More time for questions.", "Start at 2pm, please: cover is easier.")
SHARE_THAT_ANSWERS = 0.8
EVALUATION_FIRST = "behaviour-routines"
"""The programme whose certificate comes after the evaluation."""


def write_forms(*, by: Person, at: datetime) -> None:
    """One form for every course, and one that asks again about a kind of programme."""
    written_at = at - timedelta(weeks=14)
    everybodys = EvaluationForm.objects.create(name="After a course")
    kind = Programme.objects.order_by("pk").select_related("kind")[0].kind
    later = EvaluationForm.objects.create(
        name=f"{kind}, a term later", moment=Moment.LATER, kind=kind
    )
    for form, questions in ((everybodys, QUESTIONS), (later, LATER)):
        EvaluationQuestion.objects.bulk_create(
            EvaluationQuestion(form=form, position=position, words=words, kind=answered)
            for position, (words, answered) in enumerate(questions, start=1)
        )
        put_to_use(form=form, by=by, at=written_at)
    Programme.objects.filter(slug=EVALUATION_FIRST).update(certificate_after_evaluation=True)


def look_back(*, by: Person, at: datetime) -> None:
    """Ask, answer, and print certificates; one name is put right."""
    chance = random.Random("what was it worth")  # noqa: S311 - a demo, nothing secret
    ask_for_evaluations(at=at - timedelta(hours=3))
    for evaluation in Evaluation.objects.order_by("pk").select_related("form"):
        if chance.random() < SHARE_THAT_ANSWERS:
            answer_evaluation(
                evaluation_id=evaluation.pk,
                answers=_answers(evaluation, chance),
                at=at - timedelta(hours=2),
            )
    issue_certificates(at=at - timedelta(hours=1))
    _put_a_name_right(by=by, at=at)


def _answers(evaluation: Evaluation, chance: random.Random) -> Answers:
    ratings, words = {}, {}
    for question in evaluation.form.questions.order_by("position", "pk"):
        if question.kind == QuestionKind.RATING:
            ratings[question.pk] = chance.choice((Rating.FULLY, Rating.FULLY, *Rating))
        elif chance.random() < 0.4:
            said = DIFFERENT if "different" in question.words else USEFUL
            words[question.pk] = chance.choice(said)
    return Answers(ratings, words, may_quote=chance.random() < 0.5)


def _put_a_name_right(*, by: Person, at: datetime) -> None:
    """Somebody wanted a middle name on the certificate."""
    certificate = Certificate.objects.valid().order_by("pk").first()
    if certificate is None:
        return
    first, _, rest = certificate.printed_name.partition(" ")
    replace_certificate(
        certificate_id=certificate.pk,
        printed_name=f"{first} Jane {rest}",
        reason="The middle name was missing.",
        by=by,
        at=at,
    )
