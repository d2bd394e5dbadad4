"""Looking at pages as somebody: signed in, measured by axe, gone through by keyboard.

def test_pages_are_sound(visit):
    page = visit(somebody, "/my/")
    look(page)
"""

import os
import re

from django.test import Client

from tests.browser import WIDTHS, axe_violations, overflow
from tests.makers.schools import sign_in


def visiting(live_server, open_page):
    """Opens pages as this person sees them; None is somebody who is not signed in."""

    def open_as(person, path, **how):
        page = open_page(base_url=live_server.url, **how)
        if person is not None:
            carry_session(page, live_server, person)
        page.goto(path)
        return page

    return open_as


def carry_session(page, live_server, person):
    """Sign this person in, and let the page have the cookie."""
    client = Client()
    sign_in(client, person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])


def look(page, name=""):
    """What must hold for every page, at 1280, 390 and 320 px; the page stays where it is."""
    before = page.viewport_size
    for width, height in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": height})
        look_here(page, name)
    page.set_viewport_size(before)


def look_here(page, name=""):
    """axe and no overflow at the width there is; a picture is kept where one is asked for."""
    width = page.viewport_size["width"]
    name = name or page.url
    if os.environ.get("PORTAL_PICTURES"):
        picture = f"{width}-{re.sub(r'[^a-z0-9-]+', '_', name.strip('/'))}.png"
        page.screenshot(path=f"{os.environ['PORTAL_PICTURES']}/{picture}", full_page=True)
    assert overflow(page) == 0, (name, width)
    assert axe_violations(page) == [], (name, width)


def look_at_each(page, paths):
    """Go to each of these pages, which must be there, and look at it."""
    for path in paths:
        answer = page.goto(path)
        assert answer.status == 200, path
        look(page, path)


def tab_to(page, words):
    """Press Tab until what has the focus is called so; it must be reached."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in page.evaluate(NAME_OF_THE_FOCUS):
            return
    raise AssertionError(f"the keyboard does not reach {words}")


NAME_OF_THE_FOCUS = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0].innerText : "";
  return `${label} ${at.innerText || ""}`;
}"""
