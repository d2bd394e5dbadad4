"""Courses and booking in a real browser: with and without JavaScript, by keyboard, and by axe."""

from datetime import UTC, datetime, timedelta

import pytest

from cpd.choices import CohortStatus
from cpd.models import Booking, Cohort
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from tests.looking import look, look_at_each, tab_to
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order, make_programme
from tests.makers.schools import make_cast, make_colleague

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Story:
    """A school with colleagues and credits; courses open, full, cancelled and still a draft."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast = make_cast()
        self.tom = make_colleague(school=self.cast.our_school)
        make_colleague(
            school=self.cast.our_school,
            full_name="Ngozi Chukwuemeka-Featherstonehaugh",
            email="ngozi@our.example",
        )
        give_credits(school=self.cast.our_school, at=self.at)
        give_credits(school=self.cast.strangers_school, at=self.at)
        programme = make_programme(
            title="Coaching conversations that change practice",
            slug="coaching",
            description="<p>Three sessions.</p><h2>You will</h2><ul><li>plan</li></ul>",
        )
        self.open = self.cohort(programme, 60, price=12, places_per_school=8, sessions=3)
        self.full = self.cohort(make_programme(title="Reading fluency"), 70, capacity=1)
        self.booked(self.full, "Stan Stranger", of=self.cast.strangers_school)
        self.cancelled = self.cohort(make_programme(title="Mastery"), 80)
        Cohort.objects.filter(pk=self.cancelled.pk).update(
            status=CohortStatus.CANCELLED,
            cancelled_at=self.at,
            cancelled_by=self.cast.hub_manager,
        )
        self.draft = self.cohort(programme, 90, status=CohortStatus.DRAFT)
        self.booking = self.booked(self.cohort(make_programme(title="EAL"), 50), "Tim Teacher")
        self.gone = self.booked(self.cohort(make_programme(title="Feedback"), 40), "Gil Gone")
        cancel_booking(booking_id=self.gone.pk, shown_kept=0, by=self.cast.rep, at=self.at)
        to_be_named = make_order(
            cohort=self.cohort(make_programme(title="Belonging"), 30),
            school=self.cast.our_school,
            delegates=[Delegate()],
        )
        [self.unnamed] = book_places(order=to_be_named, by=self.cast.rep, at=self.at)

    def cohort(self, programme, days, **facts):
        starts_at = (self.at + timedelta(days=days)).replace(hour=13, minute=30, second=0)
        return make_cohort(programme=programme, starts_at=starts_at, **facts)

    def booked(self, cohort, name, of=None):
        ours = of is None
        return make_booking(
            cohort=cohort,
            school=of or self.cast.our_school,
            by=self.cast.rep if ours else self.cast.stranger,
            at=self.at,
            full_name=name,
        )

    @property
    def book(self):
        return f"/courses/coaching/{self.open.pk}/book/"


@pytest.fixture
def story(transactional_db):
    return Story()


# ---- Every page, at three widths ----------------------------------------------------------------


def test_pages_for_everybody_are_sound(story, visit):
    page = visit(None, "/")
    for path in ("/", "/courses/", "/courses/?q=nothing", "/courses/?term=x", "/courses/coaching/"):
        page.goto(path)
        look(page, f"visitor{path}".replace("/", "_").replace("?", "_"))


def test_pages_of_a_rep_are_sound(story, visit):
    booking = f"/my/bookings/{story.booking.pk}/"
    paths = {
        "overview": "/my/",
        "courses": "/courses/",
        "course": "/courses/coaching/",
        "book": story.book,
        "bookings": "/my/bookings/?state=all",
        "no-bookings": "/my/bookings/?person=nobody",
        "booking": booking,
        "cancel": f"{booking}cancel/",
        "delegate": f"{booking}delegate/",
        "cancelled": f"/my/bookings/{story.gone.pk}/",
        "unnamed": f"/my/bookings/{story.unnamed.pk}/",
    }
    page = visit(story.cast.rep, "/my/")
    for name, path in paths.items():
        page.goto(path)
        look(page, name)


def test_pages_of_the_hub_manager_are_sound(story, visit):
    cohort, booking = f"/admin/cpd/cohort/{story.open.pk}", f"/admin/cpd/booking/{story.booking.pk}"
    paths = [
        "/admin/cpd/cohort/",
        "/admin/cpd/cohort/add/",
        f"{cohort}/change/",
        f"/admin/cpd/cohort/{story.cancelled.pk}/change/",
        f"/admin/cpd/cohort/{story.draft.pk}/offer/",
        f"{cohort}/withdraw/",
        f"{cohort}/places/",
        f"{cohort}/cancel/",
        "/admin/cpd/booking/",
        f"{booking}/change/",
        f"{booking}/delegate/",
        f"{booking}/waive/",
        "/admin/cpd/cancellationreason/",
        "/admin/cpd/bookingpolicy/1/change/",
        "/admin/cpd/programme/",
        "/admin/cpd/programme/add/",
        "/admin/cpd/programmekind/",
        "/admin/cpd/subject/add/",
    ]
    page = visit(story.cast.hub_manager, paths[0])
    look_at_each(page, paths)


# ---- The way through ----------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("at", ["desktop", "phone"])
def test_a_rep_finds_a_course_and_books_a_colleague_and_two_others(story, visit, at, javascript):
    page = visit(story.cast.rep, "/courses/", at=at, javascript=javascript)
    page.get_by_role("link", name="Coaching conversations that change practice").click()
    page.get_by_role("link", name="Book places").first.click()

    page.get_by_label("Tom Teacher").check()
    page.get_by_label("Full name").fill("Nina New")
    page.get_by_role("button", name="Add another person").click()
    second = page.locator("#id_typed-1-full_name")
    second.wait_for()
    assert page.get_by_label("Tom Teacher").is_checked()
    assert page.locator("#id_typed-0-full_name").input_value() == "Nina New"
    second.fill("Olu Other")
    page.get_by_role("button", name="Check the booking").click()

    page.get_by_role("heading", name="Check your booking").wait_for()
    if (at, javascript) == ("desktop", True):
        look(page, "check")
    assert "36 credits" in page.inner_text("main")
    page.get_by_role("button", name="Confirm and book").click()

    page.get_by_role("heading", name="3 places are booked").wait_for()
    if (at, javascript) == ("desktop", True):
        look(page, "done")
    page.reload()
    named = Booking.objects.filter(cohort=story.open).order_by("pk")
    assert list(named.values_list("named_as", flat=True)) == [
        "Tom Teacher",
        "Nina New",
        "Olu Other",
    ]


def test_booking_is_possible_with_the_keyboard_alone(story, visit):
    page = visit(story.cast.rep, story.book)

    tab_to(page, "Tom Teacher")
    page.keyboard.press("Space")
    tab_to(page, "Check the booking")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Check your booking").wait_for()
    tab_to(page, "Confirm and book")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="1 place is booked").wait_for()
    assert Booking.objects.get(cohort=story.open).delegate == story.tom


def test_confirm_pressed_twice_books_once(story, visit):
    page = visit(story.cast.rep, story.book)
    page.get_by_label("Tom Teacher").check()
    page.get_by_role("button", name="Check the booking").click()

    page.get_by_role("button", name="Confirm and book").dblclick()

    page.get_by_role("heading", name="1 place is booked").wait_for()
    assert Booking.objects.filter(cohort=story.open).count() == 1


def test_a_mistake_takes_the_focus_and_leads_to_its_field(story, visit):
    page = visit(story.cast.rep, story.book)
    page.locator("#id_typed-0-email").fill("nina@our.example")

    page.get_by_role("button", name="Check the booking").click()

    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Error: ")
    look(page, "book-mistake")
    page.get_by_role("link", name="Enter the name of the person with this address").click()
    assert page.evaluate("document.activeElement.id") == "id_typed-0-full_name"


def test_too_few_places_are_shared_out_by_the_rep(story, visit):
    Cohort.objects.filter(pk=story.open.pk).update(capacity=1)
    page = visit(story.cast.rep, story.book, at="phone")
    page.get_by_label("Tom Teacher").check()
    page.get_by_label("Full name").fill("Nina New")
    page.get_by_role("button", name="Check the booking").click()

    page.get_by_role("heading", name="There is a problem").wait_for()
    look(page, "too-few")
    page.get_by_label("Nina New").uncheck()
    page.get_by_role("button", name="Check again with those ticked").click()
    page.get_by_role("button", name="Confirm and book").click()

    page.get_by_role("heading", name="1 place is booked").wait_for()
    assert Booking.objects.get(cohort=story.open).named_as == "Tom Teacher"


def test_filters_swap_the_results_and_the_address_can_be_shared(story, visit):
    page = visit(story.cast.rep, "/courses/")

    page.get_by_label("Search").fill("coaching")
    page.get_by_label("Search").press("Enter")
    page.get_by_text("1 date found").wait_for()

    page.wait_for_url("**q=coaching**")
    assert page.evaluate("window.untouched = true")
    page.get_by_label("Only with places left").check()
    page.wait_for_url("**has_places=on**")
    assert page.evaluate("window.untouched") is True
    again = visit(story.cast.rep, page.url)
    assert again.get_by_text("1 date found").is_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_rep_cancels_in_time_and_names_a_delegate(story, visit, javascript):
    page = visit(story.cast.rep, "/my/bookings/", at="phone", javascript=javascript)

    page.get_by_role("link", name="EAL").click()
    page.get_by_role("link", name="Cancel the place").click()
    assert "Comes back" in page.inner_text("main")
    page.get_by_role("button", name="Cancel the place").click()
    page.get_by_text("The place is cancelled and 12 credits are back.").wait_for()

    page.goto("/my/")
    page.get_by_role("link", name="Name the delegate").click()
    page.get_by_role("link", name="Belonging").click()
    page.get_by_role("link", name="Name the delegate").click()
    page.get_by_label("A colleague").select_option(label="Tom Teacher")
    page.get_by_role("button", name="Name the delegate").click()
    page.get_by_text("Tom Teacher has the place now.").wait_for()


@pytest.mark.parametrize(("at", "javascript"), [("desktop", True), ("phone", False)])
def test_the_hub_manager_cancels_a_course_and_the_school_sees_it(story, visit, at, javascript):
    cohort = story.booking.cohort
    page = visit(
        story.cast.hub_manager,
        f"/admin/cpd/cohort/{cohort.pk}/change/",
        at=at,
        javascript=javascript,
    )

    page.get_by_role("link", name="Cancel the course").click()
    consequences = page.inner_text("main")
    assert "1, of 1 school" in consequences
    assert "12 credits" in consequences
    if javascript:  # axe needs it
        look(page, "cancel-a-course")
    page.get_by_label("Reason").fill("The trainer is ill")
    page.get_by_label("Yes, do this").check()
    page.get_by_role("button", name="Cancel the course").click()
    page.get_by_text("The course is cancelled and everyone is told.").wait_for()
    if (at, javascript) == ("desktop", True):
        look(page, "a-course-cancelled")

    of_the_rep = visit(story.cast.rep, f"/my/bookings/{story.booking.pk}/", at="phone")
    assert "by the hub" in of_the_rep.inner_text("main")
    story.booking.refresh_from_db()
    assert (story.booking.status, story.booking.kept, story.booking.returned) == (
        "cancelled",
        0,
        12,
    )
