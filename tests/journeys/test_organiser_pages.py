"""The organiser's room in a real browser: on a phone at the door, by keyboard, and by axe."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from cpd.models import Attendance, Booking, Cohort
from cpd.services.bookings import book_places
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from tests.looking import look, look_at_each, look_here, tab_to
from tests.makers.cpd import give_credits, make_booking, make_order, make_programme
from tests.makers.registers import make_organiser, make_running_cohort, sessions_of, take
from tests.makers.schools import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = ("Ann Lee", "Ben Shah", "Ngozi Chukwuemeka-Featherstonehaugh")


class Door:
    """A course whose first session is today, one to come, one that was called off."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast, self.organiser = make_cast(), make_organiser()
        give_credits(school=self.cast.our_school, at=self.at)
        programme = make_programme(title="Coaching conversations that change practice")
        today = {"organiser": self.organiser, "programme": programme, "sessions": 3}
        self.cohort = make_running_cohort(starts_at=self.at + timedelta(minutes=90), **today)
        for name in NAMES:
            self.booked(name)
        order = make_order(cohort=self.cohort, school=self.cast.our_school, delegates=[Delegate()])
        Cohort.objects.filter(pk=self.cohort.pk).update(places_per_school=9)
        book_places(order=order, by=self.cast.rep, at=self.at)
        self.cohort = Cohort.objects.get(pk=self.cohort.pk)
        Cohort.objects.filter(pk=self.cohort.pk).update(
            starts_at=self.at - timedelta(minutes=5), booking_closes_at=self.at
        )
        self.cohort.sessions.filter(starts_at__lt=self.at + timedelta(days=1)).update(
            starts_at=self.at - timedelta(minutes=5)
        )
        self.empty = make_running_cohort(
            organiser=self.organiser,
            programme=make_programme(title="Reading fluency"),
            starts_at=self.at + timedelta(days=30),
        )
        off = make_running_cohort(
            organiser=self.organiser,
            programme=make_programme(title="Mastery"),
            starts_at=self.at + timedelta(days=40),
        )
        cancel_cohort(cohort=off, reason="Ill", by=self.cast.hub_manager, at=self.at)
        self.off = off
        self.session = sessions_of(self.cohort)[0]

    def booked(self, name):
        return make_booking(
            cohort=self.cohort,
            school=self.cast.our_school,
            by=self.cast.rep,
            at=self.at,
            full_name=name,
        )

    def place(self, name):
        return Booking.objects.get(named_as=name)

    @property
    def course(self):
        return f"/organise/{self.cohort.pk}/"

    @property
    def register(self):
        return f"{self.course}register/{self.session.pk}/"


@pytest.fixture
def door(transactional_db):
    return Door()


def test_pages_of_an_organiser_are_sound(door, visit):
    take(door.cohort, {door.place("Ann Lee"): "attended"}, at=door.at)
    later = sessions_of(door.cohort)[1]
    paths = {
        "organise": "/organise/",
        "organised": door.course,
        "organised-empty": f"/organise/{door.empty.pk}/",
        "organised-off": f"/organise/{door.off.pk}/",
        "register": door.register,
        "register-to-come": f"{door.course}register/{later.pk}/",
        "register-empty": f"/organise/{door.empty.pk}/register/{sessions_of(door.empty)[0].pk}/",
        "walk-in": f"{door.register}walk-in/",
        "at-the-door": f"{door.register}place/{door.place('Ben Shah').pk}/",
        "name-who-came": f"{door.register}place/{door.place('').pk}/",
    }
    page = visit(door.organiser, "/organise/")
    for name, path in paths.items():
        page.goto(path)
        look(page, name)


def test_pages_of_an_organiser_are_sound_in_the_dark(door, visit):
    take(door.cohort, {door.place("Ann Lee"): "attended"}, at=door.at)
    page = visit(door.organiser, door.register, at="phone", scheme="dark")
    look_here(page, "register-dark")


def test_the_hub_s_room_of_registers_is_sound(door, visit):
    take(door.cohort, {door.place("Ann Lee"): "attended"}, at=door.at)
    session, mark = door.session.pk, Attendance.objects.get().pk
    page = visit(door.cast.hub_manager, "/admin/cpd/session/")
    look_at_each(
        page,
        [
            "/admin/cpd/session/",
            "/admin/cpd/session/?register=missing",
            f"/admin/cpd/session/{session}/change/",
            f"/admin/cpd/session/{session}/register/",
            "/admin/cpd/attendance/",
            f"/admin/cpd/attendance/{mark}/change/",
        ],
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_a_register_is_taken_on_a_phone(door, visit, javascript):
    page = visit(door.organiser, "/", at="phone", javascript=javascript)
    page.get_by_role("link", name="Courses I run").click()
    page.get_by_role("link", name="Coaching conversations").first.click()

    ben = page.get_by_role("group", name="Ben Shah")
    ben.get_by_text("Did not attend").click()
    page.get_by_role("button", name="mark everybody else as attended").click()

    page.get_by_text("Saved: 2 delegates attended. 1 delegate still to mark.").wait_for()
    assert sorted(Attendance.objects.values_list("named_as", "mark")) == [
        ("Ann Lee", "attended"),
        ("Ben Shah", "did_not_attend"),
        ("Ngozi Chukwuemeka-Featherstonehaugh", "attended"),
    ]


def test_whoever_comes_to_the_door_is_put_on_the_register(door, visit):
    page = visit(door.organiser, door.register, at="phone", javascript=False)

    page.get_by_role("link", name="Somebody without a place").click()
    page.get_by_role("button", name="Put on the register").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    page.get_by_role("combobox", name="School").select_option(label="Lampton School")
    page.get_by_label("Full name").fill("Wanda Walker")
    page.get_by_label("Why without a place").fill("Heard of it this morning")
    page.get_by_role("button", name="Put on the register").click()
    page.get_by_text("Wanda Walker is on the register, 12 credits of the school.").wait_for()

    page.get_by_role("link", name=re.compile("Somebody else came.*Ben Shah")).click()
    page.get_by_label("Full name").fill("Cal Cook")
    page.get_by_role("button", name="Give them the place").click()
    page.get_by_text("Cal Cook has the place now. The school is told.").wait_for()
    page.get_by_role("link", name="Name who came").click()
    page.get_by_label("Full name").fill("Dee Day")
    page.get_by_role("button", name="Give them the place").click()
    page.get_by_text("Dee Day has the place now.").wait_for()


def test_a_register_is_taken_with_the_keyboard_alone(door, visit):
    page = visit(door.organiser, door.register)

    tab_to(page, "Attended")
    page.keyboard.press("Space")
    tab_to(page, "Save the register")
    page.keyboard.press("Enter")

    page.get_by_text("Saved: 1 delegate attended.").wait_for()
    assert Attendance.objects.get().booking == door.place("Ann Lee")
