from datetime import timedelta

import pytest

from cpd.choices import CohortStatus
from cpd.models import Cohort, Session, Subject
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from tests.makers.cpd import (
    IN_JANUARY,
    give_credits,
    make_booking,
    make_cohort,
    make_order,
    make_programme,
)
from tests.makers.schools import NOON


def titles(response):
    return [card.title for card in response.context["page"]]


def make_many_cohorts(number, *, programme):
    """As many dates of one programme as asked for, in two statements."""
    first = make_cohort(programme=programme)
    Cohort.objects.bulk_create(
        Cohort(
            programme=programme,
            status=CohortStatus.OFFERED,
            price=3,
            capacity=10,
            booking_opens_at=first.booking_opens_at,
            booking_closes_at=first.booking_closes_at,
            starts_at=IN_JANUARY + timedelta(hours=n),
            ends_at=IN_JANUARY + timedelta(hours=n + 1),
        )
        for n in range(1, number)
    )


# ---- Who sees what (PU-2) -----------------------------------------------------------------------


def test_catalogue_shows_no_price_to_a_visitor_and_offers_to_ask(client, db):
    make_cohort(price=37)

    page = client.get("/courses/").content.decode()

    assert "Ask for a place" in page
    assert "37 credits" not in page


def test_catalogue_shows_prices_to_a_member(as_rep, cast):
    make_cohort(price=37)
    give_credits(school=cast.our_school, credits=100)

    page = as_rep.get("/courses/").content.decode()

    assert "37 credits" in page
    assert "Lampton School has 100 credits available this year." in page


def test_a_visitor_cannot_find_out_prices_by_asking_for_them(client, db):
    make_cohort(price=37)

    assert len(titles(client.get("/courses/?most=5"))) == 1


def test_course_page_shows_no_price_and_no_booking_link_to_a_visitor(client, db):
    cohort = make_cohort(price=37)

    page = client.get(f"/courses/{cohort.programme.slug}/").content.decode()

    assert "37 credits" not in page
    assert "Book places" not in page
    assert f"/accounts/login/?next=/courses/{cohort.programme.slug}/{cohort.pk}/book/" in page


def test_draft_dates_and_hidden_programmes_are_in_no_catalogue_and_on_no_page(as_rep):
    draft = make_cohort(programme=make_programme(title="Still a draft"))
    Cohort.objects.filter(pk=draft.pk).update(status=CohortStatus.DRAFT)
    hidden = make_cohort(programme=make_programme(title="Not for the public", is_public=False))

    assert titles(as_rep.get("/courses/")) == []
    assert as_rep.get(f"/courses/{draft.programme.slug}/").context["course"].to_come == []
    assert as_rep.get(f"/courses/{hidden.programme.slug}/").status_code == 404
    assert as_rep.get(f"/courses/{hidden.programme.slug}/{hidden.pk}/book/").status_code == 404
    assert as_rep.get(f"/courses/{draft.programme.slug}/{draft.pk}/book/").status_code == 404


# ---- Filters ------------------------------------------------------------------------------------


@pytest.fixture
def three_courses(cast):
    maths, _ = Subject.objects.get_or_create(name="Mathematics")
    give_credits(school=cast.our_school, credits=10)
    make_cohort(programme=make_programme(title="Coaching"), price=12)
    online = make_programme(title="Mastery", for_primary=False)
    online.subject = maths
    online.save()
    make_cohort(
        programme=online, price=10, format="online", starts_at=IN_JANUARY + timedelta(days=120)
    )
    make_cohort(
        programme=make_programme(title="Early reading", for_secondary=False),
        price=0,
        capacity=1,
        starts_at=IN_JANUARY + timedelta(days=1),
    )
    return maths


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Coaching", "Early reading", "Mastery"]),
        ("q=read", ["Early reading"]),
        ("q=EARLY+reading", ["Early reading"]),
        ("q=maths+early", []),
        ("q=mathematics", ["Mastery"]),
        ("phase=secondary", ["Coaching", "Mastery"]),
        ("phase=primary&phase=secondary", ["Coaching", "Early reading", "Mastery"]),
        ("phase=special", []),
        ("term=spring-2027", ["Coaching", "Early reading"]),
        ("term=summer-2027", ["Mastery"]),
        ("format=online", ["Mastery"]),
        ("most=11", ["Early reading", "Mastery"]),
        ("most=0", ["Early reading"]),
        ("fits=on", ["Early reading", "Mastery"]),
        ("fits=on&most=5", ["Early reading"]),
    ],
)
def test_filters_find_exactly_what_they_say(as_rep, three_courses, query, found):
    response = as_rep.get(f"/courses/?{query}")

    assert titles(response) == found
    assert response.context["page"].paginator.count == len(found)


def test_filter_by_subject_finds_its_courses_and_counts_them(as_rep, three_courses):
    response = as_rep.get(f"/courses/?subject={three_courses.pk}")

    assert titles(response) == ["Mastery"]
    assert response.context["page"].paginator.count == 1


