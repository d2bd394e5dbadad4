"""A list of running cohorts on its way: looked at, then saved whole or put aside. Rule SC-8.

Nobody is mailed by it; the hub manager tells the delegates, course by course. A long list is
saved by a worker (Rule XX-5), in one transaction like a short one.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse

from cpd.errors import CohortListIsGone, CohortListWrong
from cpd.models import CohortImport
from cpd.services.cohort_checks import SchoolCost, costs_of
from cpd.services.cohort_rows import MOST_ROWS, rows_of_places
from cpd.services.cohorts import warning_of_day
from cpd.services.planned_cohorts import PlaceRow, PlannedCohort
from cpd.services.running_cohorts import bring_running_cohorts
from credits.services.adjustments import naming_the_school
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
from hub_portal.shared.london import london_date, now
from hub_portal.shared.sheets import Sheet
from hub_portal.shared.wording import counted
from schools.models import Person
from schools.services.calendar import hub_calendar, school_year_of
from schools.services.people import refuse_unless_hub

COHORTS_FILE = "cohorts_file"
SAVING_JOB = "cpd.save_running_cohorts"
SAVED_AT_ONCE = 60
"""Rows that are saved while the page loads; a longer list is a job."""


@dataclass(frozen=True)
class CohortBrought:
    """One cohort of a list, and how many places come with it."""

    cohort: PlannedCohort
    places: int

    @property
    def warnings(self) -> list[str]:
        """Dates that may be a mistake; they stop nothing. Rule BK-1."""
        calendar = hub_calendar()
        days = (london_date(session.starts_at) for session in self.cohort.sessions)
        return [warning for on in days if (warning := warning_of_day(on, calendar))]


@dataclass(frozen=True)
class CohortsPreview:
    """What saving a list would do, before anything is saved."""

    rows: list[PlaceRow]
    costs: list[SchoolCost]

    @property
    def problems(self) -> list[PlaceRow]:
        return [row for row in self.rows if row.problem]

    @property
    def places(self) -> list[PlaceRow]:
        return [row for row in self.rows if row.is_place and not row.problem]

    @property
    def cohorts(self) -> list[CohortBrought]:
        """In the order of the list."""
        taken = Counter(row.course for row in self.places)
        planned = {row.course: row.cohort for row in self.rows if row.cohort}
        return [CohortBrought(cohort, taken[reference]) for reference, cohort in planned.items()]

    @property
    def is_long(self) -> bool:
        return len(self.rows) > SAVED_AT_ONCE


def _read(sheet: Sheet, at: datetime) -> CohortsPreview:
    rows = rows_of_places(sheet, at=at)
    return CohortsPreview(rows, costs_of(rows, year=school_year_of(london_date(at))))


COHORTS_LIST = KindOfList(
    model=CohortImport,
    named="cohort_import",
    file_kind=COHORTS_FILE,
    read=_read,
    most_rows=MOST_ROWS,
    refuse_others=refuse_unless_hub,
    is_gone=CohortListIsGone,
    is_wrong=lambda rows: CohortListWrong(rows=rows),
    counts={"cohorts": "cohorts_added", "places": "places_added"},
)


def take_in_running_cohorts(*, upload: "File[Any]", by: Person, at: datetime) -> CohortImport:
    """Keep a list to look at. Raises: OnlyTheHub, FileTooBig, WrongKindOfFile, BadSheet."""
    return take_in_list(COHORTS_LIST, upload=upload, by=by, at=at)


def preview_running_cohorts(*, taken: CohortImport, at: datetime) -> CohortsPreview:
    """What the list would do now. Raises: CohortListIsGone, BadSheet."""
    return look_at_list(COHORTS_LIST, taken=taken, at=at)


def save_running_cohorts(*, taken: CohortImport, by: Person, at: datetime) -> CohortsPreview:
    """Bring every cohort and place of a list, all or nothing, and delete the list.

    Raises: OnlyTheHub, CohortListIsGone, CohortListWrong, BadSheet; SchoolHasTooFew when
    somebody else has just booked with the same credits.
    """
    with naming_the_school(), transaction.atomic():
        locked, preview = ready_to_save(COHORTS_LIST, taken=taken, by=by, at=at)
        bring_running_cohorts(
            cohorts=[brought.cohort for brought in preview.cohorts],
            places=preview.places,
            key=COHORTS_LIST.about(locked),
            by=by,
            at=at,
        )
        locked.cohorts_added, locked.places_added = len(preview.cohorts), len(preview.places)
        note_saved(COHORTS_LIST, locked=locked, by=by, at=at)
    return preview


def save_running_cohorts_as_job(*, taken: CohortImport, by: Person, at: datetime) -> Job:
    """Have a worker save a long list. Raises: as `save_running_cohorts`, but for credits."""
    return save_list_as_job(COHORTS_LIST, job_kind=SAVING_JOB, taken=taken, by=by, at=at)


def save_as_job(job: Job) -> Outcome:
    """Save a long list: a worker runs this."""
    taken = list_to_save(COHORTS_LIST, job)
    if taken.saved_at is None:
        by = Person.objects.get(pk=job.started_by_id)
        save_running_cohorts(taken=taken, by=by, at=now())
        taken.refresh_from_db()
    courses, places = counted(taken.cohorts_added, "course"), counted(taken.places_added, "place")
    return Outcome(
        sentence=f"{courses} and {places} added. Nobody was mailed.",
        report={"courses": taken.cohorts_added, "places": taken.places_added},
    )


def where_cohorts_are(job: Job) -> str:
    """Where the page of the job leads to when it is done."""
    return reverse("admin:cpd_cohort_changelist")


def put_running_cohorts_aside(*, taken: CohortImport, by: Person, at: datetime) -> None:
    """Delete a list without saving it. Raises: OnlyTheHub, CohortListIsGone."""
    put_list_aside(COHORTS_LIST, taken=taken, by=by, at=at)
