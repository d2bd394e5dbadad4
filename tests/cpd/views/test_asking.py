import pytest

from cpd.models import AskedPlace, Booking
from cpd.services.asking import ask_for_place, decline_ask
from tests.makers.cpd import give_credits, make_cohort
from tests.makers.schools import (
    NOON,
    make_appointment,
    make_colleague,
    make_person,
    make_school,
)


@pytest.fixture
def tom(cast):
    give_credits(school=cast.our_school)
    return make_colleague(school=cast.our_school)


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def as_tom(client, tom):
    client.force_login(tom)
    return client


@pytest.fixture
def asked(cast, tom, cohort):
    return ask_for_place(cohort=cohort, school=cast.our_school, by=tom, at=NOON)


def course(cohort, page=""):
    return f"/courses/{cohort.programme.slug}/{f'{cohort.pk}/{page}' if page else ''}"


def text(response):
    return response.content.decode()


def test_the_course_page_offers_to_ask_and_then_says_that_one_has(as_tom, cast, tom, cohort):
    assert course(cohort, "ask/") in text(as_tom.get(course(cohort)))

    response = as_tom.post(course(cohort, "ask/"), {"school": cast.our_school.pk}, follow=True)

    assert "Your rep at Lampton School has been asked." in text(response)
    assert AskedPlace.objects.get().person == tom
    page = text(as_tom.get(course(cohort)))
    assert "You have asked your rep for a place." in page
    assert course(cohort, "ask/") not in page


def test_looking_at_the_page_asks_nothing(as_tom, cohort):
    assert "Ask the rep of Lampton School" in text(as_tom.get(course(cohort, "ask/")))
    assert not AskedPlace.objects.exists()


def test_a_teacher_at_two_schools_chooses(as_tom, tom, cohort):
    second = make_school(name="Second School")
    make_appointment(person=tom, school=second)

    page = text(as_tom.get(course(cohort, "ask/")))

    assert "Ask the rep of Lampton School" in page
    assert "Ask the rep of Second School" in page


@pytest.mark.parametrize("school", ["", "x", "999999"])
def test_a_school_that_is_not_theirs_does_not_exist(as_tom, cohort, school):
    assert as_tom.post(course(cohort, "ask/"), {"school": school}).status_code == 404
    assert not AskedPlace.objects.exists()


def test_somebody_without_a_post_is_told_whom_to_turn_to(client, cast, cohort):
    client.force_login(make_person(email="new@nowhere.example"))

    response = client.get(course(cohort, "ask/"))

    assert "You are on no school’s staff list" in text(response)
    assert "Ask the rep" not in text(response)


def test_a_refusal_is_a_sentence(as_tom, cast, cohort, asked):
    decline_ask(asked=asked, by=cast.rep, at=NOON)

    response = as_tom.post(course(cohort, "ask/"), {"school": cast.our_school.pk})

    assert response.status_code == 422
    assert "Your school has said no to this date." in text(response)


def test_a_rep_is_led_to_the_booking_form(as_rep, cohort):
    response = as_rep.get(course(cohort, "ask/"))

    assert response["Location"] == course(cohort, "book/")


# ---- The rep ------------------------------------------------------------------------------------


def test_the_link_opens_the_form_filled_in_and_books_nothing(as_rep, tom, cohort, asked):
    response = as_rep.get(f"{course(cohort, 'book/')}?asked={asked.pk}")

    assert response.context["ticked"] == {tom.pk}
    assert not Booking.objects.exists()


def test_the_form_is_that_of_the_school_that_was_asked(as_rep, cast, cohort, asked):
    first = make_school(name="Abbey School")
    make_appointment(person=cast.rep, school=first, role="headteacher")
    session = as_rep.session
    session["acting_school"] = first.pk
    session.save()

    shown = as_rep.get(f"{course(cohort, 'book/')}?asked={asked.pk}").context["shown"]

    assert shown.school == cast.our_school


@pytest.mark.parametrize("asked_id", ["", "x", "99999"])
def test_a_link_that_says_nothing_opens_an_empty_form(as_rep, cohort, asked_id):
    response = as_rep.get(f"{course(cohort, 'book/')}?asked={asked_id}")

    assert (response.status_code, response.context["ticked"]) == (200, set())


def test_a_stranger_learns_nothing_from_the_link(client, cast, cohort, asked):
    client.force_login(cast.stranger)

    page = client.get(f"{course(cohort, 'book/')}?asked={asked.pk}")

    assert page.context["ticked"] == set()
    assert "Tom Teacher" not in text(page)


def test_what_is_asked_stands_on_the_overview_and_in_a_list(as_rep, asked):
    to_do = as_rep.get("/my/").context["shown"].to_do
    assert ("1 colleague asks for a place.", "/my/asked/") in [
        (each.sentence, each.url) for each in to_do
    ]

    page = text(as_rep.get("/my/asked/"))
    assert f"?asked={asked.pk}" in page
    assert "Tom Teacher" in page


def test_the_list_is_empty_for_another_school(client, cast, asked):
    client.force_login(cast.stranger)

    assert "Nobody is waiting for an answer" in text(client.get("/my/asked/"))


def test_saying_no_is_a_post_and_is_said(as_rep, asked):
    response = as_rep.post(f"/my/asked/{asked.pk}/decline/", follow=True)

    asked.refresh_from_db()
    assert asked.status == "declined"
    assert "Tom Teacher has been told: not Coaching conversations" in text(response)


def test_a_stranger_cannot_say_no(client, cast, asked):
    client.force_login(cast.stranger)

    assert client.post(f"/my/asked/{asked.pk}/decline/").status_code == 404
    asked.refresh_from_db()
    assert asked.status == "asked"


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    as_rep, cast, tom, number, django_assert_num_queries
):
    for _ in range(number):
        ask_for_place(cohort=make_cohort(), school=cast.our_school, by=tom, at=NOON)

    with django_assert_num_queries(5):
        response = as_rep.get("/my/asked/")

    assert len(response.context["asked"]) == number
