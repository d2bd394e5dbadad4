from datetime import timedelta

import pytest

from cpd.choices import CohortStatus
from cpd.models import Booking, Cohort, Session
from hub_portal.mail.models import Delivery
from hub_portal.shared.london import london_time
from hub_portal.trail.models import Act
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_programme
from tests.makers.schools import NOON, make_finance_officer


def split(name, at):
    local = london_time(at)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}


def form_of(*, sessions=(), **facts):
    """The cohort form as the browser sends it."""
    sent = {
        "format": "in_person",
        "price": "12",
        "minimum": "1",
        "places_per_school": "",
        "venue": "Lampton School, Hounslow",
        "activity": "",
        "organiser": "",
        "joining_details": "",
        **split("booking_opens_at", NOON - timedelta(days=1)),
        **split("booking_closes_at", IN_JANUARY - timedelta(hours=1)),
        "sessions-TOTAL_FORMS": str(len(sessions)),
        "sessions-INITIAL_FORMS": "0",
    }
    for number, start in enumerate(sessions):
        sent |= split(f"sessions-{number}-starts_at", start)
        sent |= split(f"sessions-{number}-ends_at", start + timedelta(hours=2))
    return sent | facts


def stored(cohort, **facts):
    """The form of a cohort that is there, its one session with its key."""
    session = cohort.sessions.get()
    sent = form_of(
        sessions=[session.starts_at],
        **split("booking_opens_at", cohort.booking_opens_at),
        **split("booking_closes_at", cohort.booking_closes_at),
    )
    sent |= split("sessions-0-ends_at", session.ends_at)
    return (
        sent
        | {
            "sessions-INITIAL_FORMS": "1",
            "sessions-0-id": str(session.pk),
            "sessions-0-cohort": str(cohort.pk),
        }
        | facts
    )


def url(cohort, page="change"):
    return f"/admin/cpd/cohort/{cohort.pk}/{page}/"


# ---- Planning -----------------------------------------------------------------------------------


def test_a_cohort_is_planned_with_its_dates_as_a_draft_and_an_act(as_manager, cast):
    programme = make_programme()
    sessions = [IN_JANUARY, IN_JANUARY + timedelta(weeks=1)]

    response = as_manager.post(
        "/admin/cpd/cohort/add/",
        form_of(programme=str(programme.pk), capacity="20", sessions=sessions),
    )

    cohort = Cohort.objects.get()
    assert response.status_code == 302
    assert (cohort.status, cohort.starts_at) == (CohortStatus.DRAFT, IN_JANUARY)
    assert list(cohort.sessions.order_by("starts_at").values_list("starts_at", flat=True)) == (
        sessions
    )
    assert Act.objects.get(verb="cohort.planned").by == cast.hub_manager


