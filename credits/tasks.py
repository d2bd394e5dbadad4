"""What the clock starts for credits."""

from celery import shared_task

from credits.services.approvals import lapse_overdue_approvals, remind_of_approvals
from credits.services.books import nightly_check
from hub_portal.shared.london import now
from schools.models import Person


@shared_task(name="credits.reconcile")
def reconcile() -> None:
    """Check the books of every night. Rule CR-13."""
    nightly_check(by=Person.objects.portal(), at=now())


@shared_task(name="credits.lapse_approvals")
def lapse_approvals() -> None:
    """Let go of what no headteacher answered in time. Rule CR-14."""
    lapse_overdue_approvals(by=Person.objects.portal(), at=now())


@shared_task(name="credits.remind_of_approvals")
def remind() -> None:
    """Tell who asked and who may answer that a request lapses tomorrow. Rule CR-14."""
    remind_of_approvals(at=now())
