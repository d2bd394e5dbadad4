"""Many at once at the books: no credit is given twice and nothing is posted twice.

Every race has its negative control: with the account lock off, only the database's own last
line (the CHECK and the trigger on totals) is left, and it is seen to catch what gets through.
"""

import itertools
import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from credits.choices import AccountKind
from credits.errors import (
    CannotBeReversed,
    NotEnoughCredits,
    RunWasSpent,
)
from credits.models import Account, AllocationRun, JournalEntry
from credits.services import accounts, ledger, proofs
from credits.services.adjustments import adjust, move_between_schools, reverse_entry
from credits.services.allocation import run_allocation, take_back
from credits.services.commitments import commitment
from credits.services.figures import Figures, figures_of
from credits.services.planning import plan_allocation
from hub_portal.shared.retrying import retried
from hub_portal.trail.models import Act
from tests.makers.credits import (
    ON_THIS_CENSUS,
    balance,
    make_instalment,
    make_roll,
    make_run,
    make_year,
    the_portal,
)
from tests.makers.schools import NOON, make_cast
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 32
_numbers = itertools.count(1)


@pytest.fixture
def cast():
    cast = make_cast()
    make_roll(school=cast.our_school, pupils=50)
    make_roll(school=cast.strangers_school, pupils=50)
    return cast


@pytest.fixture
def fifty_each(cast):
    """50 credits for each of the two schools, and 20 in the reserve."""
    return make_run(instalment=make_instalment(pence=240_000, reserve_percent="16.6"))


@pytest.fixture
def without_the_lock(monkeypatch):
    """Accounts are read without a lock, and slowly; on SQLite, whose transaction is the
    lock, without one."""

    def read_only(wanted):
        rows = Account.objects.filter(accounts._matching(wanted))
        rows = rows.annotate(year_closed_at=F("year__closed_at"))
        found = {accounts.holder_of(row): row for row in rows}
        time.sleep(0.2)
        return {holder: found[holder] for holder in wanted if holder in found}

    monkeypatch.setattr(accounts, "_locked", read_only)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(ledger, "transaction", SimpleNamespace(atomic=_no_transaction))
        open_to_all = SimpleNamespace(in_atomic_block=True, cursor=lambda: connection.cursor())
        monkeypatch.setattr(ledger, "connection", open_to_all)


def _no_transaction(**_options):
    return nullcontext()


@retried
def commit(school, *, key=None, credits=10):
    about = f"test_booking:{key or next(_numbers)}"
    entry = commitment(
        key=about, about=about, school=school, year=make_year(), price=credits, for_people=[None]
    )
    # looked up on the module, so that the control without transactions reaches it
    with ledger.transaction.atomic():
        return ledger.post([entry], by=the_portal(), at=NOON)[0]


def test_credits_for_five_are_committed_five_times(cast, fifty_each):
    ours = cast.our_school

    results = all_at_once([partial(commit, ours) for _ in range(AT_ONCE)])

    assert len(of_kind(results, JournalEntry)) == 5
    assert len(of_kind(results, NotEnoughCredits)) == AT_ONCE - 5
    assert figures_of(ours, make_year()) == Figures(committed=50, available=0)
    assert proofs.differences() == []


def test_without_the_lock_only_the_database_stops_the_sixth(cast, fifty_each, without_the_lock):
    results = all_at_once([partial(commit, cast.our_school) for _ in range(AT_ONCE)])

    assert of_kind(results, IntegrityError)
    assert balance(AccountKind.AVAILABLE, cast.our_school) >= 0


def test_one_key_posted_by_all_is_posted_once(cast, fifty_each):
    results = all_at_once([partial(commit, cast.our_school, key="one") for _ in range(AT_ONCE)])

    assert {entry.pk for entry in results} == {JournalEntry.objects.get(kind="commit").pk}
    assert figures_of(cast.our_school, make_year()) == Figures(committed=10, available=40)
    assert proofs.differences() == []


def test_without_its_unique_key_an_act_is_posted_many_times(cast, fifty_each, monkeypatch):
    """The control of the test above: the key is what keeps the acts one."""
    numbers = itertools.count(1)
    real = ledger._insert_by_key

    def insert_under_a_key_of_its_own(new, *, by, at):
        return real(
            ledger.NewEntry(f"{new.key}:{next(numbers)}", new.kind, new.moves), by=by, at=at
        )

    monkeypatch.setattr(ledger, "_insert_by_key", insert_under_a_key_of_its_own)

    all_at_once([partial(commit, cast.our_school, key="one") for _ in range(AT_ONCE)])

    assert JournalEntry.objects.filter(kind="commit").count() > 1


def test_an_adjustment_sent_by_all_is_made_once_with_one_act(cast, fifty_each):
    facts = {"school": cast.our_school, "year": make_year(), "credits": 3, "reason": "Why."}

    results = all_at_once(
        [partial(adjust, key="page", **facts, by=cast.hub_manager, at=NOON)] * AT_ONCE
    )

    assert {entry.pk for entry in results} == {JournalEntry.objects.get(kind="adjustment").pk}
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 53
    assert Act.objects.filter(verb="credits.adjusted").count() == 1


