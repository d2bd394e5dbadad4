import pytest

from cpd.models import Apology
from cpd.services.apologies import send_apologies
from cpd.services.asking import ask_for_place
from cpd.services.cancelling import cancel_booking
from hub_portal.mail.models import Delivery
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_colleague, make_person


@pytest.fixture
def tom(cast):
    give_credits(school=cast.our_school)
    return make_colleague(school=cast.our_school)


@pytest.fixture
def booking(cast, tom):
    cohort = make_cohort(joining_details="<p>Sign in at reception.</p>")
    return make_booking(
        cohort=cohort,
        school=cast.our_school,
        by=cast.rep,
        full_name=tom.full_name,
        email=tom.email,
    )


@pytest.fixture
def as_tom(client, tom):
    client.force_login(tom)
    return client


def url(booking, page=""):
    return f"/me/bookings/{booking.pk}/{page}"


def text(response):
    return response.content.decode()


def test_a_teacher_arrives_at_their_own_courses(as_tom, booking):
    response = as_tom.get("/my/", follow=True)

    assert response.redirect_chain == [("/me/", 302)]
    assert "Coaching conversations" in text(response)


def test_somebody_without_post_and_place_is_told_what_to_do(client, cast):
    client.force_login(make_person(email="new@nowhere.example"))

    page = text(client.get("/me/"))

    assert "You are on no course yet" in page
    assert 'href="/courses/?has_places=on"' in page


def test_navigation_offers_own_courses_by_role(client, cast, as_tom):
    def offered():
        page = client.get("/courses/")
        return (
            [entry.label for entry in page.context["nav"]],
            [entry.label for entry in page.context["nav_account"]],
        )

    main, account = offered()
    assert (main, "My own courses" in account) == (["My courses", "Courses", "Calendar"], False)
    client.force_login(cast.rep)
    main, account = offered()
    assert ("My courses" in main, "My own courses" in account) == (False, True)


def test_a_rep_sees_own_places_too(client, cast, tom):
    make_booking(
        cohort=make_cohort(),
        school=cast.our_school,
        by=cast.deputy,
        full_name="Rita Rep",
        email="rita@our.example",
    )
    client.force_login(cast.rep)

    page = text(client.get("/me/"))

    assert "You have a place" in page


def test_the_page_of_a_place_has_the_joining_details_and_no_price(as_tom, booking):
    page = text(as_tom.get(url(booking)))

    assert "Sign in at reception." in page
    assert "Rita Rep" in page
    assert booking.reference in page
    assert "credits" not in page.split("<main")[1]


def test_a_place_given_up_shows_no_joining_details(cast, as_tom, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    page = text(as_tom.get(url(booking)))

    assert "Cancelled by the school" in page
    assert "Sign in at reception." not in page


@pytest.mark.parametrize("page", ["", "apologies/", "coming/"])
def test_somebody_elses_place_does_not_exist(client, cast, booking, page):
    client.force_login(cast.rep)
    before = Delivery.objects.count()

    assert client.post(url(booking, page or "apologies/")).status_code == 404
    assert client.get(url(booking, page)).status_code in (404, 405)
    assert (Apology.objects.count(), Delivery.objects.count()) == (0, before)


def test_apologies_are_sent_by_post_after_a_page_that_says_what_they_mean(as_tom, booking):
    page = text(as_tom.get(url(booking, "apologies/")))
    assert "We tell Rita Rep at Lampton School at once." in page
    assert not Apology.objects.exists()

    response = as_tom.post(url(booking, "apologies/"), follow=True)

    assert Apology.objects.get().person == booking.delegate
    assert "Rita Rep has been told that you cannot come." in text(response)
    assert "I can come after all" in text(response)
    assert as_tom.get(url(booking, "apologies/")).status_code == 302


def test_the_rep_finds_them_on_the_overview_and_on_the_booking(client, cast, tom, booking):
    send_apologies(booking_id=booking.pk, by=tom, at=NOON)
    client.force_login(cast.rep)

    to_do = client.get("/my/").context["shown"].to_do
    assert (
        "Tom Teacher cannot come to “Coaching conversations”.",
        f"/my/bookings/{booking.pk}/",
    ) in [(each.sentence, each.url) for each in to_do]
    assert "Tom Teacher cannot come. Send somebody else" in text(
        client.get(f"/my/bookings/{booking.pk}/")
    )


def test_coming_after_all_is_said(as_tom, tom, booking):
    send_apologies(booking_id=booking.pk, by=tom, at=NOON)

    response = as_tom.post(url(booking, "coming/"), follow=True)

    assert "Rita Rep has been told that you can come after all." in text(response)
    assert Apology.objects.get().taken_back_at == NOON


def test_a_place_cancelled_meanwhile_is_a_sentence(as_tom, cast, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    response = as_tom.post(url(booking, "apologies/"))

    assert response.status_code == 422
    assert "This place is cancelled already." in text(response)


def test_a_rep_on_their_own_place_is_led_to_the_booking(client, cast, tom):
    booking = make_booking(
        cohort=make_cohort(),
        school=cast.our_school,
        by=cast.rep,
        full_name="Rita Rep",
        email="rita@our.example",
    )
    client.force_login(cast.rep)

    assert f'href="/my/bookings/{booking.pk}/"' in text(client.get(url(booking)))


def test_what_was_asked_for_stands_first_and_can_be_taken_back(as_tom, cast, tom):
    asked = ask_for_place(cohort=make_cohort(), school=cast.our_school, by=tom, at=NOON)

    assert "your rep at Lampton School decides" in text(as_tom.get("/me/"))
    as_tom.post(f"/me/asked/{asked.pk}/take-back/")

    asked.refresh_from_db()
    assert asked.status == "withdrawn"
    assert "decides" not in text(as_tom.get("/me/"))


# ---- Costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_ones_own_courses_cost_the_same_for_one_and_for_three(
    as_tom, cast, tom, number, django_assert_num_queries
):
    for _ in range(number):
        make_booking(
            cohort=make_cohort(),
            school=cast.our_school,
            by=cast.rep,
            full_name=tom.full_name,
            email=tom.email,
        )

    with django_assert_num_queries(7):
        response = as_tom.get("/me/")

    assert len(response.context["shown"].to_come) == number


@pytest.mark.parametrize("number", [1, 3])
def test_a_place_costs_the_same_with_one_companion_and_with_three(
    as_tom, cast, booking, number, django_assert_num_queries
):
    give_credits(school=cast.strangers_school)
    for _ in range(number):
        make_booking(cohort=booking.cohort, school=cast.strangers_school, by=cast.stranger)

    with django_assert_num_queries(12):
        response = as_tom.get(url(booking))

    assert len(response.context["shown"].companions) == number
