"""Making a backup: one moment of the database, and the stored files it names."""

import hashlib
import hmac
import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from hub_portal.clock.services.heartbeats import beat
from hub_portal.files.models import StoredFile
from hub_portal.files.services.backups import content_of
from hub_portal.health import BACKUP, look_at_database_role
from hub_portal.management.backups import engines
from hub_portal.management.backups.archive import DATABASE, FILES, Manifest, Member, Packing
from hub_portal.shared.wording import counted

Say = Callable[[str], object]
NAME = "portal-%Y%m%d-%H%M%SZ.tar.gz"
ANY_NAME = "portal-*Z.tar.gz"


def make_backup(*, folder: Path, keep: int, at: datetime, say: Say) -> Path:
    """Write an archive of the whole portal into the folder and keep the newest `keep` there.

    It appears under its name when it is whole and safe on the disk, never before.

    Raises: CommandError, in a sentence.
    """
    _refuse_as_the_application(at)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / at.strftime(NAME)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as scratch:
            unfinished = Path(scratch) / path.name
            manifest = _pack(unfinished, at)
            unfinished.replace(path)
        _make_durable(folder)
    except OSError as error:
        raise CommandError(f"The backup could not be written: {error}.") from error
    beat(name=BACKUP, at=at)
    say(_told(path, manifest))
    for old in sorted(folder.glob(ANY_NAME))[:-keep]:
        old.unlink()
        say(f"{old.name} is older than the newest {keep} and was removed.")
    return path


def fingerprints_of_keys() -> dict[str, list[str]]:
    """Each key as a mark it can be known by and not be found from, the newest first."""
    keys = {
        "SECRET_KEY": [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS],
        "LINK_KEY": settings.LINK_KEYS,
        "TICKET_KEY": settings.TICKET_KEYS,
        "MFA_KEY": settings.MFA_KEYS,
        "NEEDS_KEY": settings.NEEDS_KEYS,
    }
    return {name: [_fingerprint(name, key) for key in listed] for name, listed in keys.items()}


def _fingerprint(name: str, key: str) -> str:
    return hmac.new(key.encode(), f"backup of {name}".encode(), hashlib.sha256).hexdigest()[:16]


def _pack(path: Path, at: datetime) -> Manifest:
    dumped = path.with_name(DATABASE)
    with engines.one_moment() as moment:
        stored = list(StoredFile.objects.order_by("pk"))
        rows, migrations = engines.rows_of_tables(), engines.applied_migrations()
        engines.dump_database(dumped, moment=moment)
    with Packing(path) as packing:
        packing.add(DATABASE, dumped)
        missing = [file.name for file in stored if not _packed_as_kept(file, packing)]
        manifest = Manifest(
            made_at=at.isoformat(timespec="seconds"),
            engine=connection.vendor,
            migrations=migrations,
            keys={name: marks[0] for name, marks in fingerprints_of_keys().items()},
            rows=rows,
            members=packing.members,
            missing=missing,
        )
        packing.finish(manifest)
    return manifest


def _packed_as_kept(stored: StoredFile, packing: Packing) -> bool:
    """Put a stored file's content in; whether it is there, and is what was kept once."""
    content = content_of(stored)
    try:
        return packing.add(f"{FILES}/{content.parent.name}/{stored.name}", content) == Member(
            stored.size, stored.sha256
        )
    except FileNotFoundError:
        return False


def _refuse_as_the_application(at: datetime) -> None:
    """The role that serves may not read what pg_dump must, and should not."""
    if connection.vendor == "postgresql" and look_at_database_role(at).is_fine:
        raise CommandError("Backups are made as the owner: set DATABASE_URL to its address.")


def _make_durable(folder: Path) -> None:
    """The new name is on the disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _told(path: Path, manifest: Manifest) -> str:
    files = len(manifest.members) - 1
    said = (
        f"{path}: {counted(sum(manifest.rows.values()), 'row')} and {counted(files, 'file')},"
        f" {path.stat().st_size / 1e6:,.1f} MB."
    )
    if manifest.missing:
        count = counted(len(manifest.missing), "stored file")
        said += f"\n{count} missing or not as kept: {', '.join(manifest.missing)}."
    return said
