"""Keeping files: what was sent is looked at, and only what was asked for is kept.

The file is written before its row, so a row never stands for a file that is not there; what a
rolled-back transaction leaves behind is swept up at night (`deleting.delete_strays`).
"""

import hashlib
from collections.abc import Collection
from datetime import datetime
from io import BytesIO
from typing import IO, NotRequired, TypeAlias, TypedDict, Unpack

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import File
from PIL import Image, ImageOps

from hub_portal.files import rules
from hub_portal.files.errors import FileTooBig, PictureUnreadable, WrongKindOfFile
from hub_portal.files.models import StoredFile
from hub_portal.files.services.reading import is_registered
from hub_portal.files.storage import private_files
from hub_portal.shared.file_types import FileType, recognise

BYTES_READ_AT_ONCE = 1 << 20
Upload: TypeAlias = "File[bytes]"
PICTURE_FORMATS = {FileType.JPEG: "JPEG", FileType.PNG: "PNG", FileType.WEBP: "WEBP"}


class Keeping(TypedDict):
    """What is said of every file that is kept: its kind, who keeps it, when, until when."""

    kind: str
    by: AbstractBaseUser
    at: datetime
    about: NotRequired[str]
    delete_after: NotRequired[datetime | None]


def keep_spreadsheet(*, upload: Upload, **keeping: Unpack[Keeping]) -> StoredFile:
    """Keep a CSV file or Excel workbook as it was sent. Nothing in it is read here.

    Raises: FileTooBig, WrongKindOfFile.
    """
    found = _checked(
        upload,
        rules.SPREADSHEETS,
        most=rules.LARGEST_SPREADSHEET,
        wanted="a CSV file or an Excel workbook (.xlsx)",
    )
    return _keep(upload, found, given_name=upload.name, **keeping)


def keep_paper(*, upload: Upload, **keeping: Unpack[Keeping]) -> StoredFile:
    """Keep a document as it was sent: PDF, Word, PowerPoint or Excel, without macros.

    Raises: FileTooBig, WrongKindOfFile.
    """
    found = _checked(
        upload,
        rules.PAPERS,
        most=rules.LARGEST_PAPER,
        wanted="a PDF, or a Word, PowerPoint or Excel document without macros",
    )
    return _keep(upload, found, given_name=upload.name, **keeping)


def keep_picture(
    *, upload: Upload, longest_side: int | None = None, **keeping: Unpack[Keeping]
) -> StoredFile:
    """Keep a photo or drawing, written again without the place, camera and date it carries.

    `longest_side` is in dots: a larger picture is made smaller.

    Raises: FileTooBig, WrongKindOfFile, PictureUnreadable.
    """
    fresh, found = picture_written_again(upload=upload, longest_side=longest_side)
    return _keep(fresh, found, given_name=upload.name, made_here=True, **keeping)


def picture_written_again(
    *, upload: Upload, longest_side: int | None = None
) -> tuple[IO[bytes], FileType]:
    """What would be kept of a picture: its dots, and nothing else that came with them.

    Raises: as `keep_picture`.
    """
    found = _checked(
        upload,
        rules.PICTURES,
        most=rules.LARGEST_PICTURE,
        wanted="a JPEG, PNG or WebP picture",
    )
    return _written_again(upload, found, longest_side), found


def keep_own_file(
    *, content: bytes, file_type: FileType, name: str, **keeping: Unpack[Keeping]
) -> StoredFile:
    """Keep something the portal made itself: a statement, a report."""
    return _keep(BytesIO(content), file_type, given_name=name, made_here=True, **keeping)


def _checked(
    upload: Upload, wanted_types: Collection[FileType], *, most: int, wanted: str
) -> FileType:
    if upload.size > most:
        raise FileTooBig(size=upload.size, most=most)
    found = recognise(upload)
    if found not in wanted_types:
        raise WrongKindOfFile(found=found.value, wanted=wanted)
    return found


def _written_again(upload: Upload, file_type: FileType, longest_side: int | None) -> IO[bytes]:
    upload.seek(0)
    fresh = BytesIO()
    try:
        with Image.open(upload, formats=[PICTURE_FORMATS[file_type]]) as sent:
            if sent.width * sent.height > rules.MOST_DOTS_IN_A_PICTURE:
                raise PictureUnreadable
            upright = ImageOps.exif_transpose(sent)
            clear = upright.has_transparency_data and file_type is not FileType.JPEG
            dots = upright.convert("RGBA" if clear else "RGB")
        if longest_side is not None:
            dots.thumbnail((longest_side, longest_side))
        bare = Image.frombytes(dots.mode, dots.size, dots.tobytes())
        bare.save(fresh, PICTURE_FORMATS[file_type], quality=88, optimize=True)
    # a damaged picture makes Pillow raise any of these
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise PictureUnreadable from error
    return fresh


def _keep(
    content: IO[bytes] | Upload,
    file_type: FileType,
    *,
    given_name: str | None,
    kind: str,
    by: AbstractBaseUser,
    at: datetime,
    about: str = "",
    delete_after: datetime | None = None,
    made_here: bool = False,
) -> StoredFile:
    if not is_registered(kind):
        raise ValueError(f"Nobody says who may read files of the kind {kind!r}.")
    size, sha256 = _measured(content)
    stored = StoredFile(
        shown_name=rules.shown_name(given_name or "", file_type),
        kind=kind,
        about=about,
        content_type=rules.CONTENT_TYPES[file_type][0],
        size=size,
        sha256=sha256,
        made_here=made_here,
        owner=by,  # type: ignore[misc]  # a person, whichever model that is
        created_at=at,
        delete_after=delete_after,
    )
    content.seek(0)
    private_files.save(stored.path, File(content))
    stored.save(force_insert=True)
    return stored


def _measured(content: IO[bytes] | Upload) -> tuple[int, str]:
    """How many bytes there are, and their hash."""
    content.seek(0)
    size, digest = 0, hashlib.sha256()
    while block := content.read(BYTES_READ_AT_ONCE):
        size += len(block)
        digest.update(block)
    return size, digest.hexdigest()
