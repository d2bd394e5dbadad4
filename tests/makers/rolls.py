"""Pupil rolls, and files of them as somebody would upload them."""

import io
import lzma
from datetime import UTC, date, datetime
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from schools.choices import RollDefinition, RollSource
from schools.models import PupilRoll
from schools.services.roll_imports import take_in_roll_file

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
JANUARY_2019 = date(2019, 1, 17)
JANUARY_2026 = date(2026, 1, 15)
DATA = Path(__file__).resolve().parents[1] / "data"
DEMO = Path(__file__).resolve().parents[2] / "schools" / "data" / "demo"


def make_roll(*, school, by, pupils, census_on=JANUARY_2019, at=NOON, **facts):
    """A roll on record."""
    given = {"definition": RollDefinition.HEADCOUNT, "source": RollSource.GIAS, **facts}
    return PupilRoll.objects.create(
        school=school, pupils=pupils, census_on=census_on, entered_by=by, entered_at=at, **given
    )


def csv_upload(*rows, name="rolls.csv", encoding="utf-8"):
    """A CSV file; each row a sequence of cells."""
    lines = (",".join(f'"{cell}"' for cell in row) for row in rows)
    return SimpleUploadedFile(name, "\r\n".join(lines).encode(encoding))


def xlsx_upload(*rows, name="rolls.xlsx"):
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())


def real_upload(path):
    """One of the real files in the repository, unpacked if it is packed."""
    if path.suffix == ".xz":
        return SimpleUploadedFile(path.stem, lzma.decompress(path.read_bytes()))
    return SimpleUploadedFile(path.name, path.read_bytes())


def take_in(upload, *, by, at=NOON):
    return take_in_roll_file(upload=upload, by=by, at=at)
