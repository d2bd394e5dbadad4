"""What stands in an issue, written in the hub manager's room."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hub_portal.files.models import Picture
from newsletter.services.items import remove_item
from tests.makers.issues import FRIDAY, make_approved, make_draft, reread
from tests.makers.newsletter import make_issue, make_item, make_sent
from tests.makers.schools import NOON

SURE = {"is_sure": "on"}


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def issue(cast):
    return make_draft(by=cast.hub_manager, at=NOON)


def page_of(issue, rest="change/"):
    return f"/admin/newsletter/issue/{issue.pk}/{rest}"


def words_on(answer):
    return " ".join(answer.content.decode().split())


def a_picture():
    content = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(content, "JPEG")
    return SimpleUploadedFile("photo.jpg", content.getvalue())


def test_words_items_and_blocks_are_written_on_their_pages(as_manager, issue):
    as_manager.post(page_of(issue, "words/"), {"subject": "January", "opening": "Dear all"})
    as_manager.post(
        page_of(issue, "items/add/"),
        {"heading": "A garden", "text": "They dig.", "audience": "members"},
    )
    item = issue.items.get(heading="A garden")
    as_manager.post(
        page_of(issue, f"items/{item.pk}/"),
        {"heading": "Our garden", "text": "They sow.", "audience": "public"},
    )
    as_manager.post(page_of(issue, f"items/{item.pk}/move/"), {"way": "up"})
    block = issue.items.get(kind="tickets")
    as_manager.post(page_of(issue, f"items/{block.pk}/remove/"), SURE)
    as_manager.post(page_of(issue, "blocks/add/"), {"kind": "tickets"})

    assert (reread(issue).subject, reread(issue).opening) == ("January", "<p>Dear all</p>")
    assert list(issue.items.in_order().values_list("heading", "audience", "text")) == [
        ("Our garden", "public", "<p>They sow.</p>"),
        ("Well done", "public", "<p>Forty pupils sang.</p>"),
        ("Courses with places", "public", ""),
        ("Booking closes soon", "public", ""),
        ("Full, but places come free", "public", ""),
        ("Fabulinus Tickets", "public", ""),
    ]


def test_a_block_has_a_heading_and_readers_and_no_text(as_manager, issue):
    block = issue.items.get(kind="full")
    url = page_of(issue, f"items/{block.pk}/")

    assert 'name="text"' not in words_on(as_manager.get(url))
    as_manager.post(url, {"heading": "Waiting lists", "audience": "members"})

    block = issue.items.get(kind="full")
    assert (block.heading, block.audience) == ("Waiting lists", "members")


def test_a_picture_comes_with_its_words_or_not_at_all(as_manager, issue):
    typed = {"heading": "Sports", "text": "", "audience": "public"}
    url = page_of(issue, "items/add/")

    refused = as_manager.post(url, {**typed, "picture": a_picture()})
    assert refused.status_code == 422
    assert not Picture.objects.exists()

    as_manager.post(url, {**typed, "picture": a_picture(), "picture_alt": "Children running"})
    item = issue.items.get(heading="Sports")
    assert (item.picture.description, item.picture_alt) == ("Children running",) * 2
    form = words_on(as_manager.get(page_of(issue, f"items/{item.pk}/")))
    assert 'value="Children running"' in form


def test_a_picture_of_an_item_is_not_removed_while_it_stands_there(as_manager, issue, cast):
    typed = {"heading": "Sports", "text": "", "audience": "public", "picture_alt": "Running"}
    as_manager.post(page_of(issue, "items/add/"), {**typed, "picture": a_picture()})
    picture = Picture.objects.get()
    remove = f"/admin/files/picture/{picture.pk}/remove/"

    refused = as_manager.post(remove, SURE)
    assert refused.status_code == 422
    assert "Issue 1 of the newsletter" in words_on(refused)

    remove_item(item=issue.items.get(heading="Sports"), by=cast.hub_manager, at=NOON)
    assert as_manager.post(remove, SURE).status_code == 302
    assert not Picture.objects.exists()


def test_last_weeks_items_are_copied_by_a_button(as_manager, cast):
    last = make_issue(number=1, slot_at=FRIDAY - timedelta(weeks=1))
    make_item(last, heading="Sports day")
    make_sent(last)
    issue = make_draft(by=cast.hub_manager, at=NOON)

    answer = as_manager.post(page_of(issue, "copy-last/"), follow=True)

    assert "1 item copied." in words_on(answer)
    assert issue.items.filter(heading="Sports day").count() == 1


@pytest.mark.parametrize("path", ["items/{}/move/", "blocks/add/", "copy-last/"])
def test_small_acts_are_done_by_post_only_and_refused_once_it_is_no_draft(as_manager, cast, path):
    issue = make_approved(by=cast.hub_manager, at=NOON)
    url = page_of(issue, path.format(issue.items.in_order()[1].pk))
    before = list(issue.items.in_order().values_list("pk", "position"))

    assert as_manager.get(url).status_code == 405
    answer = as_manager.post(url, {"way": "up", "kind": "tickets"}, follow=True)

    says = words_on(answer)
    assert "This issue is no longer a draft" in says or "Choose one of the blocks." in says
    assert list(issue.items.in_order().values_list("pk", "position")) == before


def test_an_item_of_another_issue_is_not_there(as_manager, cast, issue):
    other = make_draft(by=cast.hub_manager, at=NOON, slot_at=FRIDAY + timedelta(weeks=1))
    item = other.items.in_order()[0]

    assert as_manager.get(page_of(issue, f"items/{item.pk}/")).status_code == 404
    assert as_manager.post(page_of(issue, f"items/{item.pk}/remove/"), SURE).status_code == 404
