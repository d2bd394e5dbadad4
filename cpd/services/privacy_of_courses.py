"""What the days of courses, evaluations, certificates and tickets hold about a person. XX-3."""

from collections.abc import Iterable

from cpd.models import (
    Attendance,
    Certificate,
    EvaluationAnswer,
    FabulinusTicket,
    WaitingDelegate,
    WalkIn,
)
from hub_portal.shared.privacy import Held, Row, register_held
from schools.models import Person


def register() -> None:
    """Tell what is held; called once, when the app is ready."""
    register_held(
        Held("register marks", fields=("cpd.Attendance.named_as",), rows=marks_of),
        Held("walk-ins", fields=("cpd.WalkIn.reason",), rows=walk_ins_of),
        Held("evaluations", fields=("cpd.EvaluationAnswer.words",), rows=answers_of),
        Held(
            "certificates",
            fields=(
                "cpd.Certificate.number",
                "cpd.Certificate.printed_name",
                "cpd.Certificate.reason",
            ),
            rows=certificates_of,
        ),
        Held("tickets", fields=("cpd.FabulinusTicket.email",), rows=tickets_of),
        Held(
            "names on waiting lists",
            fields=("cpd.WaitingDelegate.named_as",),
            rows=waiting_lists_of,
        ),
    )


def marks_of(person: Person) -> Iterable[Row]:
    """Every session the person was marked at."""
    rows = Attendance.objects.of_person(person).order_by("pk")
    return rows.values(
        "session__cohort__programme__title", "session__starts_at", "mark", "named_as", "marked_at"
    )


def walk_ins_of(person: Person) -> Iterable[Row]:
    """When the person came without a place, and what was noted."""
    rows = WalkIn.objects.filter(booking__delegate=person).order_by("pk")
    return rows.values("booking", "session__starts_at", "reason")


def answers_of(person: Person) -> Iterable[Row]:
    """What the person said of courses, while the portal knows who it was."""
    rows = EvaluationAnswer.objects.filter(evaluation__person=person).order_by("pk")
    return rows.values(
        "evaluation__cohort__programme__title",
        "evaluation__answered_at",
        "evaluation__may_quote",
        "question__words",
        "rating",
        "words",
    )


def certificates_of(person: Person) -> Iterable[Row]:
    """The person's certificates, whatever became of them."""
    rows = Certificate.objects.for_person(person)
    return rows.values(
        "number", "printed_name", "title", "from_on", "to_on", "hours", "status", "reason"
    )


def tickets_of(person: Person) -> Iterable[Row]:
    """The person's tickets, without their codes, which stand nowhere."""
    rows = FabulinusTicket.objects.filter(person=person).order_by("pk")
    return rows.values("email", "award_on", "status", "last_on", "redeemed_by")


def waiting_lists_of(person: Person) -> Iterable[Row]:
    """Waiting lists on which a school named the person in advance."""
    rows = WaitingDelegate.objects.filter(person=person).order_by("pk")
    return rows.values("entry__cohort__programme__title", "entry__school__name", "named_as")
