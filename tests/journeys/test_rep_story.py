"""A rep, from the emailed code to the credits that come back; and a stranger, who finds nothing.

Told on a desktop and on a phone, with JavaScript and without.
"""

from datetime import UTC, datetime, timedelta

import pytest

from cpd.models import Booking
from credits.services.figures import Figures, figures_of
from tests import looking
from tests.journeys.telling import (
    Mailbox,
    not_looked_at,
    sign_in_by_code,
)
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_programme
from tests.makers.schools import make_cast, make_colleague

pytestmark = pytest.mark.django_db(transaction=True)

LONG_TITLE = "Coaching conversations that change practice"


class Story:
    """Our school with a hundred credits, three colleagues, and a course at twelve."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast = make_cast()
        for name in ("Tom Teacher", "Amy Adeyemi", "Ngozi Chukwuemeka-Featherstonehaugh"):
            email = f"{name.split()[0].lower()}@our.example"
            make_colleague(school=self.cast.our_school, full_name=name, email=email)
        self.year = give_credits(school=self.cast.our_school, credits=100, at=self.at)
        self.cohort = make_cohort(
            programme=make_programme(title=LONG_TITLE, slug="coaching"),
            starts_at=(self.at + timedelta(weeks=8)).replace(hour=13, minute=30, second=0),
        )

    def figures(self):
        return figures_of(self.cast.our_school, self.year)


@pytest.fixture
def story(transactional_db):
    return Story()


@pytest.fixture
def mailbox(tmp_path):
    return Mailbox(tmp_path / "mail")


def book_three(page, look):
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Courses").click()
    look(page)
    page.get_by_role("link", name=LONG_TITLE).click()
    look(page)
    page.get_by_role("link", name="Book places").first.click()
    page.get_by_label("Tom Teacher").check()
    page.get_by_label("Ngozi Chukwuemeka-Featherstonehaugh").check()
    page.get_by_label("Full name").fill("Nina New")
    look(page)
    page.get_by_role("button", name="Check the booking").click()
    page.get_by_role("heading", name="Check your booking").wait_for()
    assert "36 credits" in page.inner_text("main")
    assert "64 credits will be left of 100" in page.inner_text("main")
    look(page)
    page.get_by_role("button", name="Confirm and book").click()
    page.get_by_role("heading", name="3 places are booked").wait_for()
    look(page)


def cancel_one(page, look):
    page.get_by_role("link", name="See your bookings").click()
    look(page)
    page.get_by_role("link", name="Nina New").click()
    look(page)
    page.get_by_role("link", name="Cancel the place").click()
    assert "12" in page.locator(".figures__chief").inner_text()
    look(page)
    page.get_by_role("button", name="Cancel the place").click()
    page.get_by_text("The place is cancelled and 12 credits are back.").wait_for()
    look(page)


def send_somebody_else(page, look):
    page.get_by_role("link", name="Bookings").first.click()
    page.get_by_role("link", name="Tom Teacher").click()
    page.get_by_role("link", name="Send somebody else").click()
    look(page)
    page.get_by_label("A colleague").select_option(label="Amy Adeyemi")
    page.get_by_role("button", name="Give them the place").click()
    page.get_by_text("Amy Adeyemi has the place now.").wait_for()
    look(page)


def see_the_credits(page, look):
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Credits").click()
    page.get_by_role("heading", name="Credits", exact=True).wait_for()
    available_received_committed_spent = page.locator(".figures__value").all_inner_texts()
    assert available_received_committed_spent == ["76", "100", "24", "0"]
    look(page)
    page.get_by_role("link", name="Why this many?").click()
    look(page)


TELLINGS = [("desktop", True), ("phone", False)]


@pytest.mark.browser
@pytest.mark.parametrize(("at", "javascript"), TELLINGS)
def test_a_rep_signs_in_by_code_books_three_cancels_one_and_sends_somebody_else(
    story, mailbox, live_server, open_page, at, javascript
):
    look = looking.look if (at, javascript) == ("desktop", True) else not_looked_at
    page = open_page(at=at, javascript=javascript, base_url=live_server.url)

    sign_in_by_code(page, mailbox, "rita@our.example", look)
    book_three(page, look)
    assert story.figures() == Figures(committed=36, available=64)
    cancel_one(page, look)
    assert story.figures() == Figures(committed=24, available=76)
    send_somebody_else(page, look)
    see_the_credits(page, look)

    live = Booking.objects.live().order_by("named_as").values_list("named_as", flat=True)
    assert list(live) == ["Amy Adeyemi", "Ngozi Chukwuemeka-Featherstonehaugh"]
    assert_everybody_was_told(mailbox)


def assert_everybody_was_told(mailbox):
    subjects = {
        name: [subject for subject, _ in mailbox.received_by(f"{name}@our.example")]
        for name in ("rita", "tom", "ngozi", "amy")
    }
    assert {name: len(got) for name, got in subjects.items()} == {
        "rita": 5,  # the code, booked, Nina's own mail passed on, cancelled, somebody else
        "tom": 1,  # his place went to Amy before the mails went: only that is still true
        "ngozi": 1,
        "amy": 1,
    }, subjects


@pytest.mark.browser_walk
def test_a_rep_walks_from_the_emailed_code_to_the_credits_that_come_back(
    story, mailbox, live_server, open_page
):
    page = open_page(at="phone", base_url=live_server.url)

    sign_in_by_code(page, mailbox, "rita@our.example")
    book_three(page, not_looked_at)
    cancel_one(page, not_looked_at)
    see_the_credits(page, not_looked_at)

    assert story.figures() == Figures(committed=24, available=76)


@pytest.mark.browser
def test_a_stranger_finds_nothing_of_another_school(story, mailbox, live_server, open_page):
    booking = make_booking(
        cohort=story.cohort, school=story.cast.our_school, by=story.cast.rep, at=story.at
    )
    page = open_page(base_url=live_server.url)
    sign_in_by_code(page, mailbox, "sam@their.example")
    of_the_rep = f"/my/bookings/{booking.pk}/"
    paths = [
        of_the_rep,
        f"{of_the_rep}cancel/",
        f"{of_the_rep}delegate/",
        f"/courses/coaching/{story.cohort.pk}/done/{booking.request_id}/",
    ]

    found = {path: page.goto(path).status for path in paths}
    looking.look(page)
    page.goto("/my/bookings/?state=all")

    assert found == dict.fromkeys(paths, 404)
    assert booking.named_as not in page.inner_text("main")
    assert page.goto("/admin/").status in (403, 404) or "/accounts/login/" in page.url


@pytest.mark.browser
def test_a_rep_signs_in_and_books_with_the_keyboard_alone(story, mailbox, live_server, open_page):
    page = open_page(base_url=live_server.url)
    keys = Keyboard(page)

    page.goto("/accounts/login/")
    keys.reach("Email").type("rita@our.example").press("Enter")
    page.get_by_role("heading", name="Check your email").wait_for()
    keys.reach("Code").type(mailbox.sign_in_code("rita@our.example")).press("Enter")
    page.wait_for_url("**/my/")
    keys.reach("Courses").press("Enter")
    page.wait_for_url("**/courses/")
    keys.reach(LONG_TITLE).press("Enter")
    page.wait_for_url("**/coaching/**")
    keys.reach("Book places").press("Enter")
    page.get_by_role("heading", name="Who is coming?").wait_for()
    keys.reach("Tom Teacher").press("Space")
    keys.reach("Check the booking").press("Enter")
    page.get_by_role("heading", name="Check your booking").wait_for()
    keys.reach("Confirm and book").press("Enter")
    page.get_by_role("heading", name="1 place is booked").wait_for()

    assert Booking.objects.get().named_as == "Tom Teacher"


class Keyboard:
    """Somebody who has no pointer: the Tab key, and what then has the focus."""

    MOST_STEPS = 80

    def __init__(self, page):
        self.page = page

    def reach(self, words):
        """Press Tab until what has the focus is called so, and can be seen to have it."""
        for _ in range(self.MOST_STEPS):
            self.page.keyboard.press("Tab")
            if words in self.page.evaluate(self.NAME):
                assert self.page.evaluate(self.IS_SEEN), f"nobody sees the focus on {words}"
                return self
        raise AssertionError(f"the keyboard does not reach {words} on {self.page.url}")

    def type(self, words):
        self.page.keyboard.type(words)
        return self

    def press(self, key):
        self.page.keyboard.press(key)
        return self

    NAME = """() => {
      const at = document.activeElement;
      const labels = at.labels && at.labels.length ? at.labels[0].innerText : "";
      return `${labels} ${at.innerText || ""}`;
    }"""
    IS_SEEN = """() => {
      const drawn = getComputedStyle(document.activeElement);
      return drawn.outlineStyle !== "none" || drawn.boxShadow !== "none";
    }"""


@pytest.mark.browser
def test_back_from_what_was_booked_asks_no_question(story, mailbox, live_server, open_page):
    """The check page answers a POST and takes it off the history (decision 21)."""
    page = open_page(base_url=live_server.url)
    sign_in_by_code(page, mailbox, "rita@our.example", not_looked_at)
    book_three(page, not_looked_at)

    page.go_back()

    page.get_by_role("heading", name="Who is coming?").wait_for()
    assert Booking.objects.count() == 3
    page.go_forward()
    page.get_by_role("heading", name="3 places are booked").wait_for()
