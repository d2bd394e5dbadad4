"""What is sent is looked at, and only what was asked for is kept."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from openpyxl import Workbook
from PIL import Image, PngImagePlugin

from hub_portal.files import rules
from hub_portal.files.errors import FileTooBig, PictureUnreadable, WrongKindOfFile
from hub_portal.files.models import StoredFile
from hub_portal.files.services.reading import register_reader
from hub_portal.files.services.storing import (
    keep_own_file,
    keep_paper,
    keep_picture,
    keep_spreadsheet,
)
from hub_portal.files.storage import private_files
from hub_portal.shared.errors import PortalError
from hub_portal.shared.file_types import FileType

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SECRET = b"SECRET-PLACE"


def _nobody(reader, stored):
    return False


register_reader("tests_kept", _nobody)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def keeping(db):
    person = get_user_model()
    owner = person.objects.create(**{person.USERNAME_FIELD: "ada@school.example"})
    return {"kind": "tests_kept", "by": owner, "at": AT}


def upload(content, name="file.bin"):
    return SimpleUploadedFile(name, content)


def workbook():
    book = Workbook()
    book.active.append(["URN", "Pupils"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def office(main_part, *more_parts, content_types=""):
    """A small Office document: its table of contents, and the parts named."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
            f'{main_part}"/>{content_types}</Types>',
        )
        for part in more_parts:
            archive.writestr(part, "x")
    return content.getvalue()


WORD = "wordprocessingml.document.main+xml"
POINT = "presentationml.presentation.main+xml"


def picture(image_format, **options):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # lies on its side
    content = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(content, image_format, exif=exif, **options)
    return content.getvalue()


def content_of(stored):
    with stored.open() as content:
        return content.read()


def files_in(tmp_path):
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def assert_nothing_kept(tmp_path):
    assert StoredFile.objects.count() == 0
    assert files_in(tmp_path) == []


def test_keep_spreadsheet_keeps_what_was_sent_and_says_what_it_is(keeping, tmp_path):
    content = b"URN,Pupils\r\n136341,1530\r\n"

    stored = keep_spreadsheet(
        upload=upload(content, "C:\\rolls\\Jan \u202e2026.xls"),
        about="roll_import:12",
        delete_after=AT + timedelta(days=7),
        **keeping,
    )

    stored.refresh_from_db()
    assert content_of(stored) == content
    assert stored.size == len(content)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.content_type == "text/csv; charset=utf-8"
    assert stored.shown_name == "Jan 2026.csv"
    assert (stored.kind, stored.about) == ("tests_kept", "roll_import:12")
    assert (stored.owner, stored.created_at) == (keeping["by"], AT)
    assert stored.delete_after == AT + timedelta(days=7)
    assert not stored.made_here
    assert [path.name for path in files_in(tmp_path)] == [stored.name]
    assert len(stored.name) == 22


def test_a_kept_file_is_readable_by_the_portal_alone_and_has_no_address(keeping, tmp_path):
    stored = keep_spreadsheet(upload=upload(b"URN\n1\n"), **keeping)

    (path,) = files_in(tmp_path)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="no address"):
        private_files.url(stored.path)


def test_keep_spreadsheet_keeps_a_workbook(keeping):
    stored = keep_spreadsheet(upload=upload(workbook(), "rolls.csv"), **keeping)

    assert stored.shown_name == "rolls.xlsx"
    assert stored.content_type == rules.CONTENT_TYPES[FileType.XLSX][0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (picture("JPEG"), "a JPEG picture"),
        (b"%PDF-1.7 words", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password-protected"),
        (b"\x1f\x8b\x08 squeezed", "gzip"),
        (b"\xfd7zXZ\x00 squeezed", "xz"),
        ("URN,Pupils".encode("utf-16"), "UTF-16"),
        (b"URN,Pup\x00ils", "does not know"),
        (office(WORD), "a Word document"),
        (office("spreadsheetml.sheet.main+xml", "xl/vbaProject.bin"), "macros"),
        (b"PK\x03\x04 broken archive", "a ZIP archive"),
    ],
)
def test_keep_spreadsheet_refuses_anything_else_whatever_its_name(keeping, tmp_path, content, said):
    with pytest.raises(WrongKindOfFile, match=said):
        keep_spreadsheet(upload=upload(content, "rolls.csv"), **keeping)

    assert_nothing_kept(tmp_path)


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (b"%PDF-1.7 words", ".pdf"),
        (office(WORD), ".docx"),
        (office(POINT), ".pptx"),
        (workbook(), ".xlsx"),
    ],
)
def test_keep_paper_keeps_the_four_kinds_of_document(keeping, content, ending):
    stored = keep_paper(upload=upload(content, "agenda.exe"), **keeping)

    assert stored.shown_name == f"agenda{ending}"
    assert content_of(stored) == content
    assert not stored.is_shown_in_the_browser


@pytest.mark.parametrize(
    "content",
    [
        office(WORD, "word/vbaProject.bin"),
        office(WORD, content_types='<x ContentType="application/vnd.ms-word.macroEnabled.12"/>'),
        office("spreadsheetml.sheet.main+xml", "xl/macrosheets/sheet1.xml"),
        office(WORD, "word/activeX/activeX1.bin"),
        b"<html><script>alert(1)</script></html>",
        picture("PNG"),
        b"MZ\x90\x00 a program",
    ],
)
def test_keep_paper_refuses_macros_and_anything_else(keeping, tmp_path, content):
    with pytest.raises(WrongKindOfFile):
        keep_paper(upload=upload(content, "agenda.docx"), **keeping)

    assert_nothing_kept(tmp_path)


