"""Spreadsheets from strangers: whatever comes, it is read right or refused in a sentence."""

import contextlib
import csv
import gzip
import io
import struct
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from hub_portal.shared import sheets, workbook_reader
from hub_portal.shared.errors import PortalError
from hub_portal.shared.sheets import (
    BadSheet,
    BrokenRow,
    DamagedWorkbook,
    DuplicateColumn,
    FormulaInCell,
    MissingColumns,
    NotASheet,
    SheetTooBig,
    UnreadableText,
    open_sheet,
)

REAL = Path(__file__).resolve().parents[1] / "data" / "sheets"


def rows_of(content, *columns):
    with open_sheet(io.BytesIO(content)) as sheet:
        return list(sheet.rows(*columns))


def workbook(rows, *, before_saving=lambda book: None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    before_saving(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def rewritten(content, part, new):
    """The workbook with one of its parts replaced by `new(old)`."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for item in source.infolist():
            old = source.read(item)
            copy.writestr(item.filename, new(old) if item.filename == part else old)
    return target.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"
GOOD = [["URN", "Pupils"], [136341, 1530], ["102497", "244"]]


# ---- CSV that is right --------------------------------------------------------------------------


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    content = b"\r\nURN,Pupils\r\n136341,1530\r\n\r\n,\r\n102497,244\r\n"

    assert rows_of(content, "URN", "Pupils") == [
        (3, ("136341", "1530")),
        (6, ("102497", "244")),
    ]


def test_columns_are_found_by_name_in_any_order_among_any_others():
    content = b'Other,  pupils ,x,"U\r\nRN"\n1,2,3,4\n'

    assert rows_of(content, "u rn", "Pupils") == [(2, ("4", "2"))]
    with open_sheet(io.BytesIO(content)) as sheet:
        assert sheet.headers == ("Other", "pupils", "x", "U RN")
        assert sheet.has("PUPILS", "other")
        assert not sheet.has("Pupils", "census")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_may_be_set_apart_by_comma_semicolon_or_tab(delimiter):
    content = delimiter.join(["URN", "Pupils"]) + "\n" + delimiter.join(["1", "2"])

    assert rows_of(content.encode(), "Pupils", "URN") == [(2, ("2", "1"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_is_read_whether_utf_8_or_windows(encoding):
    content = "URN,Name\r\n1,St Mary\u2019s \u2013 Caf\u00e9\r\n".encode(encoding)

    assert rows_of(content, "Name") == [(2, ("St Mary\u2019s \u2013 Caf\u00e9",))]


def test_text_is_read_as_utf_8_when_a_letter_lies_across_two_blocks(monkeypatch):
    monkeypatch.setattr(sheets, "BYTES_READ_AT_ONCE", 7)

    assert rows_of("URN,N\n1,\u00e9\u00e9\u00e9\u00e9\u00e9".encode(), "N") == [
        (2, ("\u00e9" * 5,))
    ]


def test_cells_are_stripped_and_hold_nothing_unprintable():
    content = 'A\n\u00a0 one\u00a0two\x07 \n"three\r\nfour"\n'.encode()

    assert rows_of(content, "A") == [(2, ("one two",)), (3, ("three four",))]


def test_a_short_row_is_filled_up_and_empty_cells_beyond_the_headings_are_ignored():
    assert rows_of(b"A,B,C\n1\n1,2,3,,\n", "A", "C") == [(2, ("1", "")), (3, ("1", "3"))]


def test_rows_may_be_asked_for_again_and_left_in_the_middle():
    with open_sheet(io.BytesIO(b"A\n1\n2\n3\n")) as sheet:
        assert next(sheet.rows("A")) == (2, ("1",))
        assert len(list(sheet.rows("A"))) == 3
        assert len(list(sheet.rows("A"))) == 3


@pytest.mark.parametrize("make", [SimpleUploadedFile, TemporaryUploadedFile, "file"])
def test_open_sheet_reads_whatever_kind_of_file_it_is_given(make, tmp_path):
    content = b"A\n1\n"
    if make == "file":
        (tmp_path / "a.csv").write_bytes(content)
        file = (tmp_path / "a.csv").open("rb")
    elif make is SimpleUploadedFile:
        file = make("a.csv", content)
    else:
        file = make("a.csv", "text/csv", len(content), None)
        file.write(content)

    with contextlib.closing(file), open_sheet(file) as sheet:
        assert list(sheet.rows("A")) == [(2, ("1",))]


@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(exclude_categories=["Cs", "C", "Z"]), min_size=1),
            st.integers().map(str),
        ).filter(lambda row: row[0][0] not in "='"),
        max_size=6,
    )
)
def test_any_csv_that_was_written_is_read(rows):
    text = io.StringIO()
    csv.writer(text).writerows([["Name", "Number"], *rows])

    read = rows_of(text.getvalue().encode(), "Name", "Number")

    assert [cells for _, cells in read] == rows


# ---- Real files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "columns", "width", "rows", "first"),
    [
        ("gias_windows_text.csv", ("URN", "EstablishmentName"), 139, 6, None),
        ("gias_2020.csv", ("URN", "EstablishmentStatus (name)"), 139, 5, None),
        ("census_with_mark.csv", ("URN", "NOR"), 22, 4, ("100000", "285")),
        ("school_level_census_256_columns.csv", ("URN", "headcount of pupils"), 256, 3, None),
        ("gias_links.csv", ("URN", "LinkURN"), 5, 4, ("100006", "134643")),
        ("pupil_premium_roll.csv", ("URN", "Number of pupils on roll (7)"), 19, 4, None),
    ],
)
@pytest.mark.parametrize("as_workbook", [False, True])
def test_real_files_are_read_as_csv_and_as_workbook(name, columns, width, rows, first, as_workbook):
    content = (REAL / name).read_bytes()
    if as_workbook:
        encoding = "cp1252" if "windows" in name else "utf-8-sig"
        content = workbook(csv.reader(io.StringIO(content.decode(encoding), newline="")))

    with open_sheet(io.BytesIO(content)) as sheet:
        found = list(sheet.rows(*columns))
        assert len(sheet.headers) == width

    assert len(found) == rows
    assert all(urn.isdecimal() and value for _, (urn, value) in found)
    assert first is None or found[0] == (2, first)


def test_real_windows_bytes_are_read_as_the_letters_they_are():
    content = (REAL / "gias_windows_text.csv").read_bytes()
    assert b"\x96" in content
    assert b"\xe0" in content

    with open_sheet(io.BytesIO(content)) as sheet:
        cells = "".join("".join(row) for _, row in sheet.rows(*sheet.headers))

    assert "\u2013" in cells
    assert "\u00e0" in cells


# ---- Workbooks that are right -------------------------------------------------------------------


def test_a_workbook_is_read_like_the_csv_of_it():
    rows = [
        ["URN", None, "When", "Open", "Share", "Name"],
        [136341, "x", date(2019, 1, 17), True, 0.5, " Ada "],
        [],
        [102497.0, None, datetime(2019, 1, 17, 9, 30), False, 1e3, "=not a formula"],  # noqa: DTZ001
    ]

    def as_text(book):
        book.active["F4"].data_type = "s"

    assert rows_of(
        workbook(rows, before_saving=as_text), "URN", "When", "Open", "Share", "Name"
    ) == [
        (2, ("136341", "2019-01-17", "TRUE", "0.5", "Ada")),
        (4, ("102497", "2019-01-17 09:30:00", "FALSE", "1000", "=not a formula")),
    ]


def test_a_workbook_as_excel_writes_it_is_read():
    """Excel keeps all words in one table, and formats dates by style."""
    office = "http://schemas.openxmlformats.org"
    main, package = f"{office}/spreadsheetml/2006/main", f"{office}/package/2006"
    book_type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = f"{office}/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        '.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{book_type}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet.xml" ContentType="{book_type}.worksheet+xml"/>'
        f'<Override PartName="/xl/words.xml" ContentType="{book_type}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>'
        '<sheet name="Rolls" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relation}/worksheet" Target="sheet.xml"/>'
        f'<Relationship Id="r2" Type="{relation}/sharedStrings" Target="words.xml"/>'
        "</Relationships>",
        "xl/words.xml": f'<sst xmlns="{main}"><si><t>URN</t></si><si><t>Name</t></si>'
        "<si><r><t>St </t></r><r><t>Mary</t></r></si></sst>",
        "xl/sheet.xml": f'<worksheet xmlns="{main}"><sheetData>'
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
        '<row r="4"><c r="A4"><v>136341</v></c><c r="C4" t="s"><v>2</v></c></row>'
        "</sheetData></worksheet>",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)

    assert rows_of(content.getvalue(), "URN", "Name") == [(4, ("136341", "St Mary"))]


def test_the_first_visible_sheet_is_read():
    def hide_and_add(book):
        book.create_sheet("Second").append(["A"])
        book["Second"].append([7])
        book.worksheets[0].sheet_state = "hidden"
        book.active = 1

    assert rows_of(workbook([["B"], [1]], before_saving=hide_and_add), "A") == [(2, ("7",))]


def test_what_a_workbook_says_of_its_size_is_not_believed():
    content = rewritten(
        workbook(GOOD), SHEET_PART, lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1:A1"')
    )

    assert rows_of(content, "URN", "Pupils") == [
        (2, ("136341", "1530")),
        (3, ("102497", "244")),
    ]


# ---- What is refused ----------------------------------------------------------------------------


def refusal(content, *columns):
    """The sentence a file is refused with, wherever it happens."""
    with pytest.raises(BadSheet) as refused:
        rows_of(content, *columns)
    assert isinstance(refused.value, PortalError)
    assert refused.value.sentence.endswith(".")
    return refused.value


def picture():
    content = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(content, "JPEG")
    return content.getvalue()


def word_document():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Override ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/>',
        )
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b'\n"\x01",\x02\n1,2\n', "without headings"),
        (picture(), "a JPEG picture"),
        (b"%PDF-1.7\n", "a PDF"),
        (word_document(), "a Word document"),
        (gzip.compress(b"URN\n1", mtime=0), "gzip"),
        (b"\xfd7zXZ\x00\x00", "xz"),
        ("URN,Pupils\n1,2".encode("utf-16"), "UTF-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "password-protected"),
        (b"URN\x00,Pupils\n1,2", "does not know"),
    ],
)
def test_another_kind_of_file_is_refused_by_what_it_is(content, said):
    assert said in refusal(content, "URN").sentence


def test_nul_characters_deep_in_a_file_are_refused():
    assert isinstance(refusal(b"URN\n" + b"1\n" * 5000 + b"\x00\n", "URN"), UnreadableText)


def test_bytes_that_are_no_text_are_refused():
    assert "neither UTF-8 nor Windows" in refusal(b"URN,Name\n1,\x81\x8d\n", "URN").sentence


def test_missing_columns_are_named():
    refused = refusal(b"School,Number\n1,2\n", "URN", "School", "Pupils")

    assert isinstance(refused, MissingColumns)
    assert refused.names == ["URN", "Pupils"]
    assert "no columns “URN” and “Pupils”" in refused.sentence


@pytest.mark.parametrize("headings", [b"URN,Pupils,URN", b"URN,Pupils, urn "])
def test_two_columns_of_one_name_are_refused(headings):
    refused = refusal(headings + b"\n1,2,3\n", "Pupils")

    assert isinstance(refused, DuplicateColumn)
    assert refused.name.lower() == "urn"


@pytest.mark.parametrize(
    "content",
    [
        b'URN,Pupils\n1,2\n136341,"=HYPERLINK(""https://evil.example"")"\n',
        b"URN,Pupils\n1,2\n136341,  =1+1\n",
        workbook([["URN", "Pupils"], [1, 2], [136341, "=1+1"]]),
    ],
)
def test_a_formula_in_a_column_that_is_read_is_refused_with_its_place(content):
    refused = refusal(content, "URN", "Pupils")

    assert isinstance(refused, FormulaInCell)
    assert (refused.row, refused.column) == (3, "Pupils")


@pytest.mark.parametrize(
    "content", [b"URN,Note\n1,=1+1\n", workbook([["URN", "Note"], [1, "=1+1"]])]
)
def test_a_formula_in_a_column_nobody_asks_for_does_no_harm(content):
    assert rows_of(content, "URN") == [(2, ("1",))]


@pytest.mark.parametrize("content", [b"=URN,Pupils\n1,2\n", workbook([["=1+1", "Pupils"], [1, 2]])])
def test_a_formula_in_the_headings_is_refused(content):
    assert isinstance(refusal(content, "Pupils"), FormulaInCell)


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"URN,Pupils\n1,2\n1,2,3\n", 3),
        (b'URN,Pupils\n1,2\n1,"2\n3,4\n', 3),
        (b'URN,Pupils\n"a"b,2\n', 2),
        (b'URN,Pupils\n1,"' + b"x" * 200_000 + b'"\n', 2),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_number(content, row):
    refused = refusal(content, "URN", "Pupils")

    assert isinstance(refused, BrokenRow)
    assert refused.row == row


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)

    assert len(rows_of(b"A\n1\n2\n3\n", "A")) == 3
    assert refusal(b"A\n1\n2\n3\n4\n", "A").what == "3 rows"


def test_too_many_columns_are_refused():
    most = ",".join(f"c{number}" for number in range(400)).encode()

    assert rows_of(most + b"\n1\n", "c0") == [(2, ("1",))]
    assert "400 columns" in refusal(most + b",c400\n1\n", "c0").sentence


def test_a_file_of_200_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.write(b"URN,Pupils\n")
        file.truncate(200_000_000)

    with path.open("rb") as file, pytest.raises(SheetTooBig, match="60 MB"), open_sheet(file):
        pass


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_as_a_bad_sheet(content):
    with contextlib.suppress(BadSheet), open_sheet(io.BytesIO(content)) as sheet:
        for _, cells in sheet.rows(*[header for header in sheet.headers if header][:3]):
            assert all(cell.isprintable() for cell in cells)


# ---- Workbooks that are wrong -------------------------------------------------------------------


def bomb(size):
    """A workbook of some 200 kB whose sheet unpacks to `size` bytes of rows."""
    row = b'<row><c t="n"><v>1</v></c></row>'
    return rewritten(
        workbook(GOOD), SHEET_PART, lambda xml: xml.replace(b"</row>", b"</row>" + row * size, 1)
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    content = rewritten(workbook(GOOD), SHEET_PART, lambda xml: xml + b" " * 300_000_000)
    assert len(content) < 1_000_000

    assert "50 MB when unpacked" in refusal(content, "URN").sentence


def test_a_zip_bomb_that_lies_about_its_size_is_refused():
    content = bytearray(rewritten(workbook(GOOD), SHEET_PART, lambda xml: xml + b" " * 90_000_000))
    place = content.rindex(SHEET_PART.encode()) - 46  # its entry in the central directory
    content[place + 24 : place + 28] = struct.pack("<I", 4000)

    assert isinstance(refusal(bytes(content), "URN"), DamagedWorkbook | SheetTooBig)


def test_entities_that_swell_are_refused():
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(8)
    )
    content = rewritten(
        workbook(GOOD),
        "xl/worksheets/sheet1.xml",
        lambda xml: laughs + b"]>" + xml.replace(b"136341", b"&i;"),
    )

    assert isinstance(refusal(content, "URN"), DamagedWorkbook)


def test_an_entity_from_outside_is_refused():
    content = rewritten(
        workbook(GOOD),
        SHEET_PART,
        lambda xml: (
            b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
            + xml.replace(b"136341", b"&f;")
        ),
    )

    assert isinstance(refusal(content, "URN"), DamagedWorkbook)


@pytest.mark.parametrize("keep", [400, 2000, -30])
def test_a_workbook_that_is_cut_off_is_refused(keep):
    assert refusal(workbook(GOOD)[:keep], "URN")


@pytest.mark.parametrize(
    ("part", "new"),
    [
        (SHEET_PART, lambda xml: xml[: len(xml) // 2]),
        (SHEET_PART, lambda xml: xml.replace(b"136341", b"12e", 1)),
        ("xl/workbook.xml", lambda xml: b""),
    ],
)
def test_a_workbook_with_a_damaged_part_is_refused(part, new):
    assert isinstance(refusal(rewritten(workbook(GOOD), part, new), "URN"), DamagedWorkbook)


def test_a_workbook_with_macros_is_refused():
    content = io.BytesIO(workbook(GOOD))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", "x")

    assert "macros" in refusal(content.getvalue(), "URN").sentence


def test_a_workbook_that_is_too_wide_is_refused():
    assert "400 columns" in refusal(workbook([list(range(401))]), "0").sentence
    assert rows_of(workbook([[f"c{n}" for n in range(400)], [1]]), "c0") == [(2, ("1",))]


def test_a_workbook_that_is_too_long_is_refused():
    assert "100,000 rows" in refusal(bomb(100_010), "URN").sentence


def test_a_workbook_with_a_row_beyond_the_end_of_the_world_is_refused_in_time():
    content = rewritten(
        workbook(GOOD), SHEET_PART, lambda xml: xml.replace(b'<row r="3"', b'<row r="99999999999"')
    )

    assert "100,000 rows" in refusal(content, "URN").sentence


def test_a_workbook_with_everything_hidden_is_refused():
    content = rewritten(
        workbook(GOOD),
        "xl/workbook.xml",
        lambda xml: xml.replace(b'state="visible"', b'state="hidden"'),
    )

    assert isinstance(refusal(content, "URN"), DamagedWorkbook)


def test_a_workbook_with_a_row_at_the_end_of_the_world_is_read_in_time():
    content = rewritten(
        workbook(GOOD), SHEET_PART, lambda xml: xml.replace(b'<row r="3"', b'<row r="1048576"')
    )

    assert rows_of(content, "URN") == [(2, ("136341",)), (1_048_576, ("102497",))]


def long_word(length):
    """A workbook with one very long word in a cell."""
    return rewritten(workbook(GOOD), SHEET_PART, lambda xml: xml.replace(b"102497", b"x" * length))


@pytest.mark.parametrize(
    ("limit", "most", "content"),
    [
        ("MOST_MEMORY", 100_000_000, long_word(40_000_000)),
        ("MOST_BYTES_WRITTEN", 1000, bomb(20_000)),
    ],
)
def test_the_child_is_stopped_at_its_limits(limit, most, content, tmp_path):
    program = Path(workbook_reader.__file__).read_text()
    line = next(line for line in program.splitlines() if line.startswith(f"{limit} ="))
    limited = tmp_path / "limited.py"
    limited.write_text(program.replace(line, f"{limit} = {most}"))
    (tmp_path / "book.xlsx").write_bytes(content)

    answers = [
        subprocess.run(
            [sys.executable, "-I", path, tmp_path / "book.xlsx", tmp_path / "rows.csv"],
            env={"OPENPYXL_LXML": "False"},
            capture_output=True,
            check=False,
        ).returncode
        for path in (workbook_reader.__file__, limited)
    ]

    assert answers[0] == 0
    assert answers[1] != 0


def test_a_child_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(sheets, "SECONDS_FOR_A_WORKBOOK", 0.05)

    assert isinstance(refusal(workbook(GOOD), "URN"), SheetTooBig)


@pytest.mark.parametrize(
    ("flag", "value"), [("DEFUSEDXML", False), ("LXML", True)], ids=["no defusedxml", "lxml"]
)
def test_the_child_parses_only_through_defusedxml(tmp_path, monkeypatch, flag, value):
    (tmp_path / "book.xlsx").write_bytes(workbook(GOOD))
    source, written = str(tmp_path / "book.xlsx"), (tmp_path / "rows.csv").open("w")
    monkeypatch.setattr(openpyxl, flag, value)

    with written, pytest.raises(RuntimeError, match="only read through defusedxml"):
        workbook_reader._write_rows(source, csv.writer(written))


def test_nothing_is_left_behind_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets.tempfile, "tempdir", str(tmp_path))

    rows_of(workbook(GOOD), "URN")
    refusal(workbook(GOOD), "Pupil")

    assert list(tmp_path.iterdir()) == []


def test_not_a_sheet_says_what_to_do():
    assert NotASheet(found="a PDF").sentence == (
        "This file is a PDF. Save it as CSV (UTF-8) or as an Excel workbook (.xlsx), "
        "and choose that file."
    )


def test_a_list_longer_than_its_room_reads_is_refused_before_its_rows_are():
    with open_sheet(io.BytesIO(b"Name\nAda\n\n,\nBo\n")) as sheet:
        sheet.refuse_longer_than(3)

        with pytest.raises(SheetTooBig) as refused:
            sheet.refuse_longer_than(1)

    assert "more than 1 rows" in refused.value.sentence
