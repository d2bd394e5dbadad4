"""A list of people on its way into the portal: looked at, then saved whole or put aside.

Rule SC-8. Nobody is mailed by it; the hub manager invites. The list itself is deleted as soon
as it is saved or put aside, and after seven days anyhow.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction

from hub_portal.files.services.deleting import delete_file
from hub_portal.files.services.storing import keep_spreadsheet
from hub_portal.shared.sheets import SheetTooBig, open_sheet
from hub_portal.trail.services.acts import record_act
from schools.errors import OnlyTheHub, PeopleListIsGone, PeopleListWrong
from schools.models import PeopleImport, Person
from schools.services.people import add_person
from schools.services.people_rows import MOST_ROWS, PersonRow, rows_of_people
from schools.services.posts import begin_post

PEOPLE_FILE = "people_file"
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class PeoplePreview:
    """What saving a list would do, before anything is saved."""

    rows: list[PersonRow]

    @property
    def problems(self) -> list[PersonRow]:
        return [row for row in self.rows if row.problem]

    @property
    def held_already(self) -> list[PersonRow]:
        return [row for row in self.rows if not row.problem and row.is_held_already]

    @property
    def posts(self) -> list[PersonRow]:
        return [row for row in self.rows if row.adds_post]

    @property
    def new_people(self) -> list[PersonRow]:
        return [row for row in self.rows if row.adds_person]


@transaction.atomic
def take_in_people_list(*, upload: "File[Any]", by: Person, at: datetime) -> PeopleImport:
    """Keep a list of people to look at. Raises: OnlyTheHub, FileTooBig, WrongKindOfFile, BadSheet.

    A list whose columns are missing, or that is too long, is not kept at all.
    """
    if not by.is_hub_manager:
        raise OnlyTheHub
    taken = PeopleImport.objects.create(
        file_name=str(upload.name)[:200], uploaded_by=by, uploaded_at=at
    )
    taken.file = keep_spreadsheet(
        upload=upload,
        kind=PEOPLE_FILE,
        about=f"people_import:{taken.pk}",
        by=by,
        at=at,
        delete_after=at + KEPT_FOR,
    )
    taken.save(update_fields=["file"])
    preview_people(taken=taken, at=at)
    return taken


def preview_people(*, taken: PeopleImport, at: datetime) -> PeoplePreview:
    """What the list would do now. Raises: PeopleListIsGone, BadSheet."""
    if taken.file is None or taken.saved_at or taken.discarded_at:
        raise PeopleListIsGone
    with taken.file.open() as content, open_sheet(content) as sheet:
        rows = list(rows_of_people(sheet, at=at))
    if len(rows) > MOST_ROWS:
        raise SheetTooBig(what=f"{MOST_ROWS:,} rows")
    return PeoplePreview(rows)


@transaction.atomic
def save_people_list(*, taken: PeopleImport, by: Person, at: datetime) -> PeoplePreview:
    """Add the people and posts of a list, all or nothing, and delete the list.

    A list with a row that cannot be is refused whole: it is put right and sent again.

    Raises: OnlyTheHub, PeopleListIsGone, PeopleListWrong, BadSheet.
    """
    if not by.is_hub_manager:
        raise OnlyTheHub
    locked = PeopleImport.objects.select_for_update(of=("self",)).get(pk=taken.pk)
    preview = preview_people(taken=locked, at=at)
    if preview.problems:
        raise PeopleListWrong(rows=len(preview.problems))
    for row in preview.posts:
        _add(row, by=by, at=at)
    locked.people_added, locked.posts_added = len(preview.new_people), len(preview.posts)
    locked.saved_at = at
    locked.save(update_fields=["people_added", "posts_added", "saved_at"])
    _forget_list(locked)
    _record("people_import.saved", locked, by=by, at=at)
    return preview


@transaction.atomic
def put_people_list_aside(*, taken: PeopleImport, by: Person, at: datetime) -> None:
    """Delete a list without saving it. Raises: OnlyTheHub, PeopleListIsGone."""
    if not by.is_hub_manager:
        raise OnlyTheHub
    locked = PeopleImport.objects.select_for_update(of=("self",)).get(pk=taken.pk)
    if locked.saved_at or locked.discarded_at:
        raise PeopleListIsGone
    locked.discarded_at = at
    locked.save(update_fields=["discarded_at"])
    _forget_list(locked)
    _record("people_import.put_aside", locked, by=by, at=at)


def _add(row: PersonRow, *, by: Person, at: datetime) -> None:
    if row.school is None or row.role is None:
        raise ValueError(f"row {row.number} has a problem and is not to be saved")
    person = row.person or add_person(full_name=row.full_name, email=row.email, by=by, at=at)
    begin_post(
        person=person,
        school=row.school,
        role=row.role,
        from_on=row.from_on,
        job_title=row.job_title,
        by=by,
        at=at,
    )


def _forget_list(taken: PeopleImport) -> None:
    stored = taken.file
    if stored is not None:
        delete_file(stored=stored)
        taken.file = None


def _record(verb: str, taken: PeopleImport, *, by: Person, at: datetime) -> None:
    record_act(
        verb=verb,
        subject=f"people_import:{taken.pk}",
        by=by,
        at=at,
        after={"people": taken.people_added, "posts": taken.posts_added},
    )
