"""Several hub managers at once: a roll file is saved once, a URN belongs to one school.

Each race has its negative control: with the lock off it must break.
"""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection

from schools.errors import ImportMayNot, UrnInUse
from schools.models import FormerUrn, HubProfile, PupilRoll, RollImport, School
from schools.services import membership, roll_imports
from schools.services.membership import record_former_urn
from schools.services.roll_imports import save_roll_import, say_about_file
from schools.services.roll_preview import preview
from tests.makers.rolls import JANUARY_2019, csv_upload, take_in
from tests.makers.schools import NOON, make_hub_manager, make_school
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def hub_manager():
    return make_hub_manager()


def saving(by):
    """A file that is ready, and the act of saving it as it was shown."""
    make_school(urn=136341)
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "1530")), by=by)
    roll_import = say_about_file(
        roll_import=roll_import, census_on=JANUARY_2019, definition="headcount", by=by, at=NOON
    )
    shown = preview(roll_import=roll_import, on=NOON.date()).fingerprint
    return partial(save_roll_import, roll_import=roll_import, fingerprint=shown, by=by, at=NOON)


@pytest.fixture
def long_thought(monkeypatch):
    """Between looking and writing there is time for everybody else."""

    def think_after(look):
        def look_and_think(*args, **facts):
            seen = look(*args, **facts)
            time.sleep(0.3)
            return seen

        return look_and_think

    monkeypatch.setattr(roll_imports, "preview", think_after(roll_imports.preview))
    monkeypatch.setattr(membership, "refuse_urn_in_use", think_after(membership.refuse_urn_in_use))


def without_locks(monkeypatch, module, **unlocked):
    """PostgreSQL: rows are read without their locks. SQLite, where the write lock of the
    transaction does the work: without the transaction."""
    if connection.vendor == "postgresql":
        for name, read in unlocked.items():
            monkeypatch.setattr(module, name, read)
    else:
        monkeypatch.setattr(module, "transaction", SimpleNamespace(atomic=nullcontext))


def test_a_roll_file_is_saved_once_however_many_press_at_once(hub_manager, long_thought):
    answers = all_at_once([saving(hub_manager)] * AT_ONCE)

    assert PupilRoll.objects.count() == 1
    assert len(of_kind(answers, ImportMayNot)) == AT_ONCE - 1


def test_without_the_lock_a_roll_file_is_saved_several_times(
    hub_manager, long_thought, monkeypatch
):
    save = saving(hub_manager)
    without_locks(
        monkeypatch, roll_imports, _locked=lambda given: RollImport.objects.get(pk=given.pk)
    )
    # the file that the first lets go would stop the others too
    monkeypatch.setattr(roll_imports, "_let_go_of_file", lambda given: None)

    answers = all_at_once([save] * AT_ONCE)

    assert PupilRoll.objects.count() > 1, answers


def giving_one_number(by):
    """One school is given 150001 as a former number while another is given it as its own."""
    old, new = make_school(name="Old"), make_school(name="New")
    day = NOON.date()
    return [
        partial(record_former_urn, school=old, urn=150001, by=by, at=NOON),
        partial(
            membership.give_new_urn,
            school=new,
            urn=150001,
            converted_on=day,
            reason="Academy",
            by=by,
            at=NOON,
        ),
    ]


def holders():
    """Everybody who has the number, now or formerly."""
    now = School.objects.filter(urn=150001).count()
    return now + FormerUrn.objects.filter(urn=150001).count()


def test_a_number_is_given_to_one_school_however_many_give_it(hub_manager, long_thought):
    answers = all_at_once(giving_one_number(hub_manager))

    assert holders() == 1
    assert len(of_kind(answers, UrnInUse)) == 1


def test_without_the_lock_a_number_is_given_twice(hub_manager, long_thought, monkeypatch):
    acts = giving_one_number(hub_manager)
    unlocked = SimpleNamespace(
        objects=SimpleNamespace(select_for_update=lambda **_: HubProfile.objects)
    )
    without_locks(monkeypatch, membership, HubProfile=unlocked)

    all_at_once(acts)

    assert holders() == 2
