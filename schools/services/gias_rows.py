"""What one row of a GIAS extract says of a school, read by the names of its columns.

Columns come and go between years, so all but the number and the name may be missing. There is
no infant or junior phase (it follows from the ages), special schools have the phase "Not
applicable", establishment numbers lose their leading zero on the way through a spreadsheet, and
one LA and establishment number may belong to several rows: an open school and those before it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from schools.choices import SchoolStatus
from schools.rules import phase_of
from schools.services.roll_formats import CellTrouble, date_of, pupils_of, urn_of
from schools.services.school_facts import SchoolFacts

NEEDED = ("URN", "EstablishmentName")
COLUMNS = (
    *NEEDED,
    "LA (code)",
    "LA (name)",
    "EstablishmentNumber",
    "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)",
    "CloseDate",
    "PhaseOfEducation (name)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "Postcode",
    "Town",
    "NumberOfPupils",
    "CensusDate",
)
STATUSES = {
    "open": SchoolStatus.OPEN,
    "open, but proposed to close": SchoolStatus.CLOSING,
    "closed": SchoolStatus.CLOSED,
    "proposed to open": SchoolStatus.PROPOSED,
}
WELSH = "Welsh establishment"


@dataclass(frozen=True)
class GiasRow:
    """One school of a GIAS extract."""

    facts: SchoolFacts
    town: str
    pupils: int | None
    census_on: date | None

    @property
    def urn(self) -> int:
        return self.facts.urn

    @property
    def is_closed(self) -> bool:
        return self.facts.status == SchoolStatus.CLOSED

    def oddities(self) -> list[str]:
        """What to know before this school is added, as sentences."""
        facts, odd = self.facts, []
        if facts.status == SchoolStatus.CLOSING:
            odd.append("It is proposed to close.")
        if facts.status == SchoolStatus.PROPOSED:
            odd.append("It is only proposed to open.")
        if facts.kind == WELSH:
            odd.append("It is in Wales: England’s census will bring no roll for it.")
        if facts.lowest_age is None or not facts.highest_age:
            odd.append("The file gives no ages; check its phase.")
        if self.pupils is None:
            odd.append("The file gives no roll.")
        return odd


def rows_of(headings: Sequence[str], records: Iterable[Sequence[str]]) -> Iterable[GiasRow]:
    """The schools among these records; what has no URN or no name is passed over."""
    place = {heading: number for number, heading in enumerate(headings)}
    for record in records:
        found = _row(lambda column, r=record: r[place[column]] if column in place else "")  # type: ignore[misc]
        if found is not None:
            yield found


def _row(cell: Callable[[str], str]) -> GiasRow | None:
    urn, name = urn_of(cell("URN")), cell("EstablishmentName")
    if urn is None or not name:
        return None
    kind = cell("TypeOfEstablishment (name)")
    lowest, highest = _age(cell("StatutoryLowAge")), _age(cell("StatutoryHighAge"))
    pupils = pupils_of(cell("NumberOfPupils"))
    status = STATUSES.get(cell("EstablishmentStatus (name)").casefold(), SchoolStatus.OPEN)
    return GiasRow(
        facts=SchoolFacts(
            urn=urn,
            name=name,
            phase=phase_of(
                kind=kind,
                named_phase=cell("PhaseOfEducation (name)"),
                lowest=lowest,
                highest=highest,
            ),
            laestab=_laestab(cell("LA (code)"), cell("EstablishmentNumber")),
            lowest_age=lowest,
            highest_age=highest,
            kind=kind,
            local_authority=cell("LA (name)"),
            postcode=cell("Postcode").upper(),
            status=status,
            closed_on=date_of(cell("CloseDate")) if status == SchoolStatus.CLOSED else None,
        ),
        town=cell("Town"),
        pupils=None if isinstance(pupils, CellTrouble) else pupils[0],
        census_on=date_of(cell("CensusDate")),
    )


def _age(cell: str) -> int | None:
    age = pupils_of(cell)
    return None if isinstance(age, CellTrouble) or age[0] > 120 else age[0]


def _laestab(authority: str, number: str) -> str:
    """Seven digits, with the zeros a spreadsheet took away; '' where one of them is missing."""
    if not (authority.isdecimal() and number.isdecimal()):
        return ""
    return f"{int(authority):03d}{int(number):04d}"[:7]


# ---- Searching ----------------------------------------------------------------------------------


def found_by(words: str, rows: Iterable[GiasRow]) -> list[GiasRow]:
    """The schools whose number, postcode or name these words give; open ones first.

    A name is found by any parts of its words in any order: "strand green jun".
    """
    text = " ".join(words.split()).casefold()
    urn = urn_of(text)
    compact = text.replace(" ", "")
    parts = _plain(text).split()
    found = [
        row
        for row in rows
        if row.urn == urn
        or (len(compact) >= 3 and _starts_with_postcode(row, compact))
        or (parts and _has_parts(row, parts))
    ]
    return sorted(found, key=lambda row: (row.is_closed, row.facts.name.casefold(), row.urn))


def _starts_with_postcode(row: GiasRow, compact: str) -> bool:
    postcode = row.facts.postcode.replace(" ", "").casefold()
    return any(c.isdigit() for c in compact) and postcode.startswith(compact)


def _has_parts(row: GiasRow, parts: list[str]) -> bool:
    name = _plain(f"{row.facts.name} {row.town} {row.facts.local_authority}".casefold())
    return all(part in name for part in parts)


def _plain(text: str) -> str:
    """Without apostrophes and dashes, which people leave out."""
    return text.translate(_PUNCTUATION)


_PUNCTUATION = str.maketrans({"'": None, "’": None, "‘": None, ".": None, "-": " ", "–": " "})


def successors_of(closed: GiasRow, rows: Iterable[GiasRow]) -> list[GiasRow]:
    """Open schools that may have followed a closed one: same LAEstab, else same postcode.

    A conversion keeps the number within the authority; an amalgamation mostly the site.
    """
    facts = closed.facts
    others = [row for row in rows if not row.is_closed and row.urn != closed.urn]
    by_number = [row for row in others if facts.laestab and row.facts.laestab == facts.laestab]
    if by_number:
        return by_number
    return [row for row in others if facts.postcode and row.facts.postcode == facts.postcode]
