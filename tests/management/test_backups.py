"""A backup restored into an empty machine is the same portal, proved."""

import contextlib
import errno
import gzip
import sqlite3
import stat
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings

from credits.services.books import reconcile_ledger
from hub_portal.clock.services.heartbeats import last_beat
from hub_portal.files.models import StoredFile
from hub_portal.files.services.backups import content_of
from hub_portal.files.services.reading import register_reader
from hub_portal.files.services.storing import keep_own_file
from hub_portal.health import BACKUP
from hub_portal.management.backups import engines, make_backup, restore_backup
from hub_portal.management.backups.archive import unpacked
from hub_portal.management.backups.making import fingerprints_of_keys
from hub_portal.management.roles import give_application_rights
from hub_portal.shared.append_only import append_only_tables
from hub_portal.shared.file_types import FileType
from schools.models import Person
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast
from tests.management.empty_machine import SERVING, empty_machine

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WORDS = b"a report of the hub"
REFUSED = (sqlite3.IntegrityError, psycopg2.IntegrityError)
NAME = "portal-20261124-030000Z.tar.gz"


def _nobody(reader, stored):
    return False


register_reader("tests_backed_up", _nobody)


@pytest.fixture
def portal(settings, tmp_path):
    """A portal with bookings in its books, a stored file, somebody signed in, and a cache."""
    settings.MEDIA_ROOT = tmp_path / "files"
    cast = make_cast()
    give_credits(school=cast.our_school, credits=100)
    make_booking(cohort=make_cohort(price=12), school=cast.our_school, by=cast.rep)
    keep_own_file(
        content=WORDS,
        file_type=FileType.PDF,
        name="report.pdf",
        kind="tests_backed_up",
        by=cast.rep,
        at=NOON,
    )
    reconcile_ledger(by=Person.objects.portal(), at=AT)
    cache.set("sign-in-link:x", "MARKER-OF-THE-CACHE")
    return cast


@pytest.fixture
def said():
    return []


def backed_up(folder, said, *, at=AT, keep=3):
    return make_backup(folder=folder, keep=keep, at=at, say=said.append)


def our_migrations():
    """As the portal is served with them; tests make their tables from the models."""
    with override_settings(MIGRATION_MODULES={}):
        return MigrationLoader(None).graph


def migration_before_the_last(app):
    graph = our_migrations()
    [leaf] = graph.leaf_nodes(app)
    [(_, name)] = [each for each in graph.node_map[leaf].parents if each.key[0] == app]
    return name


# ---- There and back -----------------------------------------------------------------------------


def test_a_backup_restored_into_an_empty_machine_is_the_same_portal(portal, tmp_path, said):
    session = SessionStore()
    session.create()
    archive = backed_up(tmp_path / "backups", said)
    stored = StoredFile.objects.get()

    with empty_machine(tmp_path / "second") as second:
        done = second.manage("restore", str(archive), "--role", SERVING)
        assert done.returncode == 0, done.stdout
        assert "The portal is what it was on Tuesday 24 November 2026, 3am:" in done.stdout
        assert "The append-only tables are guarded." in done.stdout
        assert "The books are clean: " in done.stdout
        assert_same_rows(second)
        assert_guarded(second)
        assert (second.var / "files" / stored.path).read_bytes() == WORDS
        assert second.asked("SELECT closed_for FROM mail_mailgate") == [("all_but_sign_in",)]
        acts = "SELECT count(*) FROM trail_act WHERE verb = 'portal.restored'"
        assert second.asked(acts) == [(1,)]
        assert second.asked("SELECT count(*) FROM django_session") == [(0,)]
        beats = "SELECT count(*) FROM clock_heartbeat WHERE name = 'backup'"
        assert second.asked(beats) == [(1,)]

        assert_an_older_backup_is_brought_up_to_date(second, tmp_path)


def assert_same_rows(machine):
    """Every row of every table but those that a restore itself writes."""
    written_by_it = {"trail_act", "mail_mailgate", "credits_bookscheck", "clock_heartbeat"}
    for table in sorted(set(engines.tables()) - written_by_it - set(engines.WITHOUT_ROWS)):
        row = "*" if connection.vendor == "sqlite" else "t::text"
        rows = f'SELECT {row} FROM "{table}" t ORDER BY 1'
        with contextlib.closing(connection.connection.cursor()) as ours:
            ours.execute(rows)
            assert [*map(repr, machine.asked(rows))] == [*map(repr, ours.fetchall())], table


