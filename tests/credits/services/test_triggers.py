"""Tampering with the books, as the application would: all refused, on both engines. Rule CR-5."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from credits.models import (
    Account,
    AllocationLine,
    AllocationOmission,
    BooksCheck,
    JournalEntry,
    Transfer,
)
from credits.services.books import reconcile_ledger
from hub_portal.shared.append_only import (
    AppendOnlyError,
    append_only_tables,
    missing_triggers,
    triggers_lifted,
)
from tests.makers.credits import (
    ON_THIS_CENSUS,
    make_instalment,
    make_run,
    make_school_with_roll,
    the_books,
    the_portal,
)
from tests.makers.schools import NOON, make_school

pytestmark = pytest.mark.django_db
WRITTEN_ONCE = [JournalEntry, Transfer, AllocationLine, AllocationOmission, BooksCheck]


@pytest.fixture(autouse=True)
def some_books():
    make_school_with_roll()
    closing = make_school(name="Closing in August")
    choices = replace(ON_THIS_CENSUS, omitted={closing.pk: "Closes in August"})
    make_run(instalment=make_instalment(), choices=choices)
    reconcile_ledger(by=the_portal(), at=NOON)


def refused_by_the_database(statement, parameters=()):
    before = the_books()
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, parameters)
    assert the_books() == before
    return str(refusal.value)


def a_row_of(model):
    return model.objects.order_by("pk").first()


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_a_written_row_is_neither_changed_nor_deleted_in_sql(model):
    table, row = model._meta.db_table, a_row_of(model)

    for statement in (
        f"UPDATE {table} SET id = id + 100000 WHERE id = %s",
        f"UPDATE {table} SET id = id WHERE id = %s",
        f"DELETE FROM {table} WHERE id = %s",
    ):
        assert "append-only" in refused_by_the_database(statement, [row.pk])


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_a_written_row_is_neither_changed_nor_deleted_by_a_queryset(model):
    before = the_books()

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(id=F("id"))
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=a_row_of(model).pk)._raw_delete("default")

    assert the_books() == before


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_a_written_row_is_neither_saved_again_nor_deleted_in_python(model):
    row = a_row_of(model)

    with pytest.raises(AppendOnlyError, match="never changed"):
        row.save()
    with pytest.raises(AppendOnlyError, match="never deleted"):
        row.delete()


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_a_new_object_with_an_old_number_does_not_replace_the_row(model):
    row = a_row_of(model)
    twin = model(**{field.attname: getattr(row, field.attname) for field in row._meta.fields})

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize("model", [*WRITTEN_ONCE, Account])
def test_the_engines_own_way_round_its_row_triggers_is_closed(model):
    """TRUNCATE fires no row trigger on PostgreSQL, and INSERT OR REPLACE deletes on SQLite."""
    table = model._meta.db_table
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    way_round = {
        "postgresql": f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE",
        "sqlite": f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
    }

    message = refused_by_the_database(way_round[connection.vendor])

    assert "append-only" in message or "never deleted" in message or "starts empty" in message


@pytest.mark.parametrize(
    "forging",
    [
        "credits = credits + 1000",
        "debits = 0",
        "credits = credits + 5, debits = debits + 5",
        "kind = 'spent'",
        "year_id = year_id - 1",
        "id = id + 100000",
    ],
)
def test_a_forged_balance_is_refused(forging):
    pool = Account.objects.get(kind="pool")

    message = refused_by_the_database(
        f"UPDATE credits_account SET {forging} WHERE id = %s",
        [pool.pk],
    )

    assert "account totals follow the transfers" in message or "stays what it is" in message


def test_the_balance_itself_cannot_be_written():
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE credits_account SET balance = 7")


def test_a_stale_account_cannot_be_saved_over_newer_totals():
    stale = Account.objects.get(kind="pool")
    make_instalment(pence=1_000_000)
    before = the_books()

    with pytest.raises(IntegrityError, match="follow the transfers"), transaction.atomic():
        stale.save()

    assert the_books() == before


def test_an_account_starts_empty_and_never_goes_away():
    available = Account.objects.get(kind="available")

    with pytest.raises(IntegrityError, match="starts empty"), transaction.atomic():
        Account.objects.create(year=available.year, kind="earned", credits=50)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        Account.objects.filter(pk=available.pk)._raw_delete("default")


def test_a_transfer_by_hand_leaves_totals_that_the_books_check_finds():
    pool, available = Account.objects.get(kind="pool"), Account.objects.get(kind="available")
    Transfer.objects.create(
        entry=JournalEntry.objects.first(), debit_account=pool, credit_account=available, amount=5
    )

    check = reconcile_ledger(by=the_portal(), at=NOON)

    assert any(f"Account {pool.pk}: its totals are" in each for each in check.differences)


def test_every_guard_is_up_and_a_missing_one_is_named():
    assert missing_triggers() == []
    guard = "credits_transfer_no_update"
    on_table = ' ON "credits_transfer"' if connection.vendor == "postgresql" else ""

    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{guard}"{on_table}')

    assert missing_triggers() == [guard]


def test_the_tables_of_the_books_are_among_those_only_added_to():
    tables = {model._meta.db_table for model in WRITTEN_ONCE}

    assert tables <= set(append_only_tables())


@pytest.mark.django_db(transaction=True)
def test_without_the_triggers_a_forged_balance_goes_through():
    """The negative control: it is the triggers that refuse, and nothing else."""
    with triggers_lifted():
        Account.objects.filter(kind="available").update(credits=F("credits") + 1000)

    assert Account.objects.get(kind="available").balance == 4920
