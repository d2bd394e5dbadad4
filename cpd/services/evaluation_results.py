"""What the answers of one cohort add up to, for the hub and for whoever ran it. Rule BK-12.

Nobody's answers are shown as theirs: see docs/decisions on what is shown of evaluations.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cpd.choices import Moment, QuestionKind, Rating
from cpd.models import Cohort, Evaluation, EvaluationAnswer, EvaluationQuestion
from cpd.rules import answers_shown
from hub_portal.shared.charts import Chart, bar_chart
from hub_portal.shared.exports import Column
from hub_portal.shared.wording import counted
from hub_portal.trail.services.acts import record_act
from schools.models import Person

FEWEST = 5


@dataclass(frozen=True)
class Comment:
    """What somebody wrote, without who."""

    words: str
    may_quote: bool


@dataclass(frozen=True)
class QuestionResult:
    """One question with its chart, or with what was written."""

    question: EvaluationQuestion
    counts: Sequence[tuple[str, int]]
    chart: Chart | None
    comments: Sequence[Comment]

    @property
    def quotable(self) -> Sequence[Comment]:
        """What may be quoted in public: all that whoever ran the course reads."""
        return [comment for comment in self.comments if comment.may_quote]


@dataclass(frozen=True)
class Results:
    """The summary of one cohort at one moment."""

    moment: Moment
    asked: int
    answered: int
    shown: int
    questions: Sequence[QuestionResult]

    @property
    def in_words(self) -> str:
        """How many were asked and answered, and why some answers wait."""
        said = f"{counted(self.answered, 'answer')} of {self.asked} asked."
        if not self.shown:
            return f"{said} The summary appears once {FEWEST} have answered."
        if self.shown < self.answered:
            return (
                f"{said} {self.shown} are in this summary; the rest follow with the next {FEWEST}."
            )
        return said


def results_of(*, cohort: Cohort, at: datetime) -> list[Results]:
    """The summaries of a cohort: after it, and a term later, where anybody was asked."""
    asked: dict[str, list[Evaluation]] = defaultdict(list)
    for evaluation in cohort.evaluations.order_by("answered_at", "pk"):
        asked[evaluation.moment].append(evaluation)
    return [_results(moment, asked[moment], at) for moment in Moment if asked[moment]]


def _results(moment: Moment, asked: Sequence[Evaluation], at: datetime) -> Results:
    answered = [evaluation for evaluation in asked if evaluation.answered_at]
    is_closed = len(answered) == len(asked) or all(row.expires_at <= at for row in asked)
    shown = answers_shown(answered=len(answered), fewest=FEWEST, is_closed=is_closed)
    return Results(
        moment=moment,
        asked=len(asked),
        answered=len(answered),
        shown=shown,
        questions=_questions(answered[:shown]) if shown else (),
    )


def _questions(shown: Sequence[Evaluation]) -> list[QuestionResult]:
    answers: dict[EvaluationQuestion, list[EvaluationAnswer]] = defaultdict(list)
    rows = EvaluationAnswer.objects.filter(evaluation__in=[row.pk for row in shown])
    for answer in rows.select_related("question", "evaluation").order_by(
        "question__form", "question__position", "question"
    ):
        answers[answer.question].append(answer)
    return [_question(question, given) for question, given in answers.items()]


def _question(question: EvaluationQuestion, given: Sequence[EvaluationAnswer]) -> QuestionResult:
    if question.kind == QuestionKind.WORDS:
        comments = [Comment(answer.words, answer.evaluation.may_quote) for answer in given]
        # in the order of the alphabet, so that the order says nothing about who
        comments.sort(key=lambda comment: comment.words.casefold())
        return QuestionResult(question, counts=(), chart=None, comments=comments)
    tally = Counter(answer.rating for answer in given)
    counts = [(rating.label, tally[rating]) for rating in reversed(Rating)]
    return QuestionResult(question, counts, _chart(question.words, counts), comments=())


def _chart(title: str, counts: Sequence[tuple[str, int]]) -> Chart:
    total = sum(number for _, number in counts)
    agree = sum(number for _, number in counts[:2])
    return bar_chart(
        title=title,
        sentence=f"{agree} of {counted(total, 'answer')}: fully or mostly.",
        heading="Answer",
        labels=[label for label, _ in counts],
        series=[("Answers", [number for _, number in counts])],
    )


# ---- Taken away ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ResultRow:
    """One line of a summary as a file: how often an answer was given, or a comment."""

    moment: str
    question: str
    answer: str
    number: int
    may_quote: str


RESULTS: tuple[Column[ResultRow], ...] = (
    Column("Asked", lambda row: row.moment),
    Column("Question", lambda row: row.question),
    Column("Answer", lambda row: row.answer),
    Column("Number", lambda row: row.number),
    Column("May be quoted", lambda row: row.may_quote),
)
"""What the file of a summary holds: the same as its page, and no person."""


def result_rows(*, cohort: Cohort, at: datetime) -> Iterator[ResultRow]:
    """The summary line by line."""
    for results in results_of(cohort=cohort, at=at):
        for each in results.questions:
            for label, number in each.counts:
                yield ResultRow(results.moment.label, each.question.words, label, number, "")
            for comment in each.comments:
                yield ResultRow(
                    results.moment.label,
                    each.question.words,
                    comment.words,
                    1,
                    "yes" if comment.may_quote else "no",
                )


def record_results_taken(*, cohort: Cohort, form: str, by: Person, at: datetime) -> None:
    """Write down that the answers of a cohort were taken away. Rule XX-1."""
    record_act(
        verb="evaluation.exported",
        subject=f"cohort:{cohort.pk}",
        by=by,
        at=at,
        after={"format": form},
    )
