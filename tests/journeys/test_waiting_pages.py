"""Waiting lists and approvals in a real browser: by axe at three widths, and the way through."""

from datetime import UTC, datetime, timedelta

import pytest

from cpd.models import Booking, WaitingEntry
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import change_capacity
from cpd.services.delegates import Delegate
from cpd.services.demand import ask_for_course
from credits.models import Approval
from credits.services.approvals import approve_spending
from tests.looking import look, tab_to
from tests.makers.approvals import make_approval
from tests.makers.cpd import give_credits, make_cohort, make_programme
from tests.makers.schools import make_cast, make_colleague
from tests.makers.waiting import make_full_course, make_other_school, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Approvals:
    """A school with a limit: one booking waits, one was approved, one may be made."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast = make_cast()
        self.tom = make_colleague(school=self.cast.our_school)
        starts_at = (self.at + timedelta(days=60)).replace(hour=13, minute=30, second=0)
        self.cohort = make_cohort(
            programme=make_programme(title="Coaching conversations"),
            starts_at=starts_at,
            price=30,
        )
        ours = {"school": self.cast.our_school, "by": self.cast.rep, "at": self.at}
        answered = make_approval(**ours)
        approve_spending(approval_id=answered.pk, by=self.cast.headteacher, at=self.at)
        self.asked = make_approval(**ours, cohort=self.cohort)


class Story:
    """Our school in line for four courses: offered places, third, passed over, and free now."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast = make_cast()
        self.tom = make_colleague(school=self.cast.our_school)
        for school in (self.cast.our_school, self.cast.strangers_school):
            give_credits(school=school, credits=300, at=self.at)
        self.full, _ = self.course("Reading fluency", 60)
        self.offered = self.in_line("Coaching conversations", 70, wanted=2, frees=1, named=True)
        self.third = self.in_line("Mastery in mathematics", 80, behind=2)
        self.passed_over = self.in_line("EAL", 90, wanted=3, all_or_none=True, frees=2)
        self.late = self.in_line("Feedback", 3, frees=1)
        oracy = make_programme(title="Oracy across the curriculum", slug="oracy")
        ask_for_course(
            programme_id=oracy.pk,
            school_id=self.cast.strangers_school.pk,
            wanted=2,
            by=self.cast.stranger,
            at=self.at,
        )
        self.oracy = oracy
        self.nearly, _ = self.course("Belonging", 65)
        change_capacity(cohort=self.nearly, capacity=3, by=self.cast.hub_manager, at=self.at)

    def course(self, title, days):
        starts_at = (self.at + timedelta(days=days)).replace(hour=13, minute=30, second=0)
        return make_full_course(
            school=self.cast.strangers_school,
            by=self.cast.stranger,
            places=2,
            at=self.at,
            programme=make_programme(title=title),
            starts_at=starts_at,
        )

    def in_line(self, title, days, *, behind=0, frees=0, wanted=1, named=False, **facts):
        cohort, bookings = self.course(title, days)
        for number in range(behind):
            school, rep = make_other_school(name=f"{title} School {number}", credits=0)
            wait(cohort=cohort, school=school, by=rep, at=self.at)
        entry = wait(
            cohort=cohort,
            school=self.cast.our_school,
            by=self.cast.rep,
            delegates=[Delegate(person_id=self.tom.pk), Delegate()] if named else None,
            wanted=wanted,
            at=self.at,
            **facts,
        )
        for booking in bookings[:frees]:
            cancel_booking(booking_id=booking.pk, shown_kept=12, by=self.cast.stranger, at=self.at)
        return entry

    def book(self, entry):
        return f"/courses/{entry.cohort.programme.slug}/{entry.cohort_id}/book/?entry={entry.pk}"


@pytest.fixture
def story(transactional_db):
    return Story()


def test_every_state_of_a_waiting_list_is_sound(story, visit):
    paths = {
        "waiting-course": f"/courses/{story.full.programme.slug}/",
        "waiting-course-in-line": f"/courses/{story.third.cohort.programme.slug}/",
        "wait": f"/courses/{story.full.programme.slug}/{story.full.pk}/wait/",
        "waiting-offered": f"/my/waiting/{story.offered.pk}/",
        "waiting-third": f"/my/waiting/{story.third.pk}/",
        "waiting-passed-over": f"/my/waiting/{story.passed_over.pk}/",
        "waiting-late": f"/my/waiting/{story.late.pk}/",
        "waiting-accept": story.book(story.offered),
        "waiting-decline": f"/my/waiting/{story.offered.pk}/leave/",
        "waiting-leave": f"/my/waiting/{story.third.pk}/leave/",
        "waiting-bookings": "/my/bookings/",
        "waiting-overview": "/my/",
        "tell-me-course": "/courses/oracy/",
        "tell-me": "/courses/oracy/tell-me/",
    }
    page = visit(story.cast.rep, "/my/")
    for name, path in paths.items():
        page.goto(path)
        look(page, name)


