"""Lists of opening figures in the admin: sent in, looked at, posted. Rule SC-8."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from credits.models import JournalEntry, OpeningImport

LISTS = "/admin/credits/openingimport/"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def send(client, *rows):
    text = "School,Received,Spent\n" + "\n".join(rows)
    upload = SimpleUploadedFile("opening.csv", text.encode())
    return client.post(f"{LISTS}send/", {"list_of_figures": upload})


def test_a_list_is_sent_in_looked_at_and_posted(as_manager, cast):
    look = send(as_manager, f"{cast.our_school.urn},180,64")["Location"]
    page = as_manager.get(look).content.decode()
    entries = JournalEntry.objects.count()

    posted = as_manager.post(look, {"save": ""}, follow=True).content.decode()

    assert "116 credits" in page
    assert entries == 0
    assert "1 school opened: 180 credits received, 64 spent." in posted
    assert JournalEntry.objects.count() == 2


def test_a_wrong_row_is_shown_and_nothing_is_posted(as_manager, cast):
    look = send(as_manager, f"{cast.our_school.urn},10,64")["Location"]

    page = as_manager.get(look).content.decode()
    refused = as_manager.post(look, {"save": ""}, follow=True).content.decode()

    assert "It cannot have spent 64 credits" in page
    assert "cannot be saved, so nothing was" in refused
    assert not JournalEntry.objects.exists()


def test_a_list_put_aside_is_gone(as_manager, cast):
    look = send(as_manager, f"{cast.our_school.urn},10,4")["Location"]

    as_manager.post(look, {"aside": ""})

    assert OpeningImport.objects.get().file is None


def test_the_template_and_the_report_are_taken_away(as_manager, cast):
    look = send(as_manager, f"{cast.our_school.urn},10,4")["Location"]

    template = as_manager.get(f"{LISTS}template.csv")
    report = as_manager.get(look.replace("look/", "report.csv"))

    assert b"School,Received,Spent" in b"".join(template.streaming_content)
    assert b"Lampton School,10,4,6" in b"".join(report.streaming_content)


def test_the_finance_officer_looks_and_does_not_send(as_finance, cast):
    assert as_finance.get(LISTS).status_code == 200
    assert as_finance.get(f"{LISTS}send/").status_code == 403
