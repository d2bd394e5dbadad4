"""The hub manager writes as it will read: by keyboard, pasting from elsewhere, with pictures.

Every page is watched for what the content policy refuses (tests/browser.py notes the console).
"""

import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from hub_portal.files.models import Picture
from hub_portal.shared.rich_text import clean_rich_text
from newsletter.models import Item
from tests.journeys import clipboards
from tests.looking import look_here
from tests.makers.cpd import make_programme
from tests.makers.issues import make_draft
from tests.makers.rich_texts import documents
from tests.makers.schools import make_hub_manager

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOTH = pytest.mark.parametrize("at", ["desktop", "phone"])


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def manager(transactional_db):
    return make_hub_manager()


@pytest.fixture
def item_page(manager, visit):
    """The page on which an item of the newsletter is written, its editor ready."""
    issue = make_draft(by=manager, at=datetime.now(tz=UTC))

    def opened(**how):
        page = visit(manager, f"/admin/newsletter/issue/{issue.pk}/items/add/", **how)
        if how.get("javascript", True):
            editor_of(page).wait_for()
        return page

    return opened


def editor_of(page):
    return page.locator(".ProseMirror")


def kept(page, name="text"):
    """What would be sent."""
    return page.locator(f"textarea[name={name}]").input_value()


def focused(page):
    return page.evaluate(
        "() => (at => at.name || at.id || at.textContent.trim())(document.activeElement)"
    )


def paste(page, html="", *, picture=False):
    """What the browser tells a page when somebody pastes this."""
    page.evaluate(
        """([html, picture]) => {
          const carried = new DataTransfer();
          if (html) carried.setData("text/html", html);
          if (picture) carried.items.add(new File(["x"], "photo.png", { type: "image/png" }));
          document.activeElement.dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: carried, bubbles: true, cancelable: true }));
        }""",
        [html, picture],
    )


