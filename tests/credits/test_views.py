"""What a school sees of its credits, and what a stranger does not."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.db import transaction

from cpd.services.cancelling import cancel_booking
from credits.models import AllocationRun, JournalEntry
from credits.services import registry
from credits.services.adjustments import adjust, move_between_schools
from credits.services.allocation import take_back
from credits.services.commitments import commitment
from credits.services.corrections import correct_roll, welcome_joiner
from credits.services.ledger import post
from hub_portal.trail.models import Act
from schools.models import SchoolYear
from tests.makers.cpd import make_booking, make_cohort
from tests.makers.credits import (
    ON_THIS_CENSUS,
    make_funding,
    make_instalment,
    make_roll,
    make_run,
    make_year,
    the_portal,
)
from tests.makers.schools import (
    NOON,
    make_appointment,
    make_cast,
    make_person,
    make_school,
    sign_in,
)
from tests.makers.spending import spend

pytestmark = pytest.mark.django_db
PAGES = ("/my/credits/", "/my/credits/why/", "/my/credits/credits.csv")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cast(monkeypatch):
    """490 credits for our school, 510 for the stranger's; 200 in the reserve."""
    monkeypatch.setitem(
        registry._DESCRIBERS, "test_booking", lambda abouts: dict.fromkeys(abouts, "Coaching")
    )
    cast = make_cast()
    make_roll(school=cast.our_school, pupils=490)
    make_roll(school=cast.strangers_school, pupils=510)
    make_run(instalment=make_instalment(pence=2_400_000, reserve_percent="16.6"))
    return cast


@pytest.fixture
def rep(client, cast):
    """A browser in which our school's rep is signed in."""
    sign_in(client, cast.rep)
    return client


