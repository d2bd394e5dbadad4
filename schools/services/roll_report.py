"""What was done with each row of a roll file, to take away. Rules SC-4 and XX-2.

Kept with the import when it is saved, so the report reads the same afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub_portal.shared.exports import Cell, Column
from hub_portal.shared.wording import MINUS
from schools.choices import RollDefinition, RollImportStatus
from schools.models import RollImport
from schools.services.roll_preview import RollLine, RollPreview, preview

ReportRow = Mapping[str, Any]
UNKNOWN = "No school of ours"


def report_rows(*, roll_import: RollImport, on: date) -> list[ReportRow]:
    """A row for each school of ours and each unknown number; as it was saved, once it is."""
    if roll_import.status == RollImportStatus.SAVED:
        return list(roll_import.report)
    return rows_of_preview(preview(roll_import=roll_import, on=on))


def rows_of_preview(shown: RollPreview) -> list[ReportRow]:
    """The rows as they are kept: plain values, dates in ISO form."""
    ours: list[ReportRow] = [_row(line, shown.definition) for line in shown.lines]
    unknown: list[ReportRow] = [
        {"rows": str(row), "urn": urn, "outcome": UNKNOWN, "code": "unknown"}
        for row, urn in shown.findings.unknown
    ]
    return ours + unknown


def _row(line: RollLine, definition: RollDefinition) -> dict[str, Any]:
    return {
        "school": line.school.name,
        "urn": line.school.urn,
        "rows": ", ".join(map(str, line.rows)),
        "old_pupils": line.old.pupils if line.old else None,
        "old_census": line.old.census_on.isoformat() if line.old else None,
        "pupils": line.pupils,
        "census": line.census_on.isoformat() if line.census_on else None,
        "definition": definition.label,
        "change": line.change,
        "percent": str(line.change_percent) if line.change_percent is not None else None,
        "outcome": line.outcome.label,
        "code": str(line.outcome),
        "needs_a_look": line.needs_a_look,
        "notes": " ".join(line.notes),
    }


@dataclass(frozen=True)
class ShownRow:
    """A row of the report as a page shows it."""

    row: ReportRow

    @property
    def old_census(self) -> date | None:
        return _day(self.row, "old_census")

    @property
    def census(self) -> date | None:
        return _day(self.row, "census")

    @property
    def percent(self) -> str:
        """ "+2.0 %", with a true minus sign; '' where there is none."""
        percent = self.row["percent"]
        return "" if percent is None else f"{float(percent):+.1f} %".replace("-", MINUS)


def _day(row: ReportRow, name: str) -> date | None:
    return date.fromisoformat(row[name]) if row.get(name) else None


def _number(row: ReportRow, name: str) -> Cell:
    return float(row[name]) if row.get(name) else None


REPORT_COLUMNS: tuple[Column[ReportRow], ...] = (
    Column("School", lambda row: row.get("school", "")),
    Column("URN", lambda row: row["urn"]),
    Column("Row in the file", lambda row: row["rows"]),
    Column("Roll until now", lambda row: row.get("old_pupils")),
    Column("Census until now", lambda row: _day(row, "old_census")),
    Column("Roll in the file", lambda row: row.get("pupils")),
    Column("Census date", lambda row: _day(row, "census")),
    Column("Counted", lambda row: row.get("definition", "")),
    Column("Change", lambda row: row.get("change")),
    Column("Change (%)", lambda row: _number(row, "percent")),
    Column("What", lambda row: row["outcome"]),
    Column("Notes", lambda row: row.get("notes", "")),
)
