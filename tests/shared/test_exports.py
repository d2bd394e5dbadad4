"""What a list shows can be taken away, opens safely in a spreadsheet, and reads back the same."""

import contextlib
import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from hub_portal.shared.exports import (
    Column,
    NoSuchFormat,
    csv_bytes,
    csv_response,
    export_response,
    xlsx_bytes,
    xlsx_response,
)
from hub_portal.shared.sheets import open_sheet

COLUMNS = (
    Column("What", lambda row: row[0]),
    Column("How much", lambda row: row[1]),
)
# text as people and databases have it: anything a column of text may hold
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])) | st.text(
    alphabet="'=+-@\uff1d ab,;\"\t"
)
NUMBERS = (
    st.integers(min_value=-(10**15), max_value=10**15)
    | st.decimals(min_value=-(10**9), max_value=10**9, places=2)
    | st.none()
)
TABLES = st.lists(st.tuples(TEXTS, NUMBERS), min_size=1, max_size=8)


def csv_cells(rows, columns=COLUMNS):
    content = csv_bytes(columns=columns, rows=rows)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_cells(rows, columns=COLUMNS):
    book = load_workbook(io.BytesIO(xlsx_bytes(columns=columns, rows=rows)))
    return list(book.active.iter_rows())


def read_back(content):
    with open_sheet(io.BytesIO(content)) as sheet:
        return [cells for _, cells in sheet.rows("What", "How much")]


def as_read(text):
    """A cell as `open_sheet` gives it: stripped, without what cannot be printed."""
    text = text.strip()
    if text.isprintable():
        return text
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def figure(number):
    return None if number in (None, "") else Decimal(str(number))


# ---- CSV ----------------------------------------------------------------------------------------


def test_csv_begins_with_the_mark_of_utf_8_and_the_headings():
    content = csv_bytes(columns=COLUMNS, rows=[("Zo\u00eb", 1)])

    assert content == "\ufeffWhat,How much\r\nZo\u00eb,1\r\n".encode()


def test_csv_keeps_numbers_numbers_and_text_text():
    rows = [("-5", -5), ("+5", 5), ("=1+1", 0), ("@x", 1.5), ("x", Decimal("-1E+3"))]

    assert csv_cells(rows)[1:] == [
        ["'-5", "-5"],
        ["'+5", "5"],
        ["'=1+1", "0"],
        ["'@x", "1.5"],
        ["x", "-1000"],
    ]


def test_csv_protects_a_heading_too():
    assert csv_cells([], columns=[Column("=1+1", str)]) == [["'=1+1"]]


def test_csv_writes_dates_and_london_times():
    rows = [
        (date(2027, 2, 17), None),
        (datetime(2026, 8, 31, 23, 30, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), False),
    ]

    assert csv_cells(rows)[1:] == [
        ["2027-02-17", ""],
        ["2026-09-01 00:30", "yes"],
        ["2026-12-31 23:30", "no"],
    ]


@given(TABLES)
def test_csv_reads_back_the_same(rows):
    cells = csv_cells(rows)

    assert cells[0] == ["What", "How much"]
    assert [row[1] for row in cells[1:]] == [
        "" if number is None else format(Decimal(number), "f") for _, number in rows
    ]
    assert read_back(csv_bytes(columns=COLUMNS, rows=rows)) == [
        (as_read(text), "" if number is None else format(Decimal(number), "f"))
        for text, number in rows
        if text or number is not None  # a row without anything in it is an empty row
    ]


@given(TABLES)
def test_no_cell_of_a_csv_begins_like_a_formula_unless_it_is_a_number(rows):
    for (_, number), (what, how_much) in zip(rows, csv_cells(rows)[1:], strict=True):
        assert what.lstrip()[:1] not in {"=", "+", "-", "@", "\uff1d"}
        assert how_much == "" if number is None else Decimal(how_much) == number


