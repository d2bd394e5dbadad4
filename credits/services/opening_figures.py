"""What schools had received and spent before the portal: a list, looked at, then posted. SC-8.

Received comes from the year's funding account as an allocation would, and what was spent leaves
again: two entries for each school, which can be reversed like any of the hub's own. Commitments
still open are not spent: they come with the list of running courses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from credits.choices import AccountKind, EntryKind
from credits.errors import OpeningListIsGone, OpeningListWrong
from credits.models import JournalEntry, OpeningImport
from credits.services.accounts import Holder
from credits.services.adjustments import naming_the_school
from credits.services.figures import Figures, figures_of_schools
from credits.services.ledger import Move, NewEntry, post
from hub_portal.files.services.sent_lists import (
    KindOfList,
    look_at_list,
    note_saved,
    put_list_aside,
    ready_to_save,
    take_in_list,
)
from hub_portal.shared.errors import BadInput
from hub_portal.shared.london import london_date
from hub_portal.shared.sheets import Sheet, whole_number
from hub_portal.shared.wording import in_credits
from hub_portal.trail.services.acts import build_act, record_acts
from schools.models import Person, School, SchoolYear
from schools.services.calendar import school_year_of
from schools.services.finding import schools_by_urn_or_name
from schools.services.people import refuse_unless_hub

OPENING_FILE = "opening_file"
COLUMNS = ("School", "Received", "Spent")
MOST_ROWS = 2000
MOST_CREDITS = 1_000_000


@dataclass(frozen=True)
class OpeningRow:
    """One school of the list: what it would open with, or why it cannot."""

    number: int
    school_said: str
    school: School | None = None
    received: int = 0
    spent: int = 0
    has: Figures = field(default_factory=Figures)
    note: str = ""
    problem: str = ""

    @property
    def available(self) -> int:
        """What the school could book with afterwards."""
        return self.has.available + self.received - self.spent


@dataclass(frozen=True)
class OpeningPreview:
    """What saving a list would do, before anything is saved."""

    rows: list[OpeningRow]
    year: SchoolYear

    @property
    def problems(self) -> list[OpeningRow]:
        return [row for row in self.rows if row.problem]

    @property
    def schools(self) -> list[OpeningRow]:
        return [row for row in self.rows if not row.problem]

    @property
    def received(self) -> int:
        return sum(row.received for row in self.schools)

    @property
    def spent(self) -> int:
        return sum(row.spent for row in self.schools)


def _read(sheet: Sheet, at: datetime) -> OpeningPreview:
    year = school_year_of(london_date(at))
    read = list(sheet.rows(*COLUMNS))
    known = _Known([cells[0] for _, cells in read], year=year, at=at)
    seen: set[int] = set()
    return OpeningPreview([_row(number, cells, known, seen) for number, cells in read], year)


OPENING_LIST = KindOfList(
    model=OpeningImport,
    named="opening_import",
    file_kind=OPENING_FILE,
    read=_read,
    most_rows=MOST_ROWS,
    refuse_others=refuse_unless_hub,
    is_gone=OpeningListIsGone,
    is_wrong=lambda rows: OpeningListWrong(rows=rows),
    counts={
        "schools": "schools_opened",
        "received": "credits_received",
        "spent": "credits_spent",
    },
)


def take_in_opening_figures(*, upload: "File[Any]", by: Person, at: datetime) -> OpeningImport:
    """Keep a list to look at. Raises: OnlyTheHub, FileTooBig, WrongKindOfFile, BadSheet."""
    return take_in_list(OPENING_LIST, upload=upload, by=by, at=at)


def preview_opening_figures(*, taken: OpeningImport, at: datetime) -> OpeningPreview:
    """What the list would do now. Raises: OpeningListIsGone, BadSheet."""
    return look_at_list(OPENING_LIST, taken=taken, at=at)


def save_opening_figures(*, taken: OpeningImport, by: Person, at: datetime) -> OpeningPreview:
    """Post the figures of every school of a list, all or nothing, and delete the list.

    Raises: OnlyTheHub, OpeningListIsGone, OpeningListWrong, BadSheet; SchoolHasTooFew when
    somebody else has just booked; YearIsClosed.
    """
    with naming_the_school(), transaction.atomic():
        locked, preview = ready_to_save(OPENING_LIST, taken=taken, by=by, at=at)
        _open(preview, OPENING_LIST.about(locked), by=by, at=at)
        locked.schools_opened = len(preview.schools)
        locked.credits_received, locked.credits_spent = preview.received, preview.spent
        note_saved(OPENING_LIST, locked=locked, by=by, at=at)
    return preview


def put_opening_figures_aside(*, taken: OpeningImport, by: Person, at: datetime) -> None:
    """Delete a list without saving it. Raises: OnlyTheHub, OpeningListIsGone."""
    put_list_aside(OPENING_LIST, taken=taken, by=by, at=at)


# ---- Reading ------------------------------------------------------------------------------------


class _Known:
    """What the portal knows of the schools of a list, asked for all at once."""

    def __init__(self, written: Sequence[str], *, year: SchoolYear, at: datetime) -> None:
        self.schools = schools_by_urn_or_name(written)
        members = School.objects.members(london_date(at))
        self.members = set(members.values_list("pk", flat=True))
        ids = [school.pk for school in self.schools.values()]
        self.figures = figures_of_schools(ids, year)
        standing = JournalEntry.objects.filter(
            kind=EntryKind.OPENING, reversed_by=None, key__startswith=_key(year)
        )
        self.opened = set(standing.values_list("about", flat=True))


def _row(number: int, cells: Sequence[str], known: _Known, seen: set[int]) -> OpeningRow:
    row = OpeningRow(number=number, school_said=cells[0])
    try:
        return _checked(row, cells, known, seen)
    except BadInput as bad:
        return replace(row, problem=bad.sentence)


def _checked(row: OpeningRow, cells: Sequence[str], known: _Known, seen: set[int]) -> OpeningRow:
    """Raises: BadInput with what is wrong."""
    school = known.schools.get(" ".join(row.school_said.split()).casefold())
    if school is None:
        raise BadInput(f"The portal knows no school “{row.school_said}”: write its URN.")
    if school.pk not in known.members:
        raise BadInput(f"{school} is no member today.")
    if school.pk in seen:
        raise BadInput(f"{school} stands in the list twice.")
    seen.add(school.pk)
    if _about(school) in known.opened:
        raise BadInput(
            f"{school} has opening figures already. Reverse their entries in the journal first."
        )
    received, spent = (_credits(cell) for cell in cells[1:3])
    has = known.figures.get(school.pk, Figures())
    if spent > has.available + received:
        raise BadInput(
            f"It cannot have spent {in_credits(spent)}: it has {in_credits(has.available)} "
            f"available, and received {received} by this list."
        )
    comes_on_top = bool(has.received and received)
    note = f"Has received {in_credits(has.received)} here already; this is added."
    return replace(
        row,
        school=school,
        received=received,
        spent=spent,
        has=has,
        note=note if comes_on_top else "",
    )


def _credits(cell: str) -> int:
    return whole_number(cell, what="credits", least=0, most=MOST_CREDITS) if cell else 0


# ---- Posting ------------------------------------------------------------------------------------


def _open(preview: OpeningPreview, named: str, *, by: Person, at: datetime) -> None:
    """One posting for all schools, and an act for each entry."""
    new = [entry for row in preview.schools for entry in _entries(row, preview.year, named)]
    if not new:
        return
    record_acts(
        build_act(
            verb="credits.opened", subject=f"entry:{entry.pk}", school=entry.about, by=by, at=at
        )
        for entry in post(new, by=by, at=at)
    )


def _entries(row: OpeningRow, year: SchoolYear, named: str) -> list[NewEntry]:
    """Of one school: what it received, and what of that is spent."""
    if row.school is None:
        raise ValueError(f"row {row.number} has a problem and is not to be saved")
    available = Holder(row.school.pk, year.pk, AccountKind.AVAILABLE)
    funding = Holder(None, year.pk, AccountKind.FUNDING)
    spent = Holder(row.school.pk, year.pk, AccountKind.SPENT)
    parts = (
        ("received", Move(funding, available, row.received)),
        ("spent", Move(available, spent, row.spent)),
    )
    return [
        NewEntry(
            key=f"{_key(year)}{named}:{row.school.pk}:{what}",
            kind=EntryKind.OPENING,
            about=_about(row.school),
            moves=(move,),
        )
        for what, move in parts
        if move.amount
    ]


def _key(year: SchoolYear) -> str:
    return f"opening:{year.pk}:"


def _about(school: School) -> str:
    return f"school:{school.pk}"
