"""Every component of the portal, on sample pages, as a browser shows it."""

import gzip
import re

import brotli
import pytest

from tests.browser import axe_violations, overflow
from tests.looking import look, look_here

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.interface.urls"),
]

PAGES = [
    "home", "courses", "course", "question", "check", "done", "credits", "bookings", "calendar"
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_sample_page_is_accessible_and_fits_at_every_width_and_scheme(live_server, open_page, name):
    page = open_page(at="phone")
    page.goto(f"{live_server.url}/samples/{name}/")

    look(page, name)
    page.emulate_media(color_scheme="dark")
    look_here(page, f"{name}-dark")


@pytest.mark.parametrize("name", ["course", "question"])
def test_refused_form_says_what_is_wrong_first_and_at_each_field(live_server, open_page, name):
    page = open_page(at="phone")
    page.goto(f"{live_server.url}/samples/{name}/")

    page.locator("main form button:not([name])").last.click()

    page.locator(".error-summary:focus").wait_for()
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    links = page.locator(".error-summary a")
    assert links.count() == page.locator(".field__error").count() > 2
    links.first.click()
    focused = page.evaluate("document.activeElement.id")
    assert links.first.get_attribute("href") == f"#{focused}"
    assert page.locator(f"#{focused}").get_attribute("aria-invalid") == "true"
    look_here(page)


def test_refused_form_without_javascript_links_to_its_fields(live_server, open_page):
    page = open_page(at="phone", javascript=False)
    page.goto(f"{live_server.url}/samples/course/")

    page.locator("main form button:not([name])").last.click()
    page.locator(".error-summary a").first.click()

    page.wait_for_url("**#id_form-0-full_name")


def test_axe_and_the_content_policy_complain_about_a_broken_page(live_server):
    """The guards of this file can fail: a page with everything wrong sets each of them off."""
    from tests.browser import open_page, opened_browser

    problems = []
    with opened_browser() as chromium:
        page = open_page(chromium, problems, at="phone")
        page.goto(f"{live_server.url}/samples/broken/")
        page.wait_for_load_state("networkidle")

        assert {rule for rule, _ in axe_violations(page)} >= {"image-alt", "label"}
        assert overflow(page) > 0
        assert page.evaluate("document.body.dataset.ran") is None
    assert len([said for said in problems if "Content Security Policy" in said]) >= 2


def test_account_menu_opens_by_keyboard_and_closes_by_escape(live_server, open_page):
    page = open_page()
    page.goto(f"{live_server.url}/samples/credits/")
    page.locator("details.account summary").focus()

    page.keyboard.press("Enter")
    page.get_by_role("button", name="The Rosary Catholic Infant School").wait_for()
    look_here(page)

    page.keyboard.press("Escape")
    page.get_by_role("button", name="The Rosary Catholic Infant School").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_keyboard_comes_first_to_the_skip_link_which_leads_to_the_matter(live_server, open_page):
    page = open_page()
    page.goto(f"{live_server.url}/samples/credits/")

    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_filters_are_folded_on_a_phone_until_one_is_used(live_server, open_page):
    phone = open_page(at="phone")

    phone.goto(f"{live_server.url}/samples/courses/")
    assert phone.get_by_label("Search").first.is_hidden()

    phone.goto(f"{live_server.url}/samples/courses/?q=maths")
    assert phone.get_by_label("Search").first.is_visible()


def test_pages_are_read_without_javascript_and_with_every_filter_in_sight(live_server, open_page):
    page = open_page(at="phone", javascript=False)

    page.goto(f"{live_server.url}/samples/courses/")

    assert page.get_by_label("Search").first.is_visible()
    page.get_by_role("link", name="Page 2").click()
    assert page.get_by_role("link", name="Page 2").get_attribute("aria-current") == "page"


@pytest.mark.parametrize("name", ["home", "courses", "credits"])
def test_first_visit_weighs_at_most_60_kilobytes(live_server, open_page, name):
    """Page weight of quality.md: everything fetched, compressed as production serves it."""
    page = open_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))

    page.goto(f"{live_server.url}/samples/{name}/")
    page.wait_for_load_state("networkidle")

    packed = {answer.url: _packed(answer.url, answer.body()) for answer in answers}
    assert any(url.endswith(".woff2") for url in packed)
    assert sum(packed.values()) <= 60_000, packed


def _packed(url: str, body: bytes) -> int:
    if re.search(r"\.(woff2|png|ico)$", url):
        return len(body)
    return len(brotli.compress(body) if "/static/" in url else gzip.compress(body, 9))
