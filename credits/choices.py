"""The fixed lists of the credits app."""

from django.db.models import TextChoices


class AccountKind(TextChoices):
    """Where credits can be: with a school, or with the hub."""

    AVAILABLE = "available", "Available"
    COMMITTED = "committed", "Committed"
    SPENT = "spent", "Spent"
    FUNDING = "funding", "Funding"
    POOL = "pool", "Pool"
    RESERVE = "reserve", "Reserve"
    EARNED = "earned", "Earned"
    LAPSED = "lapsed", "Lapsed"


SCHOOL_ACCOUNTS = (AccountKind.AVAILABLE, AccountKind.COMMITTED, AccountKind.SPENT)
HUB_ACCOUNTS = (
    AccountKind.FUNDING,
    AccountKind.POOL,
    AccountKind.RESERVE,
    AccountKind.EARNED,
    AccountKind.LAPSED,
)
NEVER_NEGATIVE = (
    AccountKind.AVAILABLE,
    AccountKind.COMMITTED,
    AccountKind.POOL,
    AccountKind.RESERVE,
)


class EntryKind(TextChoices):
    """What a journal entry records. Rule CR-5 says which of them can be reversed."""

    FUND = "fund", "Funding received"
    ALLOCATE = "allocate", "Allocation"
    OPENING = "opening", "Opening figures"
    CORRECTION = "correction", "Correction of a roll"
    JOINER = "joiner", "School joined"
    ADJUSTMENT = "adjustment", "Adjustment"
    TRANSFER = "transfer", "Transfer between schools"
    LEAVE = "leave", "School left"
    COMMIT = "commit", "Committed"
    SETTLE = "settle", "Settled"
    RELEASE = "release", "Returned"
    REVERSAL = "reversal", "Reversal"


class ApprovalStatus(TextChoices):
    """What became of a commitment that a headteacher has to approve. Rule CR-14."""

    ASKED = "asked", "Waiting for approval"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"


APPROVAL_MOVES: dict[ApprovalStatus, frozenset[ApprovalStatus]] = {
    ApprovalStatus.ASKED: frozenset(
        {
            ApprovalStatus.APPROVED,
            ApprovalStatus.DECLINED,
            ApprovalStatus.LAPSED,
            ApprovalStatus.WITHDRAWN,
        }
    ),
    ApprovalStatus.APPROVED: frozenset(),
    ApprovalStatus.DECLINED: frozenset(),
    ApprovalStatus.LAPSED: frozenset(),
    ApprovalStatus.WITHDRAWN: frozenset(),
}


REVERSIBLE = frozenset(
    {
        EntryKind.FUND,
        EntryKind.ALLOCATE,
        EntryKind.OPENING,
        EntryKind.CORRECTION,
        EntryKind.JOINER,
        EntryKind.ADJUSTMENT,
        EntryKind.TRANSFER,
    }
)
"""Bookings, support and purchases are undone only by their own verbs. Rule CR-5."""


_RESERVE_AND_BACK = frozenset(
    {
        (AccountKind.RESERVE, AccountKind.AVAILABLE),
        (AccountKind.AVAILABLE, AccountKind.RESERVE),
    }
)

WAYS = {
    EntryKind.FUND: frozenset(
        {(AccountKind.FUNDING, AccountKind.POOL), (AccountKind.FUNDING, AccountKind.RESERVE)}
    ),
    EntryKind.ALLOCATE: frozenset({(AccountKind.POOL, AccountKind.AVAILABLE)}),
    EntryKind.OPENING: frozenset(
        {
            (AccountKind.FUNDING, AccountKind.AVAILABLE),
            (AccountKind.AVAILABLE, AccountKind.SPENT),
        }
    ),
    EntryKind.CORRECTION: _RESERVE_AND_BACK,
    EntryKind.JOINER: frozenset({(AccountKind.RESERVE, AccountKind.AVAILABLE)}),
    EntryKind.ADJUSTMENT: _RESERVE_AND_BACK,
    EntryKind.TRANSFER: frozenset({(AccountKind.AVAILABLE, AccountKind.AVAILABLE)}),
    EntryKind.LEAVE: frozenset({(AccountKind.AVAILABLE, AccountKind.RESERVE)}),
    EntryKind.COMMIT: frozenset({(AccountKind.AVAILABLE, AccountKind.COMMITTED)}),
    EntryKind.SETTLE: frozenset(
        {
            (AccountKind.COMMITTED, AccountKind.SPENT),
            (AccountKind.AVAILABLE, AccountKind.SPENT),  # a free place that nobody took up
        }
    ),
    EntryKind.RELEASE: frozenset(
        {
            (AccountKind.COMMITTED, AccountKind.AVAILABLE),
            (AccountKind.COMMITTED, AccountKind.SPENT),
            (AccountKind.SPENT, AccountKind.AVAILABLE),
        }
    ),
}
"""From which account to which (debit, credit) each kind of entry moves credits."""

WAYS[EntryKind.REVERSAL] = frozenset(
    (credit, debit) for kind in REVERSIBLE for debit, credit in WAYS[kind]
)
