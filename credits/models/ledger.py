"""The books: accounts, journal entries and transfers. Only `services/ledger.py` writes here."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from credits.choices import HUB_ACCOUNTS, NEVER_NEGATIVE, SCHOOL_ACCOUNTS, AccountKind, EntryKind
from credits.querysets import AccountQuerySet, JournalEntryQuerySet
from hub_portal.shared.append_only import AppendOnlyModel
from schools.models import School, SchoolYear


class Account(models.Model):
    """Where credits of one school year are: with a school, or with the hub.

    `debits` and `credits` are running totals in whole credits and only ever grow; the
    balance is worked out by the database. The CHECK is the last line of defence of
    Rule CR-5, and a trigger refuses totals that differ from the transfers.
    """

    year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="accounts")
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    kind = models.CharField(max_length=10, choices=AccountKind)
    debits = models.PositiveBigIntegerField(default=0)
    credits = models.PositiveBigIntegerField(default=0)
    balance = models.GeneratedField(
        expression=F("credits") - F("debits"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    year_closed_at: datetime | None
    """Only on accounts that `lock_accounts` gave out."""

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year", "kind"],
                condition=Q(school__isnull=False),
                name="account_one_per_school_year_and_kind",
            ),
            models.UniqueConstraint(
                fields=["year", "kind"],
                condition=Q(school__isnull=True),
                name="account_one_per_hub_year_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(school__isnull=False, kind__in=SCHOOL_ACCOUNTS)
                | Q(school__isnull=True, kind__in=HUB_ACCOUNTS),
                name="account_kind_fits_its_holder",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=NEVER_NEGATIVE) | Q(credits__gte=F("debits")),
                name="account_never_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


class JournalEntry(AppendOnlyModel):
    """One thing that moved credits, written once. Rule CR-5.

    The key makes a repeated call harmless; the fingerprint refuses another payload under
    the same key. `about` names the subject as text ("booking:345"); the memo holds codes
    and ids, never a name.
    """

    key = models.CharField(max_length=120, unique=True)
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=EntryKind)
    effective_on = models.DateField("date")
    posted_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    about = models.CharField(max_length=80, blank=True, db_index=True)
    memo = models.JSONField(default=dict, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "journal entry"
        verbose_name_plural = "journal entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=EntryKind.REVERSAL, reverses__isnull=False)
                | (~Q(kind=EntryKind.REVERSAL) & Q(reverses__isnull=True)),
                name="entry_reversal_names_what_it_reverses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Transfer(AppendOnlyModel):
    """Whole credits that went from one account to another; an entry has one or more."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="transfers")
    debit_account = models.ForeignKey(Account, models.PROTECT, related_name="debit_transfers")
    credit_account = models.ForeignKey(Account, models.PROTECT, related_name="credit_transfers")
    amount = models.PositiveIntegerField()
    for_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_is_positive"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account")),
                name="transfer_between_two_accounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} credits"


class BooksCheck(AppendOnlyModel):
    """One run of the books check: what differed, and the head of the chain. Rule CR-13.

    `head` continues the hash over every entry and act since the check before, so that
    tampering shows even where a trigger was lifted.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    differences = models.JSONField(default=list, blank=True)
    entries_checked = models.PositiveBigIntegerField(default=0)
    last_entry = models.PositiveBigIntegerField(default=0)
    last_act = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64)

    class Meta:
        verbose_name = "books check"

    def __str__(self) -> str:
        return f"books check {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_clean(self) -> bool:
        return not self.differences
