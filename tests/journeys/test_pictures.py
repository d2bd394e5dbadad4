"""The hub manager puts a picture into a course's text, and a visitor sees it."""

import io

import pytest
from django.test import Client
from PIL import Image

from hub_portal.files.models import Picture
from tests.makers.cpd import make_programme
from tests.makers.schools import make_hub_manager, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


def in_the_editor(page, picture, words):
    page.locator(".ProseMirror").click()
    page.get_by_role("button", name="Picture", exact=True).click()
    asked = page.get_by_role("dialog", name="Picture")
    asked.get_by_label("A new picture").set_input_files(picture)
    asked.get_by_label("What it shows").fill(words)
    asked.get_by_role("button", name="Put it here").click()
    page.locator(".ProseMirror img[src]").wait_for()


def by_the_fields(page, picture, words):
    page.get_by_label("Add a picture").set_input_files(picture)
    page.get_by_label("What it shows").fill(words)


@pytest.mark.parametrize(("at", "javascript"), [("desktop", True), ("phone", False)])
def test_a_picture_added_to_a_text_is_seen_at_its_size(open_page, live_server, axe, at, javascript):
    programme = make_programme(description="<p>Come.</p>")
    content = io.BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(content, "JPEG")
    client = Client()
    sign_in(client, make_hub_manager())
    page = open_page(at=at, javascript=javascript)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    page.goto(f"{live_server.url}/admin/cpd/programme/{programme.pk}/change/")
    picture = {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}
    put_in = in_the_editor if javascript else by_the_fields
    put_in(page, picture, "The hall, with four round tables")
    page.get_by_role("button", name="Save", exact=True).click()
    kept = Picture.objects.get()
    for address in ("", "add-one/", f"{kept.pk}/change/", f"{kept.pk}/remove/"):
        page.goto(f"{live_server.url}/admin/files/picture/{address}")
        if javascript:
            assert axe(page) == []

    visitor = open_page(at=at)
    visitor.goto(f"{live_server.url}/courses/{programme.slug}/")
    shown = visitor.get_by_role("img", name="The hall, with four round tables")
    shown.scroll_into_view_if_needed()
    visitor.wait_for_function("document.querySelector('.prose img').naturalWidth === 1600")
    box = shown.bounding_box()
    assert box["width"] <= visitor.viewport_size["width"]
    assert box["height"] == pytest.approx(box["width"] / 2, abs=1)
    assert axe(visitor) == []
