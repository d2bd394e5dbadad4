"""A list of SCITT graduates on its way: looked at, then issued whole or put aside. Rule FT-1.

The list itself is deleted as soon as it is issued or put aside, and after seven days anyhow.
A long one is issued by a worker (Rule XX-5), in one transaction like a short one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse

from cpd.errors import TicketListIsGone, TicketListWrong
from cpd.models import TicketImport
from cpd.services.ticket_rows import MOST_ROWS, GraduateRow, rows_of_graduates
from cpd.services.tickets import issue_ticket
from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import Outcome, report_progress, start_job
from hub_portal.files.services.deleting import delete_file
from hub_portal.files.services.storing import keep_spreadsheet
from hub_portal.shared.london import now
from hub_portal.shared.sheets import SheetTooBig, open_sheet
from hub_portal.shared.wording import counted
from hub_portal.trail.services.acts import record_act
from schools.errors import OnlyTheHub
from schools.models import Person

GRADUATES_FILE = "graduates_file"
ISSUING_JOB = "cpd.issue_tickets"
KEPT_FOR = timedelta(days=7)
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


@transaction.atomic
def take_in_graduates(*, upload: "File[Any]", by: Person, at: datetime) -> TicketImport:
    """Keep a list to look at. Raises: OnlyTheHub, FileTooBig, WrongKindOfFile, BadSheet.

    A list whose columns are missing, or that is too long, is not kept at all.
    """
    if not by.is_hub_manager:
        raise OnlyTheHub
    taken = TicketImport.objects.create(
        file_name=str(upload.name)[:200], uploaded_by=by, uploaded_at=at
    )
    taken.file = keep_spreadsheet(
        upload=upload,
        kind=GRADUATES_FILE,
        about=f"ticket_import:{taken.pk}",
        by=by,
        at=at,
        delete_after=at + KEPT_FOR,
    )
    taken.save(update_fields=["file"])
    preview_graduates(taken=taken, at=at)
    return taken


def preview_graduates(*, taken: TicketImport, at: datetime) -> TicketPreview:
    """What the list would do now. Raises: TicketListIsGone, BadSheet."""
    if taken.file is None or taken.saved_at or taken.discarded_at:
        raise TicketListIsGone
    with taken.file.open() as content, open_sheet(content) as sheet:
        rows = list(rows_of_graduates(sheet, at=at))
    if len(rows) > MOST_ROWS:
        raise SheetTooBig(what=f"{MOST_ROWS:,} rows")
    return TicketPreview(rows)


@transaction.atomic
def issue_tickets(
    *, taken: TicketImport, is_mailed: bool, by: Person, at: datetime
) -> TicketPreview:
    """Issue every ticket of a list, all or nothing, and delete the list. Rule FT-1.

    A list with a row that cannot be is refused whole: it is put right and sent again.

    Raises: OnlyTheHub, TicketListIsGone, TicketListWrong, BadSheet.
    """
    if not by.is_hub_manager:
        raise OnlyTheHub
    locked = _locked(taken.pk)
    preview = preview_graduates(taken=locked, at=at)
    if preview.problems:
        raise TicketListWrong(rows=len(preview.problems))
    for row in preview.tickets:
        _issue(row, is_mailed=is_mailed, by=by, at=at)
    locked.people_added, locked.tickets_issued = len(preview.new_people), len(preview.tickets)
    locked.saved_at, locked.is_to_be_mailed = at, is_mailed
    locked.save(update_fields=["people_added", "tickets_issued", "saved_at", "is_to_be_mailed"])
    _forget_list(locked)
    _record("ticket_import.saved", locked, by=by, at=at)
    return preview


@transaction.atomic
def issue_tickets_as_job(*, taken: TicketImport, is_mailed: bool, by: Person, at: datetime) -> Job:
    """Have a worker issue a long list; its page shows how far it is. Rule XX-5.

    Raises: OnlyTheHub, TicketListIsGone, TicketListWrong, BadSheet.
    """
    if not by.is_hub_manager:
        raise OnlyTheHub
    locked = _locked(taken.pk)
    preview = preview_graduates(taken=locked, at=at)
    if preview.problems:
        raise TicketListWrong(rows=len(preview.problems))
    locked.is_to_be_mailed = is_mailed
    locked.save(update_fields=["is_to_be_mailed"])
    return start_job(
        kind=ISSUING_JOB,
        about=f"ticket_import:{locked.pk}",
        by=by,
        at=at,
        total=len(preview.rows),
    )


def issue_as_job(job: Job) -> Outcome:
    """Issue the tickets of a long list: a worker runs this. Killed half way, it begins again.

    Nothing was issued then: the whole list is one transaction.
    """
    taken = TicketImport.objects.get(pk=int(job.about.partition(":")[2]))
    if taken.saved_at is None:
        report_progress(job=job, done=0, at=now())
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


@transaction.atomic
def put_graduates_aside(*, taken: TicketImport, by: Person, at: datetime) -> None:
    """Delete a list without issuing it. Raises: OnlyTheHub, TicketListIsGone."""
    if not by.is_hub_manager:
        raise OnlyTheHub
    locked = _locked(taken.pk)
    if locked.saved_at or locked.discarded_at:
        raise TicketListIsGone
    locked.discarded_at = at
    locked.save(update_fields=["discarded_at"])
    _forget_list(locked)
    _record("ticket_import.put_aside", locked, by=by, at=at)


def _issue(row: GraduateRow, *, is_mailed: bool, by: Person, at: datetime) -> None:
    if row.award is None:
        raise ValueError(f"row {row.number} has a problem and is not to be issued")
    issue_ticket(
        full_name=row.full_name,
        email=row.email,
        award=row.award,
        by=by,
        at=at,
        is_mailed=is_mailed,
    )


def _locked(taken_id: int) -> TicketImport:
    return TicketImport.objects.select_for_update(of=("self",)).get(pk=taken_id)


def _forget_list(taken: TicketImport) -> None:
    stored = taken.file
    if stored is not None:
        delete_file(stored=stored)
        taken.file = None


def _record(verb: str, taken: TicketImport, *, by: Person, at: datetime) -> None:
    record_act(
        verb=verb,
        subject=f"ticket_import:{taken.pk}",
        by=by,
        at=at,
        after={"people": taken.people_added, "tickets": taken.tickets_issued},
    )
