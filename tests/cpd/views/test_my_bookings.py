import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from cpd.choices import BookingStatus
from cpd.models import Booking, CancellationReason, Cohort
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from credits.models import JournalEntry
from credits.services.figures import figures_of
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.services.calendar import school_year_of
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_order
from tests.makers.registers import make_organiser, take
from tests.makers.schools import NOON, make_colleague


@pytest.fixture
def cohort(cast):
    give_credits(school=cast.our_school, credits=100)
    give_credits(school=cast.strangers_school, credits=100)
    return make_cohort(price=12)


@pytest.fixture
def booking(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name="Tom Teacher")


def url(booking, page=""):
    return f"/my/bookings/{booking.pk}/{page}"


def names(response):
    return [booking.named_as for booking in response.context["page"]]


def test_the_page_of_a_booking_says_what_the_register_says(as_rep, booking):
    Cohort.objects.filter(pk=booking.cohort_id).update(organiser=make_organiser())
    cohort = Cohort.objects.get(pk=booking.cohort_id)
    take(cohort, {booking: "did_not_attend"})

    page = as_rep.get(url(booking)).content.decode()

    assert "Thursday 14 January 2027: Tom Teacher, did not attend" in page


# ---- The list -----------------------------------------------------------------------------------


@pytest.fixture
def four_bookings(cast, cohort):
    def booked(name, **facts):
        return make_booking(
            cohort=make_cohort(price=1, **facts),
            school=cast.our_school,
            by=cast.rep,
            full_name=name,
        )

    booked("Spring Sam")
    in_may = IN_JANUARY + timedelta(days=120)
    booked("Summer Sue", starts_at=in_may, booking_opens_at=NOON)
    gone = booked("Gone Gil")
    cancel_booking(booking_id=gone.pk, shown_kept=0, by=cast.rep, at=NOON)
    order = make_order(cohort=cohort, school=cast.our_school, delegates=[Delegate()])
    book_places(order=order, by=cast.rep, at=NOON)
    make_booking(
        cohort=cohort, school=cast.strangers_school, by=cast.stranger, full_name="Stranger Stan"
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Spring Sam", "", "Summer Sue"]),
        ("state=all", ["Summer Sue", "Spring Sam", "Gone Gil", ""]),
        ("state=cancelled", ["Gone Gil"]),
        ("state=completed", []),
        ("state=to-be-named", [""]),
        ("term=summer-2027", ["Summer Sue"]),
        ("person=sam", ["Spring Sam"]),
        ("person=stan", []),
    ],
)
def test_filters_show_our_bookings_and_nobody_elses(as_rep, four_bookings, query, found):
    assert sorted(names(as_rep.get(f"/my/bookings/?{query}"))) == sorted(found)


def test_bookings_coming_up_stand_soonest_first(as_rep, four_bookings):
    assert names(as_rep.get("/my/bookings/"))[-1] == "Summer Sue"


@pytest.mark.parametrize("query", ["state=x", "term=x", f"person={'x' * 101}", "person=%00"])
def test_a_filter_that_cannot_be_read_is_said(as_rep, booking, query):
    response = as_rep.get(f"/my/bookings/?{query}")

    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_one_booking_and_for_three(
    as_rep, cast, cohort, number, django_assert_num_queries
):
    for _ in range(number):
        make_booking(cohort=make_cohort(price=1), school=cast.our_school, by=cast.rep)
    as_rep.get("/my/bookings/")

    with django_assert_num_queries(8):
        response = as_rep.get("/my/bookings/")

    assert len(names(response)) == number


# ---- Taking it away -----------------------------------------------------------------------------


def test_csv_holds_what_the_filtered_list_shows_and_the_export_is_an_act(
    as_rep, cast, four_bookings
):
    response = as_rep.get("/my/bookings/bookings.csv?state=cancelled")

    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [(row["Delegate"], row["Status"], row["Credits returned"]) for row in rows] == [
        ("Gone Gil", "Cancelled", "1")
    ]
    act = Act.objects.get(verb="bookings.exported")
    assert (act.by, act.school) == (cast.rep, f"school:{cast.our_school.pk}")


def test_xlsx_holds_every_booking_of_the_school(as_rep, four_bookings):
    response = as_rep.get("/my/bookings/bookings.xlsx?state=all")

    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    assert {row[3].value for row in sheet.iter_rows(min_row=2)} == {
        "Summer Sue",
        "Spring Sam",
        "Gone Gil",
        "To be named",
    }


@pytest.mark.parametrize("address", ["bookings.pdf", "bookings.csv?state=x"])
def test_another_format_or_filter_does_not_exist_and_writes_no_act(as_rep, booking, address):
    assert as_rep.get(f"/my/bookings/{address}").status_code == 404
    assert not Act.objects.filter(verb="bookings.exported").exists()


# ---- One booking --------------------------------------------------------------------------------


def test_booking_page_says_by_which_day_everything_comes_back(as_rep, booking):
    page = as_rep.get(url(booking)).content.decode()

    assert booking.reference in page
    assert "Cancel by Wednesday 6 January 2027 and all 12 credits come back." in page
    assert "After that nothing comes back." in page