def test_dates_that_may_be_a_mistake_are_warned_after_saving_and_on_the_page(as_manager):
    programme = make_programme()
    christmas = IN_JANUARY.replace(year=2026, month=12, day=25)

    saved = as_manager.post(
        "/admin/cpd/cohort/add/",
        form_of(
            programme=str(programme.pk),
            capacity="20",
            sessions=[christmas],
            **split("booking_closes_at", christmas),
        ),
        follow=True,
    )

    sentence = "Friday 25 December 2026 is a bank holiday."
    assert sentence in saved.content.decode()
    assert sentence in as_manager.get(url(Cohort.objects.get())).content.decode()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"minimum": "21"}, "It cannot need more delegates than it has places."),
        ({"capacity": "0"}, "Give it at least one place."),
        (split("booking_closes_at", NOON - timedelta(days=9)), "Booking has to close after it"),
        (split("sessions-0-ends_at", IN_JANUARY), "A session has to end after it starts."),
        ({"price": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_saved(as_manager, facts, said):
    programme = make_programme()
    sent = form_of(programme=str(programme.pk), capacity="20", sessions=[IN_JANUARY]) | facts

    response = as_manager.post("/admin/cpd/cohort/add/", sent)

    assert response.status_code == 200
    assert said in response.content.decode()
    assert not Cohort.objects.exists()


# ---- Changing -----------------------------------------------------------------------------------


def test_another_day_and_place_are_told_once_to_those_who_are_booked(as_manager, cast):
    give_credits(school=cast.our_school)
    cohort = make_cohort()
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    Delivery.objects.all().delete()
    later = IN_JANUARY + timedelta(days=1)

    response = as_manager.post(
        url(cohort),
        stored(
            cohort,
            venue="Heston Community School",
            **split("sessions-0-starts_at", later),
            **split("sessions-0-ends_at", later + timedelta(hours=3)),
        ),
    )

    cohort.refresh_from_db()
    assert response.status_code == 302
    assert (cohort.venue, cohort.starts_at, cohort.sequence) == (
        "Heston Community School",
        later,
        1,
    )
    assert sorted(Delivery.objects.values_list("kind", flat=True)) == [
        "cpd.changed",
        "cpd.changed.booker",
    ]


def test_a_new_price_leaves_bookings_as_they_are_and_tells_nobody(as_manager, cast):
    give_credits(school=cast.our_school)
    cohort = make_cohort(price=12)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    Delivery.objects.all().delete()

    as_manager.post(url(cohort), stored(cohort, price="15"))

    cohort.refresh_from_db()
    assert cohort.price == 15
    assert Booking.objects.get().price == 12
    assert not Delivery.objects.exists()
    assert Act.objects.get(verb="cohort.changed").after == {"changed": ["price"], "price": 15}


def test_saving_without_a_change_writes_no_act(as_manager):
    cohort = make_cohort()
    before = Act.objects.count()

    as_manager.post(url(cohort), stored(cohort))

    assert Act.objects.count() == before


def test_dates_keep_their_rows_when_one_is_removed_and_another_added(as_manager, cast):
    cohort = make_cohort(sessions=2)
    first, second = cohort.sessions.order_by("starts_at")
    later = IN_JANUARY + timedelta(weeks=3)
    sent = form_of(
        sessions=[later - timedelta(weeks=1), second.starts_at, later],
        **split("booking_opens_at", cohort.booking_opens_at),
        **split("booking_closes_at", cohort.booking_closes_at),
    )
    for number, session in enumerate([first, second]):
        sent |= {
            f"sessions-{number}-id": str(session.pk),
            f"sessions-{number}-cohort": str(cohort.pk),
        }
    sent |= {"sessions-INITIAL_FORMS": "2", "sessions-1-DELETE": "on"}

    as_manager.post(url(cohort), sent)

    assert cohort.sessions.order_by("starts_at").first() == first
    assert [each.starts_at for each in cohort.sessions.order_by("starts_at")] == [
        later - timedelta(weeks=1),
        later,
    ]
    gone = Session.with_called_off.get(pk=second.pk)
    assert gone.called_off_by == cast.hub_manager
    page = as_manager.get(url(cohort)).content.decode()
    assert f'name="sessions-0-id" value="{first.pk}"' in page
    assert f'-id" value="{second.pk}"' not in page


def test_two_dates_at_the_same_time_are_refused_on_the_form(as_manager):
    programme = make_programme()
    sent = form_of(programme=str(programme.pk), capacity="20", sessions=[IN_JANUARY, IN_JANUARY])

    response = as_manager.post("/admin/cpd/cohort/add/", sent)

    assert "Two sessions begin at the same time." in response.content.decode()
    assert not Cohort.objects.exists()


def test_an_offered_course_keeps_at_least_one_date(as_manager):
    cohort = make_cohort()

    response = as_manager.post(url(cohort), stored(cohort, **{"sessions-0-DELETE": "on"}))

    assert "An offered course needs at least one date." in response.content.decode()
    assert Session.objects.count() == 1


def test_places_and_programme_cannot_be_changed_by_the_form(as_manager):
    cohort = make_cohort(capacity=10)
    other = make_programme()

    as_manager.post(url(cohort), stored(cohort, capacity="99", programme=str(other.pk)))

    cohort.refresh_from_db()
    assert cohort.capacity == 10
    assert cohort.programme != other


def test_a_cancelled_course_is_looked_at_only(as_manager, cast):
    cohort = make_cohort(
        status=CohortStatus.CANCELLED, cancelled_at=NOON, cancelled_by=cast.hub_manager
    )

    assert as_manager.get(url(cohort)).status_code == 200
    assert as_manager.post(url(cohort), stored(cohort, price="1")).status_code == 403


# ---- Acts on pages of their own -----------------------------------------------------------------


def test_offering_says_what_may_be_a_mistake_first_and_then_does_it(as_manager):
    sunday = IN_JANUARY.replace(day=17)
    cohort = make_cohort(status=CohortStatus.DRAFT, starts_at=sunday)

    page = as_manager.get(url(cohort, "offer")).content.decode()
    as_manager.post(url(cohort, "offer"), {"is_sure": "on"})

    cohort.refresh_from_db()
    assert "Sunday 17 January 2027 is at a weekend." in page
    assert cohort.status == CohortStatus.OFFERED


def test_an_act_without_its_tick_does_nothing(as_manager):
    cohort = make_cohort(status=CohortStatus.DRAFT)

    response = as_manager.post(url(cohort, "offer"), {})

    cohort.refresh_from_db()
    assert response.status_code == 422
    assert cohort.status == CohortStatus.DRAFT


def test_withdrawing_a_booked_course_is_refused_in_a_sentence(as_manager, cast):
    give_credits(school=cast.our_school)
    cohort = make_cohort()
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    response = as_manager.post(url(cohort, "withdraw"), {"is_sure": "on"})

    cohort.refresh_from_db()
    assert response.status_code == 422
    assert "There are bookings on this course. Cancel it instead." in response.content.decode()
    assert cohort.status == CohortStatus.OFFERED


def test_cancelling_says_what_comes_back_and_returns_it(as_manager, cast):
    give_credits(school=cast.our_school)
    cohort = make_cohort(price=12)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    page = as_manager.get(url(cohort, "cancel")).content.decode()
    as_manager.post(url(cohort, "cancel"), {"is_sure": "on", "reason": "The trainer is ill"})

    booking.refresh_from_db()
    assert "1, of 1 school" in page
    assert "12 credits" in page
    assert (booking.status, booking.returned, booking.cancelled_from) == ("cancelled", 12, "hub")


def test_places_go_up_and_never_below_those_taken(as_manager, cast):
    give_credits(school=cast.our_school)
    cohort = make_cohort(capacity=2)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    too_few = as_manager.post(url(cohort, "places"), {"is_sure": "on", "capacity": "1"})
    as_manager.post(url(cohort, "places"), {"is_sure": "on", "capacity": "5"})

    cohort.refresh_from_db()
    assert too_few.status_code == 422
    assert "2 places are taken, so the places cannot be fewer." in too_few.content.decode()
    assert cohort.capacity == 5


# ---- Who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["offer", "withdraw", "places", "cancel", "change"])
def test_a_rep_and_the_finance_officer_do_none_of_it(client, cast, page):
    cohort = make_cohort(status=CohortStatus.DRAFT)
    sent = {"is_sure": "on", "reason": "Because", "capacity": "50"}

    for person in (cast.rep, make_finance_officer()):
        client.force_login(person)
        assert client.get(url(cohort, page)).status_code in (302, 403, 404)
        assert client.post(url(cohort, page), sent).status_code in (302, 403, 404)

    cohort.refresh_from_db()
    assert (cohort.status, cohort.capacity) == (CohortStatus.DRAFT, 10)


def test_a_cohort_that_is_over_shows_its_joining_details_as_they_read(as_manager):
    cohort = make_cohort(
        joining_details="<p>Ask at <strong>reception</strong>.</p>",
        status=CohortStatus.CANCELLED,
    )

    page = as_manager.get(f"/admin/cpd/cohort/{cohort.pk}/change/").content.decode()

    assert '<div class="rich-text"><p>Ask at <strong>reception</strong>.</p></div>' in page
    assert "Joining details:" in page
    assert "&lt;p&gt;" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_one_cohort_and_for_three(
    as_manager, number, django_assert_max_num_queries
):
    for _ in range(number):
        make_cohort()
    as_manager.get("/admin/cpd/cohort/")

    with django_assert_max_num_queries(12) as asked:
        response = as_manager.get("/admin/cpd/cohort/")

    assert len(response.context["cl"].result_list) == number
    assert sum("bookings" in each["sql"] for each in asked.captured_queries) <= 1