@pytest.mark.parametrize(
    ("keep", "most", "content"),
    [
        (keep_picture, "LARGEST_PICTURE", picture("PNG")),
        (keep_paper, "LARGEST_PAPER", b"%PDF-1.7"),
        (keep_spreadsheet, "LARGEST_SPREADSHEET", b"URN,Pupils"),
    ],
)
def test_a_file_that_is_too_big_is_refused_with_both_figures(
    keeping, tmp_path, monkeypatch, keep, most, content
):
    monkeypatch.setattr(rules, most, len(content) - 1)
    with pytest.raises(FileTooBig) as refused:
        keep(upload=upload(content), **keeping)

    assert (refused.value.size, refused.value.most) == (len(content), len(content) - 1)
    assert_nothing_kept(tmp_path)


def test_the_sizes_are_those_of_the_hub():
    sizes = rules.LARGEST_PICTURE, rules.LARGEST_PAPER, rules.LARGEST_SPREADSHEET
    assert sizes == (10_000_000, 25_000_000, 60_000_000)
    sentence = FileTooBig(size=200_000_000, most=60_000_000).sentence
    assert sentence == "This file has 200 MB; the portal takes up to 60 MB."


@pytest.mark.parametrize(
    ("image_format", "options", "content_type"),
    [
        ("JPEG", {"comment": SECRET}, "image/jpeg"),
        ("WEBP", {"xmp": b"<x>" + SECRET + b"</x>"}, "image/webp"),
        ("PNG", {}, "image/png"),
    ],
)
def test_keep_picture_writes_it_again_upright_and_without_metadata(
    keeping, image_format, options, content_type
):
    if image_format == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", SECRET.decode())
    sent = picture(image_format, **options)
    assert SECRET in sent

    stored = keep_picture(upload=upload(sent, "hall.jpeg"), **keeping)

    content = content_of(stored)
    assert SECRET not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.format == image_format
        assert kept.size == (20, 40)
        assert not kept.getexif()
    assert stored.content_type == content_type
    assert stored.is_shown_in_the_browser
    assert stored.sha256 == hashlib.sha256(content).hexdigest()


def test_keep_picture_keeps_what_is_see_through(keeping):
    content = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(content, "PNG")

    stored = keep_picture(upload=upload(content.getvalue()), **keeping)

    with Image.open(io.BytesIO(content_of(stored))) as kept:
        assert kept.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg/>',
        b"GIF89a words",
        b"not a picture",
    ],
)
def test_keep_picture_refuses_svg_and_anything_else(keeping, tmp_path, content):
    with pytest.raises(WrongKindOfFile):
        keep_picture(upload=upload(content, "logo.png"), **keeping)

    assert_nothing_kept(tmp_path)


@pytest.mark.parametrize("cut", [12, 60, 200])
@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_keep_picture_refuses_a_damaged_picture(keeping, tmp_path, image_format, cut):
    content = picture(image_format)
    with pytest.raises(PictureUnreadable):
        keep_picture(upload=upload(content[: min(cut, len(content) // 2)]), **keeping)

    assert_nothing_kept(tmp_path)


@pytest.mark.parametrize("side", [6400, 10_000, 15_000])
def test_keep_picture_refuses_a_picture_that_unpacks_to_too_many_dots(keeping, tmp_path, side):
    content = io.BytesIO()
    Image.new("1", (side, side)).save(content, "PNG")
    assert len(content.getvalue()) < rules.LARGEST_PICTURE

    with pytest.raises(PictureUnreadable):
        keep_picture(upload=upload(content.getvalue()), **keeping)

    assert_nothing_kept(tmp_path)


def test_keep_own_file_keeps_what_the_portal_made(keeping):
    stored = keep_own_file(
        content=b"%PDF-1.7 statement",
        file_type=FileType.PDF,
        name="Statement 12.pdf",
        **keeping,
    )

    assert content_of(stored) == b"%PDF-1.7 statement"
    assert stored.shown_name == "Statement 12.pdf"
    assert stored.is_shown_in_the_browser


def test_a_kind_that_nobody_answers_for_is_refused(keeping, tmp_path):
    with pytest.raises(ValueError, match="tests_unknown"):
        keep_paper(upload=upload(b"%PDF-1.7"), **keeping | {"kind": "tests_unknown"})

    assert_nothing_kept(tmp_path)


@pytest.mark.parametrize("wrong", [{"size": 0}, {"delete_after": AT}])
def test_the_database_insists_on_a_size_and_a_time_to_keep(keeping, wrong):
    stored = keep_own_file(content=b"%PDF-1.7", file_type=FileType.PDF, name="a.pdf", **keeping)

    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=stored.pk).update(**wrong)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\papers\\Agenda.DOCX", "Agenda.pdf"),
        ('a"b\r\nSet-Cookie: c.pdf', "abSet-Cookie c.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("x" * 300, "x" * 146 + ".pdf"),
        ("Übersicht 1.2.pdf", "Übersicht 1.2.pdf"),
    ],
)
def test_shown_name_is_safe_and_ends_as_the_file_is(given, shown):
    assert rules.shown_name(given, FileType.PDF) == shown


def test_every_refusal_is_a_sentence_fit_to_show():
    for refusal in (WrongKindOfFile(found="x", wanted="y"), PictureUnreadable()):
        assert isinstance(refusal, PortalError)
        assert refusal.sentence.endswith(".")
