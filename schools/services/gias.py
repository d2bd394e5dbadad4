"""Member schools are picked out of a GIAS extract: upload, search, tick, check, add.

What is kept of the upload are the few columns needed, without the names of heads, until the
schools are added or for 7 days.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import IO, Any, TypeAlias

from django.core.files.base import File
from django.db import transaction

from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_file
from hub_portal.files.services.storing import keep_own_file
from hub_portal.shared.file_types import FileType
from hub_portal.shared.sheets import BadSheet, MissingColumns, Sheet, open_sheet
from schools.errors import GiasFileGone, NothingPicked, SchoolHasClosed
from schools.models import GiasFile, Person, School
from schools.services.gias_rows import COLUMNS, NEEDED, GiasRow, found_by, rows_of, successors_of
from schools.services.school_facts import add_school

GIAS_FILE = "gias_file"
KEPT_FOR = timedelta(days=7)
MOST_SHOWN = 50
LARGEST_WORKBOOK = 1_000_000
Upload: TypeAlias = "File[Any]"


class WorkbookTooSlow(BadSheet):
    """All of England as an Excel workbook takes minutes to read; as CSV, a second."""

    def __init__(self) -> None:
        super().__init__(
            "This Excel workbook is too big to search. GIAS offers the same list as CSV: "
            "choose that file as it was downloaded."
        )


@dataclass(frozen=True)
class Candidate:
    """A school found in the file, with what to know before it is added."""

    row: GiasRow
    ours: School | None = None
    notes: list[str] = field(default_factory=list)
    is_picked: bool = False

    @property
    def may_be_added(self) -> bool:
        return self.ours is None and not self.row.is_closed


@dataclass(frozen=True)
class Found:
    """The answer to a search: the first so many schools, how many there are, and what is picked."""

    candidates: list[Candidate]
    total: int
    picked: list[Candidate]


def keep_gias_file(*, upload: Upload, by: Person, at: datetime) -> GiasFile:
    """Take in a GIAS extract to pick schools from.

    Raises: BadSheet in all its kinds; nothing is kept then.
    """
    if str(upload.name).lower().endswith(".xlsx") and upload.size > LARGEST_WORKBOOK:
        raise WorkbookTooSlow
    with open_sheet(upload) as sheet:
        content, count = _extract(sheet)
    with transaction.atomic():
        gias_file = GiasFile.objects.create(
            file_name=str(upload.name)[:200], rows=count, uploaded_by=by, uploaded_at=at
        )
        gias_file.file = keep_own_file(
            content=content,
            file_type=FileType.TEXT,
            name="gias.csv",
            kind=GIAS_FILE,
            about=f"gias_file:{gias_file.pk}",
            by=by,
            at=at,
            delete_after=at + KEPT_FOR,
        )
        gias_file.save(update_fields=["file"])
    return gias_file


def search(*, gias_file: GiasFile, words: str) -> Found:
    """Schools of the file by name, URN or postcode. Raises: GiasFileGone."""
    rows = rows_in(gias_file)
    found = found_by(words, rows)
    return Found(
        candidates=_candidates(found[:MOST_SHOWN], rows, picked=gias_file.picked),
        total=len(found),
        picked=_picked(gias_file, rows),
    )


def picked_candidates(*, gias_file: GiasFile) -> list[Candidate]:
    """The schools ticked so far, in the order they were. Raises: GiasFileGone."""
    return _picked(gias_file, rows_in(gias_file))


def _picked(gias_file: GiasFile, rows: list[GiasRow]) -> list[Candidate]:
    by_urn = {row.urn: row for row in rows}
    picked = [by_urn[urn] for urn in gias_file.picked if urn in by_urn]
    return _candidates(picked, rows, picked=gias_file.picked)


def pick(*, gias_file: GiasFile, shown: Iterable[int], ticked: Iterable[int]) -> GiasFile:
    """Remember what is ticked on a page of results; what it did not show stays as it was."""
    with transaction.atomic():
        kept = GiasFile.objects.select_for_update(no_key=True).get(pk=gias_file.pk)
        on_page, wanted = set(shown), list(dict.fromkeys(ticked))
        elsewhere = [urn for urn in kept.picked if urn not in on_page]
        kept.picked = elsewhere + [urn for urn in wanted if urn not in elsewhere]
        kept.save(update_fields=["picked"])
    return kept


def add_picked(
    *, gias_file: GiasFile, member_from: date | None, by: Person, at: datetime
) -> list[School]:
    """Add the ticked schools, all or none, and let go of the file.

    Raises: NothingPicked, GiasFileGone, SchoolHasClosed, UrnInUse.
    """
    with transaction.atomic():
        locked = GiasFile.objects.select_for_update(no_key=True).get(pk=gias_file.pk)
        candidates = picked_candidates(gias_file=locked)
        if not candidates:
            raise NothingPicked
        for candidate in candidates:
            if candidate.row.is_closed:
                facts = candidate.row.facts
                raise SchoolHasClosed(school=facts.name, urn=facts.urn)
        added = [
            add_school(facts=candidate.row.facts, member_from=member_from, by=by, at=at)
            for candidate in candidates
        ]
        kept_file, locked.file, locked.used_at = locked.file, None, at
        locked.save(update_fields=["file", "used_at"])
        if kept_file is not None:
            delete_file(stored=kept_file)
    return added


def rows_in(gias_file: GiasFile) -> list[GiasRow]:
    """Every school of the file. Raises: GiasFileGone when it is no longer kept."""
    if gias_file.file is None:
        raise GiasFileGone
    with _text_of(gias_file.file) as text:
        reader = csv.reader(text)
        headings = next(reader)
        return list(rows_of(headings, reader))


def _text_of(stored: StoredFile) -> io.TextIOWrapper:
    try:
        content: IO[bytes] = stored.open()
    except FileNotFoundError as missing:
        raise GiasFileGone from missing
    return io.TextIOWrapper(content, encoding="utf-8", newline="")


def _extract(sheet: Sheet) -> tuple[bytes, int]:
    """The columns that are needed and are there, as CSV, and how many schools there are."""
    missing = [column for column in NEEDED if not sheet.has(column)]
    if missing:
        raise MissingColumns(names=missing)
    present = [column for column in COLUMNS if sheet.has(column)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(present)
    count = 0
    for _, cells in sheet.rows(*present):
        writer.writerow(cells)
        count += 1
    return text.getvalue().encode(), count


def _candidates(found: list[GiasRow], rows: list[GiasRow], *, picked: list[int]) -> list[Candidate]:
    known = _known_schools()
    ticked = set(picked)
    return [
        Candidate(
            row=row,
            ours=known.get(row.urn),
            notes=_notes(row, rows, known),
            is_picked=row.urn in ticked,
        )
        for row in found
    ]


def _known_schools() -> dict[int, School]:
    """Our schools by every number they have or had. Rule SC-1."""
    known: dict[int, School] = {}
    for school in School.objects.prefetch_related("former_urns").order_by("pk"):
        known[school.urn] = school
        known |= {former.urn: school for former in school.former_urns.all()}
    return known


def _notes(row: GiasRow, rows: list[GiasRow], known: dict[int, School]) -> list[str]:
    ours = known.get(row.urn)
    if ours is not None:
        number = "its number" if ours.urn == row.urn else "a former number"
        return [f"{ours.name} is in the portal already; this is {number}."]
    notes = row.oddities()
    if row.is_closed:
        notes.insert(0, _followed_by(row, rows))
    twins = {
        school.pk: school
        for school in known.values()
        if row.facts.laestab and school.laestab == row.facts.laestab
    }
    notes += [
        f"{school.name} ({school.urn}) has the same LA and establishment number. If it is the "
        "same school after a conversion, give that school its new URN instead."
        for school in twins.values()
    ]
    return notes


def _followed_by(row: GiasRow, rows: list[GiasRow]) -> str:
    on = row.facts.closed_on
    closed = f"Closed on {on.day} {on:%B %Y}." if on else "Closed."
    names = [f"{each.facts.name} ({each.urn})" for each in successors_of(row, rows)[:3]]
    return f"{closed} It may have been followed by {' or '.join(names)}." if names else closed
