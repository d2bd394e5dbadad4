"""A holder, from the mailed link to the place and back; the hub that issues; the school told.

Told on a phone without JavaScript, on a desktop with it, and with the keyboard alone.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from cpd.choices import TicketStatus
from cpd.models import Booking
from tests import looking
from tests.journeys.telling import (
    CODE,
    Mailbox,
    not_looked_at,
    sign_in_by_code,
)
from tests.makers.cpd import make_programme
from tests.makers.schools import make_appointment, make_cast
from tests.makers.tickets import (
    code_of,
    make_ticket,
    make_ticket_cohort,
    make_ticket_in,
    redeem,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Feedback that moves learning on"
LINK = re.compile(r"https?://[^/\s]+(/ticket/[0-9A-Z-]{19}/)")


class Story:
    """A newly qualified colleague of our school, and two dates of a course for tickets."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast = make_cast()
        award_on = self.at.date().replace(month=7, day=10)
        if award_on > self.at.date():
            award_on = award_on.replace(year=award_on.year - 1)
        self.award_on = award_on
        self.ticket = make_ticket(email="jess@mail.example", award_on=award_on, at=self.at)
        make_appointment(person=self.ticket.person, school=self.cast.our_school)
        programme = make_programme(title=TITLE, slug="feedback", tickets_welcome=True)
        starts = (self.at + timedelta(weeks=8)).replace(hour=13, minute=30, second=0)
        self.cohorts = [
            make_ticket_cohort(programme=programme, starts_at=starts + timedelta(weeks=n))
            for n in range(2)
        ]


@pytest.fixture
def story(transactional_db):
    cache.clear()
    return Story()


@pytest.fixture
def mailbox(tmp_path):
    return Mailbox(tmp_path / "mail")


def link_in(mailbox, address):
    texts = [text for _, text in mailbox.received_by(address)]
    return next(found[1] for text in reversed(texts) if (found := LINK.search(text)))


def code_in(mailbox, address):
    _, text = mailbox.received_by(address)[-1]
    return CODE.search(text)[1]


def redeem_by_link(page, mailbox, look):
    page.goto(link_in(mailbox, "jess@mail.example"))
    assert page.url.endswith("/ticket/yours/")
    look(page)
    page.get_by_role("link", name=TITLE).first.click()
    look(page)
    page.get_by_role("button", name="Email me a code").click()
    look(page)
    page.get_by_label("Code").fill("0000-0000")
    page.get_by_role("button", name="Continue").click()
    page.locator(".error-summary").wait_for()
    assert page.title().startswith("Error: ")
    look(page)
    page.get_by_label("Code").fill(code_in(mailbox, "jess@mail.example").lower())
    page.get_by_role("button", name="Continue").click()
    look(page)
    page.get_by_role("button", name="Take this place with my ticket").click()
    page.get_by_role("heading", name="You have a place").wait_for()
    look(page)


def give_back(page, look):
    page.get_by_role("link", name="Give the place back").click()
    look(page)
    page.get_by_role("button", name="Give the place back").click()
    page.get_by_text("The place is given back").wait_for()
    look(page)


def test_a_holder_redeems_and_gives_back_on_a_phone_without_javascript(
    live_server, open_page, story, mailbox
):
    page = open_page(at="phone", javascript=False, base_url=live_server.url)

    redeem_by_link(page, mailbox, look=not_looked_at)
    with page.expect_download() as paper:
        page.get_by_role("link", name="Take it along (PDF)").click()
    assert paper.value.suggested_filename == "place.pdf"
    story.ticket.refresh_from_db()
    assert story.ticket.status == TicketStatus.REDEEMED
    give_back(page, look=not_looked_at)

    story.ticket.refresh_from_db()
    assert story.ticket.status == TicketStatus.ISSUED
    assert not Booking.objects.live().exists()


