"""Adjusting, moving, correcting, welcoming and reversing in the admin. Rules CR-4, CR-5, CR-9."""

from datetime import timedelta

import pytest

from credits.choices import AccountKind
from credits.models import JournalEntry
from credits.services.adjustments import adjust
from hub_portal.trail.models import Act
from tests.makers.credits import balance, ledger, make_roll, make_year, the_books
from tests.makers.schools import NOON, make_school, sign_in
from tests.makers.spending import spend

BASE = "/admin/credits/journalentry"
KEY = {"page_key": "a" * 32}


def adjustment(cast, **typed):
    facts = {"year": make_year().pk, "school": cast.our_school.pk, "credits": "5"}
    return {**KEY, **facts, "reason": "A refund of 2025/26.", **typed}


def transfer(cast, **typed):
    post = cast.headteacher.appointments.get()
    facts = {"giving": cast.our_school.pk, "receiving": cast.strangers_school.pk}
    return {
        **KEY,
        **facts,
        "year": make_year().pk,
        "credits": "40",
        "agreed_by": post.pk,
        "reason": "A day held together.",
        **typed,
    }


def correction(cast, roll, **typed):
    facts = {"year": make_year().pk, "school": cast.our_school.pk, "roll": roll.pk}
    return {**facts, "reason": "Counted again.", **typed}


def joining(school, roll):
    return {"year": make_year().pk, "school": school.pk, "roll": roll.pk}


def rows(response):
    assert response.status_code == 200
    return response.context["rows"]


def refused(client, page, typed, sentence):
    """Checked and confirmed alike, it is a sentence and changes nothing."""
    before, acts = the_books(), Act.objects.count()
    for confirm in ({}, {"confirm": "1"}):
        response = client.post(f"{BASE}/{page}/", {**typed, **confirm})
        assert response.status_code == 422
        assert sentence in response.content.decode().replace("&#x27;", "'")
    assert the_books() == before
    assert Act.objects.count() == acts


# ---- Each act: what it would do, then done once --------------------------------------------------


def test_an_adjustment_says_what_it_would_do_and_then_does_it_once(as_manager, run, cast):
    before = the_books()

    check = as_manager.post(f"{BASE}/adjust/", adjustment(cast))

    assert rows(check) == [
        ("Lampton School has available", "450", "455"),
        ("Reserve of 2026/27", "100", "95"),
    ]
    assert ("School", "Lampton School") in check.context["answers"]
    assert the_books() == before
    for _ in range(2):
        done = as_manager.post(f"{BASE}/adjust/", adjustment(cast, confirm="1"))
        assert done.status_code == 302
    assert ledger()[-1] == ("adjustment", "reserve", "available", 5)
    assert balance(AccountKind.RESERVE) == 95
    assert Act.objects.get(verb="credits.adjusted").by == cast.hub_manager


def test_what_cannot_be_adjusted_is_a_sentence(as_manager, run, cast):
    page = "adjust"
    refused(as_manager, page, adjustment(cast, credits="101"), "the reserve holds 100 credits")
    refused(as_manager, page, adjustment(cast, credits="-451"), "has 450 credits available")
    refused(as_manager, page, adjustment(cast, credits="0"), "other than 0")
    refused(as_manager, page, adjustment(cast, credits="a few"), "Enter a whole number")
    refused(as_manager, page, adjustment(cast, credits="9" * 30), "less than or equal to")
    refused(as_manager, page, adjustment(cast, reason="  "), "Say why.")
    refused(as_manager, page, adjustment(cast, reason="a\u202eb"), "cannot be seen")
    refused(as_manager, page, adjustment(cast, school="999999"), "Select a valid choice")
    stranger = make_school(name="Elm School", member=False)
    refused(as_manager, page, adjustment(cast, school=stranger.pk), "is not a member")


def test_a_transfer_says_what_it_would_do_and_then_does_it_once(as_manager, run, cast):
    check = as_manager.post(f"{BASE}/move/", transfer(cast))

    assert rows(check) == [
        ("Lampton School has available", "450", "410"),
        ("Berrymede Junior School has available", "450", "490"),
    ]
    for _ in range(2):
        as_manager.post(f"{BASE}/move/", transfer(cast, confirm="1"))
    assert ledger()[-1] == ("transfer", "available", "available", 40)
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 410


def test_what_cannot_be_moved_is_a_sentence(as_manager, run, cast):
    refused(as_manager, "move", transfer(cast, credits="451"), "has 450 credits available")
    refused(as_manager, "move", transfer(cast, credits="0"), "greater than or equal to 1")
    same = transfer(cast, receiving=cast.our_school.pk)
    refused(as_manager, "move", same, "Choose two different schools.")
    theirs = cast.stranger.appointments.get()
    refused(as_manager, "move", transfer(cast, agreed_by=theirs.pk), "does not act for")
    refused(as_manager, "move", transfer(cast, agreed_by=""), "Choose who agreed to it.")


def test_a_correction_tells_every_rolls_effect_and_then_does_the_chosen_one(as_manager, run, cast):
    roll = make_roll(school=cast.our_school, pupils=520)

    ask = as_manager.get(f"{BASE}/correct/", {"school": cast.our_school.pk, "year": make_year().pk})
    check = as_manager.post(f"{BASE}/correct/", correction(cast, roll))
    done = as_manager.post(f"{BASE}/correct/", correction(cast, roll, confirm="1"))

    assert "520 pupils, headcount, 15 January 2026: +18 credits now" in ask.content.decode()
    assert rows(check)[0] == ("Lampton School has available", "450", "468")
    assert done.status_code == 302
    assert ledger()[-1] == ("correction", "reserve", "available", 18)


