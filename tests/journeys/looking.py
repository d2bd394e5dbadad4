"""Looking at pages as somebody: signed in, measured by axe, gone through by keyboard.

@pytest.fixture
def visit(live_server, open_page):
    return visiting(live_server, open_page)
"""

import os

from django.test import Client

from tests.browser import axe_violations, overflow
from tests.makers.schools import sign_in


def visiting(live_server, open_page):
    """Opens pages as this person sees them."""

    def open_as(person, path, **how):
        page = open_page(base_url=live_server.url, **how)
        if person is not None:
            client = Client()
            sign_in(client, person)
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            page.context.add_cookies([{**cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return open_as


def look(page, name):
    """What must hold for every page; a picture is kept where one is asked for."""
    if os.environ.get("PORTAL_PICTURES"):
        picture = f"{page.viewport_size['width']}-{name}.png"
        page.screenshot(path=f"{os.environ['PORTAL_PICTURES']}/{picture}", full_page=True)
    assert overflow(page) == 0, name
    assert axe_violations(page) == [], name


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
