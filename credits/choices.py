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
    CORRECTION = "correction", "Correction of a roll"
    JOINER = "joiner", "School joined"
    ADJUSTMENT = "adjustment", "Adjustment"
    TRANSFER = "transfer", "Transfer between schools"
    COMMIT = "commit", "Committed"
    SETTLE = "settle", "Settled"
    RELEASE = "release", "Returned"
    REVERSAL = "reversal", "Reversal"


REVERSIBLE = frozenset(
    {
        EntryKind.FUND,
        EntryKind.ALLOCATE,
        EntryKind.CORRECTION,
        EntryKind.JOINER,
        EntryKind.ADJUSTMENT,
        EntryKind.TRANSFER,
    }
)
"""Bookings, support and purchases are undone only by their own verbs. Rule CR-5."""
