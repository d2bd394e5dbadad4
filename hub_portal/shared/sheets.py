"""Reading spreadsheets that somebody sends in (rule SC-4; security, part 5).

    with open_sheet(file) as sheet:
        for number, (urn, pupils) in sheet.rows("URN", "NumberOfPupils"):
            ...

CSV or XLSX, told apart by content. Columns are found by their header, whatever their order and
however many others there are, and only those asked for are looked at. Cells come as text: stripped,
without control characters. Numbers of rows are those Excel shows. Whatever is wrong with a file is
a `BadSheet` with a sentence; rows are read as they are asked for, so it may come at any of them.
"""

import codecs
import csv
import io
import shutil
import subprocess  # nosec B404: our own program, to keep a stranger's workbook away from us
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import IO, NoReturn

from hub_portal.shared import workbook_reader
from hub_portal.shared.errors import BadInput
from hub_portal.shared.file_types import FileType, recognise
from hub_portal.shared.formula_safety import unprotected
from hub_portal.shared.workbook_reader import MOST_COLUMNS, MOST_ROWS, Answer

LARGEST_FILE = 60_000_000
SECONDS_FOR_A_WORKBOOK = 120
BYTES_READ_AT_ONCE = 1 << 20

Row = tuple[int, tuple[str, ...]]


# ---- What can be wrong --------------------------------------------------------------------------


class BadSheet(BadInput):
    """The file cannot be read as a spreadsheet, or not all of it."""


class NotASheet(BadSheet):
    """It is some other kind of file."""

    def __init__(self, *, found: str) -> None:
        self.found = found
        super().__init__(
            f"This file is {found}. Save it as CSV (UTF-8) or as an Excel workbook (.xlsx), "
            "and choose that file."
        )


class SheetTooBig(BadSheet):
    """It has more of something than the portal reads."""

    def __init__(self, *, what: str) -> None:
        self.what = what
        super().__init__(
            f"This file has more than {what}. Leave out what is not needed, or save it as CSV."
        )


class UnreadableText(BadSheet):
    """Its bytes are no text the portal knows."""

    def __init__(self, *, why: str) -> None:
        self.why = why
        super().__init__(f"This file {why}. Save it again as CSV (UTF-8), and choose that file.")


class DamagedWorkbook(BadSheet):
    """The Excel workbook cannot be opened."""

    def __init__(self) -> None:
        super().__init__(
            "This Excel workbook cannot be read: it is damaged, or not made by a spreadsheet "
            "program. Save it again, or save it as CSV (UTF-8)."
        )


class MissingColumns(BadSheet):
    """Columns that are needed are not there."""

    def __init__(self, *, names: list[str]) -> None:
        self.names = names
        named = " and ".join(f"“{name}”" for name in names)
        noun = "column" if len(names) == 1 else "columns"
        super().__init__(f"This file has no {noun} {named}. The first row must hold the headings.")


class DuplicateColumn(BadSheet):
    """Two columns have one name, so nobody can say which is meant."""

    def __init__(self, *, name: str) -> None:
        self.name = name
        super().__init__(f"This file has two columns named “{name}”. Rename or delete one.")


class FormulaInCell(BadSheet):
    """A cell holds a formula instead of a value."""

    def __init__(self, *, row: int, column: str) -> None:
        self.row = row
        self.column = column
        super().__init__(
            f"Row {row}, column “{column}”, holds a formula. Copy the column and paste it back "
            "as values."
        )


class BrokenRow(BadSheet):
    """A row that does not fit the headings, or whose quotation marks do not match."""

    def __init__(self, *, row: int, why: str) -> None:
        self.row = row
        self.why = why
        super().__init__(f"Row {row} {why}. Put it right, or save the file again as CSV (UTF-8).")


# ---- What cells say ----------------------------------------------------------------------------


DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S")
"""As people write dates, and as a workbook gives them."""


def date_written(cell: str) -> date | None:
    """The day a cell names; None for what is no date."""
    for form in DATE_FORMATS:
        with suppress(ValueError):
            return datetime.strptime(cell.strip(), form).date()  # noqa: DTZ007
    return None


