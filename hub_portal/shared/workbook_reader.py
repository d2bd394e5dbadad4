"""A program of its own that turns the first sheet of an Excel workbook into CSV.

`hub_portal.shared.sheets` starts it as a child process: whatever a stranger's workbook does to the
parser, it does with little memory and time, and to nobody else. It is run by its path and imports
nothing of the portal:

    python -I workbook_reader.py book.xlsx rows.csv

Each cell is written with a letter before it: t for a value, f for a formula (which is never worked
out). Row numbers are kept: an empty row is an empty line. The answer is the exit code.
"""

import contextlib
import csv
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from enum import IntEnum
from pathlib import Path
from typing import Any

MOST_BYTES_UNPACKED = 50_000_000
MOST_PARTS = 2_000
# the yearly school-level census file has 256; the design asked for 200 before it was counted
MOST_COLUMNS = 400
MOST_ROWS = 100_000
MOST_EMPTY_ROWS = 1_048_576  # as far down as Excel goes
MOST_MEMORY = 768 * 1024 * 1024
MOST_CPU_SECONDS = 60
MOST_BYTES_WRITTEN = 200_000_000


class Answer(IntEnum):
    """What became of it; anything else means that it broke off at a limit."""

    READ = 0
    DAMAGED = 10
    TOO_BIG = 11
    TOO_WIDE = 12
    TOO_LONG = 13
    NO_SHEET = 14


def main(source: str, target: str) -> Answer:
    """Read the workbook at `source`, write its first visible sheet to `target`."""
    _set_limits()
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_BYTES_UNPACKED:
            return Answer.TOO_BIG
        with Path(target).open("w", encoding="utf-8", newline="") as written:
            return _write_rows(source, csv.writer(written))
    except MemoryError:
        return Answer.TOO_BIG
    # whatever is wrong with a workbook, openpyxl says so with any kind of error at all
    except Exception:
        return Answer.DAMAGED


def _set_limits() -> None:
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_CPU_SECONDS,
        resource.RLIMIT_FSIZE: MOST_BYTES_WRITTEN,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
            resource.setrlimit(what, (most, most))


def _write_rows(source: str, writer: Any) -> Answer:
    import openpyxl

    if not openpyxl.DEFUSEDXML or openpyxl.LXML:
        raise RuntimeError("Workbooks are only read through defusedxml.")
    book = openpyxl.load_workbook(source, read_only=True, data_only=False, keep_links=False)
    sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
    if sheet is None:
        return Answer.NO_SHEET
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    filled = empty = 0
    for cells in _rows_of_text(sheet):
        if not cells:
            empty += 1
            if empty > MOST_EMPTY_ROWS:
                return Answer.TOO_LONG
            continue
        if len(cells) > MOST_COLUMNS:
            return Answer.TOO_WIDE
        filled += 1
        if filled > MOST_ROWS + 1:
            return Answer.TOO_LONG
        writer.writerows([[]] * empty)
        writer.writerow(cells)
        empty = 0
    return Answer.READ


def _rows_of_text(sheet: Any) -> Iterator[list[str]]:
    """Each row as text, without the empty cells at its end."""
    for row in sheet.iter_rows():
        cells = [_tagged(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _tagged(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return f"f{value}"
    return f"t{_as_text(value)}"


def _as_text(value: Any) -> str:
    """A value as a person would type it into a CSV file."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        whole_day = value.time() == time.min
        return value.date().isoformat() if whole_day else value.isoformat(sep=" ")
    return str(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
