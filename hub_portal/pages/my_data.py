"""All that is held about a person, as one file to take away. Rule XX-3.

Each app says what it holds (`services/privacy.py`); here it is put together: one JSON file with
everything, a workbook for each kind that holds anything, and mails as they looked.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from hub_portal.shared.exports import Column, xlsx_bytes
from hub_portal.shared.london import london_time
from hub_portal.shared.privacy import Held, Row, everything_held
from hub_portal.trail.services.acts import record_act
from schools.models import Person

README = """Everything the portal holds about {name}, taken away on {at}.

my-data.json   everything, for a program to read
sheets/        the same by kind, to open in a spreadsheet
mails/         the mails sent to you as they looked, and the files that came with them

Passwords, sign-in codes, keys of the second step and private links are not in it: they are
secrets that would let whoever has this file in. What others did and decided is theirs.
"""


def take_my_data(*, person: Person, at: datetime) -> bytes:
    """Everything held about a person as a ZIP file; that it was taken is an act."""
    record_act(verb="person.data_taken", subject=f"person:{person.pk}", by=person, at=at)
    records = _records_of(person)
    held = [(kind, _rows_of(kind, records)) for kind in everything_held()]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        when = f"{london_time(at):%-d %B %Y, %H:%M}"
        archive.writestr("README.txt", README.format(name=person.full_name, at=when))
        archive.writestr("my-data.json", _as_json(held))
        for kind, rows in held:
            if rows:
                archive.writestr(f"sheets/{kind.name.replace(' ', '-')}.xlsx", _as_sheet(rows))
            for name, content in _files_of(kind, records):
                archive.writestr(name, content)
    return package.getvalue()


def what_is_held(person: Person) -> list[tuple[str, int]]:
    """How many rows there are of each kind, for the page; kinds without any are left out."""
    records = _records_of(person)
    counted = [(kind.name, len(_rows_of(kind, records))) for kind in everything_held()]
    return [(name, number) for name, number in counted if number]


def _records_of(person: Person) -> list[Person]:
    """The person's record, and those that were merged into it. Rule PE-5."""
    records = [person]
    for record in records:
        records.extend(Person.objects.filter(merged_into=record).order_by("pk"))
    return records


def _rows_of(kind: Held, records: Sequence[Person]) -> list[Row]:
    return [row for record in records for row in kind.rows(record)]


def _files_of(kind: Held, records: Sequence[Person]) -> Iterable[tuple[str, bytes]]:
    return (each for record in records for each in kind.files(record))


def _as_json(held: Sequence[tuple[Held, Sequence[Row]]]) -> str:
    everything = {kind.name: [dict(row) for row in rows] for kind, rows in held}
    return json.dumps(everything, indent=1, ensure_ascii=False, default=str)


def _as_sheet(rows: Sequence[Row]) -> bytes:
    columns = [Column[Row](_heading(name), _reader(name)) for name in rows[0]]
    return xlsx_bytes(columns=columns, rows=rows)


def _heading(name: str) -> str:
    """“cohort__programme__title” is “cohort programme title”."""
    return name.replace("__", " ").replace("_", " ").strip()


def _reader(name: str) -> Any:
    def read(row: Mapping[str, Any]) -> Any:
        value = row[name]
        return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value

    return read
