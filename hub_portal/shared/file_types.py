"""What a file is, told from its content: a name and a sender's word prove nothing."""

import zipfile
from enum import StrEnum
from typing import IO

BYTES_LOOKED_AT = 4096
BYTES_OF_CONTENT_TYPES = 1_000_000


class FileType(StrEnum):
    """The kinds of file the portal knows by sight; the value is what to call one in a sentence."""

    TEXT = "a text file"
    XLSX = "an Excel workbook"
    DOCX = "a Word document"
    PPTX = "a PowerPoint presentation"
    WITH_MACROS = "an Office document with macros"
    PDF = "a PDF"
    JPEG = "a JPEG picture"
    PNG = "a PNG picture"
    WEBP = "a WebP picture"
    GIF = "a GIF picture"
    OLD_OFFICE = "an old or password-protected Office file"
    ZIP = "a ZIP archive"
    GZIP = "a gzip archive"
    XZ = "an xz archive"
    UTF_16 = "text in UTF-16"
    EMPTY = "empty"
    UNKNOWN = "of a kind the portal does not know"


BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"GIF87a", FileType.GIF),
    (b"GIF89a", FileType.GIF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileType.OLD_OFFICE),
    (b"\x1f\x8b", FileType.GZIP),
    (b"\xfd7zXZ\x00", FileType.XZ),
    (b"\xff\xfe", FileType.UTF_16),
    (b"\xfe\xff", FileType.UTF_16),
)
OFFICE_MAIN_PARTS = (
    (b"spreadsheetml.sheet.main+xml", FileType.XLSX),
    (b"wordprocessingml.document.main+xml", FileType.DOCX),
    (b"presentationml.presentation.main+xml", FileType.PPTX),
)
MACRO_PARTS = ("vbaproject.bin", "/macrosheets/", "/activex/")


def recognise(file: IO[bytes]) -> FileType:
    """What this file is, from its first bytes and, for Office files, its table of contents."""
    file.seek(0)
    head = file.read(BYTES_LOOKED_AT)
    file.seek(0)
    if not head:
        return FileType.EMPTY
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(file)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileType.WEBP
    if b"%PDF-" in head[:1024]:
        return FileType.PDF
    for beginning, file_type in BEGINNINGS:
        if head.startswith(beginning):
            return file_type
    return FileType.TEXT if b"\x00" not in head else FileType.UNKNOWN


def _kind_of_archive(file: IO[bytes]) -> FileType:
    """Which Office document this archive is, if it is one."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = [f"/{name.lower()}" for name in archive.namelist()]
            with archive.open("[Content_Types].xml") as contents:
                types = contents.read(BYTES_OF_CONTENT_TYPES)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, RuntimeError, NotImplementedError):
        return FileType.ZIP
    finally:
        file.seek(0)
    has_macros = b"macroenabled" in types.lower() or any(
        part in name for name in names for part in MACRO_PARTS
    )
    if has_macros:
        return FileType.WITH_MACROS
    return next((found for part, found in OFFICE_MAIN_PARTS if part in types), FileType.ZIP)
