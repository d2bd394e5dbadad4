"""Files are let go of in time, and nothing is left behind or taken too early."""

import contextlib
import os
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from hub_portal.clock.services.due import _REGISTERED
from hub_portal.files import tasks
from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_file, delete_overdue, delete_strays
from hub_portal.files.services.reading import register_reader
from hub_portal.files.services.storing import keep_own_file
from hub_portal.files.storage import private_files
from hub_portal.shared.file_types import FileType
from hub_portal.shared.london import now

NOW = now()


def _nobody(reader, stored):
    return False


register_reader("tests_deleted", _nobody)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def owner(db):
    model = get_user_model()
    return model.objects.create(**{model.USERNAME_FIELD: "owner@school.example"})


def kept(owner, *, delete_after=None):
    return keep_own_file(
        content=b"URN,Pupils",
        file_type=FileType.TEXT,
        name="rolls.csv",
        kind="tests_deleted",
        by=owner,
        at=NOW - timedelta(days=30),
        delete_after=delete_after,
    )


def names_in_store(tmp_path):
    return {path.name for path in (tmp_path / "files").rglob("*") if path.is_file()}


def make_old(stored):
    then = (NOW - timedelta(days=3)).timestamp()
    os.utime(private_files.path(stored.path), (then, then))


def test_delete_overdue_deletes_what_is_over_and_nothing_else(owner, tmp_path):
    over = kept(owner, delete_after=NOW)
    later = kept(owner, delete_after=NOW + timedelta(seconds=1))
    always = kept(owner)

    assert delete_overdue(at=NOW) == 1

    assert set(StoredFile.objects.all()) == {later, always}
    assert names_in_store(tmp_path) == {later.name, always.name}
    assert over.name not in names_in_store(tmp_path)
    assert delete_overdue(at=NOW) == 0


def test_delete_file_keeps_the_content_when_the_transaction_is_rolled_back(owner, tmp_path):
    stored = kept(owner)

    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        delete_file(stored=StoredFile.objects.get())
        raise ZeroDivisionError

    assert StoredFile.objects.get() == stored
    assert names_in_store(tmp_path) == {stored.name}


def test_delete_strays_sweeps_up_what_a_rollback_left_but_not_what_is_fresh(owner, tmp_path):
    known, fresh, stray = kept(owner), kept(owner), kept(owner)
    make_old(known)
    make_old(stray)
    StoredFile.objects.filter(pk__in=[fresh.pk, stray.pk]).delete()

    assert delete_strays(at=NOW) == 1

    assert names_in_store(tmp_path) == {known.name, fresh.name}


def test_delete_strays_finds_nothing_before_the_first_file(tmp_path):
    assert delete_strays(at=NOW) == 0


def test_clear_away_reports_what_it_removed(owner):
    kept(owner, delete_after=NOW - timedelta(days=1))
    stray = kept(owner)
    make_old(stray)
    StoredFile.objects.filter(pk=stray.pk).delete()

    assert tasks.clear_away() == {"overdue": 1, "strays": 1}
    assert tasks.clear_away() == {"overdue": 0, "strays": 0}


def test_the_clock_clears_away_every_night():
    due = _REGISTERED["files.clear_away"](datetime(2026, 11, 22, 9, tzinfo=UTC))

    assert list(due) == [("files.clear_away:2026-11-22", "files.clear_away", ())]
