"""What the clock does about approvals. Rule CR-14."""

from collections.abc import Iterable
from datetime import datetime

from credits.models import Approval
from hub_portal.clock.services.due import Due

LAPSE = "credits.lapse_approvals"
REMIND = "credits.remind_of_approvals"


def what_is_due(at: datetime) -> Iterable[Due]:
    """Every minute: is a request overdue?"""
    if Approval.objects.overdue(at).exists():
        yield Due(None, LAPSE)
