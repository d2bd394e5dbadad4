"""The alliance's real schools, out of the register, with their real rolls of January 2019."""

import csv
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File

from hub_portal.shared.london import london_date
from schools.choices import RollDefinition
from schools.models import Person, School
from schools.services.gias import add_picked, keep_gias_file, pick
from schools.services.membership import record_former_urn
from schools.services.roll_imports import save_roll_import, say_about_file, take_in_roll_file
from schools.services.roll_preview import preview

DATA = Path(settings.BASE_DIR) / "schools" / "data"
CENSUS = date(2019, 1, 17)
MEMBERS_SINCE = date(2013, 9, 1)


def add_members(*, by: Person, at: datetime) -> list[School]:
    """Pick the members out of a GIAS file, note their earlier numbers, import their rolls."""
    with (DATA / "lwa_schools.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    urns = {int(row["SuccessorURN"] or row["URN"]): row for row in rows}
    with (DATA / "demo" / "gias_extract.csv").open("rb") as file:
        gias_file = keep_gias_file(upload=File(file, "gias_extract.csv"), by=by, at=at)
    gias_file = pick(gias_file=gias_file, shown=urns, ticked=urns)
    members = add_picked(gias_file=gias_file, member_from=MEMBERS_SINCE, by=by, at=at)
    for school in members:
        _note_earlier_numbers(school, urns[school.urn], by=by, at=at)
    _import_rolls(by=by, at=at)
    return sorted(members, key=lambda school: school.name)


def _note_earlier_numbers(school: School, row: dict[str, str], *, by: Person, at: datetime) -> None:
    earlier = {int(urn) for urn in (row["URN"], row["FormerURN"]) if urn} - {school.urn}
    for urn in sorted(earlier):
        record_former_urn(
            school=school, urn=urn, ended_on=None, note=row["Note"][:200], by=by, at=at
        )


def _import_rolls(*, by: Person, at: datetime) -> None:
    with (DATA / "demo" / "census_january_2019.csv").open("rb") as file:
        roll_import = take_in_roll_file(upload=File(file, "census_january_2019.csv"), by=by, at=at)
    roll_import = say_about_file(
        roll_import=roll_import,
        census_on=CENSUS,
        definition=RollDefinition.HEADCOUNT,
        by=by,
        at=at,
    )
    shown = preview(roll_import=roll_import, on=london_date(at))
    save_roll_import(roll_import=roll_import, fingerprint=shown.fingerprint, by=by, at=at)
