"""Funding and instalments in the admin. Rule CR-1."""

from decimal import Decimal

import pytest

from credits.models import Funding, Instalment
from hub_portal.trail.models import Act
from tests.makers.credits import balances, make_funding, make_year, the_books

RECEIVE = {"number": 1, "pounds": "80000", "received_on": "2026-11-19", "reference": "Grant 1"}


@pytest.fixture
def funding(cast):
    return make_funding()


def url(funding, page=""):
    return f"/admin/credits/funding/{funding.pk}/{page or 'change'}/"


def test_a_year_is_begun_and_opens_on_its_page(as_manager):
    response = as_manager.post("/admin/credits/funding/open/", {"year": make_year().pk})

    funding = Funding.objects.get()
    assert response.url == url(funding)
    assert "No money is recorded yet" in as_manager.get(response.url).content.decode()


def test_settings_are_changed_with_an_act_that_says_what_they_were(as_manager, funding, cast):
    settings = {
        "share_percent": "60",
        "pence_per_credit": "1000",
        "reserve_percent": "2.5",
        "lump_sum": "20",
        "floor": "12",
        "cap": "",
    }

    response = as_manager.post(url(funding, "settings"), settings)

    assert response.status_code == 302
    funding.refresh_from_db()
    assert (funding.share_percent, funding.lump_sum, funding.floor) == (Decimal(60), 20, 12)
    act = Act.objects.get(verb="funding.changed")
    assert (act.by, act.before["share_percent"], act.after["share_percent"]) == (
        cast.hub_manager,
        "50.00",
        "60",
    )


@pytest.mark.parametrize(
    ("name", "value"), [("share_percent", "101"), ("floor", "-1"), ("pence_per_credit", "0")]
)
def test_settings_out_of_reason_are_refused(as_manager, funding, name, value):
    settings = {
        "share_percent": "50",
        "pence_per_credit": "1000",
        "reserve_percent": "2",
        "lump_sum": "0",
        "floor": "10",
        "cap": "",
        name: value,
    }

    assert as_manager.post(url(funding, "settings"), settings).status_code == 422
    assert not Act.objects.filter(verb="funding.changed").exists()


def test_money_is_shown_as_credits_before_it_is_recorded(as_manager, funding):
    before = the_books()

    page = as_manager.post(url(funding, "receive"), RECEIVE)

    assert page.status_code == 200
    assert page.context["rows"] == [
        ("Pool of 2026/27", "0", "3,920"),
        ("Reserve for corrections", "0", "80"),
    ]
    assert the_books() == before
    assert not Instalment.objects.exists()


def test_confirmed_the_instalment_is_recorded_once(as_manager, funding, cast):
    for _ in range(2):
        response = as_manager.post(url(funding, "receive"), {**RECEIVE, "confirm": "1"})
        assert response.url == url(funding)

    instalment = Instalment.objects.get()
    assert (instalment.pence, instalment.reference) == (8_000_000, "Grant 1")
    assert instalment.recorded_by == cast.hub_manager
    assert balances()["hub", "pool"] == 3920
    page = as_manager.get(url(funding)).content.decode()
    assert "£80,000" in page
    assert "Not shared yet" in page


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("pounds", "", "Enter the amount received."),
        ("received_on", "", "Enter the day on which it was received."),
        ("pounds", "-5", "greater than or equal to"),
        ("pounds", "12.345", "no more than 2 decimal places"),
        ("pounds", "1e20", "less than or equal to"),
        ("pounds", "NaN", "Enter a number"),
        ("pounds", "10", "no whole credit"),
        ("received_on", "2026-11-21", "still to come"),
        ("received_on", "yesterday", "Enter a valid date"),
        ("reference", "x" * 81, "at most 80"),
    ],
)
@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_an_amount_that_cannot_be_is_a_sentence_and_changes_nothing(
    as_manager, funding, name, value, sentence, confirm
):
    before = the_books()

    response = as_manager.post(url(funding, "receive"), {**RECEIVE, name: value, **confirm})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert the_books() == before


def test_going_back_to_change_something_keeps_what_was_typed(as_manager, funding):
    response = as_manager.post(url(funding, "receive"), {**RECEIVE, "change": "1"})

    assert response.status_code == 200
    assert 'value="80000"' in response.content.decode()
    assert not Instalment.objects.exists()


@pytest.mark.parametrize("page", ["change", "receive", "settings"])
@pytest.mark.parametrize("pk", [0, 999_999])
def test_a_year_that_is_not_there_is_not_found(as_manager, page, pk):
    assert as_manager.get(f"/admin/credits/funding/{pk}/{page}/").status_code == 404


def test_the_finance_officer_reads_and_changes_nothing(as_finance, funding):
    assert as_finance.get(url(funding)).status_code == 200
    assert "Receive an instalment" not in as_finance.get(url(funding)).content.decode()
    for page in ("settings", "receive"):
        assert as_finance.get(url(funding, page)).status_code == 403
        assert as_finance.post(url(funding, page), {**RECEIVE, "confirm": "1"}).status_code == 403
    assert as_finance.get("/admin/credits/funding/open/").status_code == 403
    assert not Instalment.objects.exists()
