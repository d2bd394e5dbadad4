"""What would become of each school's roll if a file were saved now. Rule SC-4.

Worked out afresh each time from what was found in the file and the rolls on record, so the page
shows, and saving checks, what is true at that moment.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from schools.choices import RollDefinition, RollOutcome
from schools.models import HubProfile, PupilRoll, RollImport, School
from schools.services.roll_formats import (
    CellTrouble,
    Findings,
    FoundRow,
    date_of,
    pupils_of,
)
from schools.services.rolls import rolls_on_record

NO_FIGURE = {
    CellTrouble.BLANK: "The file has no figure.",
    CellTrouble.WITHHELD: "The figure is withheld (“{cell}”).",
    CellTrouble.NO_NUMBER: "“{cell}” is not a number of pupils.",
}


@dataclass
class RollLine:
    """One of our schools: its roll until now, its roll in the file, and what would be done."""

    school: School
    outcome: RollOutcome
    rows: list[int] = field(default_factory=list)
    pupils: int | None = None
    census_on: date | None = None
    old: PupilRoll | None = None
    is_big_change: bool = False
    is_closed: bool = False
    former_urn: int | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def change(self) -> int | None:
        if self.pupils is None or self.old is None:
            return None
        return self.pupils - self.old.pupils

    @property
    def change_percent(self) -> Decimal | None:
        """To one place; None without an old roll or when that was nought."""
        if self.change is None or self.old is None or not self.old.pupils:
            return None
        return (Decimal(100 * self.change) / self.old.pupils).quantize(Decimal("0.1"))

    @property
    def needs_a_look(self) -> bool:
        return bool(self.notes) or self.outcome not in (RollOutcome.NEW, RollOutcome.SAME)


@dataclass(frozen=True)
class RollPreview:
    """A roll file as it would be saved now."""

    findings: Findings
    definition: RollDefinition
    warning_percent: Decimal
    lines: list[RollLine]

    def with_outcome(self, outcome: RollOutcome) -> list[RollLine]:
        return [line for line in self.lines if line.outcome == outcome]

    @property
    def to_save(self) -> list[RollLine]:
        return self.with_outcome(RollOutcome.NEW)

    @property
    def needs_census_date(self) -> bool:
        return bool(self.with_outcome(RollOutcome.UNDATED))

    @property
    def fingerprint(self) -> str:
        """Says whether what is saved is still what was shown."""
        facts = [
            [
                line.school.pk,
                line.outcome,
                line.pupils,
                str(line.census_on),
                line.old and line.old.pk,
            ]
            for line in self.lines
        ]
        return hashlib.sha256(json.dumps([self.definition, facts]).encode()).hexdigest()


def preview(*, roll_import: RollImport, on: date) -> RollPreview:
    """The preview of a file that has been read, for the schools that are members on that day."""
    findings = Findings.from_json(roll_import.format, roll_import.findings)
    definition = RollDefinition(roll_import.definition)
    schools = list(
        School.objects.current_or_coming(on).prefetch_related("former_urns").order_by("name", "pk")
    )
    by_urn = {school.urn: school for school in schools}
    former = {f.urn: school for school in schools for f in school.former_urns.all()}
    found: dict[int, list[FoundRow]] = defaultdict(list)
    for row in findings.ours:
        school = by_urn.get(row.urn) or former.get(row.urn)
        if school is not None:
            found[school.pk].append(row)
    on_record = rolls_on_record(schools, definition=definition)
    percent = HubProfile.objects.get(pk=1).roll_change_warning_percent
    maker = _LineMaker(definition, roll_import.census_on, findings.has_census_dates, percent)
    lines = [maker.line(s, found.get(s.pk, []), on_record.get(s.pk, [])) for s in schools]
    return RollPreview(findings, definition, percent, lines)


@dataclass(frozen=True)
class _LineMaker:
    definition: RollDefinition
    census_on: date | None
    file_has_dates: bool
    warning_percent: Decimal

    def line(self, school: School, rows: list[FoundRow], on_record: list[PupilRoll]) -> RollLine:
        """What the file's rows for one school come to."""
        if not rows:
            latest = on_record[-1] if on_record else None
            return RollLine(school, RollOutcome.NOT_IN_FILE, old=latest, notes=["Not in the file."])
        line = RollLine(school, RollOutcome.NEW, rows=[row.row for row in rows])
        self._note_number(line, rows)
        counted = [row for row in rows if row.urn == school.urn] or rows
        row = self._the_one_row(line, counted)
        line.census_on = self._census_of(row)
        self._note_status(line, row)
        self._read_figure(line, row)
        line.old = _before(line.census_on, on_record)
        if line.outcome == RollOutcome.NEW:
            self._compare(line, on_record)
        return line

    def _note_number(self, line: RollLine, rows: list[FoundRow]) -> None:
        current = any(row.urn == line.school.urn for row in rows)
        for urn in dict.fromkeys(row.urn for row in rows if row.urn != line.school.urn):
            line.former_urn = urn
            line.notes.append(
                f"The file also has its former number {urn}, which is left aside."
                if current
                else f"Found by its former number {urn}."
            )

    def _the_one_row(self, line: RollLine, rows: list[FoundRow]) -> FoundRow:
        """Of rows that say the same, the first; rows that differ are saved by nobody."""
        if len(rows) > 1:
            numbers = " and ".join(str(row.row) for row in rows)
            if len({self._meaning(row) for row in rows}) > 1:
                line.outcome = RollOutcome.DISPUTED
                figures = " and ".join(f"“{self._cell(row)}”" for row in rows)
                line.notes.append(f"Twice in the file, rows {numbers}, with {figures}.")
            else:
                line.notes.append(f"Twice in the file, rows {numbers}, with the same figure.")
        return rows[0]

    def _meaning(self, row: FoundRow) -> tuple[object, date | None]:
        return pupils_of(self._cell(row)), self._census_of(row)

    def _cell(self, row: FoundRow) -> str:
        return row.figures.get(self.definition, "")

    def _census_of(self, row: FoundRow) -> date | None:
        return date_of(row.census) or self.census_on

    def _note_status(self, line: RollLine, row: FoundRow) -> None:
        if row.status.casefold() == "closed":
            line.is_closed = True
            line.notes.append("The file says that this school has closed.")

    def _read_figure(self, line: RollLine, row: FoundRow) -> None:
        if line.outcome == RollOutcome.DISPUTED:
            return
        figure = pupils_of(self._cell(row))
        if isinstance(figure, CellTrouble):
            line.outcome = RollOutcome.NO_FIGURE
            line.notes.append(NO_FIGURE[figure].format(cell=self._cell(row)))
            return
        line.pupils, was_rounded = figure
        if was_rounded:
            line.notes.append(f"The file says {self._cell(row)}; rounded down.")
        if line.census_on is None:
            line.outcome = RollOutcome.UNDATED
            if self.file_has_dates:
                line.notes.append("The file gives no census date for it.")

    def _compare(self, line: RollLine, on_record: list[PupilRoll]) -> None:
        old = line.old
        if old is None:
            return
        if old.census_on == line.census_on and old.pupils == line.pupils:
            line.outcome = RollOutcome.SAME
            return
        newest = on_record[-1]
        if line.census_on is not None and newest.census_on > line.census_on:
            line.notes.append(
                f"Older than a roll on record: {newest.pupils:,} on {_said(newest.census_on)}."
            )
        if old.pupils and abs(100 * (line.change or 0)) > self.warning_percent * old.pupils:
            line.is_big_change = True
            line.notes.append(f"Changes by more than {self.warning_percent.normalize():f} %.")


def _before(census_on: date | None, on_record: list[PupilRoll]) -> PupilRoll | None:
    """The roll that counted for this census or the last one before it, else the first after."""
    earlier = [roll for roll in on_record if census_on is None or roll.census_on <= census_on]
    if earlier:
        return earlier[-1]
    return on_record[0] if on_record else None


def _said(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
