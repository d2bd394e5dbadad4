"""What somebody says about a course, and the forms the hub asks with."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cpd.choices import Moment, QuestionKind, Rating
from cpd.models import EvaluationForm, EvaluationQuestion
from cpd.services.evaluations import Answers
from hub_portal.shared.plain_text import LineField, NotesField

LONGEST_ANSWER = 2000


class AnswersForm(forms.Form):
    """The questions of one form; none of them has to be answered. Rule BK-12."""

    use_required_attribute = False
    is_filter = True  # nothing is marked as optional, since everything is

    def __init__(self, *args: Any, questions: Sequence[EvaluationQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"q{question.pk}"] = _field(question)
        self.fields["may_quote"] = forms.BooleanField(
            label="The hub may quote what I wrote in public, without my name", required=False
        )

    def asked(self) -> list[tuple[EvaluationQuestion, Any]]:
        """Each question with its field, in order."""
        return [(question, self[f"q{question.pk}"]) for question in self.questions]

    def answers(self) -> Answers:
        ratings, words = {}, {}
        for question in self.questions:
            given = self.cleaned_data[f"q{question.pk}"]
            if question.kind == QuestionKind.WORDS:
                words[question.pk] = given
            elif given:
                ratings[question.pk] = Rating(int(given))
        return Answers(ratings, words, may_quote=self.cleaned_data["may_quote"])


def _field(question: EvaluationQuestion) -> forms.Field:
    if question.kind == QuestionKind.WORDS:
        return NotesField(
            label=question.words,
            required=False,
            max_length=LONGEST_ANSWER,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    return forms.ChoiceField(
        label=question.words,
        required=False,
        choices=list(reversed(Rating.choices)),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the five answers"},
    )


class EvaluationFormForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of questions, before anybody was asked with it."""

    name = LineField(max_length=80, widget=forms.TextInput(attrs={"class": "vTextField"}))
    introduction = LineField(
        max_length=300,
        required=False,
        help_text="A sentence or two above the questions.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = EvaluationForm
        fields = ("name", "moment", "kind", "programme", "introduction")

    def clean(self) -> dict[str, Any]:
        """For a kind, a programme or everybody, in words rather than as a constraint."""
        typed = super().clean() or self.cleaned_data
        if typed.get("kind") and typed.get("programme"):
            self.add_error("programme", "Choose a kind of programme or one programme, not both.")
        elif typed.get("moment") == Moment.LATER and not (
            typed.get("kind") or typed.get("programme")
        ):
            self.add_error("kind", "Say for which kind or programme people are asked again.")
        return typed
