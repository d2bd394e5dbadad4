"""An archive that is not ours, not whole or not for this portal is refused untouched."""

import io
import json
import tarfile
from datetime import UTC, datetime

import pytest
from django.core.management.base import CommandError
from django.db import connection

from hub_portal.management.backups import engines, restore_backup, restoring
from hub_portal.management.backups.archive import MANIFEST, Manifest, Packing

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    """A whole archive of some database and one stored file."""
    path, content = tmp_path / "portal.tar.gz", tmp_path / "content"
    content.write_bytes(bytes(range(256)) * 4000)
    with Packing(path) as packing:
        packing.add("database", content)
        packing.add("files/aa/aabb", content)
        packing.finish(
            Manifest(
                made_at=AT.isoformat(),
                engine=connection.vendor,
                migrations=[],
                keys={},
                rows={},
                members=packing.members,
            )
        )
    return path


@pytest.fixture(autouse=True)
def _our_migrations(settings):
    settings.MIGRATION_MODULES = {}


@pytest.fixture(autouse=True)
def put_in(monkeypatch):
    """As if this machine were empty; what would be put into its database."""
    put = []
    monkeypatch.setattr(restoring, "_refuse_unless_empty", lambda: None)

    def put_in(path):
        put.append(path.name)
        raise InterruptedError

    monkeypatch.setattr(engines, "load_database", put_in)
    return put


def restored(archive):
    restore_backup(archive=archive, role="nobody", at=AT, say=list)


def changed(archive, change):
    """The archive packed again, with its manifest changed."""
    parts = {}
    with tarfile.open(archive) as tar:
        for part in tar:
            parts[part.name] = tar.extractfile(part).read()
    manifest = json.loads(parts.pop(MANIFEST))
    change(manifest, parts)
    parts.setdefault(MANIFEST, json.dumps(manifest).encode())
    other = archive.with_name("other.tar.gz")
    with tarfile.open(other, "w:gz") as tar:
        for name, content in parts.items():
            if content is not None:
                part = tarfile.TarInfo(name)
                part.size = len(content)
                tar.addfile(part, io.BytesIO(content))
    return other


def another_engine(manifest, parts):
    manifest["engine"] = "oracle"


def a_newer_portal(manifest, parts):
    manifest["migrations"].append("schools.9999_the_future")


def another_form(manifest, parts):
    manifest["format"] = 2


def no_manifest(manifest, parts):
    parts[MANIFEST] = None


def a_changed_database(manifest, parts):
    parts["database"] = parts["database"].replace(b"0", b"1", 1)


def a_lost_file(manifest, parts):
    parts.update({name: None for name in parts if name.startswith("files/")})


def a_file_too_many(manifest, parts):
    parts["files/aa/aaaa"] = b"smuggled"


def a_way_out(manifest, parts):
    parts["files/../../evil"] = b"smuggled"


def an_absolute_name(manifest, parts):
    parts["/tmp/evil"] = b"smuggled"  # noqa: S108


def test_a_backup_of_tables_whose_history_was_written_anew_since_is_taken(archive, put_in):
    def of_an_older_portal(manifest, parts):
        manifest["migrations"].append("schools.0001_schools_and_people")

    with pytest.raises(InterruptedError):
        restored(changed(archive, of_an_older_portal))

    assert put_in == ["database"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (another_engine, "a backup of oracle, and the portal is set to"),
        (a_newer_portal, r"made by a newer portal \(schools.9999_the_future\)"),
        (another_form, "of a form this portal does not know"),
        (no_manifest, "has no manifest"),
        (a_changed_database, r"not as it was made \(database\)"),
        (a_lost_file, r"not as it was made \(files/"),
        (a_file_too_many, r"not as it was made \(files/aa/aaaa\)"),
        (a_way_out, "holds “files/../../evil”, which is not ours"),
        (an_absolute_name, "holds “/tmp/evil”, which is not ours"),
    ],
)
def test_an_archive_that_does_not_fit_is_refused_before_anything_is_touched(
    archive, put_in, tmp_path, change, sentence
):
    other = changed(archive, change)

    with pytest.raises(CommandError, match=sentence):
        restored(other)

    assert put_in == []
    assert not list(tmp_path.parent.rglob("evil"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_an_archive_that_was_cut_short_is_refused(archive, put_in, share):
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(CommandError, match=r"cannot be read to its end|has no manifest"):
        restored(archive)

    assert put_in == []


def test_an_archive_that_fits_is_put_in(archive, put_in):
    with pytest.raises(InterruptedError):
        restored(changed(archive, lambda manifest, parts: None))

    assert put_in == ["database"]