def a_photo():
    content = io.BytesIO()
    Image.new("RGB", (800, 400), "teal").save(content, "JPEG")
    return {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


WRITTEN = (
    "<h3>Sports day</h3><p><strong>All schools</strong> come.</p>"
    "<ul><li>Bring water</li><li>Bring a hat</li></ul>"
    '<p>See <a href="https://games.example/day" rel="noopener noreferrer">the plan</a>.</p>'
)


@BOTH
def test_an_item_is_written_by_keyboard_and_the_mail_shows_what_the_editor_showed(item_page, at):
    page = item_page(at=at)
    keys = page.keyboard

    page.get_by_label("Heading").focus()
    keys.type("The games")
    keys.press("Tab")
    assert focused(page) == "Bold"
    keys.press("Tab")
    assert focused(page) == "id_text"
    keys.press("Control+Alt+2")  # the level of the item's own heading is not offered
    assert editor_of(page).locator("h2").count() == 0
    keys.press("Control+Alt+3")
    keys.type("Sports day")
    keys.press("Enter")
    keys.press("Control+b")
    assert page.get_by_role("button", name="Bold").get_attribute("aria-pressed") == "true"
    keys.type("All schools")
    keys.press("Control+b")
    keys.type(" come.")
    keys.press("Enter")
    keys.press("Control+Shift+8")
    keys.type("Bring water")
    keys.press("Enter")
    keys.type("Bring a hat")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("See ")
    keys.press("Control+k")
    look_here(page, "link")
    keys.type("the plan")
    keys.press("Tab")
    keys.type("not an address")
    keys.press("Enter")
    page.get_by_text("Enter a web address that begins with https://").wait_for()
    keys.press("Control+a")
    keys.type("games.example/day")
    keys.press("Enter")
    keys.type(".")
    look_here(page, "written")
    assert kept(page) == WRITTEN
    keys.press("Tab")
    assert focused(page) == "audience"
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Saved.").wait_for()

    assert Item.objects.get(heading="The games").text == WRITTEN
    page.get_by_role("link", name="Look at the mail").click()
    mail = page.frame_locator("iframe[title='The mail on a phone, dark']")
    mail.get_by_role("heading", name="Sports day", level=3).wait_for()
    assert mail.get_by_role("listitem").all_inner_texts()[:2] == ["Bring water", "Bring a hat"]
    assert (
        mail.get_by_role("link", name="the plan").get_attribute("href")
        == "https://games.example/day"
    )
    assert mail.locator("strong").filter(has_text="All schools").count() == 1


@BOTH
def test_without_javascript_the_text_area_stays(item_page, at):
    page = item_page(at=at, javascript=False)

    page.get_by_label("Heading").fill("The games")
    page.get_by_role("textbox", name="Text").fill("Sports day.\n\nAll schools come.")
    page.get_by_text("An empty line begins a new paragraph.").wait_for()
    assert not page.get_by_role("toolbar").is_visible()
    page.get_by_role("button", name="Save").click()

    page.get_by_text("Saved.").wait_for()
    assert (
        Item.objects.get(heading="The games").text == "<p>Sports day.</p><p>All schools come.</p>"
    )


def test_the_buttons_are_one_stop_reached_and_left_by_keyboard(item_page):
    page = item_page()
    keys = page.keyboard
    editor_of(page).focus()

    keys.press("Alt+F10")
    assert focused(page) == "Bold"
    keys.press("ArrowLeft")
    assert focused(page) == "Redo"
    keys.press("Home")
    keys.press("ArrowRight")
    keys.press("Enter")
    assert focused(page) == "id_text"
    keys.type("Thin words")
    assert kept(page) == "<p><em>Thin words</em></p>"
    keys.press("Shift+Tab")
    assert focused(page) == "Italic"
    keys.press("Escape")
    assert focused(page) == "id_text"
    keys.press("Control+z")
    assert kept(page) == ""
    keys.press("Control+Shift+z")
    assert kept(page) == "<p><em>Thin words</em></p>"
    assert page.get_by_role("toolbar", name="How it looks").is_visible()


@BOTH
def test_a_mistake_elsewhere_loses_nothing_of_what_was_written(item_page, at):
    page = item_page(at=at)
    questions = []
    page.on("dialog", lambda asked: (questions.append(asked.type), asked.accept()))
    editor_of(page).click()
    page.keyboard.type("Long thought about")

    page.get_by_role("button", name="Save").click()
    page.get_by_text("There is a problem").wait_for()

    editor_of(page).wait_for()
    assert editor_of(page).inner_text() == kept(page)[3:-4] == "Long thought about"
    assert questions == []  # sent is not left


@BOTH
def test_whoever_leaves_is_asked_and_finds_what_they_wrote_on_the_way_back(item_page, at):
    page = item_page(at=at)
    questions = []
    page.on("dialog", lambda asked: (questions.append(asked.type), asked.accept()))
    editor_of(page).click()
    page.keyboard.type("Long thought about")

    page.goto("/admin/")
    assert questions == ["beforeunload"]
    page.go_back()

    editor_of(page).wait_for()
    assert kept(page) == "<p>Long thought about</p>"
    assert editor_of(page).inner_text() == "Long thought about"


@pytest.mark.parametrize("program", clipboards.BY_PROGRAM)
def test_what_is_pasted_from_another_program_is_clean_text(item_page, program):
    html, becomes = clipboards.BY_PROGRAM[program]
    page = item_page()
    editor_of(page).focus()

    paste(page, html)

    assert kept(page) == becomes
    assert clean_rich_text(becomes) == becomes
    says = page.get_by_role("status").inner_text()
    assert says == ("Pictures are left out when text is pasted." if "<img" in html else "")


def test_a_picture_alone_on_the_clipboard_is_refused_in_a_sentence(item_page):
    page = item_page()
    editor_of(page).focus()

    paste(page, picture=True)

    page.get_by_text("Pictures are left out when text is pasted.").wait_for()
    assert kept(page) == ""


@BOTH
def test_a_picture_is_put_into_the_text_of_a_course_with_words_for_it(manager, visit, at):
    programme = make_programme(description="<p>Come.</p>")
    address = f"/admin/cpd/programme/{programme.pk}/change/"
    page = visit(manager, address, at=at)
    editor_of(page).click()
    assert not page.get_by_label("Add a picture").is_visible()

    asked = page.get_by_role("dialog", name="Picture")
    page.get_by_role("button", name="Picture", exact=True).click()
    look_here(page, "picture")
    asked.get_by_role("button", name="Put it here").click()
    asked.get_by_text("Choose a picture.").wait_for()
    asked.get_by_label("A new picture").set_input_files(a_photo())
    asked.get_by_role("button", name="Put it here").click()
    asked.get_by_text("Say in words what the picture shows.").wait_for()
    asked.get_by_label("What it shows").fill('The "hall" & the stage')
    asked.get_by_role("button", name="Put it here").click()
    page.locator(".ProseMirror img[src]").wait_for()
    picture = Picture.objects.get()
    look_here(page, "with a picture")

    page.keyboard.press("ArrowLeft")  # over the picture: it is chosen
    page.get_by_role("button", name="Picture", exact=True).click()
    asked.get_by_label("What it shows").fill("The hall")
    asked.get_by_role("button", name="Save").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Picture", exact=True).click()
    asked.get_by_label("Or one that is here already").select_option(label=picture.description)
    asked.get_by_role("button", name="Put it here").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()

    programme.refresh_from_db()
    stands = f'<img src="stored-file:{picture.stored.name}" alt="{{}}">'
    first, second = stands.format("The hall"), stands.format("The &quot;hall&quot; &amp; the stage")
    assert re.sub("</?p>", "", programme.description) == f"Come.{first}{second}"


def test_whatever_the_editor_holds_is_written_as_the_cleaner_leaves_it(item_page):
    page = item_page()

    @settings(
        max_examples=200,
        deadline=None,
        derandomize=True,  # a long search was done by hand; the suite repeats the same one
        suppress_health_check=list(HealthCheck),
    )
    @given(documents())
    def holds(document):
        once, again = page.evaluate(WRITE, document)

        assert clean_rich_text(once) == once
        assert again.replace(" ", "") == once.replace(" ", "")

    holds()


WRITE = """async (document) => {
  const { library, words } = window.document.querySelector("[data-rich-text]").dataset;
  const [{ getSchema, pm }, own] = await Promise.all([import(library), import(words)]);
  const schema = getSchema(own.partsOfAText(await import(library), (name) => `/files/${name}/`));
  const once = own.written(schema.nodeFromJSON(document));
  const read = new DOMParser().parseFromString(own.asMarkup(once), "text/html");
  return [once, own.written(pm.model.DOMParser.fromSchema(schema).parse(read.body))];
}"""
