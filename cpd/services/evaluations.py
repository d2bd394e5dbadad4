"""Asking people what a course was worth, and taking in what they answer. Rule BK-12."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from cpd.choices import CohortStatus, Moment, Rating
from cpd.emails import afterwards_mails
from cpd.errors import EvaluationIsClosed, NothingAnswered
from cpd.models import Attendance, Cohort, Evaluation, EvaluationAnswer, EvaluationForm
from cpd.services.moving import lock_cohort
from cpd.services.voices import whom_to_tell
from hub_portal.shared.london import now
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person

LINK_LIVES = timedelta(days=90)
A_TERM_LATER = timedelta(weeks=13)
ASKED_WITHIN = timedelta(days=60)
"""A register taken late still leads to a question; a course long over does not."""

WAITS = {Moment.AFTER: timedelta(), Moment.LATER: A_TERM_LATER}


@dataclass(frozen=True)
class Answers:
    """What somebody filled in, by question: ratings, words, and whether they may be quoted."""

    ratings: Mapping[int, Rating]
    words: Mapping[int, str]
    may_quote: bool = False


def form_for(*, cohort: Cohort, moment: Moment) -> EvaluationForm | None:
    """The form in use that is closest to the programme: its own, its kind's, or everybody's."""
    programme = cohort.programme
    everybodys = Q(programme__isnull=True, kind__isnull=True)
    fitting = EvaluationForm.objects.filter(is_in_use=True, moment=moment).filter(
        Q(programme=programme) | Q(kind=programme.kind_id) | everybodys
    )
    ranked = sorted(fitting, key=lambda form: (form.programme_id is None, form.kind_id is None))
    return ranked[0] if ranked else None


def ask_for_evaluations(*, at: datetime) -> int:
    """Ask everybody who attended a completed course, once, after it and perhaps a term later.

    Rule BK-12. How many were asked. A register put right later is caught up with for a while.
    """
    asked = 0
    portal = Person.objects.portal()
    for moment, wait in WAITS.items():
        over = Cohort.objects.filter(
            status=CohortStatus.COMPLETED,
            ends_at__lte=at - wait,
            ends_at__gte=at - wait - ASKED_WITHIN,
        )
        for cohort_id in over.order_by("pk").values_list("pk", flat=True):
            asked += ask_cohort(cohort_id=cohort_id, moment=moment, by=portal, at=at)
    return asked


@retried
def ask_cohort(*, cohort_id: int, moment: Moment, by: Person, at: datetime) -> int:
    """Ask those of one cohort who were there and have not been asked; how many."""
    with transaction.atomic():
        cohort = lock_cohort(cohort_id)
        form = form_for(cohort=cohort, moment=moment)
        if form is None:
            return 0
        known = Evaluation.objects.filter(cohort=cohort, moment=moment).values("person")
        there = (
            Attendance.objects.filter(session__cohort=cohort, booking__is_told=True)
            .there()
            .exclude(person__in=known.filter(person__isnull=False))
            .select_related("person", "booking__school", "booking__booked_by")
            .order_by("pk")
        )
        to_ask = {mark.person_id: mark for mark in there}
        for mark in to_ask.values():
            _ask(mark, cohort, form, moment, at)
        if to_ask:
            record_act(
                verb="cohort.evaluation_asked",
                subject=f"cohort:{cohort.pk}",
                by=by,
                at=at,
                after={"form": form.pk, "moment": moment, "asked": len(to_ask)},
            )
    return len(to_ask)


def _ask(
    mark: Attendance, cohort: Cohort, form: EvaluationForm, moment: Moment, at: datetime
) -> None:
    evaluation = Evaluation.objects.create(
        form=form,
        cohort=cohort,
        moment=moment,
        person=mark.person,
        booking=mark.booking,
        asked_at=at,
        expires_at=at + LINK_LIVES,
    )
    fallback = None
    if mark.person is None or not mark.person.email:
        fallback = whom_to_tell(mark.booking)
    afterwards_mails.evaluation_asked(
        evaluation=evaluation, name=mark.named_as, fallback=fallback, at=at
    )


@retried
def answer_evaluation(*, evaluation_id: int, answers: Answers, at: datetime) -> Evaluation:
    """Take in what somebody answered, once. Rule BK-12.

    Whoever holds the link answers: there is no `by`, and no act would remember who it was.

    Raises: EvaluationIsClosed, NothingAnswered.
    """
    with transaction.atomic():
        evaluation = (
            Evaluation.objects.select_for_update(no_key=True, of=("self",))
            .open(at=at)
            .filter(pk=evaluation_id)
            .first()
        )
        if evaluation is None:
            raise EvaluationIsClosed
        rows = _rows(evaluation, answers)
        if not rows:
            raise NothingAnswered
        EvaluationAnswer.objects.bulk_create(rows)
        evaluation.answered_at, evaluation.may_quote = at, answers.may_quote
        evaluation.save(update_fields=["answered_at", "may_quote"])
    return evaluation


def _rows(evaluation: Evaluation, answers: Answers) -> list[EvaluationAnswer]:
    """An answer for each question of the form that got one; of others nothing is taken."""
    rows = []
    for question in evaluation.form.questions.order_by("position", "pk"):
        rating, words = answers.ratings.get(question.pk), answers.words.get(question.pk, "").strip()
        if rating or words:
            rows.append(
                EvaluationAnswer(
                    evaluation=evaluation,
                    question=question,
                    rating=Rating(rating) if rating else None,
                    words="" if rating else words,
                )
            )
    return rows


def forget_who_answered(*, at: datetime) -> int:
    """Take the person off every evaluation whose link has died; how many. Rules BK-12, XX-3."""
    old = Evaluation.objects.filter(expires_at__lte=at).exclude(person=None, booking=None)
    return old.update(person=None, booking=None)


def is_still_to_answer(about: str) -> bool:
    """Whether a mailed question ("evaluation:12") still waits when it is to go."""
    return Evaluation.objects.open(at=now()).filter(pk=about.rpartition(":")[2]).exists()