@pytest.mark.parametrize("page", ["", "cancel/", "delegate/"])
def test_a_strangers_booking_does_not_exist(client, cast, booking, page):
    client.force_login(cast.stranger)

    assert client.get(url(booking, page)).status_code == 404
    assert client.post(url(booking, page or "cancel/"), {"shown_kept": 0}).status_code == 404
    assert Booking.objects.get().status == BookingStatus.BOOKED


# ---- Cancelling ---------------------------------------------------------------------------------


def test_cancelling_in_time_says_so_first_and_gives_all_back(as_rep, cast, booking):
    page = as_rep.get(url(booking, "cancel/"))

    assert page.context["shown"].effect.returned == 12

    response = as_rep.post(
        url(booking, "cancel/"), {"shown_kept": "0", "reason": "illness"}, follow=True
    )

    booking.refresh_from_db()
    assert (booking.status, booking.kept, booking.returned) == ("cancelled", 0, 12)
    assert CancellationReason.objects.get().code == "illness"
    assert figures_of(cast.our_school, school_year_of(NOON.date())).available == 100
    assert "The place is cancelled and 12 credits are back." in response.content.decode()


def test_the_reason_is_not_shown_to_the_school(as_rep, booking):
    as_rep.post(url(booking, "cancel/"), {"shown_kept": "0", "reason": "bereavement"})

    page = as_rep.get(url(booking)).content.decode()

    assert "ereavement" not in page


def test_more_kept_than_the_page_said_is_refused_with_the_new_effect(as_rep, cast, booking):
    Cohort.objects.update(
        starts_at=NOON + timedelta(days=2), booking_closes_at=NOON + timedelta(days=1)
    )
    before = JournalEntry.objects.count(), Delivery.objects.count()

    response = as_rep.post(url(booking, "cancel/"), {"shown_kept": "0", "reason": "ofsted"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Cancelling now would keep 12 credits, more than the page showed." in page
    assert 'name="shown_kept" value="12"' in page
    assert '<option value="ofsted" selected>' in page
    booking.refresh_from_db()
    assert booking.status == BookingStatus.BOOKED
    assert (JournalEntry.objects.count(), Delivery.objects.count()) == before


def test_cancelling_twice_changes_nothing_more(as_rep, booking):
    for _ in range(2):
        as_rep.post(url(booking, "cancel/"), {"shown_kept": "0", "reason": ""})

    assert Act.objects.filter(verb="booking.cancelled").count() == 1
    assert as_rep.get(url(booking, "cancel/")).status_code == 302


@pytest.mark.parametrize("sent", [{"shown_kept": "x"}, {"shown_kept": "0", "reason": "bored"}])
def test_a_cancel_form_that_was_tampered_with_is_refused(as_rep, booking, sent):
    response = as_rep.post(url(booking, "cancel/"), sent)

    assert response.status_code == 422
    booking.refresh_from_db()
    assert booking.status == BookingStatus.BOOKED


# ---- Sending somebody else ----------------------------------------------------------------------


def test_a_colleague_takes_the_place(as_rep, cast, booking):
    ann = make_colleague(school=cast.our_school, full_name="Ann Other", email="ann@our.example")

    response = as_rep.post(url(booking, "delegate/"), {"colleague": ann.pk}, follow=True)

    booking.refresh_from_db()
    assert (booking.delegate, booking.named_as, booking.kept) == (ann, "Ann Other", None)
    assert "Ann Other has the place now." in response.content.decode()


def test_somebody_typed_takes_the_place(as_rep, booking):
    as_rep.post(url(booking, "delegate/"), {"full_name": "Nina New", "email": "nina@our.example"})

    booking.refresh_from_db()
    assert booking.named_as == "Nina New"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a colleague or type a name"),
        ({"email": "nina@our.example"}, "Enter the name of the person with this address"),
        ({"colleague": "999999"}, "Choose a colleague from the list"),
        ({"full_name": "Nina", "email": "nina"}, "Enter an email address"),
    ],
)
def test_nobody_or_an_unreadable_somebody_is_said_and_nothing_changes(as_rep, booking, sent, said):
    response = as_rep.post(url(booking, "delegate/"), sent)

    assert response.status_code == 422
    assert said in response.content.decode()
    booking.refresh_from_db()
    assert booking.named_as == "Tom Teacher"


def test_somebody_with_a_place_already_is_refused_in_a_sentence(as_rep, cast, cohort, booking):
    ann = make_colleague(school=cast.our_school, full_name="Ann Other", email="ann@our.example")
    order = make_order(
        cohort=cohort, school=cast.our_school, delegates=[Delegate(person_id=ann.pk)]
    )
    book_places(order=order, by=cast.rep, at=NOON)

    response = as_rep.post(url(booking, "delegate/"), {"colleague": ann.pk})

    assert response.status_code == 422
    assert "Ann Other already has a place on this course" in response.content.decode()


def test_after_the_first_session_the_page_offers_neither(as_rep, booking):
    Cohort.objects.update(starts_at=NOON - timedelta(days=1), ends_at=NOON + timedelta(days=9))
    session = booking.cohort.sessions.get()
    session.starts_at, session.ends_at = NOON - timedelta(days=1), NOON - timedelta(hours=20)
    session.save()

    page = as_rep.get(url(booking)).content.decode()

    assert "Cancel the place" not in page
    assert "Send somebody else" not in page
    assert as_rep.get(url(booking, "delegate/")).status_code == 302
