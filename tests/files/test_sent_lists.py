"""What every list that is sent in has in common: kept, looked at, decided on once. Rule SC-8."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub_portal.clock.models import Job
from hub_portal.clock.services.list_jobs import list_to_save, save_list_as_job
from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_overdue
from hub_portal.files.services.sent_lists import (
    look_at_list,
    note_saved,
    put_list_aside,
    ready_to_save,
    take_in_list,
)
from hub_portal.shared.sheets import SheetTooBig
from hub_portal.trail.models import Act
from schools.errors import OnlyTheHub, PeopleListIsGone, PeopleListWrong
from schools.models import PeopleImport
from schools.services.people_imports import PEOPLE_LIST
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db
HEADINGS = "School URN,Name,Email,Role\n"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cast():
    return make_cast()


def take_in(cast, rows, *, by=None):
    upload = SimpleUploadedFile("people.csv", (HEADINGS + rows).encode())
    return take_in_list(PEOPLE_LIST, upload=upload, by=by or cast.hub_manager, at=NOON)


def one_row(cast):
    return f"{cast.our_school.urn},Ada New,ada@new.example,staff\n"


def test_a_list_is_saved_once_and_then_gone(cast):
    taken = take_in(cast, one_row(cast))

    locked, preview = ready_to_save(PEOPLE_LIST, taken=taken, by=cast.hub_manager, at=NOON)
    locked.people_added = len(preview.rows)
    note_saved(PEOPLE_LIST, locked=locked, by=cast.hub_manager, at=NOON)

    with pytest.raises(PeopleListIsGone):
        ready_to_save(PEOPLE_LIST, taken=taken, by=cast.hub_manager, at=NOON)
    with pytest.raises(PeopleListIsGone):
        put_list_aside(PEOPLE_LIST, taken=taken, by=cast.hub_manager, at=NOON)
    act = Act.objects.get(verb="people_import.saved")
    assert (act.subject, act.after) == (f"people_import:{taken.pk}", {"people": 1, "posts": 0})
    assert not StoredFile.objects.exists()


def test_a_list_with_a_wrong_row_is_not_ready_for_anybody(cast):
    taken = take_in(cast, one_row(cast) + "999999,Bo,bo@new.example,staff\n")

    with pytest.raises(PeopleListWrong):
        ready_to_save(PEOPLE_LIST, taken=taken, by=cast.hub_manager, at=NOON)
    with pytest.raises(PeopleListWrong):
        save_list_as_job(PEOPLE_LIST, job_kind="never", taken=taken, by=cast.hub_manager, at=NOON)

    assert not Job.objects.exists()
    assert StoredFile.objects.count() == 1


def test_whoever_may_not_decide_sends_and_takes_nothing(cast):
    with pytest.raises(OnlyTheHub):
        take_in(cast, one_row(cast), by=cast.rep)
    assert not PeopleImport.objects.exists()
    taken = take_in(cast, one_row(cast))

    for refused in (ready_to_save, put_list_aside):
        with pytest.raises(OnlyTheHub):
            refused(PEOPLE_LIST, taken=taken, by=cast.rep, at=NOON)


def test_a_list_too_long_is_not_kept(cast):
    rows = "".join(f"1,A,a{n}@x.example,staff\n" for n in range(PEOPLE_LIST.most_rows + 1))

    with pytest.raises(SheetTooBig):
        take_in(cast, rows)

    assert not PeopleImport.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_list_nobody_decides_about_is_gone_after_seven_days(cast):
    taken = take_in(cast, one_row(cast))

    assert delete_overdue(at=NOON + timedelta(days=7, minutes=1)) == 1

    taken.refresh_from_db()
    with pytest.raises(PeopleListIsGone):
        look_at_list(PEOPLE_LIST, taken=taken, at=NOON)


def test_a_job_whose_worker_was_killed_finds_its_list_again(cast, monkeypatch):
    from hub_portal.clock.services import jobs

    monkeypatch.setitem(jobs._KINDS, "test.save", jobs.JobKind(None, "Saving", "row", str))
    taken = take_in(cast, one_row(cast))

    job = save_list_as_job(
        PEOPLE_LIST, job_kind="test.save", taken=taken, by=cast.hub_manager, at=NOON
    )

    assert (job.total, job.about) == (1, f"people_import:{taken.pk}")
    assert list_to_save(PEOPLE_LIST, job) == taken
