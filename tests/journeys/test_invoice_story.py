"""A rep without credits pays two places by an invoice to the school, and gives one up.

Told on a desktop and on a phone, with JavaScript and without. The hub manager finds the lines.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests import looking
from tests.journeys.telling import (
    Mailbox,
    not_looked_at,
    sign_in_by_code,
)
from tests.makers.cpd import make_programme
from tests.makers.invoices import lines, make_invoice_cohort
from tests.makers.schools import make_cast, make_colleague

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Coaching conversations"
TELLINGS = [("desktop", True), ("phone", False)]


@pytest.fixture
def cast(transactional_db):
    cast = make_cast()
    make_colleague(school=cast.our_school)
    make_invoice_cohort(
        programme=make_programme(title=TITLE, slug="coaching"),
        starts_at=(datetime.now(tz=UTC) + timedelta(weeks=8)).replace(hour=13, minute=30),
    )
    return cast


@pytest.fixture
def mailbox(tmp_path):
    return Mailbox(tmp_path / "mail")


def book_with_too_few_credits(page, look):
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Courses").click()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Book places").first.click()
    page.get_by_label("Tom Teacher").check()
    page.get_by_label("Full name").fill("Nina New")
    look(page)
    page.get_by_role("button", name="Check the booking").click()
    page.get_by_role("heading", name="This cannot be booked as it is").wait_for()
    assert "choose an invoice to the school instead: £120 a place" in page.inner_text("main")
    look(page)


def choose_the_invoice(page, look):
    page.get_by_role("button", name="Change the people").click()
    page.get_by_label("By an invoice to the school, £120 a place").check()
    page.get_by_role("button", name="Check the booking").click()
    page.get_by_role("heading", name="Check your booking").wait_for()
    assert "£240" in page.inner_text("main")
    look(page)
    page.get_by_role("button", name="Confirm and book").click()
    page.get_by_role("heading", name="2 places are booked").wait_for()
    look(page)


def give_one_up(page, look):
    page.get_by_role("link", name="See your bookings").click()
    page.get_by_role("link", name="Nina New").click()
    look(page)
    page.get_by_role("link", name="Cancel the place").click()
    assert "£0" in page.locator(".figures__chief").inner_text()
    look(page)
    page.get_by_role("button", name="Cancel the place").click()
    page.get_by_text("The place is cancelled. Nothing is to be paid.").wait_for()


@pytest.mark.browser
@pytest.mark.parametrize(("at", "javascript"), TELLINGS)
def test_a_rep_pays_two_places_by_invoice_and_gives_one_up(
    cast, mailbox, live_server, open_page, at, javascript
):
    look = looking.look if (at, javascript) == ("desktop", True) else not_looked_at
    page = open_page(at=at, javascript=javascript, base_url=live_server.url)

    sign_in_by_code(page, mailbox, "rita@our.example", look)
    book_with_too_few_credits(page, look)
    choose_the_invoice(page, look)
    give_one_up(page, look)

    assert [line[1:] for line in lines()] == [
        ("line", "booked", 12_000),
        ("line", "booked", 12_000),
        ("credit_note", "cancelled", 12_000),
    ]