def whole_number(cell: str, *, what: str, least: int, most: int) -> int:
    """A number of places or credits as a cell says it. Raises: BadInput."""
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 10 and least <= int(cell) <= most):
        raise BadInput(f"“{cell}” is no number of {what}: write a whole number, {least} to {most}.")
    return int(cell)


# ---- Opening ------------------------------------------------------------------------------------


@contextmanager
def open_sheet(file: IO[bytes]) -> Iterator["Sheet"]:
    """The spreadsheet in this file. It is read from the file for as long as it is open.

    Raises: BadSheet.
    """
    file.seek(0, io.SEEK_END)
    if file.tell() > LARGEST_FILE:
        raise SheetTooBig(what=f"{LARGEST_FILE // 1_000_000} MB")
    found = recognise(file)
    if found is FileType.TEXT:
        yield Sheet(file, encoding=_encoding_of(file), read_cell=_cell_of_csv)
    elif found is FileType.XLSX:
        with _rows_of_workbook(file) as rows:
            yield Sheet(rows, encoding="utf-8", read_cell=_cell_of_workbook)
    else:
        raise NotASheet(found=found.value)


def _encoding_of(file: IO[bytes]) -> str:
    """UTF-8, with its mark or without, if every byte is; else Windows text. Rule SC-4."""
    for encoding in ("utf-8-sig", "cp1252"):
        if _is_text_in(encoding, file):
            return encoding
    raise UnreadableText(why="is neither UTF-8 nor Windows text")


