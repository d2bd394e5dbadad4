"""Waiting lists: who stands in line for a full course, and the places offered to them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.choices import EntryStatus, OfferStatus
from cpd.models.bookings import BookingRequest
from cpd.models.cohorts import Cohort
from cpd.querysets import OfferQuerySet, WaitingEntryQuerySet
from schools.models import School


class WaitingEntry(models.Model):
    """A school in the line of a cohort, for as many places as it still wants. Rule BK-8.

    The line is by `in_line_since`, which is when the school joined until it lets an offer
    go. `sits_out` holds from then on until another place comes free.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="waiting")
    school = models.ForeignKey(School, models.PROTECT, related_name="waiting_entries")
    wanted = models.PositiveSmallIntegerField("places still wanted")
    all_or_none = models.BooleanField("all or none", default=False)
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    joined_at = models.DateTimeField("joined")
    in_line_since = models.DateTimeField()
    sits_out = models.BooleanField("let an offer go", default=False)
    status = models.CharField(max_length=10, choices=EntryStatus, default=EntryStatus.WAITING)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "waiting school"
        verbose_name_plural = "waiting lists"
        indexes = [
            models.Index(fields=["cohort", "status", "in_line_since"], name="waiting_in_line"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "school"],
                condition=Q(status=EntryStatus.WAITING),
                name="waiting_once_per_school_and_cohort",
            ),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.WAITING) | Q(wanted__gt=0),
                name="waiting_for_some_place",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=EntryStatus.WAITING, ended_by__isnull=True, ended_at__isnull=True
                )
                | Q(
                    ~Q(status=EntryStatus.WAITING),
                    ended_by__isnull=False,
                    ended_at__isnull=False,
                ),
                name="waiting_ended_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"waiting {self.pk}"


class WaitingDelegate(models.Model):
    """Somebody a waiting school named in advance, to be ticked already when a place comes."""

    entry = models.ForeignKey(WaitingEntry, models.CASCADE, related_name="delegates")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_as = models.CharField("delegate as the school knows them", max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="waiting_delegate_once")
        ]

    def __str__(self) -> str:
        return f"waiting delegate {self.pk}"


class Offer(models.Model):
    """Places held for a waiting school until it answers, or its time is up. Rule BK-8.

    A live offer counts as live places of its cohort (Rule BK-3).
    """

    entry = models.ForeignKey(WaitingEntry, models.PROTECT, related_name="offers")
    places = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=OfferStatus, default=OfferStatus.OFFERED)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField("offered")
    answer_by = models.DateTimeField("to be answered by")
    reason = models.CharField("why out of turn", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("answered or lapsed", null=True, blank=True)
    request = models.OneToOneField(
        BookingRequest, models.PROTECT, null=True, blank=True, related_name="offer"
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "answer_by"], name="offer_by_status_and_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(status=OfferStatus.OFFERED),
                name="offer_one_live_per_entry",
            ),
            models.CheckConstraint(condition=Q(places__gt=0), name="offer_of_some_place"),
            models.CheckConstraint(
                condition=Q(
                    status=OfferStatus.OFFERED,
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                )
                | Q(
                    ~Q(status=OfferStatus.OFFERED),
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="offer_answered_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(status=OfferStatus.ACCEPTED, request__isnull=False)
                | Q(~Q(status=OfferStatus.ACCEPTED), request__isnull=True),
                name="offer_accepted_has_its_booking",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class LateCall(models.Model):
    """Every waiting school told at once that places are free: it holds none. Rule BK-8."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="late_calls")
    places = models.PositiveSmallIntegerField()
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    called_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(places__gt=0), name="late_call_of_some_place")
        ]

    def __str__(self) -> str:
        return f"late call {self.pk}"
