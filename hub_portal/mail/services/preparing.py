"""Making a claimed mail ready: is it still to go, and what goes with it?"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hub_portal.mail.choices import Status
from hub_portal.mail.models import Attachment, AttachmentContent, Delivery, Suppression
from hub_portal.mail.services.kinds import MadeAttachment, mail_kind
from hub_portal.shared.insert_new import insert_new


def why_not_to_go(delivery: Delivery, *, at: datetime) -> Status | None:
    """The state a mail ends in without being sent; None if it is to go.

    Invariant 16: none for a cancelled place, none to a suppressed address.
    """
    if delivery.expires_at is not None and delivery.expires_at <= at:
        return Status.EXPIRED
    if delivery.body.stopped_at is not None:
        return Status.STOPPED
    suppressions = Suppression.objects.holding_back(address=delivery.to, is_bulk=delivery.is_bulk)
    if suppressions.exists():
        return Status.SUPPRESSED
    if not mail_kind(delivery.kind).is_still_true(delivery.about):
        return Status.UNTRUE
    return None


def attachments_of(delivery: Delivery, *, at: datetime) -> Sequence[MadeAttachment]:
    """What goes with a mail: made once and kept, so that a second send is the same mail.

    What carries a right is made again each time and never kept.
    """
    make = mail_kind(delivery.kind).make_attachments
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
