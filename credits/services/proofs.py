"""What proves the books, one proof a function: differences as sentences; none is well.

Rule CR-13, and the invariants of docs/architecture.md that are about credits alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db import connection
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from credits.choices import NEVER_NEGATIVE, WAYS, AccountKind, EntryKind
from credits.models import (
    Account,
    AllocationLine,
    AllocationRun,
    Instalment,
    JournalEntry,
    Transfer,
)
from hub_portal.shared.append_only import missing_triggers
from hub_portal.shared.wording import counted


def differences() -> list[str]:
    """Everything in which the books contradict themselves."""
    proofs = (
        totals_that_differ,
        accounts_below_zero,
        entries_without_transfers,
        ways_never_gone,
        reversals_that_differ,
        instalments_that_differ,
        runs_that_differ,
        pools_that_differ,
        guards_that_are_missing,
    )
    return [difference for proof in proofs for difference in proof()]


def totals_that_differ() -> Iterator[str]:
    """Account totals equal their transfers, and all balances together are nothing."""
    debited = dict(Transfer.objects.values_list("debit_account").annotate(Sum("amount")))
    credited = dict(Transfer.objects.values_list("credit_account").annotate(Sum("amount")))
    accounts = Account.objects.order_by("pk").values_list("pk", "debits", "credits")
    for pk, debits, credits in accounts:
        if (debits, credits) != (debited.get(pk, 0), credited.get(pk, 0)):
            yield (
                f"Account {pk}: its totals are {debits} and {credits}, its transfers say "
                f"{debited.get(pk, 0)} and {credited.get(pk, 0)}."
            )
    total = Account.objects.aggregate(total=Coalesce(Sum("balance"), 0))["total"]
    if total:
        yield f"All balances together are {total}, not 0."


def accounts_below_zero() -> Iterator[str]:
    below = Account.objects.filter(kind__in=NEVER_NEGATIVE, credits__lt=F("debits"))
    for pk, kind in below.order_by("pk").values_list("pk", "kind"):
        yield f"Account {pk} ({kind}) is below zero."


def entries_without_transfers() -> Iterator[str]:
    for pk in JournalEntry.objects.filter(transfers__isnull=True).values_list("pk", flat=True):
        yield f"Entry {pk} moves no credits."


def ways_never_gone() -> Iterator[str]:
    """Each kind of entry moves credits only where it may, within one year and school."""
    gone = Transfer.objects.values_list(
        "entry__kind",
        "debit_account__kind",
        "credit_account__kind",
        "entry",
    )
    for kind, debit, credit, entry in gone.order_by("pk").iterator(chunk_size=5000):
        if (debit, credit) not in _WAYS_AS_KEPT[kind]:
            yield f"Entry {entry} ({kind}) moves credits from {debit} to {credit}."
    between_years = ~Q(debit_account__year=F("credit_account__year"))
    own = Q(entry__kind__in=_WITHIN_A_SCHOOL) | Q(
        entry__kind=EntryKind.OPENING, debit_account__kind=AccountKind.AVAILABLE
    )
    between_schools = own & ~Q(debit_account__school=F("credit_account__school"))
    odd = Transfer.objects.filter(between_years | between_schools).order_by("pk")
    for entry, kind in odd.values_list("entry", "entry__kind"):
        yield f"Entry {entry} ({kind}) moves credits between two years or schools."


_WITHIN_A_SCHOOL = (EntryKind.COMMIT, EntryKind.SETTLE, EntryKind.RELEASE)
_WAYS_AS_KEPT = {
    kind.value: {(debit.value, credit.value) for debit, credit in ways}
    for kind, ways in WAYS.items()
}


def reversals_that_differ() -> Iterator[str]:
    """A reversal moves back exactly what its entry moved."""
    reversals = dict(
        JournalEntry.objects.filter(reverses__isnull=False).values_list("pk", "reverses")
    )
    moved: dict[int, Counter[tuple[int, int, int]]] = defaultdict(Counter)
    concerned = Transfer.objects.filter(
        Q(entry__reverses__isnull=False) | Q(entry__reversed_by__isnull=False)
    )
    facts = concerned.values_list("entry", "debit_account", "credit_account", "amount")
    for entry, debit, credit, amount in facts.iterator(chunk_size=5000):
        back = entry in reversals
        moved[entry][(credit, debit, amount) if back else (debit, credit, amount)] += 1
    for reversal, reversed_entry in sorted(reversals.items()):
        if moved[reversal] != moved[reversed_entry]:
            yield f"Entry {reversal} does not move back what entry {reversed_entry} moved."


def instalments_that_differ() -> Iterator[str]:
    """Each instalment put into pool and reserve what its row says."""
    given: dict[tuple[int, str], int] = {
        (entry, kind): total
        for entry, kind, total in Transfer.objects.filter(entry__kind=EntryKind.FUND)
        .values_list("entry", "credit_account__kind")
        .annotate(Sum("amount"))
    }
    rows = Instalment.objects.order_by("pk").values_list(
        "pk", "entry", "pool_credits", "reserve_credits"
    )
    for pk, entry, pool, reserve in rows:
        says = given.get((entry, AccountKind.POOL.value), 0)
        keeps = given.get((entry, AccountKind.RESERVE.value), 0)
        if (pool, reserve) != (says, keeps):
            yield f"Instalment {pk}: its row says {pool} and {reserve}, its entry {says}, {keeps}."


def runs_that_differ() -> Iterator[str]:
    """A run's lines are its transfers, add up to its pool, and stand while it stands."""
    for run in AllocationRun.objects.select_related("entry").order_by("pk"):
        lines = AllocationLine.objects.filter(run=run, credits__gt=0)
        shares = Counter(lines.values_list("school", "credits"))
        transfers = Transfer.objects.filter(entry=run.entry_id)
        moved = Counter(transfers.values_list("credit_account__school", "amount"))
        if shares != moved:
            yield f"Allocation run {run.pk}: its lines and its transfers differ."
        if (total := sum(amount for _, amount in moved.elements())) != run.pool_credits:
            yield f"Allocation run {run.pk} shared {total} of a pool of {run.pool_credits}."
        undone = JournalEntry.objects.filter(reverses=run.entry_id).exists()
        if undone is not bool(run.taken_back_at):
            yield f"Allocation run {run.pk}: its row and the books differ on its being taken back."


def pools_that_differ() -> Iterator[str]:
    """A year's pool is what its instalments put in less what its runs shared out."""
    expected: dict[int, int] = defaultdict(int)
    put_in = Instalment.objects.filter(entry__reversed_by__isnull=True)
    for year, credits in put_in.values_list("funding__year", "pool_credits"):
        expected[year] += credits
    shared = AllocationRun.objects.filter(taken_back_at__isnull=True)
    for year, credits in shared.values_list("instalment__funding__year", "pool_credits"):
        expected[year] -= credits
    pools = Account.objects.filter(kind=AccountKind.POOL).order_by("pk")
    for year, balance in pools.values_list("year", "balance"):
        if balance != expected[year]:
            yield (
                f"The pool of year {year} holds {balance}; instalments less runs leave "
                f"{expected[year]}."
            )


def guards_that_are_missing() -> Iterator[str]:
    """The database still refuses changes to the books by itself."""
    missing = missing_triggers()
    if missing:
        yield f"{counted(len(missing), 'database guard')} missing: {', '.join(missing)}."
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers")
            [is_on] = cursor.fetchone()
        if not is_on:
            yield "SQLite’s recursive_triggers is off, so rows could be replaced unseen."
