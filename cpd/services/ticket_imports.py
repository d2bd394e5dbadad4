"""A list of SCITT graduates on its way: looked at, then issued whole or put aside. Rule FT-1.

A long one is issued by a worker (Rule XX-5), in one transaction like a short one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse

from cpd.errors import TicketListIsGone, TicketListWrong
from cpd.models import TicketImport
from cpd.services.ticket_rows import MOST_ROWS, GraduateRow, rows_of_graduates
from cpd.services.tickets import issue_ticket
from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import Outcome
from hub_portal.clock.services.list_jobs import list_to_save, save_list_as_job
from hub_portal.files.services.sent_lists import (
    KindOfList,
    look_at_list,
    note_saved,
    put_list_aside,
    ready_to_save,
    take_in_list,
)
from hub_portal.shared.london import now
from hub_portal.shared.sheets import Sheet
from hub_portal.shared.wording import counted
from schools.models import Person
from schools.services.people import refuse_unless_hub

GRADUATES_FILE = "graduates_file"
ISSUING_JOB = "cpd.issue_tickets"
ISSUED_AT_ONCE = 60
"""Rows that are issued while the page loads; a longer list is a job."""


@dataclass(frozen=True)
class TicketPreview:
    """What issuing a list would do, before anything is saved."""

    rows: list[GraduateRow]

    @property
    def problems(self) -> list[GraduateRow]:
        return [row for row in self.rows if row.problem]

    @property
    def held_already(self) -> list[GraduateRow]:
        return [row for row in self.rows if not row.problem and row.has_ticket]

    @property
    def tickets(self) -> list[GraduateRow]:
        return [row for row in self.rows if row.issues_ticket]

    @property
    def new_people(self) -> list[GraduateRow]:
        return [row for row in self.rows if row.adds_person]

    @property
    def is_long(self) -> bool:
        return len(self.rows) > ISSUED_AT_ONCE


def _read(sheet: Sheet, at: datetime) -> TicketPreview:
    return TicketPreview(list(rows_of_graduates(sheet, at=at)))


GRADUATES_LIST = KindOfList(
    model=TicketImport,
    named="ticket_import",
    file_kind=GRADUATES_FILE,
    read=_read,
    most_rows=MOST_ROWS,
    refuse_others=refuse_unless_hub,
    is_gone=TicketListIsGone,
    is_wrong=lambda rows: TicketListWrong(rows=rows),
    counts={"people": "people_added", "tickets": "tickets_issued"},
)


def take_in_graduates(*, upload: "File[Any]", by: Person, at: datetime) -> TicketImport:
    """Keep a list to look at. Raises: OnlyTheHub, FileTooBig, WrongKindOfFile, BadSheet.

    A list whose columns are missing, or that is too long, is not kept at all.
    """
    return take_in_list(GRADUATES_LIST, upload=upload, by=by, at=at)


def preview_graduates(*, taken: TicketImport, at: datetime) -> TicketPreview:
    """What the list would do now. Raises: TicketListIsGone, BadSheet."""
    return look_at_list(GRADUATES_LIST, taken=taken, at=at)


@transaction.atomic
def issue_tickets(
    *, taken: TicketImport, is_mailed: bool, by: Person, at: datetime
) -> TicketPreview:
    """Issue every ticket of a list, all or nothing, and delete the list. Rule FT-1.

    A list with a row that cannot be is refused whole: it is put right and sent again.

    Raises: OnlyTheHub, TicketListIsGone, TicketListWrong, BadSheet.
    """
    locked, preview = ready_to_save(GRADUATES_LIST, taken=taken, by=by, at=at)
    for row in preview.tickets:
        _issue(row, is_mailed=is_mailed, by=by, at=at)
    locked.people_added, locked.tickets_issued = len(preview.new_people), len(preview.tickets)
    _keep_whether_mailed(locked, is_mailed)
    note_saved(GRADUATES_LIST, locked=locked, by=by, at=at)
    return preview


@transaction.atomic
def issue_tickets_as_job(*, taken: TicketImport, is_mailed: bool, by: Person, at: datetime) -> Job:
    """Have a worker issue a long list; its page shows how far it is. Rule XX-5.

    Raises: OnlyTheHub, TicketListIsGone, TicketListWrong, BadSheet.
    """
    job = save_list_as_job(GRADUATES_LIST, job_kind=ISSUING_JOB, taken=taken, by=by, at=at)
    _keep_whether_mailed(taken, is_mailed)
    return job


def issue_as_job(job: Job) -> Outcome:
    """Issue the tickets of a long list: a worker runs this."""
    taken = list_to_save(GRADUATES_LIST, job)
    if taken.saved_at is None:
        by = Person.objects.get(pk=job.started_by_id)
        issue_tickets(taken=taken, is_mailed=taken.is_to_be_mailed, by=by, at=now())
        taken.refresh_from_db()
    return Outcome(
        sentence=f"{counted(taken.tickets_issued, 'ticket')} issued.",
        report={"tickets": taken.tickets_issued, "people": taken.people_added},
    )


def where_tickets_are(job: Job) -> str:
    """Where the page of the job leads to when it is done."""
    return reverse("admin:cpd_fabulinusticket_changelist")


def put_graduates_aside(*, taken: TicketImport, by: Person, at: datetime) -> None:
    """Delete a list without issuing it. Raises: OnlyTheHub, TicketListIsGone."""
    put_list_aside(GRADUATES_LIST, taken=taken, by=by, at=at)


def _issue(row: GraduateRow, *, is_mailed: bool, by: Person, at: datetime) -> None:
    if row.award is None:
        raise ValueError(f"row {row.number} has a problem and is not to be issued")
    issue_ticket(
        full_name=row.full_name,
        email=row.email,
        award=row.award,
        earlier=row.earlier,
        by=by,
        at=at,
        is_mailed=is_mailed,
    )


def _keep_whether_mailed(taken: TicketImport, is_mailed: bool) -> None:
    taken.is_to_be_mailed = is_mailed
    taken.save(update_fields=["is_to_be_mailed"])
