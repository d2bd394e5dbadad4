"""Lists that are sent in, saved from two tabs at once. Rule SC-8; the control must break."""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from cpd.errors import CohortListIsGone, CohortListWrong
from cpd.models import Booking, Cohort
from cpd.services import cohort_imports
from cpd.services.cohort_imports import save_running_cohorts, take_in_running_cohorts
from cpd.services.proofs import differences
from credits.services.figures import figures_of
from hub_portal.files.services import sent_lists
from schools.services.calendar import school_year_of
from tests.makers.cpd import give_credits, make_programme
from tests.makers.schools import NOON, make_cast
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 4


@pytest.fixture
def cast(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cast = make_cast()
    make_programme(title="Coaching", slug="coaching")
    give_credits(school=cast.our_school, credits=100)
    school_year_of(NOON.date())
    return cast


@pytest.fixture
def long_thought(monkeypatch):
    """Between looking at a list and saving it there is time for everybody else."""
    bring = cohort_imports.bring_running_cohorts

    def think_and_bring(**facts):
        time.sleep(0.3)
        return bring(**facts)

    monkeypatch.setattr(cohort_imports, "bring_running_cohorts", think_and_bring)


@pytest.fixture
def without_the_locks(monkeypatch):
    """PostgreSQL: lists are read without their row locks. SQLite, where the write lock of the
    transaction does the work: without the transaction."""
    if connection.vendor == "postgresql":
        monkeypatch.setattr(
            sent_lists, "_locked", lambda kind, taken: type(taken).objects.get(pk=taken.pk)
        )
    else:
        monkeypatch.setattr(cohort_imports, "transaction", SimpleNamespace(atomic=nullcontext))


def sent_in(cast):
    text = (
        "Cohort,Programme,Dates,Places,Price,School,Delegate,Email\n"
        f"A,coaching,2027-01-14 13:30-16:30,8,12,{cast.our_school.urn},Tom,tom@our.example\n"
    )
    upload = SimpleUploadedFile("courses.csv", text.encode())
    return take_in_running_cohorts(upload=upload, by=cast.hub_manager, at=NOON)


def saving(cast, taken):
    return partial(save_running_cohorts, taken=taken, by=cast.hub_manager, at=NOON)


def test_one_list_saved_from_several_tabs_at_once_is_saved_once(cast, long_thought):
    taken = sent_in(cast)

    results = all_at_once([saving(cast, taken)] * AT_ONCE)

    assert len(of_kind(results, CohortListIsGone)) == AT_ONCE - 1
    assert (Cohort.objects.count(), Booking.objects.count()) == (1, 1)
    assert figures_of(cast.our_school, school_year_of(NOON.date())).committed == 12
    assert differences() == []


def test_the_same_list_sent_in_twice_and_saved_at_once_is_saved_once(cast, long_thought):
    results = all_at_once([saving(cast, sent_in(cast)) for _ in range(AT_ONCE)])

    assert len(of_kind(results, CohortListWrong)) == AT_ONCE - 1
    assert (Cohort.objects.count(), Booking.objects.count()) == (1, 1)


def test_without_the_locks_the_course_is_there_more_than_once(
    cast, long_thought, without_the_locks
):
    """The negative control. The first look of each saw no such course."""
    all_at_once([saving(cast, sent_in(cast)) for _ in range(AT_ONCE)])

    assert Cohort.objects.count() > 1
