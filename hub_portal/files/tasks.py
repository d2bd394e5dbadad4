"""What the clock starts."""

import logging

from celery import shared_task

from hub_portal.files.services import deleting
from hub_portal.shared.london import now

log = logging.getLogger(__name__)


@shared_task(name="files.clear_away")
def clear_away() -> dict[str, int]:
    """Each night: files whose time is over, and what was left behind without a row."""
    at = now()
    removed = {"overdue": deleting.delete_overdue(at=at), "strays": deleting.delete_strays(at=at)}
    log.info("Files cleared away: %(overdue)s overdue, %(strays)s strays.", removed)
    return removed
