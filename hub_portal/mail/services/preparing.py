"""Making claimed mails ready: are they still to go, with which values, and what goes with them?"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import transaction

from hub_portal.mail.choices import Status, SuppressedFor
from hub_portal.mail.models import Attachment, AttachmentContent, Delivery, Suppression
from hub_portal.mail.services.kinds import MadeAttachment, Values, mail_kind
from hub_portal.shared.insert_new import insert_new


@dataclass(frozen=True)
class Known:
    """What is known of a mail that is about to go: how it ends unsent, or its own values."""

    ending: Status | None = None
    values: Values = field(default_factory=dict)


def learn(deliveries: Sequence[Delivery], *, at: datetime) -> dict[int, Known]:
    """Ask about one mail, or once about all mails of a batch; what is known, by primary key.

    Invariant 16: none for a cancelled place, none to an unsubscribed or suppressed address.
    """
    suppressed = _suppressed(deliveries)
    known: dict[int, Known] = {}
    to_ask = []
    for delivery in deliveries:
        ending = _ended_already(delivery, suppressed, at=at)
        if ending is None:
            to_ask.append(delivery)
        else:
            known[delivery.pk] = Known(ending)
    for kind, of_kind in groupby(sorted(to_ask, key=_kind), key=_kind):
        known |= _as_their_kind_says(kind, list(of_kind))
    return known


def _ended_already(
    delivery: Delivery, suppressed: dict[str, str], *, at: datetime
) -> Status | None:
    if delivery.expires_at is not None and delivery.expires_at <= at:
        return Status.EXPIRED
    if delivery.body.stopped_at is not None:
        return Status.STOPPED
    kept_from = suppressed.get(delivery.to.lower())
    if kept_from == SuppressedFor.EVERYTHING or (kept_from and delivery.is_bulk):
        return Status.SUPPRESSED
    return None


def _suppressed(deliveries: Sequence[Delivery]) -> dict[str, str]:
    """Of these addresses those that are suppressed, and for what."""
    addresses = {delivery.to.lower() for delivery in deliveries}
    rows = Suppression.objects.in_force().filter(address__in=addresses)
    return dict(rows.values_list("address", "suppressed_for"))


def _kind(delivery: Delivery) -> str:
    return delivery.kind


def _as_their_kind_says(name: str, deliveries: Sequence[Delivery]) -> dict[int, Known]:
    kind = mail_kind(name)
    abouts = list(dict.fromkeys(delivery.about for delivery in deliveries))
    true = kind.still_true(abouts)
    values = kind.values_of([about for about in abouts if about in true])
    return {
        delivery.pk: Known(values=values.get(delivery.about, {}))
        if delivery.about in true
        else Known(Status.UNTRUE)
        for delivery in deliveries
    }


def attachments_of(delivery: Delivery, *, at: datetime) -> Sequence[MadeAttachment]:
    """What goes with a mail: made once and kept, so that a second send is the same mail.

    What carries a right is made again each time and never kept.
    """
    kind = mail_kind(delivery.kind)
    make = kind.make_attachments
    if delivery.attachments_made_at is None and kind.carries_nothing:
        return ()
    if delivery.attachments_made_at is None:
        made = make(delivery.about)
        _keep(delivery, made, at=at)
        return made
    rows = delivery.attachments.select_related("content").order_by("position")
    kept = list(rows)
    made_again = make(delivery.about) if any(row.content is None for row in kept) else ()
    return [_as_kept(row) if row.content is not None else made_again[row.position] for row in kept]


def _keep(delivery: Delivery, made: Sequence[MadeAttachment], *, at: datetime) -> None:
    with transaction.atomic():
        contents = _kept_contents([each for each in made if not each.carries_a_right])
        Attachment.objects.bulk_create(
            Attachment(
                delivery=delivery,
                position=position,
                name=each.name,
                content_type=each.content_type,
                size=len(each.content),
                content_id=None if each.carries_a_right else contents[_digest(each)],
            )
            for position, each in enumerate(made)
        )
        delivery.attachments_made_at = at
        Delivery.objects.filter(pk=delivery.pk).update(attachments_made_at=at)


def _kept_contents(made: Sequence[MadeAttachment]) -> dict[str, int]:
    """The primary keys of the contents, by digest; the same bytes are kept once."""
    rows = {
        _digest(each): AttachmentContent(
            digest=_digest(each), size=len(each.content), content=each.content
        )
        for each in made
    }
    insert_new([rows[digest] for digest in sorted(rows)], key="digest")
    kept = AttachmentContent.objects.filter(digest__in=rows)
    return dict(kept.values_list("digest", "pk"))


def _digest(made: MadeAttachment) -> str:
    return hashlib.sha256(made.content).hexdigest()


def _as_kept(row: Attachment) -> MadeAttachment:
    content = bytes(row.content.content) if row.content else b""
    return MadeAttachment(row.name, row.content_type, content)
