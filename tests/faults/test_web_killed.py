"""The web process killed in the middle of a booking, and its engines taken away from it.

A rep whose browser got no answer presses the button again: whatever had happened, there is one
booking, and the books agree. Rules BK-3 and CR-13.
"""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from cpd.models import Booking, BookingPolicy, BookingRequest
from cpd.services import proofs as proofs_of_bookings
from credits.choices import AccountKind, EntryKind
from credits.models import Account, JournalEntry
from credits.services import proofs as proofs_of_the_books
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.choices import Role
from tests.faults.harness import running_mail_server, running_worker, wait_until
from tests.faults.web_server import (
    Visitor,
    absent_broker,
    checked_booking,
    confirm,
    cookies_of,
    deaf_broker,
    durable_database,
    emptied_broker,
    nobody_waits_for_a_lock,
    running_web,
    seconds_since,
    somebody_waits_for_a_lock,
)
from tests.makers.cpd import give_credits, make_cohort
from tests.makers.schools import make_cast, make_colleague, make_school

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

NO_ANSWER = (http.client.HTTPException, ConnectionError)
IN_SIX_WEEKS = timedelta(weeks=6)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=100, at=datetime.now(tz=UTC))


@pytest.fixture
def cohort():
    return make_cohort(starts_at=datetime.now(tz=UTC) + IN_SIX_WEEKS, price=12, capacity=20)


def what_the_books_say():
    return [*proofs_of_the_books.differences(), *proofs_of_bookings.differences()]


def test_a_booking_whose_worker_is_killed_before_the_commit_is_made_once_by_sending_it_again(
    cast, year, cohort, tmp_path
):
    with running_web(tmp_path) as web, Visitor(web.port, cookies_of(cast.rep)) as rep:
        fields = checked_booking(rep, cohort, ["Tom Teacher"])
        with ThreadPoolExecutor(1) as browser, transaction.atomic():
            # an account the booking posts to: it stops there, its request and entry written
            list(Account.objects.filter(kind=AccountKind.AVAILABLE).select_for_update())
            clicked = browser.submit(confirm, rep, cohort, fields)
            wait_until(somebody_waits_for_a_lock, what="the booking is half made")
            web.kill_workers()
            with pytest.raises(NO_ANSWER):
                clicked.result(30)
        wait_until(nobody_waits_for_a_lock, what="PostgreSQL let go of the dead worker")
        assert not BookingRequest.objects.exists()
        assert not Booking.objects.exists()

        rep.connection.close()
        again = confirm(rep, cohort, fields)
        once_more = confirm(rep, cohort, fields)

    assert (again.status, once_more.status) == (302, 302)
    assert again.location == once_more.location
    assert_one_booking(cast, year)


def test_a_booking_whose_worker_is_killed_after_the_commit_is_not_made_twice_by_sending_it_again(
    cast, year, cohort, tmp_path
):
    with (
        deaf_broker() as redis_url,
        running_web(tmp_path, redis_url=redis_url) as web,
        Visitor(web.port, cookies_of(cast.rep)) as rep,
    ):
        fields = checked_booking(rep, cohort, ["Tom Teacher"])
        with ThreadPoolExecutor(1) as browser:
            clicked = browser.submit(confirm, rep, cohort, fields)
            # the bell is rung after the commit, and this broker keeps the worker waiting
            wait_until(Booking.objects.exists, what="the booking is kept")
            web.kill_workers()
            with pytest.raises(NO_ANSWER):
                clicked.result(30)

        rep.connection.close()
        again = confirm(rep, cohort, fields)

    assert again.status == 302
    assert_one_booking(cast, year)


def assert_one_booking(cast, year):
    assert list(Booking.objects.values_list("named_as", "price")) == [("Tom Teacher", 12)]
    assert BookingRequest.objects.count() == 1
    assert JournalEntry.objects.filter(kind=EntryKind.COMMIT).count() == 1
    assert figures_of(cast.our_school, year) == Figures(committed=12, available=88)
    assert sorted(Delivery.objects.values_list("kind", flat=True)) == [
        "cpd.booked",
        "cpd.booked.booker",
    ]
    assert Act.objects.filter(verb="booking.made").count() == 1
    assert what_the_books_say() == []


@pytest.mark.parametrize("broker", [absent_broker, deaf_broker, emptied_broker])
def test_booking_without_a_broker_answers_within_three_seconds_and_its_mail_goes_with_the_tick(
    cast, year, cohort, tmp_path, broker
):
    with (
        broker() as redis_url,
        running_web(tmp_path, redis_url=redis_url) as web,
        Visitor(web.port, cookies_of(cast.rep)) as rep,
    ):
        fields = checked_booking(rep, cohort, ["Tom Teacher"])
        began = time.monotonic()
        answer = confirm(rep, cohort, fields)
        took = seconds_since(began)
        assert rep.get(answer.location).status == 200

    assert answer.status == 302
    assert took < 3
    assert set(Delivery.objects.values_list("status", flat=True)) == {"waiting"}

    with running_mail_server(tmp_path) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        with running_worker(tmp_path, email_url=url, queues="mail,portal") as worker:
            worker.ring("clock.tick")
            wait_until(lambda: len(server.taken()) == 2, what="both mails went after the tick")
    assert set(server.taken().values()) == {1}


