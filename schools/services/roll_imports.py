"""A roll file on its way into the portal: read, looked at, saved whole or put aside. Rule SC-4."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.core.files.base import File
from django.db import transaction

from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import Outcome, report_progress, start_job
from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_file
from hub_portal.files.services.storing import keep_spreadsheet
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import london_date, now
from hub_portal.shared.sheets import MissingColumns, Sheet, open_sheet
from hub_portal.shared.wording import counted
from hub_portal.trail.services.acts import record_act
from schools.choices import ROLL_IMPORT_MOVES, RollDefinition, RollImportStatus
from schools.errors import (
    CensusDateMissing,
    DefinitionNotInFile,
    ImportMayNot,
    NoColumnOfPupils,
    NothingToSave,
    RollsHaveChanged,
)
from schools.models import FormerUrn, Person, PupilRoll, RollImport, School
from schools.services.roll_formats import (
    URN,
    Findings,
    RollFormat,
    columns_of,
    find_ours,
    format_of,
)
from schools.services.roll_preview import RollLine, RollPreview, preview
from schools.services.roll_report import rows_of_preview
from schools.services.rolls import refuse_future_census

ROLL_FILE = "roll_file"
READING_JOB = "schools.read_roll_file"
KEPT_FOR = timedelta(days=7)
READ_AT_ONCE = 3_000_000
"""Text up to so many bytes is read while the page is loading; a bigger file by a worker."""
WORKBOOK_READ_AT_ONCE = 60_000
Upload: TypeAlias = "File[Any]"


def take_in_roll_file(*, upload: Upload, by: Person, at: datetime) -> RollImport:
    """Keep a file of rolls and read it: at once if it is small, otherwise as a job (Rule XX-5).

    Raises: FileTooBig, WrongKindOfFile, BadSheet, NoColumnOfPupils. Nothing is kept then.
    """
    with transaction.atomic():
        roll_import = RollImport.objects.create(
            file_name=str(upload.name)[:200], uploaded_by=by, uploaded_at=at
        )
        stored = keep_spreadsheet(
            upload=upload,
            kind=ROLL_FILE,
            about=f"roll_import:{roll_import.pk}",
            by=by,
            at=at,
            delete_after=at + KEPT_FOR,
        )
        roll_import.file, roll_import.file_sha256 = stored, stored.sha256
        roll_import.save(update_fields=["file", "file_sha256"])
        if _is_small(stored):
            _read(roll_import, stored, on=london_date(at))
            return roll_import
        _refuse_wrong_headings(stored)
        start_job(kind=READING_JOB, about=f"roll_import:{roll_import.pk}", by=by, at=at)
    return roll_import


def read_as_job(job: Job) -> Outcome:
    """Read a large file, saying how far it is; a worker runs this. Rule XX-5."""
    roll_import = RollImport.objects.select_related("file").get(pk=int(job.about.split(":")[1]))
    if roll_import.status == RollImportStatus.READING and roll_import.file is not None:
        lines = _lines_in(roll_import.file)

        def say_how_far(rows: int) -> None:
            report_progress(job=job, done=rows, total=max(lines, rows), at=now())

        try:
            _read(roll_import, roll_import.file, on=london_date(now()), say_how_far=say_how_far)
        except PortalError as refusal:
            _become(roll_import, RollImportStatus.REFUSED, sentence=refusal.sentence[:300])
            raise
    rows = int(roll_import.findings.get("rows", 0))
    return Outcome(sentence=f"{counted(rows, 'row')} read.")


def say_about_file(
    *,
    roll_import: RollImport,
    census_on: date | None,
    definition: RollDefinition,
    by: Person,
    at: datetime,
) -> RollImport:
    """Say which census a file is of, where it does not say so itself, and who is counted.

    Raises: ImportMayNot, CensusDateWrong, DefinitionNotInFile.
    """
    if census_on is not None:
        refuse_future_census(census_on, at=at)
    with transaction.atomic():
        locked = _locked(roll_import)
        if locked.status != RollImportStatus.PREVIEWED:
            raise ImportMayNot(status=locked.get_status_display())
        if definition not in locked.findings["definitions"]:
            raise DefinitionNotInFile(definition=definition.label)
        locked.census_on, locked.definition = census_on, definition
        locked.save(update_fields=["census_on", "definition"])
    return locked


def save_roll_import(
    *, roll_import: RollImport, fingerprint: str, by: Person, at: datetime
) -> list[PupilRoll]:
    """Save every new roll of the file, all or nothing. Rules SC-3 and SC-4.

    Raises: ImportMayNot, RollsHaveChanged, CensusDateMissing, NothingToSave.
    """
    with transaction.atomic():
        locked = _locked(roll_import)
        _refuse_unless_it_may_become(locked, RollImportStatus.SAVED)
        shown = preview(roll_import=locked, on=london_date(at))
        if shown.needs_census_date:
            raise CensusDateMissing
        if shown.fingerprint != fingerprint:
            raise RollsHaveChanged
        if not shown.to_save:
            raise NothingToSave
        rolls = PupilRoll.objects.bulk_create(
            _roll(line, shown, roll_import=locked, by=by, at=at) for line in shown.to_save
        )
        locked.saved_by, locked.saved_at = by, at
        locked.report = rows_of_preview(shown)
        _become(locked, RollImportStatus.SAVED, fields=("saved_by", "saved_at", "report"))
        _record(locked, verb="rolls.imported", after=_figures(shown), by=by, at=at)
        _let_go_of_file(locked)
    return rolls


def put_aside(*, roll_import: RollImport, by: Person, at: datetime) -> RollImport:
    """Leave a file unsaved for good. Raises: ImportMayNot."""
    with transaction.atomic():
        locked = _locked(roll_import)
        _refuse_unless_it_may_become(locked, RollImportStatus.DISCARDED)
        _become(locked, RollImportStatus.DISCARDED)
        _record(locked, verb="rolls.put_aside", after={}, by=by, at=at)
        _let_go_of_file(locked)
    return locked


# ---- Reading ------------------------------------------------------------------------------------


def _is_small(stored: StoredFile) -> bool:
    is_text = stored.content_type.startswith("text/")
    return stored.size <= (READ_AT_ONCE if is_text else WORKBOOK_READ_AT_ONCE)


def _refuse_wrong_headings(stored: StoredFile) -> None:
    """A large file of the wrong kind is refused at once; a large workbook by its job."""
    if stored.content_type.startswith("text/"):
        with stored.open() as content, open_sheet(content) as sheet:
            _format_of(sheet)


def _read(
    roll_import: RollImport,
    stored: StoredFile,
    *,
    on: date,
    say_how_far: Callable[[int], None] = lambda rows: None,
) -> None:
    """Find our schools in the file and keep what it says of them with the import."""
    with stored.open() as content, open_sheet(content) as sheet:
        form = _format_of(sheet)
        findings = read_findings(sheet, form, our_urns(on=on), say_how_far=say_how_far)
    roll_import.format = form.source
    roll_import.definition = findings.definitions[0]
    roll_import.findings = findings.as_json()
    _become(roll_import, RollImportStatus.PREVIEWED, fields=("format", "definition", "findings"))


def read_findings(
    sheet: Sheet,
    form: RollFormat,
    urns: Collection[int],
    *,
    say_how_far: Callable[[int], None] = lambda rows: None,
) -> Findings:
    """What the sheet says of the schools with these numbers. Raises: BadSheet."""
    reading = find_ours(form, sheet.rows(*columns_of(form)), urns)
    for findings in reading:
        say_how_far(findings.rows)
    return findings


def our_urns(*, on: date) -> set[int]:
    """Every number our members have or had. Rule SC-1."""
    members = School.objects.current_or_coming(on)
    current = members.values_list("urn", flat=True)
    former = FormerUrn.objects.filter(school__in=members).values_list("urn", flat=True)
    return {*current, *former}


def _format_of(sheet: Sheet) -> RollFormat:
    if not sheet.has(URN):
        raise MissingColumns(names=[URN])
    form = format_of(sheet.headers)
    if form is None:
        raise NoColumnOfPupils
    return form


def _lines_in(stored: StoredFile) -> int:
    """About how many rows there are to read; nought for a workbook, which says it too late."""
    if not stored.content_type.startswith("text/"):
        return 0
    with stored.open() as content:
        return sum(block.count(b"\n") for block in iter(lambda: content.read(1 << 20), b""))


# ---- Saving -------------------------------------------------------------------------------------


def _locked(roll_import: RollImport) -> RollImport:
    return RollImport.objects.select_for_update(no_key=True).get(pk=roll_import.pk)


def _refuse_unless_it_may_become(roll_import: RollImport, status: RollImportStatus) -> None:
    if status not in ROLL_IMPORT_MOVES[RollImportStatus(roll_import.status)]:
        raise ImportMayNot(status=roll_import.get_status_display())


def _become(
    roll_import: RollImport,
    status: RollImportStatus,
    *,
    sentence: str = "",
    fields: tuple[str, ...] = (),
) -> None:
    _refuse_unless_it_may_become(roll_import, status)
    roll_import.status, roll_import.sentence = status, sentence
    roll_import.save(update_fields=["status", "sentence", *fields])


def _roll(
    line: RollLine, shown: RollPreview, *, roll_import: RollImport, by: Person, at: datetime
) -> PupilRoll:
    return PupilRoll(
        school=line.school,
        census_on=line.census_on,  # type: ignore[misc]  # a new line has both
        pupils=line.pupils,
        definition=shown.definition,
        source=roll_import.format,
        roll_import=roll_import,
        entered_by=by,
        entered_at=at,
    )


def _figures(shown: RollPreview) -> dict[str, Any]:
    return {
        "saved": len(shown.to_save),
        "definition": str(shown.definition),
        "census_dates": sorted({str(line.census_on) for line in shown.to_save}),
    }


def _record(
    roll_import: RollImport, *, verb: str, after: dict[str, Any], by: Person, at: datetime
) -> None:
    record_act(
        verb=verb,
        subject=f"roll_import:{roll_import.pk}",
        after=after | {"file_sha256": roll_import.file_sha256},
        by=by,
        at=at,
    )


def _let_go_of_file(roll_import: RollImport) -> None:
    """The extract names heads; once read, only its hash and what was found are kept."""
    stored, roll_import.file = roll_import.file, None
    roll_import.save(update_fields=["file"])
    if stored is not None:
        delete_file(stored=stored)
