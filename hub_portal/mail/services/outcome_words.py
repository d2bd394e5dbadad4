"""What became of the mail to somebody a list names: for reports of mails to many. Rule NL-2.

The rows of such a list each have the dedupe key of their mail as `key`, and a `left_out` that says
why there is none.
"""

from typing import Any, TypeVar

from django.db.models import Model, OuterRef, QuerySet, Subquery

from hub_portal.mail.choices import Failure, Status
from hub_portal.mail.models import Delivery

RowT = TypeVar("RowT", bound=Model)


def with_outcome(rows: "QuerySet[RowT]") -> "QuerySet[RowT]":
    """Each row with `mail_status`, `mail_failure` and `mail_finished_at`, None without a mail."""
    mail = Delivery.objects.filter(dedupe_key=OuterRef("key"))
    return rows.annotate(
        mail_status=Subquery(mail.values("status")[:1]),
        mail_failure=Subquery(mail.values("failure")[:1]),
        mail_finished_at=Subquery(mail.values("finished_at")[:1]),
    )


def mail_in_words(row: Any) -> str:
    """What became of the mail of such a row: “sent”, “waiting”, “failed: …”."""
    if row.mail_status is None:
        return "not sent"
    words = str(Status(row.mail_status).label)
    return f"{words}: {Failure(row.mail_failure).label}" if row.mail_failure else words
