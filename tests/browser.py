"""A real browser for journeys: pages that complain, and axe."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import services

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844), "narrow": (320, 640)}
SWITCHES = ["--no-sandbox", "--disable-background-networking"]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
# only what it found leaves the page: what passed is fifty kilobytes a look
RUN_AXE = """async options => (await axe.run(document, options)).violations.map(
  each => [each.id, each.nodes.slice(0, 3).map(node => node.target.join(" "))]
)"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SECONDS_TO_WAIT = 60  # a busy machine is no fault of the page

OpenPage = Callable[..., Page]


@contextlib.contextmanager
def opened_browser(*more_switches: str) -> Iterator[Browser]:
    """Chromium for one test. A missing one fails: `./test` leaves these tests out by itself."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # sync Playwright keeps a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=services.chromium(), args=[*SWITCHES, *more_switches]
        )
        try:
            yield browser
        finally:
            browser.close()
            _close_connections()


class RestingBrowser:
    """A Chromium that stays open between tests: starting it is half of a small one.

    Playwright leaves its loop running in the thread that started it, where Django takes it for an
    async caller and hands out other connections. So the loop is put away while no test looks.
    """

    def __init__(self) -> None:
        self._open = contextlib.ExitStack()
        self._chromium: Browser | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextlib.contextmanager
    def awake(self) -> Iterator[Browser]:
        """The browser for one test; its visitors are gone afterwards."""
        asyncio._set_running_loop(self._loop)
        try:
            if self._chromium is None:
                self._chromium = self._open.enter_context(opened_browser())
                self._loop = asyncio.get_running_loop()
            yield self._chromium
        finally:
            for visitor in self._chromium.contexts if self._chromium else ():
                visitor.close()
            _close_connections()
            asyncio._set_running_loop(None)

    def end(self) -> None:
        """Close it for good."""
        asyncio._set_running_loop(self._loop)
        self._open.close()


def _close_connections() -> None:
    """While the loop runs, this thread has connections to the database of its own."""
    from django.db import connections

    connections.close_all()


def open_page(
    browser: Browser,
    problems: list[str],
    *,
    at: str = "desktop",
    javascript: bool = True,
    scheme: str = "light",
    base_url: str | None = None,
) -> Page:
    """A fresh visitor: own cookies, the given width; what goes wrong is added to `problems`."""
    width, height = WIDTHS[at]
    visitor = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=javascript,
        color_scheme=scheme,
        reduced_motion="reduce",  # a page is looked at when it has come to rest
        base_url=base_url,
        locale="en-GB",
        timezone_id="Europe/London",
    )
    page = visitor.new_page()
    page.set_default_timeout(SECONDS_TO_WAIT * 1000)
    page.on("console", lambda said: _note_console(problems, said.type, said.text))
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("response", lambda answer: _note_answer(problems, answer.status, answer.url))
    return page


def _note_console(problems: list[str], kind: str, text: str) -> None:
    # a refusal answers 4xx on purpose; the browser calls each of them an error
    if kind == "error" and "the server responded with a status of 4" not in text:
        problems.append(f"console: {text}")


def _note_answer(problems: list[str], status: int, url: str) -> None:
    if status >= 500:
        problems.append(f"{status}: {url}")


def axe_violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds on the page once it is there (WCAG 2.2 AA and best practice)."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))  # the policy would block a script tag
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "resultTypes": ["violations"],  # what passes need not be described
        "preload": False,
    }
    return [(rule, nodes) for rule, nodes in page.evaluate(RUN_AXE, options)]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window, once it is there; 0 is right.

    A page that a click has just asked for has no root element yet: a locator waits for it.
    """
    page.wait_for_load_state()
    return int(page.locator(":root").evaluate("root => root.scrollWidth - root.clientWidth"))
