"""One mail to many: one frozen body, and a delivery for each recipient made by the database itself.

    body = freeze_body(html=..., text=...)
    put_in_outbox_for_many(body=body, kind=..., to_whom=recipients, ...)

Fifty thousand rows are one INSERT … SELECT. What differs from one recipient to the next is no
part of it: the sender asks the kind's `values_of` for that (`hub_portal.mail.services.kinds`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router, transaction
from django.db.models import Count, Q, QuerySet

from hub_portal.mail.choices import HELD, Failure, Priority, Status
from hub_portal.mail.models import Body, Delivery
from hub_portal.mail.services.outbox import (
    body_digest,
    domain_of_message_ids,
    refuse_more_than_one_line,
    shortened,
)
from hub_portal.shared.doorbell import ring

OF_THE_RECIPIENT = ("dedupe_key", "to", "recipient_id", "about")
"""The columns of `to_whom`; every other one says the same in all rows, but the Message-ID."""

RANDOM_HEX = {
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
    "sqlite": "lower(hex(randomblob(16)))",
}
"""Thirty-two characters, other ones in each row."""


@dataclass(frozen=True)
class Progress:
    """How far a mail to many has come: its deliveries by what became of them."""

    waiting: int
    on_their_way: int
    sent: int
    failed: int
    bounced: int  # of those that failed
    suppressed: int
    untrue: int
    stopped: int
    expired: int
    is_held_back: bool

    @property
    def unfinished(self) -> int:
        return self.waiting + self.on_their_way

    @property
    def all(self) -> int:
        ended = self.sent + self.failed + self.suppressed + self.untrue
        return self.unfinished + ended + self.stopped + self.expired


def freeze_body(*, html: str, text: str) -> Body:
    """Keep the words of a mail to many, once; they are never changed after that."""
    return Body.objects.create(digest=body_digest(text=text, html=html), html=html, text=text)


def put_in_outbox_for_many(
    *,
    body: Body,
    kind: str,
    subject: str,
    headers: Mapping[str, str],
    reply_to: str,
    to_whom: QuerySet[Any, Any],
    at: datetime,
) -> int:
    """Put a mail for each row of `to_whom` in the outbox, in one statement; returns how many.

    `to_whom` has exactly the columns `dedupe_key`, `to`, `recipient_id` and `about`. A row whose
    dedupe key is there already is passed over (invariant 16); anything else in the way is an
    error, and undoes the whole. Part of the caller's transaction, if there is one.
    """
    refuse_more_than_one_line(kind, subject, *headers.values())
    same_in_all = Delivery(
        kind=kind,
        priority=Priority.BULK,
        subject=shortened(subject),
        body=body,
        headers=dict(headers),
        reply_to=reply_to,
        created_at=at,
        not_before=at,
    )
    with transaction.atomic(savepoint=False):
        written = _insert_for_each(to_whom, same_in_all)
        if written:
            ring("mail.send_due")
    return written


def hold_back(*, body: Body, at: datetime) -> int:
    """Let nothing more of this body go until `let_go`; returns how many mails wait.

    What a sender has in hand at this moment (fifty mails at most) may still go.
    """
    Body.objects.filter(pk=body.pk, held_back_at=None, stopped_at=None).update(held_back_at=at)
    return _waiting(body).count()


def let_go(*, body: Body, at: datetime) -> int:
    """Let go what was held back; returns how many mails wait."""
    Body.objects.filter(pk=body.pk).update(held_back_at=None)
    waiting = _waiting(body).count()
    if waiting:
        ring("mail.send_due")
    return waiting


def stop_all(*, body: Body, at: datetime) -> int:
    """Stop for good whatever of this body has not gone; returns how many mails that were.

    A sender that has claimed one finds at its fence that it no longer does. What is being sent
    at this moment goes, and is stopped when it has to be sent once more.
    """
    not_begun = Delivery.objects.filter(body=body, status__in=(Status.WAITING, Status.CLAIMED))
    with transaction.atomic():
        rows = Body.objects.filter(pk=body.pk, stopped_at=None)
        rows.update(held_back_at=None, stopped_at=at)
        # those another is moving just now are passed over: whoever takes them up next stops them
        free = not_begun.select_for_update(skip_locked=True, no_key=True).values("pk")
        return Delivery.objects.filter(pk__in=free).update(
            status=Status.STOPPED, holder="", lease_until=None, finished_at=at, sealed=""
        )


def progress_of(*, body: Body) -> Progress:
    """Count the deliveries of a body by what became of them."""

    def those(*statuses: Status, **more: Any) -> Count:
        return Count("pk", filter=Q(status__in=statuses, **more))

    counts = Delivery.objects.filter(body=body).aggregate(
        waiting=those(Status.WAITING),
        on_their_way=those(*HELD),
        sent=those(Status.SENT),
        failed=those(Status.FAILED),
        bounced=those(Status.FAILED, failure=Failure.BOUNCED),
        suppressed=those(Status.SUPPRESSED),
        untrue=those(Status.UNTRUE),
        stopped=those(Status.STOPPED),
        expired=those(Status.EXPIRED),
    )
    is_held_back = Body.objects.filter(pk=body.pk, held_back_at__isnull=False).exists()
    return Progress(**counts, is_held_back=is_held_back)


def _waiting(body: Body) -> QuerySet[Delivery]:
    return Delivery.objects.filter(body=body, status=Status.WAITING)


def _insert_for_each(to_whom: QuerySet[Any, Any], same_in_all: Delivery) -> int:
    """One INSERT … SELECT … ON CONFLICT DO NOTHING in the order of the keys, so that two at
    once do not wait for each other in a ring. "WHERE true" keeps SQLite from reading ON as
    that of a join."""
    using = router.db_for_write(Delivery)
    quote = connections[using].ops.quote_name
    _refuse_other_columns(to_whom)
    try:
        whom, whom_values = to_whom.order_by().query.get_compiler(using=using).as_sql()
    except EmptyResultSet:
        return 0
    values = _values_by_column(same_in_all, using)
    key = quote("dedupe_key")
    # nothing of it comes from outside: names of columns, and a query that Django has compiled
    statement = " ".join(
        (
            f"INSERT INTO {quote(Delivery._meta.db_table)} ({', '.join(map(quote, values))})",
            f"SELECT {', '.join(expression for expression, _ in values.values())}",
            f"FROM ({whom}) AS whom WHERE true ORDER BY whom.{key}",
            f"ON CONFLICT ({key}) DO NOTHING",
        )
    )
    parameters = [value for _, given in values.values() for value in given]
    with connections[using].cursor() as cursor:
        cursor.execute(statement, [*parameters, *whom_values])
        return int(cursor.rowcount)


def _values_by_column(same_in_all: Delivery, using: str) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """For every column but the primary key: its expression, and what is to stand in that."""
    connection = connections[using]
    quote = connection.ops.quote_name
    values: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for field in Delivery._meta.local_concrete_fields:
        if field.primary_key:
            continue
        if field.attname in OF_THE_RECIPIENT:
            # a recipient that is NULL in every row has no type of its own on PostgreSQL
            column = f"whom.{quote(field.attname)}"
            number = field.db_type(connection) if field.is_relation else None
            values[field.column] = (f"CAST({column} AS {number})" if number else column, ())
        elif field.attname == "message_id":
            around = ("<", f"@{domain_of_message_ids()}>")
            values[field.column] = (f"%s || {RANDOM_HEX[connection.vendor]} || %s", around)
        else:
            given = getattr(same_in_all, field.attname)
            values[field.column] = ("%s", (field.get_db_prep_save(given, connection),))
    return values


def _refuse_other_columns(to_whom: QuerySet[Any, Any]) -> None:
    query = to_whom.query
    names = {*query.values_select, *query.annotation_select, *query.extra_select}
    if names != set(OF_THE_RECIPIENT):
        raise ValueError(f"to_whom has the columns {sorted(names)}, not {OF_THE_RECIPIENT}")
