"""What the clock starts for credits."""

from celery import shared_task

from credits.services.books import nightly_check
from hub_portal.shared.london import now
from schools.models import Person


@shared_task(name="credits.reconcile")
def reconcile() -> None:
    """Check the books of every night. Rule CR-13."""
    nightly_check(by=Person.objects.portal(), at=now())
