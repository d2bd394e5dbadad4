"""The dated lines a school reads, with the running balance. Rules CR-6 and CR-10."""

from datetime import date, timedelta

import pytest

from credits.choices import EntryKind
from credits.services import registry
from credits.services.adjustments import adjust, move_between_schools, reverse_entry
from credits.services.figures import accounts_of, figures_of, received_of
from credits.services.statement_lines import newest_lines, statement_of, year_in_brief
from tests.makers.credits import make_instalment, make_roll, make_run, make_year
from tests.makers.schools import NOON, make_cast, make_colleague
from tests.makers.spending import spend

pytestmark = pytest.mark.django_db
MONDAY = NOON + timedelta(days=3)


@pytest.fixture
def cast(monkeypatch):
    """250 credits each, and a year of everything at our school."""
    monkeypatch.setitem(
        registry._DESCRIBERS, "test_booking", lambda abouts: dict.fromkeys(abouts, "Coaching")
    )
    cast = make_cast()
    for school in (cast.our_school, cast.strangers_school):
        make_roll(school=school, pupils=500)
    make_run(instalment=make_instalment(pence=2_000_000, reserve_percent=50))
    return cast


@pytest.fixture
def a_full_year(cast):
    ours, year, by = cast.our_school, make_year(), cast.hub_manager
    ann = make_colleague(school=ours, full_name="Ann Mary Owusu", email="ann@our.example")
    spend(school=ours, credits=30, person=ann, at=MONDAY)
    late = spend(school=ours, credits=20, at=MONDAY)
    late.give_back(returned=5, kept=15)
    late.waive(amount=15)
    spend(school=ours, credits=9).settle()
    adjust(key="1", school=ours, year=year, credits=7, reason="A refund.", by=by, at=NOON)
    moved = move_between_schools(
        key="2",
        giving=ours,
        receiving=cast.strangers_school,
        year=year,
        credits=40,
        agreed_by=cast.rep,
        reason="Shared day.",
        by=by,
        at=MONDAY,
    )
    reverse_entry(entry=moved, reason="Not needed.", by=by, at=MONDAY)
    return cast


def shown(line):
    return (line.on.day, line.what, line.who, line.why, line.amount, line.gain, line.available)


def test_every_movement_is_a_line_in_order_of_its_day(a_full_year):
    statement = statement_of(a_full_year.our_school, make_year())

    allocation = "Allocation, instalment 1, census of 15 January 2026"
    assert [shown(line) for line in statement.lines] == [
        (20, allocation, "", "", 250, 250, 250),
        (20, "Returned: Coaching", "", "", 5, 5, 255),
        (20, "Kept when cancelled late: Coaching", "", "", 15, 0, 255),
        (20, "Given back: Coaching", "", "", 15, 15, 270),
        (20, "Booked: Coaching", "", "", 9, -9, 261),
        (20, "Completed: Coaching", "", "", 9, 0, 261),
        (20, "Adjusted by the hub", "", "A refund.", 7, 7, 268),
        (23, "Booked: Coaching", "A Owusu", "", 30, -30, 238),
        (23, "Booked: Coaching", "", "", 20, -20, 218),
        (23, "Moved to Berrymede Junior School", "", "Shared day.", 40, -40, 178),
        (23, "Undone: Moved to Berrymede Junior School", "", "", 40, 40, 218),
    ]
    assert (statement.opening, statement.closing) == (0, 218)
    assert {line.reference[0] for line in statement.lines} == {"J"}


def test_the_other_school_reads_the_same_transfer_from_its_side(a_full_year):
    lines = statement_of(a_full_year.strangers_school, make_year()).lines

    assert [(line.what, line.gain) for line in lines[1:]] == [
        ("Moved from Lampton School", 40),
        ("Undone: Moved from Lampton School", -40),
    ]


def test_part_of_a_year_opens_with_what_was_available_before_it(a_full_year):
    ours, year = a_full_year.our_school, make_year()

    whole = statement_of(ours, year)
    first = statement_of(ours, year, until=date(2026, 11, 22))
    second = statement_of(ours, year, since=date(2026, 11, 23), until=date(2026, 11, 23))
    after = statement_of(ours, year, since=date(2026, 11, 24))

    assert first.lines + second.lines == whole.lines
    assert (first.opening, first.closing) == (0, 268)
    assert (second.opening, second.closing) == (268, 218)
    assert (after.opening, after.lines, after.closing) == (218, (), 218)


def test_opening_and_lines_make_the_closing_balance(a_full_year):
    ours, year = a_full_year.our_school, make_year()

    statement = statement_of(ours, year)

    assert statement.opening + sum(line.gain for line in statement.lines) == statement.closing
    assert statement.closing == figures_of(ours, year).available


def test_the_newest_lines_come_in_pages_with_the_same_running_balance(a_full_year):
    ours, year = a_full_year.our_school, make_year()
    oldest_first = statement_of(ours, year).lines

    own, closing = accounts_of(ours, year), oldest_first[-1].available
    pages = [newest_lines(own, start=n, stop=n + 4, closing=closing) for n in (0, 4, 8)]

    assert tuple(line for page in pages for line in page) == oldest_first[::-1]


def test_a_year_in_brief_says_the_same_as_its_lines(a_full_year, django_assert_num_queries):
    ours, year = a_full_year.our_school, make_year()

    own = accounts_of(ours, year)
    with django_assert_num_queries(1):
        brief = year_in_brief(own)

    assert brief.lines == 11
    assert brief.balances == ((date(2026, 11, 20), 268), (date(2026, 11, 23), 218))
    assert brief.received == received_of(ours, year)
    assert brief.received.total == figures_of(ours, year).received == 257


def test_a_page_of_lines_takes_one_query_with_a_move_between_schools_or_without(
    a_full_year, django_assert_num_queries
):
    ours = a_full_year.our_school
    own = accounts_of(ours, make_year())
    for _ in range(5):
        spend(school=ours, credits=1, at=MONDAY + timedelta(days=1))

    with django_assert_num_queries(1):
        without = newest_lines(own, start=0, stop=5, closing=213)
    with django_assert_num_queries(1):
        every = newest_lines(own, start=0, stop=50, closing=213)

    assert EntryKind.TRANSFER not in {line.kind for line in without}
    names = [line.what for line in every if line.kind == EntryKind.TRANSFER]
    assert names == [f"Moved to {a_full_year.strangers_school}"]


def test_a_colleague_is_named_as_the_school_knows_them(cast):
    known_elsewhere = make_colleague(
        school=cast.our_school, full_name="Margaret Q Famous", email="m@our.example"
    )
    known_elsewhere.appointments.update(known_as="Peg Famous")
    spend(school=cast.our_school, credits=5, person=known_elsewhere)

    assert statement_of(cast.our_school, make_year()).lines[-1].who == "P Famous"


def test_a_subject_nobody_describes_is_said_by_its_kind_alone(cast):
    spend(school=cast.our_school, credits=5, about="unknown:7")

    line = statement_of(cast.our_school, make_year()).lines[-1]

    assert (line.kind, line.what) == (EntryKind.COMMIT, "Booked")


def test_a_year_without_movements_has_no_lines(cast):
    next_year = make_year().__class__.objects.create(starts_on=date(2027, 9, 1))

    assert statement_of(cast.our_school, next_year).lines == ()
    assert year_in_brief(accounts_of(cast.our_school, next_year)).balances == ()
