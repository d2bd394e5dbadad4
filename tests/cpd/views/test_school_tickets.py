"""What a school sees of its colleagues' tickets, and what a stranger's school does not."""

from datetime import UTC, datetime

import pytest
import time_machine

from cpd.models import Booking
from tests.makers.schools import make_appointment
from tests.makers.tickets import make_ticket, make_ticket_cohort, redeem

pytestmark = pytest.mark.django_db

LATE = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def ticket(cast):
    ticket = make_ticket()
    make_appointment(person=ticket.person, school=cast.our_school, known_as="Jess Taylor")
    return ticket


@pytest.fixture
def place(ticket):
    return redeem(ticket, make_ticket_cohort())


def said(response):
    return " ".join(response.content.decode().split())


def test_the_list_is_empty_until_somebody_goes(as_rep):
    assert "Nobody is going with a ticket" in said(as_rep.get("/my/tickets/"))


def test_the_list_names_colleagues_as_the_school_knows_them(as_rep, place):
    page = said(as_rep.get("/my/tickets/"))

    assert "Jess Taylor" in page
    assert "Say by Wed 6 Jan 2027" in page
    assert "Owens" not in page
    assert "mail.example" not in page


def test_the_overview_asks_while_the_school_may_say_no(as_rep, cast, place):
    assert "Jess Taylor goes on “Coaching conversations”" in said(as_rep.get("/my/"))
    with time_machine.travel(LATE, tick=False):
        as_rep.force_login(cast.rep)
        later = as_rep.get("/my/")
    assert later.status_code == 200
    assert "Jess Taylor goes on" not in said(later)


def test_the_school_says_that_it_cannot_release_a_colleague(as_rep, cast, place):
    url = f"/my/tickets/{place.pk}/"
    assert "Until Wednesday 6 January 2027 you may say so" in said(as_rep.get(url))

    response = as_rep.post(url, {"school": cast.our_school.pk})

    assert response["Location"] == "/my/tickets/"
    assert not Booking.objects.live().exists()
    assert "is given back" in said(as_rep.get(url))


def test_too_late_is_a_sentence(as_rep, cast, place):
    with time_machine.travel(LATE, tick=False):
        as_rep.force_login(cast.rep)
        page = said(as_rep.get(f"/my/tickets/{place.pk}/"))
        response = as_rep.post(f"/my/tickets/{place.pk}/", {"school": cast.our_school.pk})

    assert "is over" in page
    assert "We cannot release" not in page
    assert response.status_code == 422
    assert Booking.objects.live().exists()


def test_the_form_carries_the_school(as_rep, cast, place):
    for school in ("", "x", cast.strangers_school.pk):
        assert as_rep.post(f"/my/tickets/{place.pk}/", {"school": school}).status_code == 404
    assert Booking.objects.live().exists()


def test_another_schools_rep_finds_nothing(client, cast, place):
    client.force_login(cast.stranger)

    assert client.get(f"/my/tickets/{place.pk}/").status_code == 404
    sent = {"school": cast.strangers_school.pk}
    assert client.post(f"/my/tickets/{place.pk}/", sent).status_code == 404
    assert "Nobody is going" in said(client.get("/my/tickets/"))
    assert Booking.objects.live().exists()


def test_a_place_of_a_ticket_is_no_booking_of_the_school(as_rep, place):
    assert as_rep.get(f"/my/bookings/{place.pk}/").status_code == 404
    assert as_rep.get(f"/my/bookings/{place.pk}/cancel/").status_code == 404


def test_the_list_asks_as_often_for_three_as_for_one(
    as_rep, cast, place, django_assert_num_queries
):
    with django_assert_num_queries(7):
        as_rep.get("/my/tickets/")
    for _ in range(2):
        other = make_ticket()
        make_appointment(person=other.person, school=cast.our_school)
        redeem(other, make_ticket_cohort())
    with django_assert_num_queries(7):
        as_rep.get("/my/tickets/")


def test_a_course_that_welcomes_tickets_says_so(client):
    cohort = make_ticket_cohort()

    page = said(client.get(f"/courses/{cohort.programme.slug}/"))

    assert 'href="/ticket/"' in page