def test_two_hundred_people_for_twenty_places_get_exactly_twenty_and_the_rest_a_sentence(
    cohort, tmp_path
):
    schools, each, places = 10, 20, cohort.capacity
    BookingPolicy.objects.update(places_per_school=0)
    reps = [make_rep(number) for number in range(schools)]
    with running_web(tmp_path) as web:
        clicks = [click for rep in reps for click in filled_in(web, rep, cohort, each)]
        together = threading.Barrier(len(clicks))

        def press(click):
            cookies, fields = click
            with Visitor(web.port, dict(cookies)) as rep:
                together.wait(60)
                return confirm(rep, cohort, fields)

        with ThreadPoolExecutor(len(clicks)) as people:
            answers = list(people.map(press, clicks))

    refused = [answer for answer in answers if answer.status == 422]
    assert [answer.status for answer in answers].count(302) == places
    assert len(refused) == schools * each - places
    assert all("This course is full." in answer.text for answer in refused)
    assert Booking.objects.live().count() == places
    assert Act.objects.filter(verb="booking.made").count() == places
    assert what_the_books_say() == []


def make_rep(number):
    """The rep of one more school that has credits."""
    school = make_school(name=f"School {number}")
    give_credits(school=school, credits=200, at=datetime.now(tz=UTC))
    return make_colleague(
        school=school, full_name=f"Rep {number}", email=f"rep{number}@our.example", role=Role.REP
    )


def filled_in(web, rep, cohort, count):
    """So many check pages of one rep in as many tabs: cookies, and the fields left to send."""
    with Visitor(web.port, cookies_of(rep)) as visitor:
        fields = checked_booking(visitor, cohort, ["A Teacher"])
        return [(visitor.cookies, in_another_tab(fields, rep, n)) for n in range(count)]


def in_another_tab(fields, rep, number):
    """The same page opened apart has a key of its own, here for somebody else."""
    name = f"Teacher {number} of {rep.full_name}"
    own = {
        "page_key": f"tab-{number}-of-{rep.pk}-and-some-more",
        "typed-0-full_name": name,
        "typed-0-email": f"{name.lower().replace(' ', '.')}@our.example",
    }
    return [(field, own.get(field, value)) for field, value in fields]


def test_a_database_stopped_at_once_under_writers_has_lost_nothing_it_acknowledged(
    cast, year, tmp_path
):
    now = datetime.now(tz=UTC)
    give_credits(school=cast.our_school, credits=10_000, at=now)
    BookingPolicy.objects.update(places_per_school=0)
    cohorts = [
        make_cohort(starts_at=now + IN_SIX_WEEKS, price=2, capacity=500, places_per_school=0)
        for _ in range(4)
    ]
    cookies, stop = cookies_of(cast.rep), threading.Event()
    with durable_database() as database:
        database.take_over_the_tests()
        with (
            running_web(tmp_path, database_url=database.url) as web,
            ThreadPoolExecutor(len(cohorts)) as people,
        ):
            writers = [people.submit(book_on, web, cookies, each, stop) for each in cohorts]
            wait_until(lambda: booked_in(database) > 12, what="bookings are made")
            database.stop_at_once()
            time.sleep(0.5)  # they meet a database that is not there
            database.start_again()
            before = booked_in(database)
            wait_until(lambda: booked_in(database) > before + 8, what="bookings go on")
            stop.set()
            acknowledged = [key for writer in writers for key in writer.result(60)]
        found = {location_of(*row) for row in database.asked(REQUESTS)}

        assert len(set(acknowledged)) == len(acknowledged) > 20
        assert set(acknowledged) <= found
        assert database.asked("SELECT count(*) FROM cpd_booking") == [(len(found),)]
        assert database.differences() == "[]"


REQUESTS = (
    "SELECT p.slug, r.cohort_id, r.id FROM cpd_bookingrequest r"
    " JOIN cpd_cohort c ON c.id = r.cohort_id JOIN cpd_programme p ON p.id = c.programme_id"
)


def location_of(slug, cohort_id, request_id):
    return f"/courses/{slug}/{cohort_id}/done/{request_id}/"


def booked_in(database):
    return database.asked("SELECT count(*) FROM cpd_booking")[0][0]


def book_on(web, cookies, cohort, stop):
    """Book one place after another, each until it is acknowledged; the pages that said so."""
    done = []
    with Visitor(web.port, dict(cookies)) as rep:
        fields = checked_booking(rep, cohort, ["A Teacher"])
        while not stop.is_set():
            name = f"Teacher {len(done)} of {cohort.pk}"
            own = {
                "page_key": f"page-{len(done)}-of-{cohort.pk}-and-some-more",
                "typed-0-full_name": name,
                "typed-0-email": "",
            }
            asked = [(field, own.get(field, value)) for field, value in fields]
            done.append(sent_until_acknowledged(rep, cohort, asked))
    return done


def sent_until_acknowledged(rep, cohort, fields):
    """What a patient rep does: the same page sent again until it answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            answer = confirm(rep, cohort, fields)
        except NO_ANSWER:
            rep.connection.close()
        else:
            if answer.status == 302:
                return answer.location
            assert answer.status >= 500, answer.text[:2000]
        time.sleep(0.1)
    raise AssertionError("the portal did not come back")
