"""The outbox: the one way mail leaves the portal. Rule XX-4.

A mail is put in the outbox in the transaction of its cause and goes once that is kept: what is
rolled back was never written, and what is written survives a stop of broker, worker and server.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hub_portal.mail.choices import Priority
from hub_portal.mail.models import Body, Delivery
from hub_portal.mail.services.placeholders import NAME
from hub_portal.mail.services.sealing import seal
from hub_portal.shared.doorbell import ring
from hub_portal.shared.insert_new import insert_new


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail as its writer hands it in.

    An address that carries a right stands in it as a `links.placeholder`, and only the sender
    fills that in. `replacements` are values for the `%%name%%` placeholders of subject, text
    and html that anybody at the hub may see; a value may be a `links.placeholder` too.
    `sealed` are secrets: kept encrypted, shown as dots, blanked once sent.
    """

    dedupe_key: str
    kind: str
    to: str
    subject: str
    text: str
    html: str
    about: str
    recipient: AbstractBaseUser | None = None
    priority: int = Priority.ORDINARY
    not_before: datetime | None = None
    expires_at: datetime | None = None
    replacements: Mapping[str, str] = field(default_factory=dict)
    sealed: Mapping[str, str] = field(default_factory=dict)
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def put_in_outbox(*, at: datetime, **words: Any) -> Delivery | None:
    """Put one mail in the outbox; None if one with its dedupe key is there already.

    Takes the fields of `Letter`.
    """
    written = put_all_in_outbox([Letter(**words)], at=at)
    return written[0] if written else None


def put_all_in_outbox(letters: Sequence[Letter], *, at: datetime) -> list[Delivery]:
    """Put the mails of one cause in the outbox together; returns those that are new.

    Two statements for any number of mails. Invariant 16: one delivery per dedupe key.
    """
    if not letters:
        return []
    for letter in letters:
        _refuse_what_would_go_wrong(letter)
    with transaction.atomic(savepoint=False):
        bodies = Body.objects.bulk_create(_body(letter) for letter in letters)
        rows = [_delivery(*pair, at=at) for pair in zip(letters, bodies, strict=True)]
        new = insert_new(sorted(rows, key=lambda row: row.dedupe_key), key="dedupe_key")
        used = {row.body_id for row in new}
        unused = [body.pk for body in bodies if body.pk not in used]
        if unused:
            Body.objects.filter(pk__in=unused).delete()
        if new:
            ring("mail.send_due")
    return new


def body_digest(*, text: str, html: str) -> str:
    """What proves, once the words are emptied, which words were sent."""
    return hashlib.sha256(f"{len(text)}\n{text}{html}".encode()).hexdigest()


def refuse_more_than_one_line(whose: str, *headers: str) -> None:
    """A header with a line break in it would begin another header."""
    if any(len(part.splitlines()) > 1 for part in headers):
        raise ValueError(f"a header of {whose} has more than one line")


def shortened(subject: str) -> str:
    """A subject that fits; a long programme title must not undo a booking."""
    longest = Delivery._meta.get_field("subject").max_length or 0
    return subject if len(subject) <= longest else f"{subject[: longest - 1]}…"


def domain_of_message_ids() -> str:
    """What stands behind the @ of a Message-ID: the domain the portal writes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _body(letter: Letter) -> Body:
    digest = body_digest(text=letter.text, html=letter.html)
    return Body(digest=digest, html=letter.html, text=letter.text)


def _refuse_what_would_go_wrong(letter: Letter) -> None:
    names = [*letter.replacements, *letter.sealed]
    if len(set(names)) < len(names) or not all(NAME.fullmatch(name) for name in names):
        raise ValueError(f"placeholders of {letter.dedupe_key} are named twice or wrongly: {names}")
    refuse_more_than_one_line(letter.dedupe_key, letter.subject, *letter.headers.values())


def _delivery(letter: Letter, body: Body, *, at: datetime) -> Delivery:
    return Delivery(
        dedupe_key=letter.dedupe_key,
        kind=letter.kind,
        priority=letter.priority,
        to=letter.to,
        recipient_id=letter.recipient.pk if letter.recipient else None,
        subject=shortened(letter.subject),
        body=body,
        replacements=dict(letter.replacements),
        sealed=seal(letter.sealed),
        sealed_names=list(letter.sealed),
        about=letter.about,
        reply_to=letter.reply_to,
        headers=dict(letter.headers),
        message_id=_message_id(),
        created_at=at,
        not_before=letter.not_before or at,
        expires_at=letter.expires_at,
    )


def _message_id() -> str:
    """Fixed when the mail is written, so that a mail sent twice is the same mail twice."""
    return f"<{secrets.token_hex(16)}@{domain_of_message_ids()}>"
