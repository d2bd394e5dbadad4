"""Taking away a school's credits as a file. Rules XX-1 and XX-2."""

from datetime import datetime

from credits.models import AllocationLine
from credits.services.planning import PlannedLine
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

PLANNED_LINES: tuple[Column[PlannedLine], ...] = (
    Column("School", lambda line: line.school.name),
    Column("URN", lambda line: line.school.urn),
    Column("Pupils on roll", lambda line: line.roll.pupils),
    Column("Census date", lambda line: line.roll.census_on),
    Column("Counted", lambda line: line.roll.get_definition_display()),
    Column("Source", lambda line: line.roll.get_source_display()),
    Column("Why on another roll", lambda line: line.reason),
    Column("Weight", lambda line: line.weight),
    Column("Exact share", lambda line: round(float(line.share.exact), 6)),
    Column("Credits", lambda line: line.credits),
    Column("Last year", lambda line: line.last_year),
    Column("This year", lambda line: line.this_year),
    Column("Change", lambda line: line.change),
)

RUN_LINES: tuple[Column[AllocationLine], ...] = (
    Column("School", lambda line: line.school.name),
    Column("URN", lambda line: line.school.urn),
    Column("Pupils on roll", lambda line: line.pupils),
    Column("Census date", lambda line: line.roll.census_on),
    Column("Counted", lambda line: line.roll.get_definition_display()),
    Column("Source", lambda line: line.roll.get_source_display()),
    Column("Why on another roll", lambda line: line.reason),
    Column("Weight", lambda line: line.weight),
    Column("Exact share", lambda line: line.exact_share),
    Column("Remainder", lambda line: line.remainder),
    Column("Credits", lambda line: line.credits),
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