def test_csv_response_is_sent_while_rows_are_read():
    asked_for = []

    def rows():
        for number in range(1000):
            asked_for.append(number)
            yield ("x", number)

    answer = csv_response(name="bookings", columns=COLUMNS, rows=rows())
    pieces = iter(answer.streaming_content)
    next(pieces)

    assert len(asked_for) < 1000
    assert b"".join(pieces).count(b"\r\n") == 1000 - 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="bookings.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


# ---- XLSX ---------------------------------------------------------------------------------------


def test_xlsx_writes_every_text_as_a_string():
    rows = [("=1+1", 1), ("-5", 2), ("#N/A", 3), ("2027-02-17", 4), ("TRUE", 5), ("{=1}", 6)]

    cells = xlsx_cells(rows)[1:]

    assert [(what.value, what.data_type) for what, _ in cells] == [(row[0], "s") for row in rows]
    assert [(number.value, number.data_type) for _, number in cells] == [
        (row[1], "n") for row in rows
    ]


def test_xlsx_writes_dates_as_dates_on_a_london_clock():
    rows = [(date(2027, 2, 17), True), (datetime(2026, 8, 31, 23, 30, 59, tzinfo=UTC), None)]

    (on, yes), (at, nothing) = xlsx_cells(rows)[1:]

    assert (on.value, on.number_format) == (datetime(2027, 2, 17), "dd/mm/yyyy")  # noqa: DTZ001
    assert at.value == datetime(2026, 9, 1, 0, 30)  # noqa: DTZ001
    assert at.number_format == "dd/mm/yyyy hh:mm"
    assert (yes.value, nothing.value) == ("yes", None)


def test_xlsx_leaves_out_what_no_workbook_may_hold_and_cuts_what_is_too_long():
    (first, _), (second, _) = xlsx_cells([("a\x07b\x00c", 1), ("x" * 40_000, 2)])[1:]

    assert first.value == "abc"
    assert len(second.value) == 32_767


def test_xlsx_has_bold_headings_that_stay_in_view():
    book = load_workbook(io.BytesIO(xlsx_bytes(columns=COLUMNS, rows=[("x", 1)])))

    assert [cell.font.bold for cell in book.active[1]] == [True, True]
    assert book.active.freeze_panes == "A2"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_xlsx_reads_back_the_same(rows):
    cells = xlsx_cells(rows)[1:]

    assert [what.value or "" for what, _ in cells] == [text for text, _ in rows]
    assert [figure(number.value) for _, number in cells] == [figure(number) for _, number in rows]
    read = read_back(xlsx_bytes(columns=COLUMNS, rows=rows))
    expected = [(as_read(text), number) for text, number in rows if text or number is not None]
    assert [text for text, _ in read] == [text for text, _ in expected]
    assert [figure(number) for _, number in read] == [figure(number) for _, number in expected]


@pytest.mark.django_db  # closing an answer looks at the connection, if an earlier test left one
def test_xlsx_response_is_a_file_to_take_away():
    with contextlib.closing(
        xlsx_response(name="bookings", columns=COLUMNS, rows=[("x", 1)])
    ) as answer:
        book = load_workbook(io.BytesIO(answer.getvalue()))

    assert [[cell.value for cell in row] for row in book.active] == [
        ["What", "How much"],
        ["x", 1],
    ]
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats-officedocument")
    assert answer["Content-Disposition"] == 'attachment; filename="bookings.xlsx"'
    assert answer["Cache-Control"] == "private, no-store"


# ---- The form asked for -------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "content_type"), [("csv", "text/csv"), ("xlsx", "application/vnd.openxml")]
)
def test_export_response_writes_the_form_asked_for(form, content_type):
    with contextlib.closing(
        export_response(form, name="a", columns=COLUMNS, rows=[("x", 1)])
    ) as answer:
        assert answer["Content-Type"].startswith(content_type)
        assert answer.getvalue()


@pytest.mark.parametrize("form", ["", "CSV", "pdf", "../csv"])
def test_export_response_refuses_any_other_form(form):
    with pytest.raises(NoSuchFormat, match="CSV or XLSX"):
        export_response(form, name="a", columns=COLUMNS, rows=[])
