"""Letting go of files: one by one, when their time is over, and what was left behind."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import transaction

from hub_portal.files.models import StoredFile
from hub_portal.files.storage import FOLDER, private_files

# longer than any request or job between writing a file and committing its row
A_STRAY_AFTER = timedelta(days=1)


def delete_file(*, stored: StoredFile) -> None:
    """Let go of one file. Its row goes now, its content once the transaction is kept.

    What points at it must allow it: an app that needs the file protects it.
    """
    path = stored.path
    with transaction.atomic():
        stored.delete()
        transaction.on_commit(partial(private_files.delete, path), robust=True)


def delete_overdue(*, at: datetime) -> int:
    """Let go of every file whose time is over; returns how many. Rule XX-3."""
    overdue = list(StoredFile.objects.overdue(at=at).order_by("pk"))
    for stored in overdue:
        delete_file(stored=stored)
    return len(overdue)


def delete_strays(*, at: datetime) -> int:
    """Delete what lies in the store without a row, a day old; returns how many files.

    A transaction that was rolled back, or a crash between deleting a row and its content,
    leaves a file behind.
    """
    before = (at - A_STRAY_AFTER).timestamp()
    folder = Path(private_files.path(FOLDER))
    old = {file.name: file for file in folder.glob("*/*") if file.stat().st_mtime < before}
    names = sorted(old)
    strays = 0
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        known = set(StoredFile.objects.filter(name__in=some).values_list("name", flat=True))
        for name in some:
            if name not in known:
                old[name].unlink(missing_ok=True)
                strays += 1
    return strays