def test_only_with_places_leaves_out_full_closed_and_cancelled_dates(as_rep, cast, three_courses):
    full = Cohort.objects.get(programme__title="Early reading")
    make_booking(cohort=full, school=cast.strangers_school, by=cast.stranger)
    Cohort.objects.filter(programme__title="Mastery").update(
        status=CohortStatus.CANCELLED, cancelled_at=NOON, cancelled_by=cast.hub_manager
    )

    assert titles(as_rep.get("/courses/?has_places=on")) == ["Coaching"]
    assert titles(as_rep.get("/courses/")) == ["Coaching", "Early reading", "Mastery"]


@pytest.mark.parametrize(
    "query",
    [
        "subject=999999",
        "subject=x",
        "subject=99999999999999999999",
        "term=winter-2027",
        "format=carrier-pigeon",
        "phase=x",
        "most=-1",
        "most=lots",
        f"q={'x' * 101}",
        "q=%00",
    ],
)
def test_a_filter_that_cannot_be_read_is_said_and_never_breaks_the_page(as_rep, db, query):
    make_cohort()

    response = as_rep.get(f"/courses/?{query}")

    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()


def test_pages_keep_the_filters_in_their_addresses(as_rep):
    make_many_cohorts(17, programme=make_programme(title="Coaching"))

    first = as_rep.get("/courses/?q=coaching")

    assert len(titles(first)) == 12
    assert "?q=coaching&amp;page=2" in first.content.decode()
    assert len(titles(as_rep.get("/courses/?q=coaching&page=2"))) == 5
    assert len(titles(as_rep.get("/courses/?q=coaching&page=99"))) == 5
    assert len(titles(as_rep.get("/courses/?q=coaching&page=x"))) == 12


def test_an_empty_catalogue_says_what_to_do(as_rep):
    assert "No dates to come just now" in as_rep.get("/courses/").content.decode()

    make_cohort()

    assert "No course matches" in as_rep.get("/courses/?q=nothing").content.decode()


# ---- Cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 1000])
def test_catalogue_costs_nine_queries_at_one_date_and_at_a_thousand(
    as_rep, cast, number, django_assert_num_queries
):
    """Five of a served page: session, person with schools, figures, counts by subject, the dates.

    The hub, the terms, the list of subjects and who runs courses are kept for a moment, but not
    in a test.
    """
    give_credits(school=cast.our_school)
    make_many_cohorts(number, programme=make_programme())
    as_rep.get("/courses/")

    with django_assert_num_queries(9):
        response = as_rep.get("/courses/?q=coaching&has_places=on&term=spring-2027")

    assert response.context["page"].paginator.count == number


@pytest.mark.parametrize("number", [1, 3])
def test_course_page_costs_the_same_for_one_date_and_for_three(
    as_rep, number, django_assert_num_queries
):
    programme = make_programme()
    for n in range(number):
        make_cohort(programme=programme, starts_at=IN_JANUARY + timedelta(weeks=9 * n), sessions=2)
    as_rep.get("/courses/")

    with django_assert_num_queries(8):
        response = as_rep.get(f"/courses/{programme.slug}/")

    assert len(response.context["course"].to_come) == number


# ---- The course page ----------------------------------------------------------------------------


def test_course_page_says_what_the_school_holds_and_what_the_rules_are(as_rep, cast):
    give_credits(school=cast.our_school)
    cohort = make_cohort()
    order = make_order(cohort=cohort, school=cast.our_school, delegates=[Delegate(), Delegate()])
    book_places(order=order, by=cast.rep, at=NOON)

    page = as_rep.get(f"/courses/{cohort.programme.slug}/").content.decode()

    assert "2 places booked" in page
    assert "Each school may have 3 places until 10 school days before the start" in page
    assert (
        "If you cancel with at least 5 working days’ notice every credit comes back; "
        "later, nothing comes back." in page
    )


def test_a_date_with_a_limit_of_its_own_says_so_instead_of_the_policy(as_rep):
    cohort = make_cohort(places_per_school=8)

    page = as_rep.get(f"/courses/{cohort.programme.slug}/").content.decode()

    assert "Up to 8 places" in page
    assert "Each school may have" not in page


def test_course_page_puts_begun_dates_under_earlier_dates(as_rep):
    programme = make_programme()
    over = make_cohort(programme=programme, starts_at=NOON - timedelta(days=30))
    to_come = make_cohort(programme=programme)

    course = as_rep.get(f"/courses/{programme.slug}/").context["course"]

    assert [each.cohort for each in course.to_come] == [to_come]
    assert [(each.cohort, each.availability.words) for each in course.earlier] == [
        (over, "Finished")
    ]


def test_calendar_file_has_an_entry_for_each_session(client, db):
    cohort = make_cohort(sessions=2)

    response = client.get(f"/courses/{cohort.programme.slug}/{cohort.pk}/calendar.ics")

    text = response.content.decode()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VEVENT") == Session.objects.filter(cohort=cohort).count() == 2
    assert "STATUS:CONFIRMED" in text


def test_calendar_file_of_another_course_or_a_draft_does_not_exist(client, db):
    cohort = make_cohort()
    Cohort.objects.filter(pk=cohort.pk).update(status=CohortStatus.DRAFT)

    assert client.get(f"/courses/other/{cohort.pk}/calendar.ics").status_code == 404
    assert (
        client.get(f"/courses/{cohort.programme.slug}/{cohort.pk}/calendar.ics").status_code == 404
    )
