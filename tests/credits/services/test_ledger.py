"""The one writer of the books. Rule CR-5."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from credits.choices import AccountKind, EntryKind
from credits.errors import (
    CannotBeReversed,
    KeyUsedOtherwise,
    NotEnoughCredits,
    NotEnoughInPot,
    YearIsClosed,
)
from credits.models import Account, JournalEntry
from credits.services.accounts import Holder
from credits.services.commitments import commitment, release, settlement, waiver
from credits.services.ledger import Move, NewEntry, post, reversal_of
from schools.models import SchoolYear
from tests.makers.credits import (
    balance,
    balances,
    ledger,
    make_instalment,
    make_run,
    make_school_with_roll,
    make_year,
    the_books,
    the_portal,
)
from tests.makers.schools import NOON, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    """A school with 100 credits of this year, out of 5,000."""
    school = make_school_with_roll(pupils=100)
    make_school_with_roll(pupils=4900, name="Everybody Else School")
    make_run(instalment=make_instalment(pence=10_000_000, reserve_percent=0))
    assert balance(AccountKind.AVAILABLE, school) == 100
    return school


def post_now(*entries, at=NOON):
    with transaction.atomic():
        return post(entries, by=the_portal(), at=at)


def a_commitment(school, *, price=10, people=(None,), key="booking_request:1:commit", **facts):
    return commitment(
        key=key,
        about="booking_request:1",
        school=school,
        year=make_year(),
        price=price,
        for_people=people,
        **facts,
    )


def facts_of_booking(school, **more):
    return {"about": "booking:1", "school": school, "year": make_year(), "person_id": None, **more}


def test_a_commitment_moves_the_price_of_each_place_from_available_to_committed(school):
    ann, ben = make_person(full_name="Ann Owusu"), make_person(full_name="Ben Shah")

    [entry] = post_now(a_commitment(school, price=12, people=(ann.pk, ben.pk), memo={"cohort": 7}))

    assert (entry.kind, entry.about, entry.memo) == (
        EntryKind.COMMIT,
        "booking_request:1",
        {"cohort": 7},
    )
    moved = entry.transfers.order_by("pk").values_list("amount", "for_person")
    assert list(moved) == [(12, ann.pk), (12, ben.pk)]
    assert balance(AccountKind.AVAILABLE, school) == 76
    assert balance(AccountKind.COMMITTED, school) == 24


def test_an_entry_is_dated_by_the_london_day_of_its_posting(school):
    half_past_midnight_in_london = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)

    [entry] = post_now(a_commitment(school), at=half_past_midnight_in_london)

    assert entry.effective_on.isoformat() == "2026-10-25"
    assert (entry.posted_at, entry.by) == (half_past_midnight_in_london, the_portal())


def test_the_same_key_again_changes_nothing_and_returns_the_same_entry(school):
    [first] = post_now(a_commitment(school))
    before = the_books()

    [second] = post_now(a_commitment(school))

    assert second == first
    assert the_books() == before


@pytest.mark.parametrize(
    "other",
    [
        {"price": 11},
        {"people": (None, None)},
        {"memo": {"cohort": 8}},
    ],
)
def test_the_same_key_with_another_payload_is_refused(school, other):
    post_now(a_commitment(school, memo={"cohort": 7}))
    before = the_books()

    with pytest.raises(KeyUsedOtherwise, match="already done with other details"):
        post_now(a_commitment(school, **{"memo": {"cohort": 7}, **other}))

    assert the_books() == before


def test_a_refused_call_rolls_its_key_back_so_that_it_can_succeed_later(school):
    dear = a_commitment(school, price=101)
    before = the_books()

    with pytest.raises(NotEnoughCredits):
        post_now(dear)

    assert the_books() == before
    [entry] = post_now(replace(dear, moves=a_commitment(school, price=100).moves))
    assert entry.key == dear.key


def test_a_refusal_dooms_the_transaction_of_its_cause_even_when_it_is_caught(school):
    before = the_books()

    def carrying_on():
        with transaction.atomic():
            try:
                post([a_commitment(school, price=101)], by=the_portal(), at=NOON)
            except NotEnoughCredits:
                Account.objects.count()

    with pytest.raises(transaction.TransactionManagementError):
        carrying_on()

    assert the_books() == before


def test_of_several_entries_all_are_posted_or_none(school):
    before = the_books()

    with pytest.raises(NotEnoughCredits):
        post_now(
            a_commitment(school, price=60, key="a"),
            a_commitment(school, price=60, key="b"),
        )

    assert the_books() == before


def test_entries_come_back_in_the_order_in_which_they_were_given(school):
    entries = post_now(a_commitment(school, key="b"), a_commitment(school, key="a"))

    assert [entry.key for entry in entries] == ["b", "a"]
    assert entries[0].pk > entries[1].pk


def test_a_release_in_the_same_call_frees_what_the_commitment_needs(school):
    post_now(a_commitment(school, price=100))
    giving_back = release(key="z", returned=100, kept=0, **facts_of_booking(school))

    post_now(a_commitment(school, price=95, key="a"), giving_back)

    assert balance(AccountKind.AVAILABLE, school) == 5
    assert balance(AccountKind.COMMITTED, school) == 95


def test_a_shortage_is_said_with_what_there_is_and_what_it_takes(school):
    with pytest.raises(NotEnoughCredits) as refusal:
        post_now(a_commitment(school, price=60, people=(None, None)))

    assert refusal.value.sentence == (
        "This needs 120 credits and your school has 100 credits available. "
        "Choose fewer places, or ask the hub."
    )
    assert (refusal.value.available, refusal.value.needed) == (100, 120)
    assert refusal.value.school_id == school.pk


def test_a_shortage_of_the_hub_names_the_pot(school):
    reserve = Holder(None, make_year().pk, AccountKind.RESERVE)
    available = Holder(school.pk, make_year().pk, AccountKind.AVAILABLE)

    with pytest.raises(NotEnoughInPot) as refusal:
        post_now(NewEntry("adj", EntryKind.ADJUSTMENT, (Move(reserve, available, 1),)))

    assert refusal.value.sentence == "This needs 1 credit and the reserve holds 0 credits."


def test_a_closed_years_available_credits_take_no_posting(school):
    post_now(a_commitment(school))
    SchoolYear.objects.filter(pk=make_year().pk).update(closed_at=NOON)
    before = the_books()

    with pytest.raises(YearIsClosed, match="The books of 2026/27 are closed"):
        post_now(release(key="r", returned=10, kept=0, **facts_of_booking(school)))
    with pytest.raises(YearIsClosed):
        post_now(a_commitment(school, key="another"))

    assert the_books() == before


def test_a_closed_years_commitment_can_still_be_settled(school):
    post_now(a_commitment(school))
    SchoolYear.objects.filter(pk=make_year().pk).update(closed_at=NOON)

    post_now(settlement(key="s", amount=10, **facts_of_booking(school)))

    assert balance(AccountKind.SPENT, school) == 10


def test_the_life_of_a_commitment_in_the_books(school):
    already = len(ledger())
    post_now(a_commitment(school, price=10, people=(None, None, None)))
    post_now(settlement(key="1", amount=10, **facts_of_booking(school)))
    post_now(release(key="2", returned=10, kept=0, **facts_of_booking(school)))
    post_now(release(key="3", returned=4, kept=6, **facts_of_booking(school)))
    post_now(waiver(key="4", amount=6, **facts_of_booking(school)))

    assert ledger()[already:] == [
        ("commit", "available", "committed", 10),
        ("commit", "available", "committed", 10),
        ("commit", "available", "committed", 10),
        ("settle", "committed", "spent", 10),
        ("release", "committed", "available", 10),
        ("release", "committed", "available", 4),
        ("release", "committed", "spent", 6),
        ("release", "spent", "available", 6),
    ]
    assert balances() == {
        ("hub", "funding"): -5000,
        ("hub", "pool"): 0,
        ("Everybody Else School", "available"): 4900,
        ("Lampton School", "available"): 90,
        ("Lampton School", "committed"): 0,
        ("Lampton School", "spent"): 10,
    }


def test_settling_more_than_was_committed_is_a_bug_and_writes_nothing(school):
    post_now(a_commitment(school))
    before = the_books()

    with pytest.raises(ValueError, match="than was ever committed"):
        post_now(settlement(key="s", amount=11, **facts_of_booking(school)))

    assert the_books() == before


@pytest.mark.django_db(transaction=True)
def test_posting_outside_a_transaction_is_a_bug(school):
    with pytest.raises(RuntimeError, match="transaction of its cause"):
        post([a_commitment(school)], by=the_portal(), at=NOON)


def test_an_entry_that_moves_nothing_cannot_be_made(school):
    with pytest.raises(ValueError, match="moves no credits"):
        a_commitment(school, price=0)
    with pytest.raises(ValueError, match="moves no credits"):
        a_commitment(school, people=())


@pytest.mark.parametrize("kind", EntryKind)
def test_an_entry_goes_only_the_ways_of_its_kind(school, kind):
    to_itself = Holder(school.pk, make_year().pk, AccountKind.SPENT)
    out_of_the_hub = Holder(None, make_year().pk, AccountKind.LAPSED)

    with pytest.raises(ValueError, match="never does"):
        NewEntry("odd", kind, (Move(out_of_the_hub, to_itself, 1),))


def test_a_memo_holds_codes_and_never_a_row(school):
    with pytest.raises(TypeError, match="codes and ids"):
        _ = a_commitment(school, memo={"school": school}).fingerprint


def test_a_schools_accounts_are_opened_together(school):
    kinds = Account.objects.filter(school=school).values_list("kind", flat=True)

    assert sorted(kinds) == ["available", "committed", "spent"]


def test_a_reversal_restores_every_balance_and_a_second_is_refused(school):
    reserve = Holder(None, make_year().pk, AccountKind.RESERVE)
    available = Holder(school.pk, make_year().pk, AccountKind.AVAILABLE)
    before = balances()
    [entry] = post_now(NewEntry("adj", EntryKind.ADJUSTMENT, (Move(available, reserve, 30),)))

    with transaction.atomic():
        [reversal] = post([reversal_of(entry)], by=the_portal(), at=NOON)

    assert (reversal.kind, reversal.reverses) == (EntryKind.REVERSAL, entry)
    assert {**before, ("hub", "reserve"): 0} == balances()
    with pytest.raises(CannotBeReversed, match="already"), transaction.atomic():
        reversal_of(entry)


@pytest.mark.parametrize("kind", ["commit", "settle", "release", "reversal"])
def test_what_has_a_verb_of_its_own_is_never_reversed(school, kind):
    post_now(a_commitment(school))
    post_now(settlement(key="s", amount=4, **facts_of_booking(school)))
    post_now(release(key="r", returned=6, kept=0, **facts_of_booking(school)))
    reserve = Holder(None, make_year().pk, AccountKind.RESERVE)
    available = Holder(school.pk, make_year().pk, AccountKind.AVAILABLE)
    [adjusted] = post_now(NewEntry("adj", EntryKind.ADJUSTMENT, (Move(available, reserve, 3),)))
    with transaction.atomic():
        post([reversal_of(adjusted)], by=the_portal(), at=NOON)

    with pytest.raises(CannotBeReversed, match="its own page"), transaction.atomic():
        reversal_of(JournalEntry.objects.get(kind=kind))


def test_the_database_itself_refuses_a_balance_below_zero(school, monkeypatch):
    monkeypatch.setattr(
        "credits.services.ledger._refuse_what_the_books_forbid", lambda *_args: None
    )

    with pytest.raises(IntegrityError, match="account_never_below_zero"):
        post_now(a_commitment(school, price=101))
