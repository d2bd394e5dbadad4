"""The forms a roll file may take, and what its cells say. Rule SC-4. Plain Python.

Four kinds of file carry pupil rolls: a list of two columns, the GIAS extract, the school-level
census file and the census of the performance tables. They are told apart by their headings,
whatever the order of the columns and however many others there are.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from schools.choices import RollDefinition, RollSource

HEADCOUNT, RECEPTION_TO_YEAR_11 = RollDefinition.HEADCOUNT, RollDefinition.RECEPTION_TO_YEAR_11
URN = "URN"
GIAS_CENSUS_DATE = "CensusDate"
GIAS_STATUS = "EstablishmentStatus (name)"
CENSUS_PERIOD = "time_period"
YEARS_RECEPTION_TO_11 = (
    "Number of reception pupils (year R)",
    "Number of key stage 1 pupils (years 1 and 2)",
    "Number of key stage 2 pupils (years 3 to 6)",
    "Number of key stage 3 pupils (years 7 to 9)",
    "Number of key stage 4 pupils (years 10 and 11)",
)
HEADINGS_OF_A_LIST = frozenset(
    {
        "pupils", "pupils on roll", "number of pupils", "number of pupils on roll", "roll",
        "number on roll", "pupil roll", "nor", "headcount", "total pupils", "numberofpupils",
    }
)  # fmt: skip
# the pupil premium file numbers its footnotes: "Number of pupils on roll (7)"
FOOTNOTE = re.compile(r"\s*\(\d+\)$")
WITHHELD = frozenset(
    {
        "na", "n/a", "supp", "suppmat", "ne", "np", "sp", "dns", "new", "lowcov", "c", "x", "z",
        "u", "low", "redacted", "..", ".", "-", "–", ":", "*",
    }
)  # fmt: skip
FIGURE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
MOST_PUPILS = 20_000
"""Ten times the largest school in England: more is a total or a mistake."""
ROWS_BETWEEN_REPORTS = 5_000
MOST_UNKNOWN_NAMED = 100
"""A list with more schools than these is of a whole region: the others are only counted."""


@dataclass(frozen=True)
class RollFormat:
    """Which form a file has, and the columns that matter in it.

    `columns` gives for each definition the columns that are added up to one roll.
    """

    source: RollSource
    columns: Mapping[RollDefinition, tuple[str, ...]]
    census_column: str = ""
    status_column: str = ""
    period_column: str = ""


def format_of(headings: Iterable[str]) -> RollFormat | None:
    """The form of a file with these headings; None when it has no column of pupils."""
    named = {_key(heading): heading for heading in headings if heading}
    if {"establishmentname", "numberofpupils"} <= named.keys():
        return RollFormat(
            RollSource.GIAS,
            {HEADCOUNT: (named["numberofpupils"],)},
            census_column=named.get(_key(GIAS_CENSUS_DATE), ""),
            status_column=named.get(_key(GIAS_STATUS), ""),
        )
    if "headcount of pupils" in named:
        return _census_file(named)
    if "nor" in named and {"estab", "schooltype", "norg"} & named.keys():
        return RollFormat(RollSource.PERFORMANCE, {HEADCOUNT: (named["nor"],)})
    return _list_of_two_columns(named)


def _census_file(named: Mapping[str, str]) -> RollFormat:
    columns: dict[RollDefinition, tuple[str, ...]] = {HEADCOUNT: (named["headcount of pupils"],)}
    years = tuple(named.get(_key(heading), "") for heading in YEARS_RECEPTION_TO_11)
    if all(years):
        columns[RECEPTION_TO_YEAR_11] = years
    return RollFormat(RollSource.CENSUS, columns, period_column=named.get(CENSUS_PERIOD, ""))


def _list_of_two_columns(named: Mapping[str, str]) -> RollFormat | None:
    found = next((h for key, h in named.items() if FOOTNOTE.sub("", key) in HEADINGS_OF_A_LIST), "")
    if not found:
        return None
    # the pupil premium counts reception to year 11 and nothing else
    if any("pupil premium" in key for key in named):
        return RollFormat(RollSource.LIST, {RECEPTION_TO_YEAR_11: (found,)})
    return RollFormat(RollSource.LIST, {HEADCOUNT: (found,), RECEPTION_TO_YEAR_11: (found,)})


def _key(heading: str) -> str:
    return " ".join(heading.split()).casefold()


# ---- Cells --------------------------------------------------------------------------------------


class CellTrouble(StrEnum):
    """Why a cell gives no roll."""

    BLANK = "blank"
    WITHHELD = "withheld"
    NO_NUMBER = "no number"


def urn_of(cell: str) -> int | None:
    """The URN in a cell, or None: totals and footnotes have none. "136341.0" is one too."""
    digits = cell.strip().removesuffix(".0").lstrip("0")
    return int(digits) if len(digits) == 6 and digits.isascii() and digits.isdecimal() else None


def pupils_of(cell: str) -> tuple[int, bool] | CellTrouble:
    """The pupils in a cell and whether they were rounded down, or why there are none.

    A pupil at two schools counts half at each, so some files hold halves.
    """
    text = cell.strip()
    if not text:
        return CellTrouble.BLANK
    if text.casefold() in WITHHELD or text.upper().startswith("SUPP"):
        return CellTrouble.WITHHELD
    figure = FIGURE.fullmatch(text)
    if figure is None or not figure[0].isascii():
        return CellTrouble.NO_NUMBER
    pupils = int(figure[1].replace(",", ""))
    if pupils > MOST_PUPILS:
        return CellTrouble.NO_NUMBER
    return pupils, bool(figure[2] and figure[2].strip(".0"))


def added_up(cells: Iterable[str]) -> str:
    """Several cells as one: their sum, or the first that is no number."""
    total = 0
    for cell in cells:
        pupils = pupils_of(cell)
        if isinstance(pupils, CellTrouble):
            return cell
        total += pupils[0]
    return str(total)


def date_of(cell: str) -> date | None:
    """A day as these files write it: 17-01-2019, 17/01/2019 or, out of Excel, 2019-01-17."""
    parts = re.split(r"[-/]", cell.strip()[:10])
    try:
        numbers = [int(part) for part in parts]
        return date(*numbers) if len(parts[0]) == 4 else date(*reversed(numbers))
    except (ValueError, TypeError):
        return None


def school_year_of_period(cell: str) -> int | None:
    """The first year of "202223" or "2022/23", as the census files name school years."""
    digits = re.sub(r"\D", "", cell)
    return int(digits[:4]) if len(digits) == 6 and digits.startswith("20") else None


# ---- Rows ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FoundRow:
    """What the file says of one of our schools, in the words of the file."""

    row: int
    urn: int
    figures: Mapping[str, str]
    census: str = ""
    status: str = ""

    def as_json(self) -> list[object]:
        return [self.row, self.urn, dict(self.figures), self.census, self.status]


@dataclass
class Findings:
    """What was found in a file: our schools' rows whole, everybody else's only counted."""

    source: RollSource
    definitions: tuple[RollDefinition, ...]
    has_census_dates: bool
    ours: list[FoundRow] = field(default_factory=list)
    rows: int = 0
    others: int = 0
    without_urn: int = 0
    unknown: list[tuple[int, int]] = field(default_factory=list)
    period: str = ""

    def as_json(self) -> dict[str, object]:
        """As it is kept with the import."""
        return {
            "definitions": list(self.definitions),
            "has_census_dates": self.has_census_dates,
            "ours": [found.as_json() for found in self.ours],
            "rows": self.rows,
            "others": self.others,
            "without_urn": self.without_urn,
            "unknown": [list(pair) for pair in self.unknown],
            "period": self.period,
        }

    @classmethod
    def from_json(cls, source: str, kept: Mapping[str, object]) -> "Findings":
        words: Mapping[str, list] = kept  # type: ignore[type-arg, assignment]  # as written above
        return cls(
            source=RollSource(source),
            definitions=tuple(RollDefinition(each) for each in words["definitions"]),
            has_census_dates=bool(kept["has_census_dates"]),
            ours=[FoundRow(*each) for each in words["ours"]],
            rows=int(str(kept["rows"])),
            others=int(str(kept["others"])),
            without_urn=int(str(kept["without_urn"])),
            unknown=[(row, urn) for row, urn in words["unknown"]],
            period=str(kept["period"]),
        )


def find_ours(
    form: RollFormat, rows: Iterable[tuple[int, tuple[str, ...]]], our_urns: Collection[int]
) -> Iterator[Findings]:
    """Read the rows of a file, picking out those of our schools, former numbers included.

    `rows` come as `columns_of(form)` asks for them. The findings are yielded every few thousand
    rows, so that whoever reads can say how far it is, and at the end.
    """
    finding = _RowFinder(form, our_urns)
    yield from finding.findings_while_reading(rows)
    yield finding.findings


def columns_of(form: RollFormat) -> list[str]:
    """The columns to read, URN first; each once."""
    wanted = [URN, form.census_column, form.status_column, form.period_column]
    wanted += [column for columns in form.columns.values() for column in columns]
    return list(dict.fromkeys(column for column in wanted if column))


class _RowFinder:
    def __init__(self, form: RollFormat, our_urns: Collection[int]) -> None:
        self.form = form
        self.place = {column: place for place, column in enumerate(columns_of(form))}
        self.ours = {str(urn): urn for urn in our_urns}
        self.findings = Findings(
            source=form.source,
            definitions=tuple(form.columns),
            has_census_dates=bool(form.census_column),
        )

    def findings_while_reading(
        self, rows: Iterable[tuple[int, tuple[str, ...]]]
    ) -> Iterator[Findings]:
        findings, ours = self.findings, self.ours
        for count, (number, cells) in enumerate(rows, start=1):
            findings.rows = count
            if cells[0] in ours:
                self._keep(number, ours[cells[0]], cells)
            else:
                self._count(number, cells)
            if count % ROWS_BETWEEN_REPORTS == 0:
                yield findings

    def _count(self, number: int, cells: tuple[str, ...]) -> None:
        """A row of another school, or of none; or one of ours written in another way."""
        urn, findings = urn_of(cells[0]), self.findings
        if urn is None:
            findings.without_urn += 1
        elif str(urn) in self.ours:
            self._keep(number, urn, cells)
        else:
            findings.others += 1
            if findings.others > MOST_UNKNOWN_NAMED:
                findings.unknown.clear()
            elif self.form.source == RollSource.LIST:
                findings.unknown.append((number, urn))

    def _keep(self, number: int, urn: int, cells: tuple[str, ...]) -> None:
        form = self.form
        figures = {
            str(definition): self._figure(cells, columns)
            for definition, columns in form.columns.items()
        }
        self.findings.ours.append(
            FoundRow(
                row=number,
                urn=urn,
                figures=figures,
                census=self._cell(cells, form.census_column),
                status=self._cell(cells, form.status_column),
            )
        )
        self.findings.period = self.findings.period or self._cell(cells, form.period_column)

    def _figure(self, cells: tuple[str, ...], columns: tuple[str, ...]) -> str:
        if len(columns) == 1:
            return self._cell(cells, columns[0])
        return added_up(self._cell(cells, column) for column in columns)[:40]

    def _cell(self, cells: tuple[str, ...], column: str) -> str:
        return cells[self.place[column]][:40] if column else ""