def test_the_hubs_waiting_lists_are_sound(story, visit):
    room = "/admin/cpd/waitingentry/"
    page = visit(story.cast.hub_manager, room)
    for name, path in (
        ("list", room),
        ("one", f"{room}{story.offered.pk}/change/"),
        ("offer", f"{room}{story.passed_over.pk}/offer/"),
        ("wishes", "/admin/cpd/demand/"),
        ("board", "/admin/cpd/demand/board/"),
        ("plan", f"/admin/cpd/demand/board/{story.oracy.pk}/plan/"),
    ):
        page.goto(path)
        look(page, f"admin-waiting-{name}")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_rep_joins_a_list_with_a_colleague_and_leaves_it(story, visit, javascript):
    course = f"/courses/{story.full.programme.slug}/"
    page = visit(story.cast.rep, course, at="phone", javascript=javascript)
    page.get_by_role("link", name="Join the waiting list").click()
    page.get_by_label("Tom Teacher").check()
    page.get_by_role("button", name="Add another person").click()
    page.locator("#id_typed-1-full_name").wait_for()
    page.locator("#id_typed-0-full_name").fill("Nina New")
    page.get_by_label("Offer us all these places together").check()
    page.get_by_role("button", name="Join the waiting list").click()

    page.get_by_text("1st of 1 in line").first.wait_for()
    entry = WaitingEntry.objects.get(cohort=story.full)
    assert (entry.wanted, entry.all_or_none) == (2, True)
    page.get_by_role("link", name="Leave the waiting list").click()
    page.get_by_role("button", name="Leave the list").click()
    page.get_by_text("Your school has left the waiting list.").wait_for()


def test_an_offer_is_taken_from_the_overview_with_the_keyboard_alone(story, visit):
    page = visit(story.cast.rep, "/my/")

    for words, leads_to in (
        ("Take or decline", "Coaching conversations"),
        ("Take the place", "Who is coming?"),
        ("Check the booking", "Check your booking"),
        ("Confirm and book", "1 place is booked"),
    ):
        tab_to(page, words)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=leads_to, level=1).wait_for()

    assert Booking.objects.get(school=story.cast.our_school).delegate == story.tom


def test_some_are_booked_and_the_others_wait(story, visit):
    book = f"/courses/{story.nearly.programme.slug}/{story.nearly.pk}/book/"
    page = visit(story.cast.rep, book)
    page.get_by_label("Tom Teacher").check()
    page.get_by_label("Full name").fill("Nina New")
    page.get_by_role("button", name="Check the booking").click()

    page.get_by_role("heading", name="Who should have a place?").wait_for()
    page.get_by_label("Nina New").uncheck()
    page.get_by_label("Put those not ticked on the waiting list").check()
    look(page, "waiting-too-few")
    page.get_by_role("button", name="Check again with those ticked").click()
    page.get_by_role("heading", name="Check your booking").wait_for()
    look(page, "waiting-check")
    page.get_by_role("button", name="Confirm and book").click()

    page.get_by_role("heading", name="1 place is booked").wait_for()
    [waits] = WaitingEntry.objects.get(cohort=story.nearly).delegates.all()
    assert waits.named_as == "Nina New"


@pytest.fixture
def approvals(transactional_db):
    return Approvals()


def test_the_pages_of_approvals_are_sound(approvals, visit):
    page = visit(approvals.cast.headteacher, "/my/")
    for name, path in {
        "approvals": "/my/approvals/",
        "approval": f"/my/approvals/{approvals.asked.pk}/",
        "approval-limit": "/my/approvals/limit/",
        "approval-overview": "/my/",
        "approval-bookings": "/my/bookings/",
    }.items():
        page.goto(path)
        look(page, name)
    page.goto(f"/my/approvals/{approvals.asked.pk}/")
    page.get_by_text("Decline it").click()
    page.get_by_role("button", name="Decline").click()
    page.get_by_text("There is a problem").wait_for()
    look(page, "approval-declining")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_rep_asks_and_the_headteacher_approves_on_a_phone(approvals, visit, javascript):
    book = f"/courses/{approvals.cohort.programme.slug}/{approvals.cohort.pk}/book/"
    page = visit(approvals.cast.rep, book, at="phone", javascript=javascript)
    page.get_by_label("Tom Teacher").check()
    page.get_by_role("button", name="Check the booking").click()
    page.get_by_text("your headteacher is asked").wait_for()
    if javascript:
        look(page, "approval-check")
    page.get_by_role("button", name="Confirm and ask for approval").click()
    page.get_by_role("heading", name="1 place is held for approval").wait_for()
    if javascript:
        look(page, "approval-held")

    head = visit(approvals.cast.headteacher, "/my/", at="phone", javascript=javascript)
    head.get_by_role("link", name="See what waits for approval").click()
    for box in head.get_by_role("checkbox").all():
        box.check()
    head.get_by_role("button", name="Approve those ticked").click()
    head.get_by_text("2 requests approved.").wait_for()
    assert set(Approval.objects.values_list("status", flat=True)) == {"approved"}
