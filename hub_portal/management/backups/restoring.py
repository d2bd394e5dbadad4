"""Making a portal again from a backup: into an empty one only, and proved before anybody enters."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from credits.services.books import reconcile_ledger
from hub_portal.clock.services.heartbeats import beat
from hub_portal.files.services.backups import folder_of_contents
from hub_portal.health import BACKUP
from hub_portal.mail.choices import ClosedFor
from hub_portal.mail.services.gate import set_gate
from hub_portal.management.backups import engines
from hub_portal.management.backups.archive import DATABASE, FILES, Manifest, unpacked
from hub_portal.management.backups.making import fingerprints_of_keys
from hub_portal.management.roles import give_application_rights
from hub_portal.shared.append_only import missing_triggers
from hub_portal.shared.wording import counted, moment
from hub_portal.trail.services.acts import record_act
from schools.models import Person

Say = Callable[[str], object]
OTHER_KEYS = (
    "Not the keys of this backup: {names}. What they signed or encrypted is void until they are"
    " put back, as docs/how-to/rotate-a-secret.md says for each."
)


def restore_backup(*, archive: Path, role: str, at: datetime, say: Say) -> bool:
    """Make this empty portal what the archive says; returns whether the books are clean.

    Mail stays behind a closed gate: what waited when the backup was made may have gone since.

    Raises: CommandError, in a sentence; until the database is put in, nothing has changed.
    """
    _refuse_unless_empty()
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=settings.PORTAL_VAR) as scratch:
        manifest = unpacked(archive, into=Path(scratch))
        _refuse_what_does_not_fit(manifest)
        engines.load_database(Path(scratch) / DATABASE)
        _put_files(Path(scratch) / FILES)
    _refuse_other_counts(manifest)
    call_command("migrate", verbosity=0)  # and the triggers are put up, whatever the dump had
    call_command("createcachetable", verbosity=0)
    if connection.vendor == "postgresql":
        give_application_rights(role=role, password=settings.PORTAL_APP_PASSWORD)
    _note_what_was_done(manifest, at)
    _tell(manifest, say)
    return _books_are_clean(at, say)


def _refuse_unless_empty() -> None:
    """A restore never takes anything away: it wants a new database and a new folder."""
    there = engines.tables()
    if there:
        raise CommandError(
            f"This database has {counted(len(there), 'table')} already. Restore into a new one:"
            " nothing that is there is ever overwritten."
        )
    kept = folder_of_contents()
    if kept.exists() and any(kept.iterdir()):
        raise CommandError(f"There are stored files in {kept} already. Take an empty PORTAL_VAR.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
            (may_make_tables,) = cursor.fetchone()
        if not may_make_tables:
            raise CommandError("Restore runs as the owner: set DATABASE_URL to its address.")


def _refuse_what_does_not_fit(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise CommandError(
            f"This is a backup of {manifest.engine}, and the portal is set to {connection.vendor}."
        )
    there = MigrationLoader(None).disk_migrations
    replaced = (old for migration in there.values() for old in migration.replaces)
    known = {f"{app}.{name}" for app, name in [*there, *replaced]}
    newer = sorted(set(manifest.migrations) - known)
    if newer:
        raise CommandError(
            f"This backup was made by a newer portal ({newer[-1]}). Install that version first."
        )


def _refuse_other_counts(manifest: Manifest) -> None:
    rows = engines.rows_of_tables()
    differing = sorted(t for t in {*rows, *manifest.rows} if rows.get(t) != manifest.rows.get(t))
    if differing:
        raise CommandError(
            f"What was put in is not what was taken out: {', '.join(differing)} differ. Do not"
            " serve this portal; restore again into a new database."
        )


def _put_files(files: Path) -> None:
    if files.exists():
        kept = folder_of_contents()
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.rename(kept)


def _note_what_was_done(manifest: Manifest, at: datetime) -> None:
    portal = Person.objects.portal()
    with transaction.atomic():
        record_act(
            verb="portal.restored",
            subject="portal:1",
            by=portal,
            at=at,
            after={"backup_of": manifest.made_at},
        )
        set_gate(
            closed_for=ClosedFor.ALL_BUT_SIGN_IN,
            reason=f"Restored from the backup of {_when(manifest)}: mail that waited then may"
            " have gone since. Look through what waits, then open the gate.",
            by=portal,
            at=at,
        )
        beat(name=BACKUP, at=datetime.fromisoformat(manifest.made_at))


def _tell(manifest: Manifest, say: Say) -> None:
    say(
        f"The portal is what it was on {_when(manifest)}:"
        f" {counted(sum(manifest.rows.values()), 'row')}, each table as counted then, and"
        f" {counted(len(manifest.members) - 1, 'stored file')}."
    )
    if manifest.missing:
        say(f"Already missing or changed when it was made: {', '.join(manifest.missing)}.")
    missing = missing_triggers()
    if missing:
        raise CommandError(f"The books are not guarded: {', '.join(missing)} missing.")
    say("The append-only tables are guarded.")
    here = fingerprints_of_keys()
    other = [name for name, mark in manifest.keys.items() if mark not in here.get(name, [])]
    if other:
        say(OTHER_KEYS.format(names=", ".join(sorted(other))))
    say("The mail gate is closed for all but sign-in codes: look at what waits, then open it.")


def _when(manifest: Manifest) -> str:
    return moment(datetime.fromisoformat(manifest.made_at))


def _books_are_clean(at: datetime, say: Say) -> bool:
    check = reconcile_ledger(by=Person.objects.portal(), at=at)
    if check.is_clean:
        say(f"The books are clean: {counted(check.entries_checked, 'entry', 'entries')} proved.")
    else:
        say("The books differ:\n" + "\n".join(f"  {each}" for each in check.differences))
    return bool(check.is_clean)
