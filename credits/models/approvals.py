"""What a school's headteacher wants to be asked about, and what was asked."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from credits.choices import ApprovalStatus
from credits.querysets import ApprovalQuerySet
from schools.models import School


class SchoolSpendingPolicy(models.Model):
    """Above how many credits at once a school's headteacher is asked. Rule CR-14.

    No row, or no threshold: nobody is asked.
    """

    school = models.OneToOneField(School, models.PROTECT, related_name="spending_policy")
    threshold = models.PositiveIntegerField("ask above (credits)", null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField("set")

    class Meta:
        verbose_name = "spending limit"

    def __str__(self) -> str:
        return f"spending limit {self.pk}"


class Approval(models.Model):
    """One commitment of a school that waits, or waited, for its headteacher. Rule CR-14.

    `about` names the commitment ("booking_request:77"); places and credits are held meanwhile.
    """

    about = models.CharField(max_length=60, unique=True)
    school = models.ForeignKey(School, models.PROTECT, related_name="approvals")
    credits = models.PositiveIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("asked")
    answer_by = models.DateTimeField("to be answered by")
    reminded_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=ApprovalStatus, default=ApprovalStatus.ASKED)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("answered or lapsed", null=True, blank=True)
    reason = models.CharField("why declined", max_length=300, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "answer_by"], name="approval_by_status_and_time")]
        constraints = [
            models.CheckConstraint(condition=Q(credits__gt=0), name="approval_of_some_credits"),
            models.CheckConstraint(
                condition=Q(
                    status=ApprovalStatus.ASKED,
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                )
                | Q(
                    ~Q(status=ApprovalStatus.ASKED),
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="approval_answered_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=ApprovalStatus.DECLINED) | ~Q(reason=""),
                name="approval_declined_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"approval {self.pk}"