def assert_guarded(machine):
    tables = append_only_tables()
    assert len(tables) >= 4
    for table in ("trail_act", "credits_transfer", "credits_journalentry"):
        assert table in tables
        for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(REFUSED):
                machine.asked(change)
            if connection.vendor == "postgresql":
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    machine.asked(change, as_=SERVING)
    if connection.vendor == "postgresql":
        assert machine.asked("SELECT count(*) > 0 FROM trail_act", as_=SERVING) == [(True,)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            machine.asked("CREATE TABLE mine (id int)", as_=SERVING)


def assert_an_older_backup_is_brought_up_to_date(second, tmp_path):
    """One migration back, a guard gone: what comes out of that backup has both again."""
    guard = "trail_act_no_update"
    of_table = " ON trail_act" if connection.vendor == "postgresql" else ""
    made = second.python(
        "from django.core.management import call_command\n"
        "from django.db import connection\n"
        f"call_command('migrate', 'cpd', '{migration_before_the_last('cpd')}', verbosity=0)\n"
        f"connection.cursor().execute('DROP TRIGGER {guard}{of_table}')\n"
        "call_command('backup')\n"
    )
    assert made.returncode == 0, made.stdout
    [older] = (second.var / "backups").glob("*.tar.gz")

    with empty_machine(tmp_path / "third") as third:
        done = third.manage("restore", str(older), "--role", SERVING)
        assert done.returncode == 0, done.stdout
        assert "Not the keys of this backup: LINK_KEY, MFA_KEY" in done.stdout
        assert_guarded(third)
        newest = our_migrations().leaf_nodes("cpd")[0][1]
        there = f"SELECT count(*) FROM django_migrations WHERE app = 'cpd' AND name = '{newest}'"
        assert third.asked(there) == [(1,)]


# ---- Making -------------------------------------------------------------------------------------


def test_an_archive_is_for_its_owner_alone_and_says_what_it_holds(portal, tmp_path, said):
    session = SessionStore()
    session.create()

    archive = backed_up(tmp_path / "backups", said)

    assert archive.name == NAME
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE(archive.parent.stat().st_mode) == 0o700
    manifest = unpacked(archive, into=tmp_path / "opened")
    assert manifest.made_at == "2026-11-24T03:00:00+00:00"
    assert manifest.engine == connection.vendor
    assert manifest.rows["cpd_booking"] == 1
    assert manifest.rows["django_session"] == 0
    assert [*manifest.members] == ["database", f"files/{StoredFile.objects.get().path[5:]}"]
    assert manifest.missing == []
    assert said[0].startswith(f"{archive}: {sum(manifest.rows.values())} rows and 1 file, ")


def test_an_archive_holds_no_key_no_session_and_no_cache(portal, tmp_path, said, settings):
    session = SessionStore()
    session.create()

    backed_up(tmp_path / "backups", said)

    content = gzip.decompress((tmp_path / "backups" / NAME).read_bytes())
    assert b"Ann" in content or b"our.example" in content  # it can be read, and people are in it
    secrets = [session.session_key, "MARKER-OF-THE-CACHE", settings.SECRET_KEY]
    assert [secret for secret in secrets if secret.encode() in content] == []
    marks = {name: marks[0] for name, marks in fingerprints_of_keys().items()}
    assert unpacked(tmp_path / "backups" / NAME, into=tmp_path / "opened").keys == marks


def test_the_newest_are_kept_and_status_knows_when(portal, tmp_path, said):
    folder = tmp_path / "backups"
    for hours in range(4):
        backed_up(folder, said, at=AT + timedelta(hours=hours), keep=2)

    assert [path.name for path in sorted(folder.iterdir())] == [
        "portal-20261124-050000Z.tar.gz",
        "portal-20261124-060000Z.tar.gz",
    ]
    assert "portal-20261124-040000Z.tar.gz is older than the newest 2 and was removed." in said
    assert last_beat(BACKUP) == AT + timedelta(hours=3)


def test_a_backup_that_finds_the_disk_full_leaves_nothing_and_was_not_made(
    portal, tmp_path, said, monkeypatch
):
    backed_up(tmp_path / "backups", said)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(engines, "dump_database", full)

    with pytest.raises(CommandError, match=r"could not be written: .*No space left on device"):
        backed_up(tmp_path / "backups", said, at=AT + timedelta(days=1), keep=1)

    assert [path.name for path in (tmp_path / "backups").iterdir()] == [NAME]
    assert last_beat(BACKUP) == AT


def test_a_stored_file_that_is_gone_or_changed_is_said(portal, tmp_path, said):
    first = StoredFile.objects.get()
    second = keep_own_file(
        content=b"another",
        file_type=FileType.PDF,
        name="b.pdf",
        kind="tests_backed_up",
        by=portal.rep,
        at=NOON,
    )
    content_of(first).unlink()
    content_of(second).write_bytes(b"ANOTHER")

    archive = backed_up(tmp_path / "backups", said)

    assert unpacked(archive, into=tmp_path / "opened").missing == [first.name, second.name]
    assert said[0].endswith(f"not as kept: {first.name}, {second.name}.")


@pytest.mark.fault
def test_backups_are_made_by_the_owner(portal, tmp_path, said):
    give_application_rights(role=SERVING)
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{SERVING}"')
        try:
            with pytest.raises(CommandError, match="made as the owner"):
                backed_up(tmp_path / "backups", said)
        finally:
            cursor.execute(f'RESET ROLE; DROP OWNED BY "{SERVING}"; DROP ROLE "{SERVING}"')

    assert not (tmp_path / "backups").exists()


def test_the_command_wants_to_keep_at_least_one(tmp_path):
    with pytest.raises(CommandError, match="--keep must be 1 or more"):
        call_command("backup", "--to", str(tmp_path), "--keep", "0")


# ---- Refusing -----------------------------------------------------------------------------------


def test_a_restore_into_a_portal_that_is_there_is_refused_and_changes_nothing(
    portal, tmp_path, said
):
    archive = backed_up(tmp_path / "backups", said)
    before = engines.rows_of_tables()

    with pytest.raises(CommandError, match="nothing that is there is ever overwritten"):
        restore_backup(archive=archive, role=SERVING, at=AT, say=said.append)

    assert engines.rows_of_tables() == before


def test_a_restore_over_stored_files_is_refused(portal, tmp_path, said, monkeypatch):
    archive = backed_up(tmp_path / "backups", said)
    monkeypatch.setattr(engines, "tables", list)

    with pytest.raises(CommandError, match="There are stored files in"):
        restore_backup(archive=archive, role=SERVING, at=AT, say=said.append)


def test_a_restore_without_an_archive_says_so(tmp_path):
    with pytest.raises(CommandError, match="There is no archive"):
        call_command("restore", str(tmp_path / "none.tar.gz"))
