"""What the outbox holds about a person: mails to them, and why none go. Rule XX-3."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from hub_portal.mail.models import Attachment, Delivery, Suppression
from hub_portal.shared.privacy import Held, Row, register_held

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def register() -> None:
    """Tell what this app holds; called once, when it is ready."""
    register_held(
        Held(
            "mails",
            fields=(
                "mail.Delivery.to",
                "mail.Delivery.reply_to",
                "mail.Delivery.subject",
                "mail.Delivery.replacements",
                "mail.Body.html",
                "mail.Body.text",
                "mail.AttachmentContent.content",
            ),
            rows=mails_to,
            files=contents_of_mails_to,
        ),
        Held(
            "mail held back",
            fields=("mail.Suppression.address", "mail.Suppression.reason"),
            rows=held_back_from,
        ),
    )


def mails_to(person: Any) -> Iterable[Row]:
    """Every mail to the person. A link in one is a placeholder here, and opens nothing."""
    return _to(person).values(
        "pk",
        "created_at",
        "finished_at",
        "status",
        "kind",
        "to",
        "reply_to",
        "subject",
        "replacements",
        "body__text",
    )


def contents_of_mails_to(person: Any) -> Iterable[tuple[str, bytes]]:
    """The mails as they looked, and the files that came with them."""
    for pk, html in _to(person).exclude(body__html="").values_list("pk", "body__html"):
        yield f"mails/{pk}.html", html.encode()
    kept = Attachment.objects.filter(delivery__in=_to(person), content__isnull=False)
    for row in kept.select_related("content").order_by("delivery", "position"):
        name = NOT_IN_A_NAME.sub("-", row.name)
        if row.content is not None:
            yield f"mails/{row.delivery_id}-{row.position}-{name}", bytes(row.content.content)


def held_back_from(person: Any) -> Iterable[Row]:
    """Whether and why no mail goes to the person's address."""
    if not person.email:
        return ()
    rows = Suppression.objects.filter(address__iexact=person.email).order_by("pk")
    return rows.values("address", "reason", "made_at", "lifted_at")


def _to(person: Any) -> QuerySet[Delivery]:
    return Delivery.objects.filter(recipient_id=person.pk).order_by("created_at", "pk")
