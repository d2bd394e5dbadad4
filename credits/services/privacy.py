"""What the books hold about a person: ledger lines for them, their verdicts. Rule XX-3."""

from collections.abc import Iterable

from credits.models import Approval, Transfer
from hub_portal.shared.privacy import Held, Row, register_held
from schools.models import Person


def register() -> None:
    """Tell what this app holds; called once, when it is ready."""
    register_held(
        Held("ledger lines", fields=("credits.JournalEntry.memo",), rows=ledger_lines_for),
        Held("approvals", fields=("credits.Approval.reason",), rows=approvals_by),
    )


def approvals_by(person: Person) -> Iterable[Row]:
    """What the person approved or declined as headteacher, with the reason they gave."""
    rows = Approval.objects.filter(answered_by=person).order_by("pk")
    return rows.values("about", "credits", "status", "reason", "answered_at")


def ledger_lines_for(person: Person) -> Iterable[Row]:
    """Credits that moved for a person's place: dates and amounts, which stay for good."""
    lines = Transfer.objects.filter(for_person=person).order_by("pk")
    return lines.values(
        "entry__effective_on",
        "entry__kind",
        "entry__about",
        "entry__memo",
        "amount",
        "debit_account__kind",
        "credit_account__kind",
    )
