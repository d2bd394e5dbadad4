"""At the door, in a real browser: by camera, without a connection, by keyboard, and by axe."""

import contextlib
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.contrib.sessions.models import Session as SignedIn

from cpd.models import Attendance, Cohort
from cpd.services.door_codes import address_of, places_with_codes
from hub_portal.shared.london import london_date, start_of_day
from tests import browser
from tests.looking import look, tab_to, visiting
from tests.makers.cpd import give_credits, make_booking
from tests.makers.door import code_of, film_of, scan
from tests.makers.registers import make_organiser, make_running_cohort, sessions_of
from tests.makers.schools import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = ("Ann Lee", "Ben Shah", "Ngozi Chukwuemeka-Featherstonehaugh")


class Door:
    """A course that runs now, with three delegates; its next session is in a week."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast, self.organiser = make_cast(), make_organiser()
        give_credits(school=self.cast.our_school, at=self.at)
        cohort = make_running_cohort(
            organiser=self.organiser, sessions=2, starts_at=self.at + timedelta(minutes=90)
        )
        self.places = [self.booked(cohort, name) for name in NAMES]
        began = max(start_of_day(london_date(self.at)), self.at - timedelta(minutes=5))
        self.session = sessions_of(cohort)[0]
        Cohort.objects.filter(pk=cohort.pk).update(starts_at=began, booking_closes_at=began)
        cohort.sessions.filter(pk=self.session.pk).update(
            starts_at=began, ends_at=self.at + timedelta(hours=2)
        )
        self.cohort = Cohort.objects.get(pk=cohort.pk)

    def booked(self, cohort, name):
        return make_booking(
            cohort=cohort,
            school=self.cast.our_school,
            by=self.cast.rep,
            at=self.at,
            full_name=name,
        )

    @property
    def address(self):
        return f"/organise/{self.cohort.pk}/register/{self.session.pk}/scan/"


@pytest.fixture
def door(transactional_db):
    return Door()


@pytest.fixture
def visit_with_camera(live_server, tmp_path):
    """Opens pages in a browser whose camera sees the code of this place."""
    problems: list[str] = []
    with contextlib.ExitStack() as stack:

        def visit(place, person, path, *, allowed=True, **how):
            code = address_of(places_with_codes().get(pk=place.pk))
            film = film_of(code, tmp_path / "code.y4m")
            chromium = stack.enter_context(
                browser.opened_browser(
                    "--use-fake-device-for-media-stream",
                    "--use-fake-ui-for-media-stream" + ("" if allowed else "=deny"),
                    f"--use-file-for-fake-video-capture={film}",
                )
            )
            return visiting(live_server, partial(browser.open_page, chromium, problems))(
                person, path, **how
            )

        yield visit
    assert problems == []


@pytest.fixture
def visit_by_radio(live_server):
    """Opens pages whose connection fails; the browser may complain of that and of nothing else."""
    problems: list[str] = []
    with browser.opened_browser() as chromium:
        yield visiting(live_server, partial(browser.open_page, chromium, problems))
    assert problems
    assert [each for each in problems if "net::ERR_" not in each] == []


def marked():
    return sorted(Attendance.objects.values_list("named_as", "mark"))


def waiting(page):
    """What this device keeps: codes, and when they were scanned."""
    return page.evaluate("Object.entries(localStorage).flatMap(([k, v]) => JSON.parse(v))")


def test_the_camera_reads_a_code_once_and_counts_it_once(door, visit_with_camera):
    ann = door.places[0]
    page = visit_with_camera(ann, door.organiser, door.address, at="phone")

    page.get_by_role("button", name="Start the camera").click()

    page.get_by_role("status").get_by_text("Ann Lee is in.").wait_for()
    page.get_by_text("1 of 3").wait_for()
    row = page.get_by_role("list").filter(has_text="Ann Lee").first
    row.get_by_text("In, ").wait_for()
    look(page, "scan-camera")
    page.wait_for_timeout(2000)  # held there still: it is one scan
    assert page.get_by_text("Ann Lee is in.").is_visible()
    page.get_by_role("button", name="Stop the camera").click()
    page.wait_for_timeout(5500)
    page.get_by_role("button", name="Start the camera").click()  # shown once more, later
    page.get_by_text("Ann Lee was already in").wait_for()
    assert page.get_by_text("1 of 3").is_visible()
    assert marked() == [("Ann Lee", "attended")]
    assert waiting(page) == []


def test_a_camera_that_is_refused_is_said_and_typing_still_works(door, visit_with_camera):
    ann = door.places[0]
    page = visit_with_camera(ann, door.organiser, door.address, at="phone", allowed=False)

    page.get_by_role("button", name="Start the camera").click()

    page.get_by_text("The browser does not let this page use the camera.").wait_for()
    look(page, "scan-refused")
    page.get_by_label("Code or reference").fill(ann.reference)
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Ann Lee is in.").wait_for()


def test_scans_without_a_connection_wait_and_are_sent_with_their_moment(door, visit_by_radio):
    page = visit_by_radio(door.organiser, door.address, at="phone")
    field = page.get_by_label("Code or reference")

    page.context.set_offline(True)
    for code in (code_of(door.places[0]), code_of(door.places[1]), "nobody's code"):
        field.fill(code)
        field.press("Enter")
    field.fill(code_of(door.places[0]))  # the same once more
    field.press("Enter")
    page.get_by_text("3 waiting to be sent").wait_for()
    look(page, "scan-waiting")
    assert marked() == []
    assert [scan["code"] for scan in waiting(page)] == [
        code_of(door.places[0]),
        code_of(door.places[1]),
        "nobody's code",
    ]
    assert all(set(scan) == {"code", "at"} for scan in waiting(page))
    before = datetime.now(tz=UTC)
    page.wait_for_timeout(6000)
    page.context.set_offline(False)

    page.get_by_text("2 of 3").wait_for()
    page.get_by_text("3 codes were sent: 2 of them are in, 1 could not be marked").wait_for()
    page.get_by_role("heading", name="Not marked").wait_for()
    look(page, "scan-sent")
    assert waiting(page) == []
    assert not page.get_by_text("waiting to be sent").is_visible()
    assert marked() == [("Ann Lee", "attended"), ("Ben Shah", "attended")]
    # the moment of the scan, whole seconds ago and what the way took: not that of the sending
    scanned_by = before + timedelta(seconds=4)
    assert all(mark.marked_at <= scanned_by for mark in Attendance.objects.all())


def test_a_page_that_was_closed_in_the_meantime_sends_when_it_is_opened(door, visit_by_radio):
    page = visit_by_radio(door.organiser, door.address, at="phone")
    page.route("**/scan/send/", lambda route: route.abort())
    page.get_by_label("Code or reference").fill(code_of(door.places[0]))
    page.keyboard.press("Enter")
    page.get_by_text("1 waiting to be sent").wait_for()

    page.unroute("**/scan/send/")
    page.goto("/organise/")
    page.goto(door.address)

    page.get_by_role("status").get_by_text("Ann Lee is in.").wait_for()
    assert waiting(page) == []


def test_signed_out_in_the_meantime_nothing_is_lost(door, visit):
    page = visit(door.organiser, door.address, at="phone")
    SignedIn.objects.all().delete()

    page.get_by_label("Code or reference").fill(code_of(door.places[0]))
    page.keyboard.press("Enter")

    page.get_by_text("You are signed out").wait_for()
    look(page, "scan-signed-out")
    assert page.get_by_role("link", name="sign in and come back").get_attribute("href") == (
        f"/accounts/login/?next={door.address}"
    )
    assert [scan["code"] for scan in waiting(page)] == [code_of(door.places[0])]
    assert marked() == []


def test_without_javascript_codes_are_typed(door, visit):
    page = visit(door.organiser, door.address, at="phone", javascript=False)
    assert not page.get_by_role("button", name="Start the camera").is_visible()

    page.get_by_label("Code or reference").fill(code_of(door.places[0]))
    page.get_by_role("button", name="Mark as attended").click()
    page.get_by_text("Ann Lee is in.").wait_for()
    page.get_by_label("Code or reference").fill("nobody's code")
    page.get_by_role("button", name="Mark as attended").click()

    page.get_by_text("The portal does not know this code.").first.wait_for()
    assert marked() == [("Ann Lee", "attended")]


def test_a_door_is_kept_with_the_keyboard_alone(door, visit):
    page = visit(door.organiser, door.address)
    page.evaluate("document.activeElement.blur()")

    tab_to(page, "Start the camera")
    tab_to(page, "Code or reference")
    page.keyboard.type(door.places[1].reference)
    page.keyboard.press("Enter")

    page.get_by_role("status").get_by_text("Ben Shah is in.").wait_for()
    page.keyboard.type(door.places[2].reference)  # the field has the focus for the next
    page.keyboard.press("Enter")
    page.get_by_text("2 of 3").wait_for()


def test_pages_at_the_door_are_sound(door, visit):
    ann, ben, _ = door.places
    scan(door.cohort, ann, session=door.session, at=datetime.now(tz=UTC))
    later = sessions_of(door.cohort)[1]
    page = visit(door.organiser, door.address)
    look(page, "scan")
    page.goto(f"/organise/{door.cohort.pk}/register/{later.pk}/scan/")
    look(page, "scan-to-come")
    for place, name in ((ann, "code-in"), (ben, "code-to-mark")):
        page.goto(f"/check-in/{code_of(place)}/")
        look(page, name)
    page = visit(None, f"/check-in/{code_of(ben)}/")
    look(page, "code-of-nobody")
    page = visit(ben.delegate, f"/me/bookings/{ben.pk}/", at="narrow")
    look(page, "own-code")
    drawn = page.get_by_role("img", name="Your QR code for the door").bounding_box()
    assert drawn["width"] >= 240
