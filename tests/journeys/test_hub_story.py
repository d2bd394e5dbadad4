"""The hub manager's September: import the rolls, fund the year, look at the shares, share.

Told on a desktop with JavaScript and on a phone without.
"""

import re
from datetime import UTC, date, datetime

import pytest

from credits.models import AllocationRun
from credits.services.figures import figures_of
from schools.choices import Role
from schools.models import CensusDay, PupilRoll
from schools.services.calendar import school_year_of
from tests import looking
from tests.journeys.telling import (
    Mailbox,
    not_looked_at,
    sign_in_by_code,
)
from tests.makers.rolls import DEMO
from tests.makers.schools import make_colleague, make_hub_manager, make_school

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CENSUS_FILE = DEMO / "census_january_2019.csv"
URNS = (100523, 100625, 100972)
"""Three members that the real file has rolls of."""


class Story:
    """Three member schools, one with a rep, and a hub manager with everything to do."""

    def __init__(self):
        self.manager = make_hub_manager()
        self.schools = {urn: make_school(name=f"School of {urn}", urn=urn) for urn in URNS}
        self.rep = make_colleague(
            school=self.schools[100625],
            full_name="Rita Rep",
            email="rita@our.example",
            role=Role.REP,
        )
        self.year = school_year_of(datetime.now(tz=UTC).date())
        CensusDay.objects.get_or_create(on=date(2019, 1, 17))


@pytest.fixture
def story(transactional_db):
    return Story()


@pytest.fixture
def mailbox(tmp_path):
    return Mailbox(tmp_path / "mail")


def import_the_rolls(page, look):
    page.goto("/admin/")
    look(page)
    page.goto("/admin/schools/rollimport/")
    page.get_by_role("link", name="Import a roll file").click()
    look(page)
    page.get_by_label("Roll file").set_input_files(CENSUS_FILE)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("heading", name="Which census is this?").wait_for()
    page.get_by_label("Census", exact=True).select_option("2019-01-17")
    page.get_by_role("button", name="Work it out again").click()
    look(page)
    page.get_by_role("button", name="Save 3 rolls").click()
    page.get_by_text("3 rolls saved.").wait_for()
    look(page)


def fund_the_year(page, look, story):
    page.goto("/admin/credits/funding/")
    look(page)
    page.get_by_role("link", name="Begin a year’s funding").click()
    page.get_by_label("School year").select_option(label=str(story.year))
    look(page)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Receive an instalment").click()
    page.get_by_label("Amount received").fill("10000")
    page.get_by_label("Received on").fill(f"{datetime.now(tz=UTC):%Y-%m-%d}")
    page.get_by_label("Reference").fill("Hub grant")
    look(page)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_text("This is what would change.").wait_for()
    assert "490" in page.inner_text("main")
    look(page)
    page.get_by_role("button", name="Record the instalment").click()
    page.get_by_text("The instalment is recorded.").wait_for()
    look(page)


def share_it(page, look):
    page.get_by_role("link", name="Instalment 1").click()
    page.get_by_role("link", name="Preview and share it").click()
    page.get_by_role("button", name=re.compile("^Share 490 credits")).wait_for()
    for urn in URNS:
        assert f"School of {urn}" in page.inner_text("main")
    assert not AllocationRun.objects.exists()
    look(page)
    page.get_by_role("button", name="Share 490 credits").click()
    page.get_by_text("490 credits among 3 schools").wait_for()
    look(page)


@pytest.mark.parametrize(("at", "javascript"), [("desktop", True), ("phone", False)])
def test_the_hub_manager_imports_rolls_funds_the_year_previews_and_shares(
    story, mailbox, live_server, open_page, at, javascript
):
    look = looking.look if javascript else not_looked_at
    page = open_page(at=at, javascript=javascript, base_url=live_server.url)

    sign_in_by_code(page, mailbox, "manager@hub.example")
    import_the_rolls(page, look)
    fund_the_year(page, look, story)
    share_it(page, look)

    rolls = dict(PupilRoll.objects.values_list("school__urn", "pupils"))
    assert (rolls[100523], rolls[100625]) == (84, 802)
    shares = {
        urn: figures_of(school, story.year).available for urn, school in story.schools.items()
    }
    assert sum(shares.values()) == 490
    for urn, share in shares.items():
        assert abs(share - 490 * rolls[urn] / sum(rolls.values())) < 1
    the_rep_sees_her_share(mailbox, live_server, open_page, shares[100625])


def the_rep_sees_her_share(mailbox, live_server, open_page, share):
    page = open_page(at="phone", base_url=live_server.url)
    sign_in_by_code(page, mailbox, "rita@our.example")
    page.goto("/my/credits/")
    assert page.locator(".figures__chief .figures__value").inner_text() == str(share)
    page.get_by_role("link", name="Why this many?").click()
    assert "802" in page.inner_text("main")
