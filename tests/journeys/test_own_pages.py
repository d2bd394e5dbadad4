"""A teacher's own pages in a real browser: every state at three widths, and the ways through."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from cpd.emails.reminder_mails import NEEDS
from cpd.models import Apology, AskedPlace, Booking, Needs
from cpd.services.apologies import send_apologies
from cpd.services.asking import ask_for_place
from cpd.services.cancelling import cancel_booking
from cpd.services.needs_run import ask_for_needs
from hub_portal.shared.links import sign
from schools.services.feeds import make_own_feed
from tests.looking import look, look_at_each
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_programme
from tests.makers.schools import make_cast, make_colleague, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Story:
    """Tom has a place, one he cannot take, one cancelled, and has asked for another."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast = make_cast()
        self.tom = make_colleague(school=self.cast.our_school)
        self.nobody = make_person(full_name="Nia New", email="nia@nowhere.example")
        give_credits(school=self.cast.our_school, at=self.at)
        self.booking = self.booked("Coaching conversations that change practice", 30, sessions=3)
        self.add_companion(self.booking.cohort, "Ngozi Chukwuemeka-Featherstonehaugh")
        self.ill = self.booked("Reading fluency", 40)
        send_apologies(booking_id=self.ill.pk, by=self.tom, at=self.at)
        gone = self.booked("Mastery in mathematics", 50)
        cancel_booking(booking_id=gone.pk, shown_kept=0, by=self.cast.rep, at=self.at)
        self.wanted = self.cohort("Belonging", 60)
        self.asked_cohort = self.cohort("English as an additional language", 70)
        self.asked = ask_for_place(
            cohort=self.asked_cohort, school=self.cast.our_school, by=self.tom, at=self.at
        )

    def cohort(self, title, days, **facts):
        starts_at = (self.at + timedelta(days=days)).replace(hour=13, minute=30, second=0)
        programme = make_programme(title=title)
        return make_cohort(
            programme=programme,
            starts_at=starts_at,
            joining_details="<p>Sign in at main reception. Tea from 1:15pm.</p>",
            **facts,
        )

    def booked(self, title, days, **facts):
        return make_booking(
            cohort=self.cohort(title, days, **facts),
            school=self.cast.our_school,
            by=self.cast.rep,
            at=self.at,
            full_name=self.tom.full_name,
            email=self.tom.email,
        )

    def add_companion(self, cohort, name):
        make_booking(
            cohort=cohort, school=self.cast.our_school, by=self.cast.rep, at=self.at, full_name=name
        )

    def month(self, page):
        return f"{page}?month={self.booking.cohort.starts_at:%Y-%m}"

    def course(self, cohort, page=""):
        return f"/courses/{cohort.programme.slug}/{f'{cohort.pk}/{page}' if page else ''}"


@pytest.fixture
def story(transactional_db):
    return Story()


def test_pages_of_a_teacher_are_sound(story, visit):
    paths = {
        "me": "/me/",
        "me-place": f"/me/bookings/{story.booking.pk}/",
        "me-ill": f"/me/bookings/{story.ill.pk}/",
        "me-apologies": f"/me/bookings/{story.booking.pk}/apologies/",
        "me-course": story.course(story.wanted),
        "me-course-asked": story.course(story.asked_cohort),
        "me-ask": story.course(story.wanted, "ask/"),
        "me-calendar": story.month("/me/calendar/"),
        "me-record": "/me/record/",
    }
    make_own_feed(by=story.tom, at=story.at)
    page = visit(story.tom, "/my/")
    for name, path in paths.items():
        page.goto(path)
        look(page, name)
    page.goto("/me/data/")
    look(page, "me-data")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take my data away").click()
    assert taken.value.suggested_filename.startswith("my-data-")
    page.goto("/me/needs/")
    look(page, "me-needs")
    page.get_by_label("Vegan").check()
    page.get_by_label("Anything else that helps").fill("Carries an adrenaline pen.")
    page.get_by_role("button", name="Keep and pass on").click()
    look(page, "me-needs-kept")
    page = visit(story.nobody, "/me/")
    look(page, "me-empty")
    page.goto("/me/calendar/")
    look(page, "me-calendar-empty")
    page.goto(story.course(story.wanted, "ask/"))
    look(page, "me-ask-nobody")