def test_the_pages_of_a_ticket_are_sound_at_every_width(live_server, open_page, story, mailbox):
    page = open_page(base_url=live_server.url)

    page.goto("/ticket/")
    looking.look(page)
    page.get_by_label("Ticket code").fill("AAAA-BBBB")
    page.get_by_role("button", name="Open my ticket").click()
    looking.look(page)
    redeem_by_link(page, mailbox, look=looking.look)
    give_back(page, look=looking.look)
    page.get_by_role("link", name="Send it to another address").click()
    looking.look(page)
    page.goto("/ticket/yours/")
    page.get_by_role("button", name="Close my ticket here").click()
    page.goto("/ticket/yours/")
    looking.look(page)


@pytest.mark.parametrize("status", [TicketStatus.REDEEMED, TicketStatus.EXPIRED])
def test_a_ticket_that_buys_nothing_now_has_a_sound_page(live_server, open_page, story, status):
    page = open_page(base_url=live_server.url)
    if status == TicketStatus.REDEEMED:
        redeem(story.ticket, story.cohorts[0], at=story.at)
        ticket = story.ticket
    else:
        ticket = make_ticket_in(status)

    page.goto(f"/ticket/{code_of(ticket)}/")

    looking.look(page)


def test_redeeming_with_the_keyboard_alone(live_server, open_page, story, mailbox):
    page = open_page(base_url=live_server.url)
    page.goto(link_in(mailbox, "jess@mail.example"))

    def reach(role, name):
        """Tab until it has the focus; a person would see the ring."""
        wanted = page.get_by_role(role, name=name).first
        for _ in range(40):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {name}")

    reach("link", TITLE)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=TITLE).wait_for()
    reach("button", "Email me a code")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Check your email").wait_for()
    reach("textbox", "Code")
    page.keyboard.type(code_in(mailbox, "jess@mail.example"))
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take this place with my ticket").wait_for()
    reach("button", "Take this place with my ticket")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You have a place").wait_for()

    assert Booking.objects.live().count() == 1


def test_the_school_is_told_and_says_that_it_cannot_release(live_server, open_page, story, mailbox):
    booking = redeem(story.ticket, story.cohorts[0], at=story.at)
    page = open_page(at="phone", base_url=live_server.url)

    subject, text = mailbox.received_by("rita@our.example")[-1]
    assert "You may say so until" in text
    assert subject == f"Cover to arrange: Jess Owens, {TITLE}"
    sign_in_by_code(page, mailbox, "rita@our.example")
    page.goto("/my/")
    page.get_by_role("link", name="Look at it").click()
    page.wait_for_url(f"**/my/tickets/{booking.pk}/")
    looking.look(page)
    page.get_by_role("button", name="We cannot release Jess Owens").click()
    page.get_by_text("your colleague is told").wait_for()
    looking.look(page)

    story.ticket.refresh_from_db()
    assert story.ticket.status == TicketStatus.ISSUED
    assert "cannot release you" in mailbox.received_by("jess@mail.example")[-1][1]


ROOMS = (
    "fabulinusticket/",
    "fabulinusticket/issue/",
    "fabulinusticket/report/",
    "fabulinusticket/remind/",
    "fabulinusticket/{ticket}/change/",
    "fabulinusticket/{ticket}/address/",
    "fabulinusticket/{ticket}/extend/",
    "ticketimport/",
    "ticketimport/send/",
    "ticketpolicy/1/change/",
)


def test_the_hubs_rooms_for_tickets_are_sound(story, visit):
    page = visit(story.cast.hub_manager, "/admin/")
    looking.look_at_each(
        page, ["/admin/cpd/" + room.format(ticket=story.ticket.pk) for room in ROOMS]
    )
    page.goto("/admin/cpd/ticketimport/send/")
    year = f"{story.award_on.year - 1}/{story.award_on.year % 100:02d}"
    people = ("Ada New,ada@new.example", "Bo New,no address", "Jess O,jess@mail.example")
    rows = [f"{person},{story.award_on},{year}" for person in people]
    listed = "\n".join(["Name,Email,QTS award date,Award year", *rows])
    page.set_input_files(
        "[type=file]",
        files=[{"name": "g.csv", "mimeType": "text/csv", "buffer": listed.encode()}],
    )
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("heading", name="To put right first").wait_for()
    looking.look(page, "ticketimport-preview")
