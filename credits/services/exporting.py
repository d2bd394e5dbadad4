"""Taking away a school's credits as a file. Rules XX-1 and XX-2."""

from datetime import datetime

from credits.services.statement_lines import StatementLine
from hub_portal.shared.exports import Column
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School, SchoolYear

FORMATS = ("csv", "xlsx")

LINES: tuple[Column[StatementLine], ...] = (
    Column("Day", lambda line: line.on),
    Column("What", lambda line: line.what),
    Column("Who", lambda line: line.who),
    Column("Why", lambda line: line.why),
    Column("Reference", lambda line: line.reference),
    Column("Credits moved", lambda line: line.amount),
    Column("Change of available", lambda line: line.gain),
    Column("Available", lambda line: line.available),
)


def record_export(*, school: School, year: SchoolYear, form: str, by: Person, at: datetime) -> None:
    """Lines name people, so taking them away is an act. Rule XX-1."""
    record_act(
        verb="credits.exported",
        subject=f"school_year:{year.pk}",
        school=f"school:{school.pk}",
        by=by,
        at=at,
        after={"form": form},
    )
