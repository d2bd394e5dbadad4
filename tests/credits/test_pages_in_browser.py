"""A school's credits and the hub manager's room, in a real browser."""

from dataclasses import replace
from datetime import date

import pytest

from hub_portal.shared.london import now
from tests.looking import look, look_at_each
from tests.makers.credits import (
    ON_THIS_CENSUS,
    make_funding,
    make_instalment,
    make_roll,
    make_run,
    make_school_with_roll,
    make_year,
)
from tests.makers.schools import make_cast, make_school
from tests.makers.spending import spend

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast():
    """A year that is shared, a second instalment that is not, and spending."""
    cast = make_cast()
    make_roll(school=cast.our_school, pupils=1530)
    make_roll(school=cast.strangers_school, pupils=348)
    make_school_with_roll(name="The Green School for Boys and Girls, Isleworth", pupils=812)
    late = make_school(name="Tiny Special School")
    make_roll(school=late, pupils=24, census_on=date(2025, 10, 2))
    funding = make_funding(reserve_percent=5)
    reasons = {late.pk: "Counted in October only."}
    make_run(
        instalment=make_instalment(funding=funding),
        choices=replace(ON_THIS_CENSUS, reasons=reasons),
    )
    make_school(name="Newcomer School")
    make_instalment(funding=funding, pence=4_000_000)
    for credits in (12, 18, 9):
        spend(school=cast.our_school, credits=credits, at=now())
    spend(school=cast.our_school, credits=6, at=now()).settle()
    return cast


def test_a_schools_pages_are_sound(visit, cast):
    look_at_each(visit(cast.rep, "/my/"), ["/my/credits/", "/my/credits/why/"])


def test_the_hub_managers_pages_are_sound(visit, cast):
    page = visit(cast.hub_manager, "/admin/")
    addresses = [
        f"/admin/credits/{address}"
        for address in (
            "funding/",
            "funding/open/",
            "instalment/",
            "allocationrun/",
            "journalentry/",
            "journalentry/adjust/",
            "journalentry/move/",
            "journalentry/welcome/",
            f"journalentry/correct/?school={cast.our_school.pk}&year={make_year().pk}",
            "account/",
            "transfer/",
            "bookscheck/",
            "bookscheck/now/",
        )
    ]
    page.goto("/admin/credits/allocationrun/")
    page.click("#result_list tbody th a")
    page.wait_for_url("**/change/")
    addresses.append(page.url)
    addresses.append(page.url.replace("/change/", "/take-back/"))
    page.goto("/admin/credits/instalment/")
    page.click("#result_list tbody th a")
    page.wait_for_url("**/change/")
    addresses += [page.url, page.url.replace("/change/", "/allocate/")]
    page.goto("/admin/credits/funding/")
    page.click("#result_list tbody th a")
    page.wait_for_url("**/change/")
    addresses += [page.url, page.url.replace("/change/", "/receive/")]
    look_at_each(page, addresses)


def test_what_is_wrong_and_what_would_change_are_sound_pages_too(visit, cast):
    page = visit(cast.hub_manager, "/admin/credits/journalentry/adjust/")
    page.click("text=Show what it does")
    page.get_by_role("heading", name="There is a problem").wait_for()
    look(page, "adjust-wrong")
    page.select_option("#id_school", label="Lampton School")
    page.fill("#id_credits", "5")
    page.fill("#id_reason", "A refund of 2025/26.")
    page.click("text=Show what it does")
    page.get_by_role("button", name="Change something").wait_for()
    look(page, "adjust-preview")


@pytest.mark.parametrize("javascript", [True, False])
def test_money_becomes_credits_of_every_school(visit, cast, javascript):
    """Receive, preview, give reasons, share, take back: with and without JavaScript."""
    page = visit(cast.hub_manager, "/admin/credits/funding/", javascript=javascript)
    page.click("#result_list tbody th a")
    page.click("text=Receive an instalment")
    page.fill("#id_pounds", "20000")
    page.fill("#id_received_on", "2026-11-02")
    page.click("text=Show what it does")
    page.get_by_role("cell", name="1,900").first.wait_for()
    page.click("text=Record the instalment")
    page.click("text=Instalment 3")
    page.click("text=Preview and share it")
    page.get_by_label("Newcomer School: leave out, because").fill("Joins in January.")
    page.get_by_label("Reason").fill("Counted in October only.")
    page.click("text=Work it out again")
    page.get_by_role("button", name="Share 950 credits").click()
    page.get_by_text("The instalment is shared: 950 credits among 4 schools.").wait_for()
    page.click("text=Take the run back")
    page.fill("#id_reason", "The wrong census.")
    page.check("#id_is_sure")
    page.click("text=Take the run back >> nth=-1")
    page.get_by_text("The run is taken back.").wait_for()
