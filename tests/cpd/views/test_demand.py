"""Asking to be told when a course runs, and the hub's demand board."""

import pytest

from cpd.models import Cohort, Demand, WaitingEntry
from tests.makers.cpd import make_cohort, make_programme
from tests.makers.schools import make_finance_officer, sign_in
from tests.reading import main_words


@pytest.fixture
def programme():
    return make_programme(title="Oracy", slug="oracy")


URL = "/courses/oracy/tell-me/"


def sent(cast, **more):
    return {"school": cast.our_school.pk, **more}


def test_a_course_without_a_date_can_be_asked_for_and_says_so(as_rep, cast, programme):
    assert "Tell me when this runs" in main_words(as_rep.get("/courses/oracy/"))

    answer = as_rep.post(URL, sent(cast, ask="1", wanted="3"), follow=True)

    assert "The hub knows that you want 3 places." in answer.content.decode()
    assert "You asked for 3 places" in main_words(answer)
    assert Demand.objects.get().wanted == 3


def test_asking_no_more(as_rep, cast, programme):
    as_rep.post(URL, sent(cast, ask="1", wanted="2"))
    assert "Your school asked for 2 places" in main_words(as_rep.get(URL))

    answer = as_rep.post(URL, sent(cast, withdraw="1"), follow=True)

    assert "does not ask for this course any more" in answer.content.decode()
    assert Demand.objects.get().status == "withdrawn"


@pytest.mark.parametrize("wanted", ["", "0", "9", "x"])
def test_a_number_that_cannot_be_is_said_at_the_field(as_rep, cast, programme, wanted):
    answer = as_rep.post(URL, sent(cast, ask="1", wanted=wanted))

    assert answer.status_code == 422
    assert "Choose a number of places" in main_words(answer)
    assert not Demand.objects.exists()


def test_a_refusal_is_its_sentence(as_rep, cast, programme):
    as_rep.post(URL, sent(cast, ask="1", wanted="2"))

    answer = as_rep.post(URL, sent(cast, ask="1", wanted="1"))

    assert answer.status_code == 422
    assert "asked for this course already, for 2 places" in answer.content.decode()


def test_a_post_that_asks_for_nothing_shows_the_form_again(as_rep, cast, programme):
    assert as_rep.post(URL, sent(cast)).status_code == 422


def test_a_form_for_another_school_is_not_found(as_rep, cast, programme):
    answer = as_rep.post(URL, {"school": cast.strangers_school.pk, "ask": "1", "wanted": "1"})

    assert answer.status_code == 404


def test_a_course_that_can_be_booked_is_not_asked_for(as_rep, programme):
    make_cohort(programme=programme)

    assert "Tell me when" not in main_words(as_rep.get("/courses/oracy/"))


def test_the_hub_plans_a_date_from_the_board(as_rep, client, cast, programme):
    as_rep.post(URL, sent(cast, ask="1", wanted="2"))
    sign_in(client, cast.hub_manager)
    board = client.get("/admin/cpd/demand/board/").content.decode()
    plan = f"/admin/cpd/demand/board/{programme.pk}/plan/"
    assert plan in board
    assert "Lampton School" in client.get(plan).content.decode()

    days = {
        "starts_at": "2027-01-14T13:30", "ends_at": "2027-01-14T16:30",
        "booking_opens_at": "2026-12-01T09:00", "booking_closes_at": "2027-01-12T16:00",
    }  # fmt: skip
    answer = client.post(plan, {**days, "price": "12", "capacity": "20", "is_sure": "on"})

    cohort = Cohort.objects.get()
    assert answer.url == f"/admin/cpd/cohort/{cohort.pk}/change/"
    assert WaitingEntry.objects.get().cohort == cohort
    assert "No school asks for a course" in client.get("/admin/cpd/demand/board/").content.decode()


def test_days_in_an_order_that_cannot_be_are_said_at_the_field(as_rep, client, cast, programme):
    as_rep.post(URL, sent(cast, ask="1", wanted="2"))
    sign_in(client, cast.hub_manager)
    days = {
        "starts_at": "2027-01-14T13:30", "ends_at": "2027-01-14T12:30",
        "booking_opens_at": "2026-12-01T09:00", "booking_closes_at": "2027-01-15T16:00",
    }  # fmt: skip

    answer = client.post(
        f"/admin/cpd/demand/board/{programme.pk}/plan/",
        {**days, "price": "12", "capacity": "20", "is_sure": "on"},
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "A session has to end after it starts." in page
    assert "Booking has to close by the first session." in page
    assert not Cohort.objects.exists()


def test_the_board_is_the_hub_managers(client, cast, programme):
    sign_in(client, make_finance_officer())

    assert client.get("/admin/cpd/demand/board/").status_code == 403
    assert client.get(f"/admin/cpd/demand/board/{programme.pk}/plan/").status_code == 403


def test_planning_what_nobody_asks_for_is_not_found(client, cast, programme):
    sign_in(client, cast.hub_manager)

    assert client.get(f"/admin/cpd/demand/board/{programme.pk}/plan/").status_code == 404