def text_of(response):
    """The words of a page, without its tags."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.split()).replace("&#x27;", "'").replace(" .", ".").replace(" ,", ",")


# ---- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_nobody_signed_in_is_asked_to_sign_in(client, cast, page):
    response = client.get(page)

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/?next=/my/credits/")


@pytest.mark.parametrize("page", PAGES)
def test_a_teacher_who_acts_for_no_school_finds_no_such_page(client, cast, page):
    teacher = make_person(full_name="Tom Teacher", email="tom@our.example")
    make_appointment(person=teacher, school=cast.our_school)
    sign_in(client, teacher)

    assert client.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_only_read(rep, page):
    assert rep.post(page).status_code == 405


def test_a_stranger_sees_their_own_school_and_nothing_of_ours(client, cast):
    spend(school=cast.our_school, credits=33)
    sign_in(client, cast.stranger)

    response = client.get(f"/my/credits/?school={cast.our_school.pk}")

    assert response.context["shown"].school == cast.strangers_school
    assert "Lampton School" not in text_of(response)
    assert "Coaching" not in text_of(response)


# ---- The page ------------------------------------------------------------------------------------


def test_the_figures_their_parts_and_the_lines_are_shown(rep, cast):
    ann = make_person(full_name="Ann Owusu")
    spend(school=cast.our_school, credits=40, person=ann)
    spend(school=cast.our_school, credits=20).settle()
    adjust(
        key="1",
        school=cast.our_school,
        year=make_year(),
        credits=5,
        reason="A refund of 2025/26.",
        by=cast.hub_manager,
        at=NOON,
    )

    response = rep.get("/my/credits/")

    shown, text = response.context["shown"], text_of(response)
    assert response.status_code == 200
    assert (shown.figures.received, shown.figures.committed) == (495, 40)
    assert "Received 495 = committed 40 + spent 20 + available 435." in text
    assert "Allocated 490 Corrections +5" in text
    assert [(line.what, line.gain, line.available) for line in shown.page] == [
        ("Adjusted by the hub", "+5", "435"),
        ("Completed: Coaching", "0", "430"),
        ("Booked: Coaching", "−20", "430"),
        ("Booked: Coaching", "−40", "450"),
        ("Allocation, instalment 1, census of 15 January 2026", "+490", "490"),
    ]
    assert "A Owusu · J" in text
    assert "20 credits, set aside before · J" in text
    assert "A refund of 2025/26. · J" in text
    assert "Credits available through 2026/27" in text
    assert "435 credits available on 20 November 2026; at most 435 credits in the year." in text


def test_a_school_without_credits_is_told_when_they_come(client, cast):
    newcomer, rita = make_school(name="Elm School"), make_person(email="e@elm.example")
    make_appointment(person=rita, school=newcomer, role="rep")
    sign_in(client, rita)

    assert "No credits in 2026/27 yet" in text_of(client.get("/my/credits/"))
    assert "Nothing has been shared with your school" in text_of(client.get("/my/credits/why/"))


def test_another_year_is_chosen_by_its_address(rep, cast):
    last_year = SchoolYear.objects.get(starts_on=date(2025, 9, 1))
    before = NOON - timedelta(days=365)
    with time_machine.travel(before, tick=False):
        funding = make_funding(year=last_year)
        make_run(instalment=make_instalment(funding=funding, at=before), at=before)

    now, then = rep.get("/my/credits/"), rep.get("/my/credits/?year=2025")

    assert now.context["shown"].year == make_year()
    assert then.context["shown"].year == last_year
    assert then.context["shown"].figures.received == 1921
    assert '<a class="tag" href="/my/credits/?year=2025" aria-current="page">2025/26</a>' in (
        then.content.decode()
    )


@pytest.mark.parametrize("year", ["1066", "twenty", "20266", "²⁰²⁶", "0000", "-202"])
def test_a_year_nobody_has_is_not_found(rep, year):
    assert rep.get("/my/credits/", {"year": year}).status_code == 404


def test_many_lines_come_in_pages(rep, cast):
    for _ in range(30):
        spend(school=cast.our_school, credits=1)

    first, last = rep.get("/my/credits/"), rep.get("/my/credits/?page=2")

    assert [len(response.context["shown"].page) for response in (first, last)] == [20, 11]
    assert last.context["shown"].page[10].what.startswith("Allocation")
    assert last.context["shown"].page[0].available == "480"


@pytest.mark.parametrize("places", [1, 1000])
@pytest.mark.parametrize("moved", [0, 5])
def test_the_page_takes_eight_queries_for_one_place_and_for_a_thousand(
    rep, cast, places, moved, django_assert_num_queries
):
    """Session, person with school, hub, who runs courses; figures, year, lines, their subjects.

    The same where credits moved between two schools.
    """
    make_run(instalment=make_instalment(pence=24_000_000))
    cohort = make_cohort(price=1, capacity=2000, places_per_school=2000)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)
    for _ in range(places // 250):
        commit_many(cast.our_school, places=250, about=f"booking_request:{booking.request_id}")
    if moved:
        move_to_the_stranger(cast, credits=moved)

    with django_assert_num_queries(8):
        response = rep.get("/my/credits/")

    assert "Booked: Coaching conversations" in text_of(response)
    assert ("Moved to " in text_of(response)) == bool(moved)
    assert response.context["shown"].page.paginator.count >= places


def move_to_the_stranger(cast, *, credits):
    move_between_schools(
        key="moved",
        giving=cast.our_school,
        receiving=cast.strangers_school,
        year=make_year(),
        credits=credits,
        agreed_by=cast.rep,
        reason="A shared training day.",
        by=cast.hub_manager,
        at=NOON,
    )


def commit_many(school, *, places, about):
    people = [make_person(full_name=f"Teacher {n}").pk for n in range(5)]
    entry = commitment(
        key=f"many:{JournalEntry.objects.count()}",
        about=about,
        school=school,
        year=make_year(),
        price=1,
        for_people=people * (places // 5),
    )
    with transaction.atomic():
        post([entry], by=the_portal(), at=NOON)


# ---- Taking it away ------------------------------------------------------------------------------


def test_the_lines_are_taken_away_as_csv_oldest_first_and_that_is_an_act(rep, cast):
    spend(school=cast.our_school, credits=40, person=make_person(full_name="Ann Owusu"))

    response = rep.get("/my/credits/credits.csv?year=2026")

    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert response["Content-Disposition"] == 'attachment; filename="credits-2026-27.csv"'
    assert [(row["What"], row["Who"], row["Available"]) for row in rows] == [
        ("Allocation, instalment 1, census of 15 January 2026", "", "490"),
        ("Booked: Coaching", "A Owusu", "450"),
    ]
    act = Act.objects.get(verb="credits.exported")
    assert (act.by, act.school) == (cast.rep, f"school:{cast.our_school.pk}")


def test_the_same_lines_are_taken_away_for_excel(rep, cast):
    response = rep.get("/my/credits/credits.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    [headers, line] = book.active.iter_rows(values_only=True)
    assert headers[:3] == ("Day", "What", "Who")
    assert line[-3:] == (490, 490, 490)


def test_another_form_is_not_found(rep, cast):
    assert rep.get("/my/credits/credits.pdf").status_code == 404
    assert not Act.objects.filter(verb="credits.exported").exists()


# ---- Why this many? ------------------------------------------------------------------------------


def test_a_share_is_told_step_by_step(rep, cast):
    text = text_of(rep.get("/my/credits/why/"))

    assert "Instalment 1: 490 credits" in text
    assert "Out of £24,000 received on 20 November 2026 the hub returned 1,000 credits" in text
    assert "490 pupils: headcount on 15 January 2026, from GIAS extract" in text
    assert "490 × 1 ÷ 1 = 490" in text


def test_remainders_floors_and_another_roll_are_explained(client, cast):
    tiny = make_school(name="Elm School")
    make_roll(school=tiny, pupils=3, census_on=date(2025, 10, 2))
    rita = make_person(email="e@elm.example")
    make_appointment(person=rita, school=tiny, role="rep")
    choices = replace(ON_THIS_CENSUS, reasons={tiny.pk: "Counted in October only."})
    make_run(instalment=make_instalment(pence=702_000), choices=choices)
    sign_in(client, rita)
    elm = text_of(client.get("/my/credits/why/"))
    sign_in(client, cast.rep)
    ours = text_of(client.get("/my/credits/why/"))

    assert "Another roll than the run’s: Counted in October only." in elm
    assert "less than the floor of 10, so your school gets the floor" in elm
    assert "Instalment 2: 138 credits" in ours
    assert "490 × 141 ÷ 500 = 138.18" in ours
    assert "After whole credits 1 credit was left. It went to the 1 school" in ours
    assert "the least of them 0.82" in ours


def test_corrections_and_runs_taken_back_are_told(rep, cast):
    ours, facts = cast.our_school, {"year": make_year(), "by": cast.hub_manager, "at": NOON}
    roll = make_roll(school=ours, pupils=480)
    correct_roll(school=ours, roll=roll, reason="Counted again.", **facts)
    corrected = text_of(rep.get("/my/credits/why/"))
    run = AllocationRun.objects.get()
    take_back(run=run, reason="The wrong census.", by=cast.hub_manager, at=NOON)
    taken_back = text_of(rep.get("/my/credits/why/"))

    assert "Corrected on 20 November 2026: −10" in corrected
    assert "The roll was put right to 480 pupils" in corrected
    assert "480 × 1 ÷ 1, rounded down and held within the floor: 480 credits" in corrected
    assert "the whole run was taken back on 20 November 2026" in taken_back


def test_a_school_that_joined_is_told_its_part(client, cast):
    joiner, rita = make_school(name="Elm School"), make_person(email="e@elm.example")
    make_appointment(person=rita, school=joiner, role="rep")
    roll = make_roll(school=joiner, pupils=90)
    welcome_joiner(school=joiner, year=make_year(), roll=roll, by=cast.hub_manager, at=NOON)
    sign_in(client, rita)

    text = text_of(client.get("/my/credits/why/"))

    assert "Joining in the year, instalment 1: 90 credits" in text
    assert "90 × 1 ÷ 1 × 3 ÷ 3, rounded down: 90 credits" in text


def test_what_moved_between_schools_is_seen_by_both(client, cast):
    move_between_schools(
        key="1",
        giving=cast.our_school,
        receiving=cast.strangers_school,
        year=make_year(),
        credits=40,
        agreed_by=cast.rep,
        reason="A day held together.",
        by=cast.hub_manager,
        at=NOON,
    )
    seen = []
    for person in (cast.rep, cast.stranger):
        sign_in(client, person)
        seen.append(text_of(client.get("/my/credits/")))

    assert "Moved to Berrymede Junior School A day held together." in seen[0]
    assert "Less moved out −40" in seen[0]
    assert "Moved from Lampton School A day held together." in seen[1]
    assert "Moved in +40" in seen[1]