def _is_text_in(encoding: str, file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    file.seek(0)
    try:
        for block in iter(partial(file.read, BYTES_READ_AT_ONCE), b""):
            if b"\x00" in block:
                raise UnreadableText(why="holds NUL characters, so it is not a text file")
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _rows_of_workbook(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The first sheet of a workbook, as the child process wrote it."""
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        source, target = Path(folder) / "book.xlsx", Path(folder) / "rows.csv"
        with source.open("wb") as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
        _refuse_unless_read(_answer_of_child(source, target))
        with target.open("rb") as rows:
            yield rows


def _answer_of_child(source: Path, target: Path) -> int | None:
    """The exit code of the child; None if it took too long."""
    command = [sys.executable, "-I", workbook_reader.__file__, str(source), str(target)]
    try:
        child = subprocess.run(  # nosec B603: a fixed list of our own
            command,
            env={"OPENPYXL_LXML": "False"},  # so that openpyxl parses through defusedxml
            cwd=source.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS_FOR_A_WORKBOOK,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return child.returncode


def _refuse_unless_read(answer: int | None) -> None:
    if answer == Answer.READ:
        return
    if answer in (Answer.DAMAGED, Answer.NO_SHEET):
        raise DamagedWorkbook
    if answer == Answer.TOO_WIDE:
        raise SheetTooBig(what=f"{MOST_COLUMNS} columns")
    if answer == Answer.TOO_LONG:
        raise SheetTooBig(what=f"{MOST_ROWS:,} rows")
    # it said so itself, or was stopped at its limit of memory or time
    raise SheetTooBig(what=f"{workbook_reader.MOST_BYTES_UNPACKED // 1_000_000} MB when unpacked")


# ---- Reading ------------------------------------------------------------------------------------


class Sheet:
    """The first row holds the headings, the others the values."""

    def __init__(
        self, file: IO[bytes], *, encoding: str, read_cell: "Callable[[str], str | None]"
    ) -> None:
        self._file = file
        self._encoding = encoding
        self._read_cell = read_cell
        self._delimiter = _delimiter_of(self._text())
        self._header_row, self.headers = self._read_headers()
        self._places = self._find_places()

    def has(self, *columns: str) -> bool:
        """Whether there are columns of all these names, in large or small letters."""
        return all(_key(name) in self._places for name in columns)

    def refuse_longer_than(self, most: int) -> None:
        """Raises: SheetTooBig when more rows than that hold something; BrokenRow."""
        rows = sum(1 for number, row in self._records() if number > self._header_row and any(row))
        if rows > most:
            raise SheetTooBig(what=f"{most:,} rows")

    def rows(self, *columns: str) -> Iterator[Row]:
        """The number of each row that is not empty, and its cells in these columns.

        May be asked for again, one after the other; each time begins at the top.
        Raises: BadSheet, at once for a missing column, otherwise when a row is reached.
        """
        missing = [name for name in columns if not self.has(name)]
        if missing:
            raise MissingColumns(names=missing)
        places = [self._places[_key(name)] for name in columns]
        return self._rows_at(places, columns)

    def _rows_at(self, places: list[int], columns: tuple[str, ...]) -> Iterator[Row]:
        width, needed = len(self.headers), max(places) + 1
        pick = itemgetter(*places, places[0])  # one more than asked for, so always a tuple
        found = 0
        for number, row in self._records():
            if number <= self._header_row or not any(row):
                continue
            found += 1
            if found > MOST_ROWS:
                raise SheetTooBig(what=f"{MOST_ROWS:,} rows")
            if len(row) > width and any(map(str.strip, row[width:])):
                raise BrokenRow(row=number, why="has more cells than there are headings")
            if len(row) < needed:
                row.extend([""] * (needed - len(row)))
            cells = [self._read_cell(cell) for cell in pick(row)[:-1]]
            if None in cells:
                raise FormulaInCell(row=number, column=columns[cells.index(None)])
            yield number, tuple(cells)  # type: ignore[arg-type]  # None was just ruled out

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Every record with its number, from the top."""
        text = self._text()
        reader = csv.reader(text, delimiter=self._delimiter, strict=True)
        number = 0
        try:
            for number, row in enumerate(reader, start=1):
                yield number, row
        except csv.Error:
            _refuse_row(number + 1)
        finally:
            text.detach()  # the file is the caller's to close

    def _text(self) -> io.TextIOWrapper:
        self._file.seek(0)
        return io.TextIOWrapper(self._file, encoding=self._encoding, newline="")

    def _read_headers(self) -> tuple[int, tuple[str, ...]]:
        for number, row in self._records():
            if any(map(str.strip, row)):
                headers = [self._read_cell(cell) for cell in row]
                while headers and headers[-1] == "":
                    headers.pop()
                if None in headers:
                    raise FormulaInCell(row=number, column=str(headers.index(None) + 1))
                if not any(headers):
                    raise NotASheet(found="without headings")
                if len(headers) > MOST_COLUMNS:
                    raise SheetTooBig(what=f"{MOST_COLUMNS} columns")
                return number, tuple(headers)  # type: ignore[arg-type]
        raise NotASheet(found="empty")

    def _find_places(self) -> dict[str, int]:
        places: dict[str, int] = {}
        for place, name in enumerate(self.headers):
            if name and places.setdefault(_key(name), place) != place:
                raise DuplicateColumn(name=name)
        return places


def _refuse_row(number: int) -> NoReturn:
    raise BrokenRow(row=number, why="has quotation marks that do not match")


def _delimiter_of(text: io.TextIOWrapper) -> str:
    """The comma, unless the headings are set apart by something else. Comma wins a tie."""
    try:
        headings = next((line for line in text if line.strip()), "")
    finally:
        text.detach()
    return max(",\t;", key=headings.count)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _cell_of_csv(cell: str) -> str | None:
    """The text of a cell; None for a formula."""
    text = cell.strip()
    if text[:1] == "=":
        return None
    if cell[:1] == "'":
        text = unprotected(cell).strip()
    return text if text.isprintable() else _printable(text)


def _cell_of_workbook(cell: str) -> str | None:
    """The text of a cell as the child process wrote it; None for a formula."""
    if cell[:1] == "f":
        return None
    cell = cell[1:].strip()
    return cell if cell.isprintable() else _printable(cell)


def _printable(cell: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in cell).split())