def test_what_the_rep_sees_of_it_is_sound(story, visit):
    page = visit(story.cast.rep, "/my/")
    look(page, "rep-overview")
    for name, path in {
        "rep-asked": "/my/asked/",
        "rep-ill": f"/my/bookings/{story.ill.pk}/",
        "rep-me": "/me/",
        "rep-calendar": story.month("/my/calendar/"),
    }.items():
        page.goto(path)
        look(page, name)
    page = visit(story.cast.stranger, "/my/asked/")
    look(page, "rep-asked-nothing")


def test_needs_are_said_by_link_and_seen_and_delegates_written_to(story, visit):
    ask_for_needs(at=story.booking.cohort.starts_at - timedelta(days=1))
    asked = Needs.objects.get(person=story.tom, cohort=story.booking.cohort)
    page = visit(story.nobody, "/needs/")
    look(page, "needs-void")
    page.goto(f"/needs/{sign(NEEDS, asked.pk, asked.link_version)}/")
    look(page, "needs")
    page.get_by_label("Vegetarian").check()
    page.get_by_label("Step-free access").check()
    page.get_by_role("button", name="Send to the organiser").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    look(page, "needs-said")

    page = visit(story.cast.hub_manager, story.course(story.booking.cohort, "needs/"))
    look(page, "needs-of-course")
    page.get_by_role("button", name="Show what they need").click()
    page.get_by_role("heading", name="For the venue").wait_for()
    look(page, "needs-of-course-shown")
    page.goto(story.course(story.booking.cohort, "message/"))
    look(page, "message")
    page.get_by_label("Subject").fill("Another room")
    page.get_by_label("Message").fill("We meet in the library: https://hub.example/library")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("heading", name="Another room").wait_for()
    look(page, "message-preview")
    page.get_by_role("button", name="Send to 2 delegates").click()
    page.get_by_text("2 mails on the way").wait_for()
    look(page, "message-sent")


def test_the_hub_manager_looks_at_what_is_asked(story, visit):
    page = visit(story.cast.hub_manager, "/admin/cpd/askedplace/")
    look_at_each(
        page,
        [
            "/admin/cpd/askedplace/",
            f"/admin/cpd/askedplace/{story.asked.pk}/change/",
            "/admin/cpd/apology/",
            "/admin/cpd/delegatepolicy/",
            "/admin/cpd/delegatepolicy/1/change/",
            f"/admin/cpd/apology/{Apology.objects.get().pk}/change/",
        ],
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_a_teacher_asks_and_the_rep_books(story, visit, javascript):
    page = visit(story.tom, story.course(story.wanted), at="phone", javascript=javascript)
    page.get_by_role("link", name="Ask your rep for a place").click()
    page.get_by_role("button", name="Ask the rep of Lampton School").click()
    page.get_by_text("Your rep at Lampton School has been asked.").wait_for()

    page = visit(story.cast.rep, "/my/", at="phone", javascript=javascript)
    page.get_by_role("link", name="Book or say no").click()
    page.get_by_role("link", name="Book for Tom Teacher: Belonging").click()
    assert page.get_by_label("Tom Teacher").is_checked()
    page.get_by_role("button", name="Check the booking").click()
    page.get_by_role("button", name="Confirm and book").click()
    page.get_by_role("heading", name="1 place is booked").wait_for()

    assert Booking.objects.get(cohort=story.wanted).delegate == story.tom
    assert not AskedPlace.objects.waiting(story.at).filter(cohort=story.wanted).exists()


def test_apologies_are_sent_and_taken_back_by_keyboard(story, visit):
    page = visit(story.tom, f"/me/bookings/{story.booking.pk}/")
    page.get_by_role("link", name="I cannot come").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Tell Rita Rep").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Rita Rep has been told that you cannot come.").wait_for()

    page.get_by_role("button", name="I can come after all").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Rita Rep has been told that you can come after all.").wait_for()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_private_address_is_made_read_and_made_anew(story, visit, javascript):
    page = visit(story.tom, "/me/calendar/", at="phone", javascript=javascript)
    page.get_by_role("button", name="Make an address").click()
    address = page.get_by_label("Your private address").input_value()
    path = "/" + address.split("/", 3)[3]
    reader = Client()
    assert b"Coaching conversations" in reader.get(path).content

    page.get_by_role("button", name="Make a new address").click()
    page.get_by_text("An earlier one no longer works.").wait_for()
    assert reader.get(path).status_code == 404
    page.get_by_role("button", name="End this address").click()
    page.get_by_role("button", name="Make an address").wait_for()
