"""The hub manager's room for rolls: a file is uploaded, looked at, saved or put aside."""

import pytest
from django.urls import reverse

from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import report_progress, run_job
from hub_portal.shared.london import now
from schools.choices import Role
from schools.models import CensusDay, PupilRoll, RollImport
from schools.services import roll_imports
from tests.makers.rolls import DATA, DEMO, csv_upload, make_roll, real_upload
from tests.makers.schools import (
    make_colleague,
    make_finance_officer,
    make_hub_manager,
    make_school,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def manager(client):
    manager = make_hub_manager()
    client.force_login(manager)
    return manager


def address(name, *args):
    return reverse(f"admin:schools_rollimport_{name}", args=args)


def words(answer):
    return " ".join(answer.content.decode().split())


def upload(client, file):
    answer = client.post(address("upload"), {"file": file})
    assert answer.status_code == 302
    return RollImport.objects.order_by("-pk").first()


def fingerprint(client, roll_import):
    page = client.get(address("change", roll_import.pk))
    return page.context["shown"].fingerprint


def test_a_list_of_two_columns_is_uploaded_dated_and_saved(client, manager):
    school = make_school(name="Lampton School", urn=136341)
    make_roll(school=school, by=manager, pupils=1200)
    roll_import = upload(client, csv_upload(("URN", "Pupils"), ("136341", "1530")))
    page = words(client.get(address("change", roll_import.pk)))
    assert "Before anything can be saved, say above which census this is." in page
    assert "Save 1 roll" not in page

    client.post(
        address("about", roll_import.pk),
        {"census_day": "2026-01-15", "definition": "headcount"},
    )
    page = words(client.get(address("change", roll_import.pk)))
    assert "Save 1 roll" in page
    assert "+330" in page
    assert "+27.5 %" in page
    assert "Changes by more than 20 %." in page
    answer = client.post(
        address("save", roll_import.pk), {"fingerprint": fingerprint(client, roll_import)}
    )

    assert answer.url == address("change", roll_import.pk)
    assert list(PupilRoll.objects.order_by("pk").values_list("pupils", flat=True)) == [1200, 1530]
    saved = words(client.get(address("change", roll_import.pk)))
    assert "1 roll saved by Mina Hub" in saved
    assert "Put the file aside" not in saved


def test_a_stale_page_saves_nothing_and_says_so(client, manager):
    school = make_school(urn=136341)
    roll_import = upload(client, csv_upload(("URN", "Pupils"), ("136341", "1530")))
    client.post(
        address("about", roll_import.pk),
        {"census_day": "2026-01-15", "definition": "headcount"},
    )
    seen = fingerprint(client, roll_import)
    make_roll(school=school, by=manager, pupils=1)

    answer = client.post(address("save", roll_import.pk), {"fingerprint": seen})

    assert answer.status_code == 422
    assert "Rolls have been entered since you looked at this page." in words(answer)
    assert PupilRoll.objects.count() == 1


def test_another_census_day_may_be_typed_and_two_different_ones_are_refused(client, manager):
    make_school(urn=136341)
    roll_import = upload(client, csv_upload(("URN", "Pupils"), ("136341", "1530")))
    two = {"census_day": "2026-01-15", "other_day": "2025-05-15", "definition": "headcount"}

    refused = client.post(address("about", roll_import.pk), two)
    assert refused.status_code == 422
    assert "Say one day" in words(refused)
    client.post(address("about", roll_import.pk), two | {"census_day": ""})

    roll_import.refresh_from_db()
    assert str(roll_import.census_on) == "2025-05-15"
    to_come = two | {"census_day": "", "other_day": "2199-01-01"}
    future = client.post(address("about", roll_import.pk), to_come)
    assert future.status_code == 422
    assert "The census date lies in the future." in words(future)


def test_the_census_of_the_files_own_school_year_is_suggested(client, manager):
    CensusDay.objects.create(on="2023-01-19", name="Spring census 2023")
    make_school(urn=130000)
    roll_import = upload(client, real_upload(DATA / "school_level_census_synthetic.csv"))

    form = client.get(address("change", roll_import.pk)).context["form"]

    assert form.initial["census_day"] == "2023-01-19"
    assert [value for value, _ in form.fields["definition"].choices] == ["headcount", "r_to_11"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_report_can_be_taken_away_before_and_after(client, manager, form):
    make_school(name="Lampton School", urn=136341)
    roll_import = upload(client, real_upload(DEMO / "census_january_2019.csv"))

    answer = client.get(address("report", roll_import.pk, form))

    content = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert (b"Lampton School,136341" in content) == (form == "csv")
    assert content[:2] == (b"PK" if form == "xlsx" else b"\xef\xbb")
    assert client.get(address("report", roll_import.pk, "exe")).status_code == 404


def test_a_file_is_put_aside(client, manager):
    make_school(urn=136341)
    roll_import = upload(client, csv_upload(("URN", "Pupils"), ("136341", "1530")))

    answer = client.post(address("put_aside", roll_import.pk))

    assert answer.url == address("changelist")
    assert "Nothing of it was saved" in words(client.get(address("change", roll_import.pk)))
    again = client.post(address("put_aside", roll_import.pk))
    assert again.status_code == 422
    assert not PupilRoll.objects.exists()


def test_a_bad_file_is_refused_in_a_sentence(client, manager):
    make_school(urn=136341)

    answer = client.post(address("upload"), {"file": csv_upload(("Name", "Pupils"), ("x", "1"))})

    assert answer.status_code == 422
    assert "This file has no column “URN”." in words(answer)
    nothing = client.post(address("upload"), {})
    assert nothing.status_code == 422
    assert "Choose the file." in words(nothing)
    assert not RollImport.objects.exists()


def test_a_large_file_shows_how_far_it_is_and_then_its_preview(client, manager, monkeypatch):
    monkeypatch.setattr(roll_imports, "READ_AT_ONCE", 0)
    make_school(name="Lampton School", urn=136341)
    roll_import = upload(client, csv_upload(("URN", "Pupils"), ("136341", "1530")))
    page = words(client.get(address("change", roll_import.pk)))
    assert "The file waits to be read." in page
    job = Job.objects.get()
    Job.objects.update(status="running", holder="x")
    job.refresh_from_db()
    report_progress(job=job, done=1, total=2, at=now())
    assert "1 of 2 rows" in words(client.get(address("change", roll_import.pk)))
    Job.objects.update(lease_until=now())

    run_job(job_id=job.pk, at=now())

    assert "Lampton School" in words(client.get(address("change", roll_import.pk)))


@pytest.mark.parametrize("name", ["about", "save", "put_aside"])
def test_looking_at_an_address_that_acts_changes_nothing(client, manager, name):
    make_school(urn=136341)
    roll_import = upload(client, csv_upload(("URN", "Pupils"), ("136341", "1530")))

    assert client.get(address(name, roll_import.pk)).status_code == 405


def test_only_the_hub_manager_gets_in(client, manager):
    make_school(urn=136341)
    roll_import = upload(client, csv_upload(("URN", "Pupils"), ("136341", "1530")))
    rep = make_colleague(school=make_school(name="Ours"), role=Role.REP)
    for person in (None, rep, make_finance_officer()):
        client.logout()
        if person is not None:
            client.force_login(person)
        for url in (
            address("changelist"),
            address("upload"),
            address("change", roll_import.pk),
            address("report", roll_import.pk, "csv"),
            reverse("admin:schools_pupilroll_changelist"),
            reverse("admin:schools_pupilroll_by_hand"),
        ):
            assert client.get(url).status_code in (302, 403, 404), (person, url)
        answer = client.post(address("put_aside", roll_import.pk))
        assert answer.status_code in (302, 403, 404)
    roll_import.refresh_from_db()
    assert roll_import.status == "previewed"


def test_rolls_are_listed_entered_by_hand_and_never_changed(client, manager):
    school = make_school(name="Lampton School")
    listed = reverse("admin:schools_pupilroll_changelist")
    by_hand = reverse("admin:schools_pupilroll_by_hand")
    given = {
        "school": school.pk, "pupils": "485", "census_on": "2026-01-15",
        "definition": "headcount", "reason": "Its own return",
    }  # fmt: skip

    client.post(by_hand, given)

    roll = PupilRoll.objects.get()
    assert "Lampton School" in words(client.get(listed))
    change = reverse("admin:schools_pupilroll_change", args=[roll.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"pupils": "9"}).status_code == 403
    assert PupilRoll.objects.get().pupils == 485
