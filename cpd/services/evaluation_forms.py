"""The forms of evaluations: put to use, put away, copied. Rule BK-12."""

from datetime import datetime

from django.db import transaction

from cpd.errors import FormHasNoQuestions
from cpd.models import EvaluationForm, EvaluationQuestion
from hub_portal.trail.services.acts import record_act
from schools.models import Person


@transaction.atomic
def put_to_use(*, form: EvaluationForm, by: Person, at: datetime) -> EvaluationForm:
    """Ask with this form from now on, and no longer with the one it takes over from.

    Raises: FormHasNoQuestions.
    """
    if not form.questions.exists():
        raise FormHasNoQuestions
    same = EvaluationForm.objects.filter(
        moment=form.moment, kind=form.kind, programme=form.programme, is_in_use=True
    )
    for earlier in same.select_for_update(no_key=True).exclude(pk=form.pk).order_by("pk"):
        put_away(form=earlier, by=by, at=at)
    return _set_in_use(form, True, by=by, at=at)


@transaction.atomic
def put_away(*, form: EvaluationForm, by: Person, at: datetime) -> EvaluationForm:
    """Ask nobody with this form any more; who was asked may still answer."""
    return _set_in_use(form, False, by=by, at=at)


@transaction.atomic
def copy_form(*, form: EvaluationForm, by: Person, at: datetime) -> EvaluationForm:
    """A copy that can be changed, with the same questions and not in use."""
    copy = EvaluationForm.objects.create(
        name=f"{form.name[:73]}, copy",
        moment=form.moment,
        kind=form.kind,
        programme=form.programme,
        introduction=form.introduction,
    )
    EvaluationQuestion.objects.bulk_create(
        EvaluationQuestion(
            form=copy, position=question.position, words=question.words, kind=question.kind
        )
        for question in form.questions.order_by("position", "pk")
    )
    record_act(
        verb="evaluation_form.copied",
        subject=f"evaluation_form:{copy.pk}",
        by=by,
        at=at,
        before={"form": form.pk},
    )
    return copy


def is_asked(form: EvaluationForm) -> bool:
    """Whether anybody was asked with this form, so that it stays as it is."""
    return form.evaluations.exists()


def _set_in_use(
    form: EvaluationForm, is_in_use: bool, *, by: Person, at: datetime
) -> EvaluationForm:
    form.is_in_use = is_in_use
    form.save(update_fields=["is_in_use"])
    record_act(
        verb="evaluation_form.in_use" if is_in_use else "evaluation_form.put_away",
        subject=f"evaluation_form:{form.pk}",
        by=by,
        at=at,
    )
    return form
