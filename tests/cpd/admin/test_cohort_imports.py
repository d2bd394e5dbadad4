"""Lists of running courses in the admin: sent in, looked at, saved, told of. Rule SC-8."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from cpd.models import Booking, Cohort, CohortImport
from cpd.services import cohort_imports
from hub_portal.clock.models import Job
from hub_portal.files.models import StoredFile
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_programme
from tests.makers.schools import make_finance_officer, sign_in

LISTS = "/admin/cpd/cohortimport/"
HEADINGS = "Cohort,Programme,Dates,Places,Price,School,Delegate,Email\n"
DATES = "2027-01-14 13:30-16:30"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def as_manager(client, cast):
    """Signed in freshly: what moves credits asks for it."""
    sign_in(client, cast.hub_manager)
    make_programme(title="Coaching conversations", slug="coaching")
    give_credits(school=cast.our_school)
    return client


def send(client, *rows, content=None):
    text = HEADINGS + "\n".join(rows)
    upload = SimpleUploadedFile("courses.csv", text.encode() if content is None else content)
    return client.post(f"{LISTS}send/", {"list_of_courses": upload})


def a_place(cast, name="Tom Teacher", school=None):
    where = school or cast.our_school.urn
    return f"A,Coaching conversations,{DATES},8,12,{where},{name},tom@our.example"


def test_a_list_is_sent_in_looked_at_saved_and_told_of(as_manager, cast):
    sent = send(as_manager, a_place(cast))
    looked = as_manager.get(sent["Location"]).content.decode()
    saved = as_manager.post(sent["Location"], {"save": ""}, follow=True)

    assert "Tom Teacher" in looked
    assert "Save all of it, mail nobody" in looked
    assert "1 course and 1 place added. Nobody was mailed." in saved.content.decode()
    assert not Delivery.objects.exists()
    assert not StoredFile.objects.exists()
    cohort = Cohort.objects.get()
    page = as_manager.get(f"/admin/cpd/cohort/{cohort.pk}/change/").content.decode()
    tell = f"/admin/cpd/cohort/{cohort.pk}/tell/"
    assert tell in page
    assert as_manager.post(tell, {}).status_code == 422
    assert not Delivery.objects.exists()

    told = as_manager.post(tell, {"is_sure": "on"}, follow=True).content.decode()

    assert "1 place confirmed." in told
    assert f'href="{tell}"' not in told
    assert Delivery.objects.filter(to="tom@our.example", kind="cpd.booked").count() == 1
    again = as_manager.post(tell, {"is_sure": "on"})
    assert again.status_code == 422
    assert "has been told already" in again.content.decode()


def test_a_wrong_row_is_shown_taken_away_and_refuses_the_list(as_manager, cast):
    look = send(as_manager, a_place(cast), a_place(cast, "Una", school="Nowhere"))["Location"]
    page = as_manager.get(look).content.decode()

    report = as_manager.get(look.replace("look/", "report.csv"))
    workbook = as_manager.get(look.replace("look/", "report.xlsx"))
    saved = as_manager.post(look, {"save": ""}, follow=True)

    assert "The portal knows no school “Nowhere”" in page
    assert "Save all of it" not in page
    lines = b"".join(report.streaming_content).decode().splitlines()
    assert "What is wrong" in lines[0]
    assert "Nowhere" in lines[2]
    rows = load_workbook(io.BytesIO(b"".join(workbook.streaming_content))).active.max_row
    assert rows == 3
    assert Act.objects.filter(verb="cohort_import.taken_away").count() == 2
    assert "cannot be saved, so nothing was" in saved.content.decode()
    assert not Booking.objects.exists()


def test_a_long_list_shows_its_progress(as_manager, cast, monkeypatch):
    monkeypatch.setattr(cohort_imports, "SAVED_AT_ONCE", 0)
    look = send(as_manager, a_place(cast))["Location"]

    answer = as_manager.post(look, {"save": ""})

    assert answer["Location"] == Job.objects.get().get_absolute_url()
    assert not Cohort.objects.exists()


def test_a_list_put_aside_is_gone(as_manager, cast):
    look = send(as_manager, a_place(cast))["Location"]

    as_manager.post(look, {"aside": ""})

    assert CohortImport.objects.get().file is None
    gone = as_manager.get(look.replace("look/", "report.csv"), follow=True)
    assert "no longer here" in gone.content.decode()


@pytest.mark.parametrize("content", [b"", b"nothing", b"A,\x00", b"\x89PNG\r\n\x1a\n0000000000"])
def test_a_bad_file_is_a_sentence(as_manager, cast, content):
    assert send(as_manager, content=content).status_code == 422
    assert not CohortImport.objects.exists()


def test_the_templates_read_back_through_the_portal(as_manager, cast):
    answers = [as_manager.get(f"{LISTS}template.{form}") for form in ("csv", "xlsx")]

    for answer in answers:
        content = b"".join(answer.streaming_content)
        look = send(as_manager, content=content)["Location"]
        assert "Coaching autumn" in as_manager.get(look).content.decode()


def test_nobody_else_comes_in(client, cast):
    for person in (cast.rep, make_finance_officer()):
        sign_in(client, person)
        for address in (f"{LISTS}send/", f"{LISTS}template.csv", f"{LISTS}template.xlsx"):
            assert client.get(address).status_code in (302, 403)
