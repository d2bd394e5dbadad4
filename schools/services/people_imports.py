"""A list of people on its way into the portal: looked at, then saved whole or put aside.

Rule SC-8. Nobody is mailed by it; the hub manager invites.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from hub_portal.files.services.sent_lists import (
    KindOfList,
    look_at_list,
    note_saved,
    put_list_aside,
    ready_to_save,
    take_in_list,
)
from hub_portal.shared.sheets import Sheet
from schools.errors import PeopleListIsGone, PeopleListWrong
from schools.models import PeopleImport, Person
from schools.services.people import add_person, refuse_unless_hub
from schools.services.people_rows import MOST_ROWS, PersonRow, rows_of_people
from schools.services.posts import begin_post

PEOPLE_FILE = "people_file"


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


def _read(sheet: Sheet, at: datetime) -> PeoplePreview:
    return PeoplePreview(list(rows_of_people(sheet, at=at)))


PEOPLE_LIST = KindOfList(
    model=PeopleImport,
    named="people_import",
    file_kind=PEOPLE_FILE,
    read=_read,
    most_rows=MOST_ROWS,
    refuse_others=refuse_unless_hub,
    is_gone=PeopleListIsGone,
    is_wrong=lambda rows: PeopleListWrong(rows=rows),
    counts={"people": "people_added", "posts": "posts_added"},
)


def take_in_people_list(*, upload: "File[Any]", by: Person, at: datetime) -> PeopleImport:
    """Keep a list of people to look at. Raises: OnlyTheHub, FileTooBig, WrongKindOfFile, BadSheet.

    A list whose columns are missing, or that is too long, is not kept at all.
    """
    return take_in_list(PEOPLE_LIST, upload=upload, by=by, at=at)


def preview_people(*, taken: PeopleImport, at: datetime) -> PeoplePreview:
    """What the list would do now. Raises: PeopleListIsGone, BadSheet."""
    return look_at_list(PEOPLE_LIST, taken=taken, at=at)


@transaction.atomic
def save_people_list(*, taken: PeopleImport, by: Person, at: datetime) -> PeoplePreview:
    """Add the people and posts of a list, all or nothing, and delete the list.

    A list with a row that cannot be is refused whole: it is put right and sent again.

    Raises: OnlyTheHub, PeopleListIsGone, PeopleListWrong, BadSheet.
    """
    locked, preview = ready_to_save(PEOPLE_LIST, taken=taken, by=by, at=at)
    for row in preview.posts:
        _add(row, by=by, at=at)
    locked.people_added, locked.posts_added = len(preview.new_people), len(preview.posts)
    note_saved(PEOPLE_LIST, locked=locked, by=by, at=at)
    return preview


def put_people_list_aside(*, taken: PeopleImport, by: Person, at: datetime) -> None:
    """Delete a list without saving it. Raises: OnlyTheHub, PeopleListIsGone."""
    put_list_aside(PEOPLE_LIST, taken=taken, by=by, at=at)


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
