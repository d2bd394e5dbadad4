"""How long the words of mails are kept. Rule XX-3: ninety days †, then they are emptied."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from hub_portal.mail.choices import UNFINISHED
from hub_portal.mail.models import Attachment, AttachmentContent, Body, Delivery
from hub_portal.mail.services.gate import the_gate

MOST_AT_ONCE = 500


def empty_old_bodies(*, at: datetime) -> int:
    """Empty the words, values and attachments of mails that ended long enough ago.

    Who got which mail when is kept, and the digest of what it said. Returns how many bodies
    were emptied.
    """
    ended_before = at - timedelta(days=the_gate().days_bodies_are_kept)
    emptied = 0
    while batch := _empty_some(ended_before=ended_before, at=at):
        emptied += batch
    return emptied


def _empty_some(*, ended_before: datetime, at: datetime) -> int:
    still_needed = Delivery.objects.filter(
        Q(status__in=UNFINISHED) | Q(finished_at__gt=ended_before), body=OuterRef("pk")
    )
    used = Delivery.objects.filter(body=OuterRef("pk"))
    with transaction.atomic():
        old = Body.objects.filter(Exists(used), ~Exists(still_needed), emptied_at=None)
        ids = list(
            old.select_for_update(of=("self",))
            .order_by("pk")
            .values_list("pk", flat=True)[:MOST_AT_ONCE]
        )
        Body.objects.filter(pk__in=ids).update(html="", text="", emptied_at=at)
        Delivery.objects.filter(body__in=ids).update(replacements={}, headers={})
        Attachment.objects.filter(delivery__body__in=ids).update(content=None)
        carried = Attachment.objects.filter(content=OuterRef("pk"))
        AttachmentContent.objects.filter(~Exists(carried)).delete()
    return len(ids)
