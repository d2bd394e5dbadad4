"""Preview, run and take back in the admin. Rules CR-2 to CR-4."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from credits.models import AllocationRun, Instalment
from credits.services import big_allocations
from credits.services.censuses import censuses_offered
from hub_portal.clock.choices import JobStatus
from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import run_job
from hub_portal.trail.models import Act
from schools.choices import RollDefinition
from schools.models import Membership
from tests.makers.credits import balances, make_instalment, make_roll, make_year, the_books
from tests.makers.schools import NOON, make_school, sign_in
from tests.makers.spending import spend

JANUARY = "2026-01-15 headcount"


def url(instalment):
    return f"/admin/credits/instalment/{instalment.pk}/allocate/"


def shown_on(page):
    [shown] = re.findall(r'name="shown" value="(\w+)"', page.content.decode())
    return shown


def confirm(client, instalment, **typed):
    """Look at the preview with what was typed, then confirm what it showed."""
    preview = client.post(url(instalment), {"census": JANUARY, **typed})
    facts = {"census": JANUARY, "shown": shown_on(preview), "confirm": "1", **typed}
    return client.post(url(instalment), facts)


def refusal(response):
    assert response.status_code == 422
    return response.context["refusal"]


# ---- Which census --------------------------------------------------------------------------------


def test_the_headcount_of_the_january_before_is_offered_first(cast):
    make_roll(school=cast.our_school, pupils=510, census_on=date(2026, 10, 1))
    make_roll(school=cast.strangers_school, pupils=510, census_on=date(2026, 10, 1))

    offered = censuses_offered(year=make_year(), on=NOON.date())

    assert [census.code for census in offered] == [JANUARY, "2026-10-01 headcount"]
    assert offered[0].members == 2


def test_without_that_january_the_latest_census_most_members_have_is_offered(db):
    schools = [make_school(name=name) for name in ("Alder", "Beech", "Cedar")]
    for school in schools[:2]:
        make_roll(school=school, pupils=9, census_on=date(2019, 1, 17))
        make_roll(school=school, pupils=9, census_on=date(2018, 1, 18))
    make_roll(school=schools[2], pupils=9, census_on=date(2026, 10, 1))
    stranger = make_school(name="Elm", member=False)
    make_roll(school=stranger, pupils=9)

    offered = censuses_offered(year=make_year(), on=NOON.date())

    assert [census.code for census in offered] == [
        "2019-01-17 headcount",
        "2026-10-01 headcount",
        "2018-01-18 headcount",
    ]


def test_another_definition_is_offered_by_itself(cast):
    for school in (cast.our_school, cast.strangers_school):
        make_roll(school=school, pupils=400, definition=RollDefinition.RECEPTION_TO_YEAR_11)

    offered = censuses_offered(year=make_year(), on=NOON.date())

    assert [census.definition for census in offered] == ["headcount", "r_to_11"]


# ---- The preview ---------------------------------------------------------------------------------


def test_the_preview_shows_every_school_and_writes_nothing(as_manager, instalment):
    before = the_books()

    page = as_manager.get(url(instalment))

    text = page.content.decode()
    assert [(str(line.school), line.credits) for line in page.context["lines"]] == [
        ("Berrymede Junior School", 450),
        ("Lampton School", 450),
    ]
    assert "15 January 2026, headcount: 2 members" in text
    assert "GIAS extract" in text
    assert "Share 900 credits" in text
    assert the_books() == before


def test_the_preview_is_taken_away(as_manager, instalment):
    answer = as_manager.get(url(instalment), {"census": JANUARY, "take_away": "csv"})

    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["School"], row["Credits"], row["Change"]) for row in rows] == [
        ("Berrymede Junior School", "450", "450"),
        ("Lampton School", "450", "450"),
    ]


def test_without_any_roll_the_page_says_what_to_do(as_manager, instalment):
    Membership.objects.all().delete()

    page = as_manager.get(url(instalment))

    assert "No member has a roll yet. Import the rolls first." in page.content.decode()


@pytest.mark.parametrize("census", ["", "yesterday", "2026-01-15 r_to_11", "2031-01-01 headcount"])
def test_a_census_nobody_has_is_not_found(as_manager, instalment, census):
    status = as_manager.get(url(instalment), {"census": census}).status_code

    assert status == (404 if census else 200)


def test_a_floor_that_cannot_be_met_is_said_on_the_page(as_manager, cast):
    page = as_manager.get(url(make_instalment(pence=20_000, reserve_percent=0)))

    assert "2 schools with at least 10 credits each need 20, and the pool holds 10" in (
        page.content.decode()
    )


# ---- The run -------------------------------------------------------------------------------------


def test_confirmed_the_instalment_is_shared_as_shown(as_manager, instalment, cast):
    response = confirm(as_manager, instalment)

    run = AllocationRun.objects.get()
    assert response.url == f"/admin/credits/allocationrun/{run.pk}/change/"
    assert run.run_by == cast.hub_manager
    assert balances()["Lampton School", "available"] == 450
    page = as_manager.get(response.url).content.decode()
    assert "The instalment is shared: 900 credits among 2 schools." in page


def test_confirmed_twice_it_is_shared_once(as_manager, instalment):
    preview = as_manager.get(url(instalment))
    facts = {"census": JANUARY, "shown": shown_on(preview), "confirm": "1"}

    answers = [as_manager.post(url(instalment), facts) for _ in range(2)]

    assert {answer.url for answer in answers} == {
        f"/admin/credits/allocationrun/{AllocationRun.objects.get().pk}/change/"
    }
    assert balances()["Lampton School", "available"] == 450


def test_figures_that_changed_meanwhile_are_shown_again(as_manager, instalment, cast):
    preview = as_manager.get(url(instalment))
    make_roll(school=cast.our_school, pupils=600)
    before = the_books()

    response = as_manager.post(
        url(instalment), {"census": JANUARY, "shown": shown_on(preview), "confirm": "1"}
    )

    assert refusal(response) == "The figures have changed since this preview. Look at them again."
    assert the_books() == before
    assert shown_on(response) != shown_on(preview)


def test_a_sign_in_of_a_while_ago_is_asked_for_again_and_nothing_typed_is_lost(
    client, instalment, cast
):
    late = make_school(name="Dogwood School")
    make_roll(school=late, pupils=100, census_on=date(2025, 10, 2))
    sign_in(client, cast.hub_manager, at=NOON - timedelta(minutes=6))

    response = confirm(client, instalment, **{f"reason-{late.pk}": "Counted in October only."})

    assert "showed who you are" in refusal(response)
    assert 'value="Counted in October only."' in response.content.decode()
    assert "/accounts/reauthenticate/" in response.content.decode()
    assert not AllocationRun.objects.exists()


def test_a_member_without_a_roll_is_left_out_by_name(as_manager, instalment):
    newcomer = make_school(name="Dogwood School")

    stopped = confirm(as_manager, instalment)
    assert "No roll is known for Dogwood School" in refusal(stopped)
    confirm(as_manager, instalment, **{f"without-{newcomer.pk}": "Joins in January."})

    run = AllocationRun.objects.get()
    assert [(o.school, o.reason) for o in run.omissions.all()] == [(newcomer, "Joins in January.")]
    page = as_manager.get(f"/admin/credits/allocationrun/{run.pk}/change/").content.decode()
    assert "Joins in January." in page


def test_another_roll_needs_a_reason_or_the_school_is_left_out(as_manager, instalment):
    late = make_school(name="Dogwood School")
    make_roll(school=late, pupils=100, census_on=date(2025, 10, 2))

    assert "Give a reason for Dogwood School" in refusal(confirm(as_manager, instalment))
    unexplained = confirm(as_manager, instalment, **{f"omit-{late.pk}": "1"})
    assert "Give a reason for Dogwood School" in refusal(unexplained)
    assert not AllocationRun.objects.exists()

    confirm(as_manager, instalment, **{f"reason-{late.pk}": "Counted in October only."})

    line = AllocationRun.objects.get().lines.get(school=late)
    assert (line.pupils, line.reason) == (100, "Counted in October only.")


def test_a_reason_with_what_cannot_be_seen_is_refused(as_manager, instalment):
    late = make_school(name="Dogwood School")
    make_roll(school=late, pupils=100, census_on=date(2025, 10, 2))

    response = as_manager.post(
        url(instalment), {"census": JANUARY, f"reason-{late.pk}": "turned \u202e round"}
    )

    assert "cannot be seen" in refusal(response)


def test_only_the_hub_manager_allocates(as_finance, instalment):
    assert as_finance.get(url(instalment)).status_code == 403
    assert as_finance.post(url(instalment), {"confirm": "1"}).status_code == 403
    assert as_finance.get(f"/admin/credits/instalment/{instalment.pk}/change/").status_code == 200
    assert not AllocationRun.objects.exists()


# ---- Very many schools ---------------------------------------------------------------------------


def test_very_many_schools_are_shared_among_by_a_job(
    as_manager, instalment, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(big_allocations, "AT_ONCE", 1)
    newcomer = make_school(name="Dogwood School")

    response = confirm(as_manager, instalment, **{f"without-{newcomer.pk}": "Joins in January."})
    again = confirm(as_manager, instalment, **{f"without-{newcomer.pk}": "Joins in January."})

    job = Job.objects.get()
    assert response.url == again.url == job.get_absolute_url()
    assert not AllocationRun.objects.exists()
    run_job(job_id=job.pk, at=NOON)
    job.refresh_from_db()
    run = AllocationRun.objects.get()
    assert (job.status, job.sentence) == (
        JobStatus.DONE,
        "900 credits are shared among 2 schools.",
    )
    assert run.omissions.get().school == newcomer
    page = as_manager.get(job.get_absolute_url()).content.decode()
    assert f"/admin/credits/allocationrun/{run.pk}/change/" in page


def test_a_job_whose_figures_changed_fails_with_the_sentence(
    as_manager, instalment, monkeypatch, cast
):
    monkeypatch.setattr(big_allocations, "AT_ONCE", 1)
    confirm(as_manager, instalment)
    make_roll(school=cast.our_school, pupils=600)

    job = Job.objects.get()
    run_job(job_id=job.pk, at=NOON)

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert "The figures have changed" in job.sentence
    assert not AllocationRun.objects.exists()


# ---- The run's page ------------------------------------------------------------------------------


def test_a_run_shows_its_lines_and_they_are_taken_away(as_manager, run):
    page = as_manager.get(f"/admin/credits/allocationrun/{run.pk}/change/?q=lampton")
    answer = as_manager.get(f"/admin/credits/allocationrun/{run.pk}/lines.csv")

    assert [str(line.school) for line in page.context["page"]] == ["Lampton School"]
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["School"], row["Exact share"], row["Credits"]) for row in rows] == [
        ("Berrymede Junior School", "450.000000000", "450"),
        ("Lampton School", "450.000000000", "450"),
    ]
    assert as_manager.get(f"/admin/credits/allocationrun/{run.pk}/lines.pdf").status_code == 404


def test_a_run_is_taken_back_with_a_reason_and_a_tick(as_manager, run):
    page = f"/admin/credits/allocationrun/{run.pk}/take-back/"

    assert as_manager.get(page).status_code == 200
    assert as_manager.post(page, {"reason": "", "is_sure": "on"}).status_code == 422
    assert as_manager.post(page, {"reason": "The wrong census."}).status_code == 422
    assert balances()["Lampton School", "available"] == 450
    assert (
        as_manager.post(page, {"reason": "The wrong census.", "is_sure": "on"}).status_code == 302
    )

    assert balances()["Lampton School", "available"] == 0
    assert Act.objects.get(verb="allocation.taken_back").reason == "The wrong census."
    assert "Taken back" in as_manager.get(page.replace("take-back", "change")).content.decode()
    assert (
        "Not shared yet"
        in as_manager.get(f"/admin/credits/instalment/{run.instalment_id}/change/").content.decode()
    )


def test_a_run_that_was_spent_from_is_not_taken_back(as_manager, run, cast):
    spend(school=cast.our_school, credits=1)
    before = the_books()

    response = as_manager.post(
        f"/admin/credits/allocationrun/{run.pk}/take-back/", {"reason": "Why.", "is_sure": "on"}
    )

    assert response.status_code == 422
    assert "Lampton School has already used some of it" in response.content.decode()
    assert the_books() == before


def test_taking_back_asks_for_a_fresh_sign_in(client, run, cast):
    sign_in(client, cast.hub_manager, at=NOON - timedelta(minutes=6))

    response = client.post(
        f"/admin/credits/allocationrun/{run.pk}/take-back/", {"reason": "Why.", "is_sure": "on"}
    )

    assert "/accounts/" in response.url
    assert AllocationRun.objects.get().taken_back_at is None


def test_the_desks_room_lists_instalments_with_their_state(as_manager, run):
    assert "Shared" in as_manager.get("/admin/credits/instalment/").content.decode()
    assert Instalment.objects.with_is_shared().get().is_shared
