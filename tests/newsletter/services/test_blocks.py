"""The blocks that fill themselves: what is coming up, without a price or a name."""

from datetime import date, timedelta

import pytest

from cpd.choices import CohortStatus
from cpd.models import FabulinusTicket
from newsletter.choices import LIVE, ItemKind
from newsletter.services.blocks import MOST_LINES, Line, lines_of
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_programme
from tests.makers.schools import NOON
from tests.makers.tickets import make_ticket

pytestmark = pytest.mark.django_db


def titles(kind, **more):
    return [line.title for line in lines_of(kind, at=NOON, **more)]


def test_courses_with_places_say_when_where_they_lead_and_how_many_are_left(cast):
    programme = make_programme(title="Coaching conversations", slug="coaching")
    make_cohort(programme=programme, capacity=3, price=12)

    assert lines_of(ItemKind.COURSES_WITH_PLACES, at=NOON) == [
        Line(
            "Coaching conversations",
            "Thursday 14 January 2027, 1:30pm, in person. 3 places left.",
            "/courses/coaching/",
        )
    ]


def test_no_line_names_a_price(cast):
    give_credits(school=cast.our_school)
    make_cohort(capacity=3, price=12)
    make_booking(cohort=make_cohort(capacity=1, price=7), school=cast.our_school, by=cast.rep)

    said = " ".join(line.text for kind in LIVE for line in lines_of(kind, at=NOON))

    assert said != ""
    assert "credit" not in said
    assert "£" not in said


def test_a_full_course_stands_among_those_to_wait_for_and_not_among_those_with_places(cast):
    give_credits(school=cast.our_school)
    full = make_cohort(programme=make_programme(title="Full house"), capacity=1)
    make_booking(cohort=full, school=cast.our_school, by=cast.rep)

    assert titles(ItemKind.FULL_COURSES) == ["Full house"]
    assert titles(ItemKind.COURSES_WITH_PLACES) == []


def test_a_course_whose_booking_closes_soon_stands_in_one_block_only(cast):
    soon = NOON + timedelta(days=5)
    make_cohort(programme=make_programme(title="Soon"), booking_closes_at=soon)

    [line] = lines_of(ItemKind.CLOSING_SOON, at=NOON)
    both = (ItemKind.CLOSING_SOON, ItemKind.COURSES_WITH_PLACES)

    assert line.text.endswith("Book by Wednesday 25 November 2026. Places available.")
    assert titles(ItemKind.COURSES_WITH_PLACES, beside=both) == []
    assert titles(ItemKind.COURSES_WITH_PLACES) == ["Soon"]


@pytest.mark.parametrize(
    "facts",
    [
        {"status": CohortStatus.DRAFT},
        {"status": CohortStatus.CANCELLED},
        {"booking_closes_at": NOON - timedelta(hours=1)},
        {"booking_opens_at": NOON + timedelta(hours=1)},
    ],
    ids=["draft", "cancelled", "closed", "not open yet"],
)
def test_what_nobody_can_book_stands_in_no_block(cast, facts):
    make_cohort(**facts)

    assert [titles(kind) for kind in LIVE] == [[], [], [], []]


def test_a_course_that_is_not_public_stands_in_no_block(cast):
    make_cohort(programme=make_programme(is_public=False))

    assert [titles(kind) for kind in LIVE] == [[], [], [], []]


def test_a_block_names_the_soonest_and_no_more_than_fit(cast):
    for number in range(MOST_LINES + 2):
        starts = IN_JANUARY + timedelta(days=MOST_LINES + 2 - number)
        make_cohort(programme=make_programme(title=f"Course {number}"), starts_at=starts)

    shown = titles(ItemKind.COURSES_WITH_PLACES)

    assert shown == [f"Course {number}" for number in range(9, 1, -1)]


def test_tickets_about_to_expire_are_counted_and_nobody_is_named(cast):
    make_ticket(full_name="Una Later")
    ending = make_ticket(full_name="Tess Ticketholder")
    FabulinusTicket.objects.filter(pk=ending.pk).update(last_on=date(2026, 12, 20))

    [line] = lines_of(ItemKind.TICKETS, at=NOON)

    assert (line.title, line.url) == ("1 ticket ends within three months", "/ticket/")
    assert "Tess" not in line.text


def test_without_tickets_about_to_expire_the_block_is_empty(cast):
    assert titles(ItemKind.TICKETS) == []