def test_an_entry_is_reversed_once(cast, fifty_each):
    entry = adjust(
        key="page",
        school=cast.our_school,
        year=make_year(),
        credits=3,
        reason="Why.",
        by=cast.hub_manager,
        at=NOON,
    )

    results = all_at_once(
        [partial(reverse_entry, entry=entry, reason="No.", by=cast.hub_manager, at=NOON)] * 8
    )

    assert len(of_kind(results, JournalEntry)) == 1
    assert len(of_kind(results, CannotBeReversed)) == 7
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 50
    assert Act.objects.filter(verb="credits.reversed").count() == 1


def test_without_the_look_under_the_lock_a_reversal_is_acted_on_more_than_once(
    cast, fifty_each, monkeypatch
):
    """The control: each sees no reversal yet, and only the unique key keeps the books right."""
    entry = adjust(
        key="page",
        school=cast.our_school,
        year=make_year(),
        credits=3,
        reason="Why.",
        by=cast.hub_manager,
        at=NOON,
    )
    monkeypatch.setattr(
        ledger.JournalEntry.objects, "filter", lambda **_facts: JournalEntry.objects.none()
    )

    all_at_once(
        [partial(reverse_entry, entry=entry, reason="No.", by=cast.hub_manager, at=NOON)] * 8
    )

    assert Act.objects.filter(verb="credits.reversed").count() > 1
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 50


def test_one_instalment_is_allocated_once(cast):
    instalment = make_instalment(pence=240_000)
    plan = plan_allocation(instalment=instalment, choices=ON_THIS_CENSUS, on=NOON.date())
    run = partial(
        run_allocation,
        instalment=instalment,
        choices=ON_THIS_CENSUS,
        shown=plan.fingerprint,
        by=cast.hub_manager,
        at=NOON,
    )

    results = all_at_once([run] * 8)

    assert {result.pk for result in results} == {AllocationRun.objects.get().pk}
    assert Act.objects.filter(verb="allocation.run").count() == 1
    assert proofs.differences() == []


def test_allocating_while_committing_keeps_the_books(cast, fifty_each):
    """A second instalment comes while both schools spend the first."""
    more = make_instalment(pence=240_000, reserve_percent="16.6")
    plan = plan_allocation(instalment=more, choices=ON_THIS_CENSUS, on=NOON.date())
    allocate = partial(
        run_allocation,
        instalment=more,
        choices=ON_THIS_CENSUS,
        shown=plan.fingerprint,
        by=cast.hub_manager,
        at=NOON,
    )
    spending = [partial(commit, school) for school in (cast.our_school, cast.strangers_school)]

    results = all_at_once([allocate, *spending * 6])

    assert isinstance(results[0], AllocationRun)
    committed = len(of_kind(results, JournalEntry))
    assert committed + len(of_kind(results, NotEnoughCredits)) == 12
    assert committed >= 10
    year = make_year()
    ours, theirs = (figures_of(s, year) for s in (cast.our_school, cast.strangers_school))
    assert (ours.received, theirs.received) == (100, 100)
    assert ours.committed + theirs.committed == committed * 10
    assert proofs.differences() == []


def test_a_run_is_taken_back_or_spent_from_never_both(cast, fifty_each):
    back = partial(take_back, run=fifty_each, reason="Wrong.", by=cast.hub_manager, at=NOON)

    results = all_at_once([back, *[partial(commit, cast.our_school, credits=50)] * 4])

    spent = of_kind(results, JournalEntry)
    if isinstance(results[0], AllocationRun):
        assert spent == []
        assert balance(AccountKind.POOL) == 100
    else:
        assert isinstance(results[0], RunWasSpent)
        assert len(spent) == 1
    assert proofs.differences() == []


def test_two_schools_giving_to_each_other_do_not_wait_for_ever(cast, fifty_each):
    def give(giving, receiving, agreed_by, number):
        return move_between_schools(
            key=f"{giving.pk}-{number}",
            giving=giving,
            receiving=receiving,
            year=make_year(),
            credits=2,
            agreed_by=agreed_by,
            reason="Why.",
            by=cast.hub_manager,
            at=NOON,
        )

    ways = (
        (cast.our_school, cast.strangers_school, cast.rep),
        (cast.strangers_school, cast.our_school, cast.stranger),
    )
    results = all_at_once([partial(give, *way, n) for n in range(8) for way in ways])

    assert len(of_kind(results, JournalEntry)) == 16
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 50
    assert proofs.differences() == []


def test_first_credits_of_a_school_from_many_sides_open_its_accounts_once(cast):
    make_instalment(pence=240_000, reserve_percent=50)

    results = all_at_once(
        [
            partial(
                adjust,
                key=f"page-{number}",
                school=cast.our_school,
                year=make_year(),
                credits=1,
                reason="Why.",
                by=cast.hub_manager,
                at=NOON,
            )
            for number in range(8)
        ]
    )

    assert len(of_kind(results, JournalEntry)) == 8
    assert Account.objects.filter(school=cast.our_school).count() == 3
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 8


def test_the_transaction_of_a_refused_commitment_leaves_no_key(cast, fifty_each):
    all_at_once([partial(commit, cast.our_school) for _ in range(AT_ONCE)])

    with transaction.atomic():
        assert JournalEntry.objects.filter(kind="commit").count() == 5
        assert not JournalEntry.objects.filter(transfers__isnull=True).exists()
