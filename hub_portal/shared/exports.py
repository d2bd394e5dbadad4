"""Everything a list shows can be taken away as CSV or XLSX (rule XX-2; security, part 6).

    BOOKINGS = (
        Column("Reference", lambda booking: booking.reference),
        Column("Credits", lambda booking: booking.price),
    )
    return export_response("csv", name="bookings", columns=BOOKINGS, rows=bookings)

The one writer, for the admin too. Text never becomes a formula: in CSV it gets an apostrophe, in
XLSX it is written as a string. Numbers stay numbers, dates stay dates, and `open_sheet` reads back
what was written. CSV is UTF-8 with a mark, so that Excel takes it for what it is.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Generic, TypeVar

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hub_portal.shared.errors import BadInput
from hub_portal.shared.formula_safety import protected
from hub_portal.shared.london import london_time

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"
ROWS_SENT_AT_ONCE = 200
LONGEST_CELL = 32_767  # what Excel holds
WIDEST_COLUMN = 60
BYTES_KEPT_IN_MEMORY = 2_000_000

RowT = TypeVar("RowT")
Cell = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """One column of an export: its heading, and what a row says in it."""

    header: str
    value: Callable[[RowT], Cell]


class NoSuchFormat(BadInput):
    """An export was asked for in a form the portal does not write."""

    def __init__(self) -> None:
        super().__init__("Lists can be taken away as CSV or XLSX.")


# ---- What views call ----------------------------------------------------------------------------


def export_response(
    form: str, *, name: str, columns: Sequence[Column[RowT]], rows: Iterable[RowT]
) -> HttpResponseBase:
    """The rows as a file to take away: `form` is "csv" or "xlsx", `name` has no ending.

    Raises: NoSuchFormat.
    """
    if form == "csv":
        return csv_response(name=name, columns=columns, rows=rows)
    if form == "xlsx":
        return xlsx_response(name=name, columns=columns, rows=rows)
    raise NoSuchFormat


def csv_response(
    *, name: str, columns: Sequence[Column[RowT]], rows: Iterable[RowT]
) -> StreamingHttpResponse:
    """The rows as CSV, sent while they are read: a long list needs little memory."""
    headers = [column.header for column in columns]
    lines = csv_text(headers, _table(columns, rows))
    answer = StreamingHttpResponse(
        (line.encode() for line in lines),
        headers={
            "Content-Type": CSV_TYPE,
            "Content-Disposition": f'attachment; filename="{name}.csv"',
        },
    )
    return _kept_by_nobody(answer)


def xlsx_response(
    *, name: str, columns: Sequence[Column[RowT]], rows: Iterable[RowT]
) -> FileResponse:
    """The rows as an Excel workbook of one sheet."""
    # the answer closes it once it is sent
    book = tempfile.SpooledTemporaryFile(max_size=BYTES_KEPT_IN_MEMORY)  # noqa: SIM115
    write_xlsx(book, [column.header for column in columns], _table(columns, rows))
    book.seek(0)
    answer = FileResponse(book, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)
    return _kept_by_nobody(answer)


def csv_bytes(*, columns: Sequence[Column[RowT]], rows: Iterable[RowT]) -> bytes:
    """The rows as the content of a CSV file, for a report that is kept or mailed."""
    headers = [column.header for column in columns]
    return "".join(csv_text(headers, _table(columns, rows))).encode()


def xlsx_bytes(*, columns: Sequence[Column[RowT]], rows: Iterable[RowT]) -> bytes:
    """The rows as the content of an Excel workbook."""
    book = io.BytesIO()
    write_xlsx(book, [column.header for column in columns], _table(columns, rows))
    return book.getvalue()


# ---- The writer ---------------------------------------------------------------------------------


def csv_text(headers: Sequence[str], table: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """CSV in pieces, each of many rows, the first with the mark of UTF-8."""
    piece = io.StringIO()
    piece.write(BYTE_ORDER_MARK)
    writer = csv.writer(piece)
    writer.writerow([_csv_cell(header) for header in headers])
    for count, row in enumerate(table, start=1):
        writer.writerow([_csv_cell(cell) for cell in row])
        if count % ROWS_SENT_AT_ONCE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def write_xlsx(
    book: IO[bytes], headers: Sequence[str], table: Iterable[Sequence[Cell]], *, title: str = "List"
) -> None:
    """An Excel workbook of one sheet, its headings bold and always in view."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, header in enumerate(headers, start=1):
        width = min(max(len(header) + 2, 10), WIDEST_COLUMN)
        sheet.column_dimensions[get_column_letter(place)].width = width
    headings = [_xlsx_cell(sheet, header) for header in headers]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for row in table:
        sheet.append([_xlsx_cell(sheet, cell) for cell in row])
    workbook.save(book)


def _table(columns: Sequence[Column[RowT]], rows: Iterable[RowT]) -> Iterator[list[Cell]]:
    return ([column.value(row) for column in columns] for row in rows)


def _csv_cell(cell: Cell) -> str:
    """A cell as text. Only what was text can be taken for a formula."""
    if isinstance(cell, str):
        return protected(_clean(str(cell)))
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return f"{_on_a_london_clock(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, (int, float)):
        return str(cell)
    # a lazy translation, a link, a row: what it says of itself, as text
    return protected(_clean(str(cell)))


def _xlsx_cell(sheet: Any, cell: Cell) -> Any:
    """A cell with its own type; text is a string whatever it looks like."""
    if isinstance(cell, bool):
        cell = "yes" if cell else "no"
    if isinstance(cell, datetime):
        return _dated(_new_cell(sheet, _on_a_london_clock(cell)), "dd/mm/yyyy hh:mm")
    if isinstance(cell, date):
        return _dated(_new_cell(sheet, cell), "dd/mm/yyyy")
    if cell is None or isinstance(cell, (int, float, Decimal)):
        return _new_cell(sheet, cell)
    text = _new_cell(sheet, _clean(str(cell))[:LONGEST_CELL])
    text.data_type = "s"
    return text


def _new_cell(sheet: Any, value: Any) -> Any:
    return WriteOnlyCell(sheet, value)


def _on_a_london_clock(moment: datetime) -> datetime:
    """To the minute, as the clock shows it; without a zone it is a London time already."""
    shown = london_time(moment) if moment.tzinfo else moment
    return shown.replace(tzinfo=None, second=0, microsecond=0)


def _dated(cell: Any, number_format: str) -> Any:
    cell.number_format = number_format
    return cell


def _clean(text: str) -> str:
    """Without the control characters that no spreadsheet file may hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def _kept_by_nobody(answer: Any) -> Any:
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
