"""A person's CPD record: hours by school year and by priority, across schools. Rule BK-12."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cpd.models import Booking
from cpd.services.record import NO_PRIORITY, lines_of, record_of
from schools.models import ActionPlan, Activity, Priority, Theme
from schools.services.calendar import school_year_of
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_programme
from tests.makers.registers import make_organiser, make_running_cohort, take
from tests.makers.schools import make_cast, make_colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=500)
    give_credits(school=cast.strangers_school, credits=500)
    return cast


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


@pytest.fixture
def activity():
    plan = ActionPlan.objects.create(year=school_year_of(date(2027, 1, 14)))
    theme = Theme.objects.create(plan=plan, name="Curriculum and pedagogy", position=1)
    priority = Priority.objects.create(theme=theme, letter="B", title="Literacy")
    return Activity.objects.create(priority=priority, title="Reading")


@pytest.fixture
def organiser():
    return make_organiser()


def attended(cast, organiser, title, *, school=None, by=None, mark="attended", hours=3, **facts):
    """A course of three sessions a day apart, of which the first was attended, or so marked."""
    programme = make_programme(title=title, hours=hours)
    cohort = make_running_cohort(organiser=organiser, programme=programme, **facts)
    booking = make_booking(
        cohort=cohort,
        school=school or cast.our_school,
        by=by or cast.rep,
        at=cohort.booking_opens_at,
        full_name="Tom Teacher",
        email="tom@our.example",
    )
    take(cohort, {booking: mark})
    return cohort


def test_hours_stand_by_school_year_and_by_priority(cast, tom, organiser, activity):
    attended(cast, organiser, "Reading", activity=activity)
    attended(cast, organiser, "Writing", activity=activity, hours=2)
    attended(cast, organiser, "Singing")
    in_july = IN_JANUARY - timedelta(days=190)
    give_credits(school=cast.our_school, at=in_july - timedelta(days=120))
    attended(cast, organiser, "Before", starts_at=in_july)

    record = record_of(person=tom)

    assert [(year.year, year.hours) for year in record.years] == [
        ("2026/27", Decimal(8)),
        ("2025/26", Decimal(3)),
    ]
    assert record.years[0].by_priority == [
        ("Curriculum and pedagogy B: Literacy", Decimal(5)),
        (NO_PRIORITY, Decimal(3)),
    ]
    assert record.hours == 11


def test_it_counts_what_was_attended_at_any_school_and_nothing_else(cast, tom, organiser):
    attended(cast, organiser, "Here", sessions=3)
    attended(cast, organiser, "There", school=cast.strangers_school, by=cast.stranger)
    attended(cast, organiser, "In part", mark="partly")
    attended(cast, organiser, "Ill", mark="apologies")

    found = {line.course.title: line.course.hours for line in lines_of(person=tom)}

    assert found == {"Here": Decimal(1), "There": Decimal(3), "In part": Decimal("1.5")}
    assert Booking.objects.count() == 4


def test_somebody_elses_record_is_not_ones_own(cast, tom, organiser):
    attended(cast, organiser, "Here")

    assert record_of(person=cast.rep).years == []


# ---- The page -----------------------------------------------------------------------------------


def test_the_page_and_the_file_say_the_same(client, cast, tom, organiser, activity):
    attended(cast, organiser, "Reading", activity=activity)
    client.force_login(tom)

    page = client.get("/me/record/").content.decode()
    rows = list(
        csv.DictReader(
            io.StringIO(client.get("/me/record/record.csv").getvalue().decode("utf-8-sig"))
        )
    )

    [row] = rows
    assert (row["Course"], row["Hours"], row["School year"]) == ("Reading", "3.0", "2026/27")
    for words in ("Reading", "3 hours", "2026/27", row["Priority of the action plan"]):
        assert words in page
    assert client.get("/me/record/record.pdf").status_code == 404


def test_an_empty_record_says_what_will_stand_there(client, tom):
    client.force_login(tom)

    assert "Nothing on record yet" in client.get("/me/record/").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_course_and_for_three(
    cast, tom, organiser, activity, number, django_assert_num_queries
):
    for title in ("One", "Two", "Three")[:number]:
        attended(cast, organiser, title, activity=activity)

    with django_assert_num_queries(4):
        record = record_of(person=tom)

    assert len(record.years[0].lines) == number
