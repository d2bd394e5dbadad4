"""What the books hold about a person: the ledger lines that were for them. Rule XX-3."""

from collections.abc import Iterable

from credits.models import Transfer
from hub_portal.shared.privacy import Held, Row, register_held
from schools.models import Person


def register() -> None:
    """Tell what this app holds; called once, when it is ready."""
    register_held(
        Held("ledger lines", fields=("credits.JournalEntry.memo",), rows=ledger_lines_for)
    )


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
