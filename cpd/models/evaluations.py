"""Evaluations: the forms the hub writes, who is asked, and what they answer. Rule BK-12."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.choices import Moment, QuestionKind, Rating
from cpd.models.bookings import Booking
from cpd.models.cohorts import Cohort
from cpd.models.programmes import Programme, ProgrammeKind
from cpd.querysets import EvaluationQuerySet


class EvaluationForm(models.Model):
    """Questions asked after a course: of one programme, of a kind of programme, or of all.

    The closest form in use is asked. A form for “a term later” belongs to a programme or a
    kind: where there is none, nobody is asked again. Once asked, a form stays as it is, so
    that answers keep their meaning; a copy of it can be changed.
    """

    name = models.CharField(max_length=80)
    moment = models.CharField("asked", max_length=10, choices=Moment, default=Moment.AFTER)
    kind = models.ForeignKey(
        ProgrammeKind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluation_forms",
        verbose_name="for a kind of programme",
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluation_forms",
        verbose_name="for one programme",
    )
    introduction = models.CharField(
        max_length=300, blank=True, help_text="A sentence or two above the questions."
    )
    is_in_use = models.BooleanField("in use", default=False, editable=False)

    class Meta:
        verbose_name = "evaluation form"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__isnull=True) | Q(programme__isnull=True),
                name="evaluation_form_is_for_one_or_all",
            ),
            models.CheckConstraint(
                condition=Q(moment=Moment.AFTER)
                | Q(kind__isnull=False)
                | Q(programme__isnull=False),
                name="evaluation_form_later_is_for_some",
            ),
            models.UniqueConstraint(
                fields=["programme", "moment"],
                condition=Q(is_in_use=True, programme__isnull=False),
                name="evaluation_form_in_use_once_per_programme",
            ),
            models.UniqueConstraint(
                fields=["kind", "moment"],
                condition=Q(is_in_use=True, kind__isnull=False),
                name="evaluation_form_in_use_once_per_kind",
            ),
            models.UniqueConstraint(
                fields=["moment"],
                condition=Q(is_in_use=True, kind__isnull=True, programme__isnull=True),
                name="evaluation_form_in_use_once_for_all",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EvaluationQuestion(models.Model):
    """One question of a form: a statement to agree with, or a line to write on."""

    form = models.ForeignKey(EvaluationForm, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=1)
    words = models.CharField("question or statement", max_length=200)
    kind = models.CharField(
        "answered", max_length=10, choices=QuestionKind, default=QuestionKind.RATING
    )

    class Meta:
        verbose_name = "question"

    def __str__(self) -> str:
        return self.words


class Evaluation(models.Model):
    """One person asked about one cohort, and perhaps their answer. Rule BK-12.

    Who it was is forgotten with the link, ninety days after the asking; what was answered
    stays with the cohort. Answering is no act in the trail, which would remember for ever.
    """

    form = models.ForeignKey(EvaluationForm, models.PROTECT, related_name="evaluations")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="evaluations")
    moment = models.CharField(max_length=10, choices=Moment)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="evaluations",
    )
    booking = models.ForeignKey(
        Booking, models.SET_NULL, null=True, blank=True, related_name="evaluations"
    )
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    link_version = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField(null=True, blank=True)
    may_quote = models.BooleanField("may be quoted", default=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person", "moment"], name="evaluation_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(may_quote=False),
                name="evaluation_quoted_is_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"evaluation {self.pk}"


class EvaluatedCohort(Cohort):
    """A cohort whose people were asked, as the hub looks at it."""

    class Meta:
        proxy = True
        verbose_name = "evaluation"


class EvaluationAnswer(models.Model):
    """What somebody said to one question: one of five ratings, or words."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="answers")
    question = models.ForeignKey(EvaluationQuestion, models.PROTECT, related_name="answers")
    rating = models.PositiveSmallIntegerField(null=True, blank=True, choices=Rating)
    words = models.TextField(blank=True)

    class Meta:
        verbose_name = "answer"
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "question"], name="answer_once_per_question"
            ),
            models.CheckConstraint(
                condition=Q(rating__in=Rating.values, words="")
                | (Q(rating__isnull=True) & ~Q(words="")),
                name="answer_is_a_rating_or_words",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
