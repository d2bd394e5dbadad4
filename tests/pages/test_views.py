import gzip

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpd.models import Cohort
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from hub_portal.shared import to_do
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order, make_programme
from tests.makers.schools import NOON, make_cast, make_colleague
from tests.reading import main_words


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cast(db):
    return make_cast()


# ---- Home ---------------------------------------------------------------------------------------


def test_home_shows_what_can_be_booked_now_and_no_price_to_a_visitor(client, cast):
    make_cohort(programme=make_programme(title="Open course"), price=37)
    full = make_cohort(programme=make_programme(title="Full course"), capacity=1)
    give_credits(school=cast.strangers_school)
    make_booking(cohort=full, school=cast.strangers_school, by=cast.stranger)
    closed = make_cohort(programme=make_programme(title="Closed course"))
    Cohort.objects.filter(pk=closed.pk).update(booking_closes_at=NOON)

    page = client.get("/").content.decode()

    assert "Open course" in page
    assert "Full course" not in page
    assert "Closed course" not in page
    assert "37 credits" not in page
    assert "across 2 schools" in page


def test_home_of_an_empty_hub_still_says_what_it_is(client, db):
    response = client.get("/")

    assert response.status_code == 200
    assert "Nothing is open just now" in response.content.decode()


def test_a_visitors_page_is_compressed_and_a_signed_in_persons_is_not(client, cast):
    make_cohort()
    accepts = {"accept-encoding": "gzip"}

    visitor = client.get("/courses/", headers=accepts)
    client.force_login(cast.rep)
    rep = client.get("/courses/", headers=accepts)

    assert visitor["Content-Encoding"] == "gzip"
    assert b"Coaching conversations" in gzip.decompress(visitor.content)
    assert not rep.has_header("Content-Encoding")
    assert b"Coaching conversations" in rep.content


# ---- Overview -----------------------------------------------------------------------------------


def test_overview_shows_the_four_figures_what_is_next_and_what_needs_doing(client, cast):
    give_credits(school=cast.our_school, credits=100)
    cohort = make_cohort(price=12)
    delegates = [Delegate(), Delegate(full_name="Tom Teacher")]
    order = make_order(cohort=cohort, school=cast.our_school, delegates=delegates)
    book_places(order=order, by=cast.rep, at=NOON)
    client.force_login(cast.rep)

    shown = client.get("/my/").context["shown"]

    figures = shown.figures
    assert (figures.received, figures.committed, figures.spent, figures.available) == (
        100,
        24,
        0,
        76,
    )
    assert [booking.who for booking in shown.next_bookings] == [
        "A colleague to be named",
        "Tom Teacher",
    ]
    assert ("1 place has no name yet.", "Name the delegate") in [
        (each.sentence, each.link) for each in shown.to_do
    ]


def test_overview_says_nothing_waits_when_nothing_does(client, cast, monkeypatch):
    monkeypatch.setattr(to_do, "_kinds", [])
    client.force_login(cast.rep)

    assert "Nothing is waiting for you." in client.get("/my/").content.decode()


def test_overview_costs_at_most_fourteen_queries_however_much_there_is(client, cast):
    give_credits(school=cast.our_school, credits=1000)
    client.force_login(cast.rep)
    costs = []

    for more in (1, 29):
        for _ in range(more):
            make_booking(cohort=make_cohort(price=1), school=cast.our_school, by=cast.rep)
        client.get("/my/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/my/")
        costs.append(len(asked))

    assert costs[0] == costs[1] <= 14


def test_a_visitor_is_asked_to_sign_in(client, db):
    response = client.get("/my/")

    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/my/"


def test_the_hubs_own_people_arrive_in_the_admin(client, cast):
    client.force_login(cast.hub_manager)

    response = client.get("/my/")

    assert response.status_code == 302
    assert response.url == "/admin/"


def test_a_teacher_is_told_who_books_and_sees_no_figures(client, cast):
    give_credits(school=cast.our_school, credits=73)
    client.force_login(make_colleague(school=cast.our_school))

    page = main_words(client.get("/my/", follow=True))

    assert "Your school’s rep books the places" in page
    assert "73" not in page
