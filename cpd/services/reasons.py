"""Reasons for cancelling, which the hub sees for a while and then forgets. Rule BK-6."""

from datetime import datetime, timedelta

from cpd.models import CancellationReason
from cpd.services.policy import policy_in_force


def forget_old_reasons(*, at: datetime) -> int:
    """Delete reasons some days after their cohort has ended; how many were deleted."""
    kept_for = timedelta(days=policy_in_force().reasons_kept_days)
    old = CancellationReason.objects.filter(booking__cohort__ends_at__lte=at - kept_for)
    deleted, _ = old.delete()
    return deleted
