"""The books check finds each kind of difference. Rule CR-13."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.db.models import F

from credits.choices import AccountKind, EntryKind
from credits.models import (
    Account,
    AllocationLine,
    AllocationRun,
    Instalment,
    JournalEntry,
    Transfer,
)
from credits.services import registry
from credits.services.adjustments import adjust, reverse_entry
from credits.services.books import (
    HISTORY_CHANGED,
    latest_books_check,
    reconcile_ledger,
)
from hub_portal.shared.append_only import triggers_lifted
from hub_portal.trail.models import Act
from schools.models import School
from tests.makers.credits import (
    make_instalment,
    make_run,
    make_school_with_roll,
    make_year,
    the_portal,
)
from tests.makers.schools import NOON, make_school
from tests.makers.spending import spend

pytestmark = pytest.mark.django_db
TOMORROW = NOON + timedelta(days=1)


def check(at=NOON):
    return reconcile_ledger(by=the_portal(), at=at)


@pytest.fixture(autouse=True)
def _the_books_alone(monkeypatch):
    """These credits are spent without bookings behind them."""
    monkeypatch.setattr(registry, "_PROOFS", {})


@pytest.fixture
def school():
    """A year in which everything has happened once."""
    school = make_school_with_roll(pupils=500)
    make_school_with_roll(pupils=500, name="Berrymede Junior School")
    make_run(instalment=make_instalment(pence=2_000_000, reserve_percent=10))
    spend(school=school, credits=30).settle()
    spend(school=school, credits=20).give_back(kept=5)
    spend(school=school, credits=9)
    entry = adjust(
        key="1", school=school, year=make_year(), credits=7, reason="Why.", by=the_portal(), at=NOON
    )
    reverse_entry(entry=entry, reason="Not so.", by=the_portal(), at=NOON)
    return school


def an_account(kind, school=None):
    return Account.objects.get(kind=kind, school=school)


def test_the_books_of_an_eventful_year_are_clean(school):
    result = check()

    assert result.differences == []
    assert result.is_clean
    assert result.entries_checked == JournalEntry.objects.count() == 9
    assert latest_books_check() == result


def test_empty_books_are_clean():
    assert check().is_clean


def forge_totals(school):
    Account.objects.filter(kind=AccountKind.AVAILABLE, school=school).update(
        credits=F("credits") + 3
    )


def forge_both_sides(school):
    Account.objects.filter(kind=AccountKind.POOL).update(
        credits=F("credits") + 3, debits=F("debits") + 3
    )


def forge_an_entry_of_nothing(school):
    JournalEntry.objects.create(
        key="forged",
        fingerprint="",
        kind=EntryKind.ADJUSTMENT,
        effective_on=NOON.date(),
        posted_at=NOON,
        by=the_portal(),
    )


def forge_a_strange_way(school):
    add_transfer(
        EntryKind.COMMIT,
        an_account(AccountKind.RESERVE),
        an_account(AccountKind.SPENT, school),
    )


def forge_a_booking_paid_by_another_school(school):
    other = Account.objects.filter(kind=AccountKind.AVAILABLE).exclude(school=school).get()
    add_transfer(EntryKind.COMMIT, other, an_account(AccountKind.COMMITTED, school))


def forge_a_reversal(school):
    reversal = JournalEntry.objects.get(kind=EntryKind.REVERSAL)
    moved = reversal.transfers.get()
    Transfer.objects.filter(pk=moved.pk).update(amount=moved.amount + 1)
    Account.objects.filter(pk=moved.debit_account_id).update(debits=F("debits") + 1)
    Account.objects.filter(pk=moved.credit_account_id).update(credits=F("credits") + 1)


def forge_an_instalment(school):
    Instalment.objects.update(reserve_credits=F("reserve_credits") + 1)


def forge_a_line(school):
    AllocationLine.objects.filter(school=school).update(credits=F("credits") + 1)


def forge_a_pool_of_a_run(school):
    AllocationRun.objects.update(pool_credits=F("pool_credits") + 1)


def forge_a_run_taken_back(school):
    AllocationRun.objects.update(taken_back_by=the_portal(), taken_back_at=NOON)


def add_transfer(kind, debit, credit, amount=2):
    entry = JournalEntry.objects.create(
        key=f"forged-{kind}",
        fingerprint="",
        kind=kind,
        effective_on=NOON.date(),
        posted_at=NOON,
        by=the_portal(),
    )
    Transfer.objects.create(entry=entry, debit_account=debit, credit_account=credit, amount=amount)
    Account.objects.filter(pk=debit.pk).update(debits=F("debits") + amount)
    Account.objects.filter(pk=credit.pk).update(credits=F("credits") + amount)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (forge_totals, "its totals are"),
        (forge_totals, "All balances together are 3, not 0."),
        (forge_both_sides, "its totals are"),
        (forge_an_entry_of_nothing, "moves no credits"),
        (forge_a_strange_way, "moves credits from reserve to spent"),
        (forge_a_booking_paid_by_another_school, "between two years or schools"),
        (forge_a_reversal, "does not move back what entry"),
        (forge_an_instalment, "Instalment"),
        (forge_a_line, "its lines and its transfers differ"),
        (forge_a_pool_of_a_run, "shared 900 of a pool of 901"),
        (forge_a_pool_of_a_run, "The pool of year"),
        (forge_a_run_taken_back, "differ on its being taken back"),
    ],
)
def test_each_kind_of_difference_is_found(school, forge, words):
    with triggers_lifted():
        forge(school)

    result = check()

    assert not result.is_clean
    assert any(words in difference for difference in result.differences), result.differences


@pytest.mark.django_db(transaction=True)
def test_an_account_below_zero_is_found(school):
    """Only a database without the CHECK can hold one; PostgreSQL can take it down for a while."""
    account = an_account(AccountKind.AVAILABLE, school)
    with triggers_lifted():
        _without_the_check(account)

        result = check()

        _put_right(account)
    assert f"Account {account.pk} (available) is below zero." in result.differences


def _without_the_check(account):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("ALTER TABLE credits_account DROP CONSTRAINT account_never_below_zero")
        cursor.execute(
            "UPDATE credits_account SET debits = credits + 1 WHERE id = %s", [account.pk]
        )


def _put_right(account):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE credits_account SET debits = credits WHERE id = %s", [account.pk])
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
            return
    [check_again] = [
        constraint
        for constraint in Account._meta.constraints
        if constraint.name == "account_never_below_zero"
    ]
    with connection.schema_editor() as editor:
        editor.add_constraint(Account, check_again)


def test_a_guard_that_is_missing_is_found(school):
    on_table = ' ON "credits_transfer"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'DROP TRIGGER "credits_transfer_no_delete"{on_table}')

    assert "1 database guard missing: credits_transfer_no_delete." in check().differences


def test_what_other_apps_find_is_kept_under_their_name(school, monkeypatch):
    monkeypatch.setattr(registry, "_PROOFS", {"bookings": lambda: ["A place without its credits."]})

    assert check().differences == ["bookings: A place without its credits."]


def test_the_chain_goes_on_from_check_to_check(school):
    first = check(at=TOMORROW)
    adjust(
        key="2", school=school, year=make_year(), credits=1, reason="Why.", by=the_portal(), at=NOON
    )

    second = check(at=TOMORROW)

    assert second.is_clean
    assert second.last_entry > first.last_entry
    assert second.head != first.head


def test_young_rows_wait_for_the_next_check(school):
    assert check(at=NOON + timedelta(minutes=9)).last_entry == 0
    assert check(at=NOON + timedelta(minutes=10)).last_entry > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "change"),
    [
        (JournalEntry, {"about": "booking:999"}),
        (JournalEntry, {"effective_on": TOMORROW.date()}),
        (Transfer, {"for_person": 1}),
        (Act, {"reason": "Something else."}),
        (Act, {"after": {"moved": 3}}),
    ],
)
def test_history_rewritten_with_the_guards_lifted_is_found_and_stays_found(school, model, change):
    check(at=TOMORROW)
    with triggers_lifted():
        model.objects.filter(pk=model.objects.order_by("pk").first().pk).update(**change)

    first, second = check(at=TOMORROW), check(at=TOMORROW)

    assert first.differences == [HISTORY_CHANGED]
    assert second.differences == [HISTORY_CHANGED]


@pytest.mark.django_db(transaction=True)
def test_a_row_taken_out_of_history_is_found(school):
    check(at=TOMORROW)
    with triggers_lifted():
        Act.objects.filter(pk=Act.objects.order_by("pk").first().pk)._raw_delete("default")

    assert check(at=TOMORROW).differences == [HISTORY_CHANGED]


@pytest.mark.django_db(transaction=True)
def test_a_check_sees_one_moment_whatever_is_written_meanwhile(monkeypatch):
    """What commits between two proofs would look like a difference."""
    seen = []

    def commit_from_elsewhere():
        make_school(name="Somebody new", member=False)
        connection.close()

    def proof():
        seen.append(School.objects.count())
        if connection.vendor == "postgresql":  # on SQLite the check holds the write lock
            writer = Thread(target=commit_from_elsewhere)
            writer.start()
            writer.join()
        seen.append(School.objects.count())
        return []

    monkeypatch.setattr(registry, "_PROOFS", {"moment": proof})

    check()

    assert seen == [0, 0]
    assert School.objects.count() == (1 if connection.vendor == "postgresql" else 0)
