"""The books in the admin: read, searched, taken away; never changed. Rule CR-13."""

import csv
import io

import pytest

from credits.models import BooksCheck, Transfer
from credits.services.books import reconcile_ledger
from tests.makers.credits import the_books, the_portal
from tests.makers.schools import NOON, make_person
from tests.makers.spending import spend

ROOMS = ("account", "transfer", "journalentry", "bookscheck", "instalment", "allocationrun")


@pytest.fixture
def books(run, cast):
    spend(school=cast.our_school, credits=5, person=make_person(full_name="Ann Owusu"))
    reconcile_ledger(by=the_portal(), at=NOON)
    return run


@pytest.mark.parametrize("room", [*ROOMS, "funding"])
def test_every_room_is_read_by_manager_and_finance_officer(
    books, as_manager, room, django_assert_max_num_queries
):
    with django_assert_max_num_queries(16):
        assert as_manager.get(f"/admin/credits/{room}/").status_code == 200


@pytest.mark.parametrize("room", [*ROOMS, "funding"])
def test_nobody_adds_changes_or_deletes_by_djangos_own_pages(books, as_finance, room):
    before = the_books()

    assert as_finance.get(f"/admin/credits/{room}/").status_code == 200
    assert as_finance.get(f"/admin/credits/{room}/add/").status_code == 403
    assert as_finance.post(f"/admin/credits/{room}/1/delete/", {"post": "yes"}).status_code in (
        302,
        403,
        404,
    )
    assert the_books() == before


@pytest.mark.parametrize("room", [*ROOMS, "funding"])
def test_the_manager_neither(books, as_manager, room):
    before = the_books()

    assert as_manager.get(f"/admin/credits/{room}/add/").status_code == 403
    as_manager.post(f"/admin/credits/{room}/1/delete/", {"post": "yes"})

    assert the_books() == before


@pytest.mark.parametrize("room", ["account", "transfer"])
def test_one_row_is_shown_without_a_way_to_change_it(books, as_manager, room):
    row = Transfer.objects.first() if room == "transfer" else Transfer.objects.first().debit_account

    page = as_manager.get(f"/admin/credits/{room}/{row.pk}/change/").content.decode()

    assert 'name="_save"' not in page


def test_rows_that_are_not_there_are_not_found(books, as_manager):
    for room in ("journalentry", "bookscheck", "instalment", "allocationrun"):
        for pk in ("999999", "0", "x"):
            assert as_manager.get(f"/admin/credits/{room}/{pk}/change/").status_code == 404


def taken_away(client, room):
    page = client.get(f"/admin/credits/{room}/export/")
    assert page.status_code == 200
    form = page.context["form"]
    typed = {
        name: "on"
        for name in form.fields
        if name.startswith(("accountresource", "transferresource"))
    }
    answer = client.post(f"/admin/credits/{room}/export/", {**typed, "format": "0"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_accounts_are_taken_away_in_words(books, as_finance):
    rows = taken_away(as_finance, "account")

    ours = [row for row in rows if row["School"] == "Lampton School"]
    assert [(row["Account"], row["balance"]) for row in ours] == [
        ("Available", "445"),
        ("Committed", "5"),
        ("Spent", "0"),
    ]


def test_transfers_are_taken_away_without_people(books, as_finance):
    rows = taken_away(as_finance, "transfer")

    assert rows[0]["From"] == "Lampton School, available 2026/27"
    assert "Ann Owusu" not in str(rows)


def test_transfers_are_found_by_school(books, as_manager):
    page = as_manager.get("/admin/credits/transfer/", {"q": "Lampton"})

    assert page.context["cl"].result_count == 2


def test_the_finance_officer_has_the_books_checked(books, as_finance):
    answer = as_finance.post("/admin/credits/bookscheck/now/", {"is_sure": "on"})

    check = BooksCheck.objects.order_by("pk").last()
    assert answer.url == f"/admin/credits/bookscheck/{check.pk}/change/"
    page = as_finance.get(answer.url).content.decode()
    assert check.head[:16] in page


def test_differences_stand_on_the_page_of_the_check(books, as_manager):
    check = BooksCheck.objects.create(
        at=NOON, by=the_portal(), head="f" * 64, differences=["A <b>difference</b>."]
    )

    page = as_manager.get(f"/admin/credits/bookscheck/{check.pk}/change/").content.decode()

    assert "A &lt;b&gt;difference&lt;/b&gt;." in page
