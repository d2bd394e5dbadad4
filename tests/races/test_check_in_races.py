"""Many devices at one door: each code is marked once, whoever scans it and however often.

The negative control takes the lock away; then two devices must collide.
"""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection

from cpd.choices import Mark
from cpd.models import Attendance, Cohort
from cpd.services import check_in as check_in_service
from cpd.services import registers as registers_service
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking
from tests.makers.door import code_of, scan
from tests.makers.registers import make_organiser, make_running_cohort, take
from tests.makers.schools import make_cast
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)

DEVICES = 16


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=100)
    return cast


@pytest.fixture
def cohort(cast):
    return make_running_cohort(organiser=make_organiser())


@pytest.fixture
def ann(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)


@pytest.fixture
def long_thought(monkeypatch):
    """Between looking at a register and writing on it there is time for everybody else."""
    look = registers_service.keeps_its_person

    def look_and_think(*args):
        time.sleep(0.2)
        return look(*args)

    monkeypatch.setattr(registers_service, "keeps_its_person", look_and_think)


@pytest.fixture
def without_the_lock(monkeypatch):
    """PostgreSQL: the cohort is read without its row lock. SQLite, where the write lock of
    the transaction does the work: without the transaction."""
    if connection.vendor == "postgresql":
        monkeypatch.setattr(registers_service, "lock_cohort", lambda pk: Cohort.objects.get(pk=pk))
    else:
        monkeypatch.setattr(check_in_service, "transaction", SimpleNamespace(atomic=nullcontext))


def test_one_code_scanned_by_sixteen_devices_is_marked_once(cohort, ann, long_thought):
    results = all_at_once([partial(scan, cohort, code_of(ann))] * DEVICES)

    assert sorted(result.is_new for result in results) == [False] * (DEVICES - 1) + [True]
    assert Attendance.objects.count() == 1
    assert Act.objects.filter(verb="attendance.marked").count() == 1


def test_without_the_lock_devices_collide(cohort, ann, without_the_lock, long_thought):
    results = all_at_once([partial(scan, cohort, code_of(ann))] * DEVICES)

    assert of_kind(results, IntegrityError)


def test_the_list_and_the_scanner_at_once_make_one_mark(cohort, ann, long_thought):
    acts = [partial(scan, cohort, code_of(ann)), partial(take, cohort, {ann: "attended"})]

    results = all_at_once(acts * (DEVICES // 2))

    assert not of_kind(results, Exception)
    assert Attendance.objects.get().mark == Mark.ATTENDED
    assert Act.objects.filter(verb="attendance.marked").count() == 1