def test_a_reduction_tells_what_is_still_to_come_back(as_manager, run, cast):
    spend(school=cast.our_school, credits=440)
    make_roll(school=cast.our_school, pupils=400)

    ask = as_manager.get(f"{BASE}/correct/", {"school": cast.our_school.pk, "year": make_year().pk})

    assert "−10 credits now, 80 credits more when they are free" in ask.content.decode()


def test_what_cannot_be_corrected_is_a_sentence(as_manager, run, cast):
    roll = make_roll(school=cast.our_school, pupils=900)
    theirs = cast.strangers_school.rolls.get()
    refused(as_manager, "correct", correction(cast, roll), "the reserve holds 100 credits")
    refused(as_manager, "correct", correction(cast, theirs), "not one of the available choices")
    refused(as_manager, "correct", {**correction(cast, roll), "roll": ""}, "Choose a roll.")
    refused(as_manager, "correct", {**correction(cast, roll), "reason": ""}, "Say why.")


def test_a_joiner_is_told_its_part_and_then_given_it_once(as_manager, run, cast):
    joiner = make_school(name="Elm School")
    roll = make_roll(school=joiner, pupils=50)

    ask = as_manager.get(f"{BASE}/welcome/", {"school": joiner.pk, "year": make_year().pk})
    check = as_manager.post(f"{BASE}/welcome/", joining(joiner, roll))
    done = as_manager.post(f"{BASE}/welcome/", {**joining(joiner, roll), "confirm": "1"})

    assert "50 pupils, headcount, 15 January 2026: 45 credits" in ask.content.decode()
    assert rows(check) == [
        ("Elm School has available", "0", "45"),
        ("Reserve of 2026/27", "100", "55"),
    ]
    assert done.status_code == 302
    refused(as_manager, "welcome", joining(joiner, roll), "There is nothing of 2026/27 to give")


# ---- One entry -----------------------------------------------------------------------------------


@pytest.fixture
def adjusted(cast, run):
    return adjust(
        key="1",
        school=cast.our_school,
        year=make_year(),
        credits=5,
        reason="A refund of 2025/26.",
        by=cast.hub_manager,
        at=NOON,
    )


def test_an_entry_shows_what_it_moved_and_why(as_manager, adjusted):
    page = as_manager.get(f"{BASE}/{adjusted.pk}/change/").content.decode()

    assert "The hub, reserve 2026/27" in page
    assert "Lampton School, available 2026/27" in page
    assert "A refund of 2025/26." in page


def test_an_entry_is_reversed_with_a_reason_and_a_tick(as_manager, adjusted):
    page = f"{BASE}/{adjusted.pk}/reverse/"

    assert "Goes back" in as_manager.get(page).content.decode()
    assert as_manager.post(page, {"reason": "Mistaken."}).status_code == 422
    assert JournalEntry.objects.filter(reverses=adjusted).count() == 0
    done = as_manager.post(page, {"reason": "Mistaken.", "is_sure": "on"})

    reversal = JournalEntry.objects.get(reverses=adjusted)
    assert done.url == f"{BASE}/{reversal.pk}/change/"
    again = as_manager.post(page, {"reason": "Mistaken.", "is_sure": "on"})
    assert again.status_code == 422
    assert "has been reversed already" in again.content.decode()
    shown = as_manager.get(f"{BASE}/{adjusted.pk}/change/").content.decode()
    assert "Undone by" in shown
    assert "Reverse it" not in shown


def test_an_entry_of_a_booking_offers_no_reversal_and_refuses_one(as_manager, run, cast):
    spend(school=cast.our_school, credits=5)
    entry = JournalEntry.objects.get(kind="commit")

    assert "Reverse it" not in as_manager.get(f"{BASE}/{entry.pk}/change/").content.decode()
    answer = as_manager.post(f"{BASE}/{entry.pk}/reverse/", {"reason": "Why.", "is_sure": "on"})
    assert answer.status_code == 422
    assert "undone by its own page" in answer.content.decode()


# ---- Who may -------------------------------------------------------------------------------------

ACTS = ("adjust", "move", "correct", "welcome")


@pytest.mark.parametrize("page", ACTS)
def test_the_finance_officer_may_not(as_finance, run, cast, page):
    before = the_books()

    assert as_finance.get(f"{BASE}/{page}/").status_code == 403
    answer = as_finance.post(f"{BASE}/{page}/", {**adjustment(cast), "confirm": "1"})

    assert answer.status_code == 403
    assert the_books() == before


@pytest.mark.parametrize("page", ACTS)
def test_a_sign_in_of_a_while_ago_is_asked_for_again(client, run, cast, page):
    sign_in(client, cast.hub_manager, at=NOON - timedelta(minutes=6))
    before = the_books()

    answer = client.post(f"{BASE}/{page}/", {**adjustment(cast), "confirm": "1"})

    assert "/accounts/" in answer.url
    assert the_books() == before


def test_a_rep_finds_no_admin(client, run, cast):
    sign_in(client, cast.rep)

    answer = client.get(f"{BASE}/adjust/")

    assert answer.status_code in (302, 403, 404)
    assert b"Adjust a school" not in answer.content
