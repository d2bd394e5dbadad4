"""The message as it goes: headers, both forms of the text, what goes with it.

Only here are rights and secrets put in their places, and nothing made here is kept. A mail to many
is made by `moulding`, which gives the same bytes sooner.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import MadeAttachment
from hub_portal.mail.services.placeholders import fill_html, fill_text
from hub_portal.mail.services.sealing import unseal
from hub_portal.shared.context import hub_identity
from hub_portal.shared.links import fill_placeholders

CALENDAR = "text/calendar"
OF_LISTS = "list-"


class _AsMailProgramsRead(EmailPolicy):
    """Headers that Python's own folding spoils.

    Addresses in headers of lists (RFC 2369, RFC 8058) stand whole, however long: turned into
    encoded words, no mail program finds the link to unsubscribe. A subject, or the name of who
    writes, that is not all ASCII is encoded as one: in pieces, one in fourteen long ones loses a
    space between two words.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        words = str(value)
        if name in ("Subject", "From") and not words.isascii():
            said, address = parseaddr(words) if name == "From" else (words, "")
            encoded = Header(said, "utf-8", header_name=name).encode(linesep=self.linesep)
            after = f"{self.linesep} <{address}>" if address else ""
            return f"{name}: {encoded}{after}{self.linesep}".encode()
        if not name.lower().startswith(OF_LISTS) or not words.isascii():
            return super().fold_binary(name, value)
        line = f"{name}: {words}"
        if len(line) > (self.max_line_length or 0):
            line = f"{name}: " + f"{self.linesep} ".join(words.split())
        return f"{line}{self.linesep}".encode()


# every server on the way takes seven bits
_POLICY = _AsMailProgramsRead(linesep="\r\n", cte_type="7bit")
LONGEST_LINE = _POLICY.max_line_length or 0


@dataclass(frozen=True)
class Identity:
    """Who the portal's mail is from, and who reads the replies."""

    name: str
    address: str
    replies: str


def identity_in_use() -> Identity:
    """The hub's name before the portal's address; replies go to the hub's people."""
    hub = hub_identity()
    return Identity(hub.name, wire_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]), hub.email)


def compose(
    delivery: Delivery,
    *,
    attachments: Sequence[MadeAttachment],
    identity: Identity,
    at: datetime,
    personal: Mapping[str, str] | None = None,
) -> bytes:
    """The whole message, ready for the line; `personal` are the values its kind gave for it."""
    values = values_in(delivery, personal or {})
    message = EmailMessage(policy=_POLICY)
    for name, value in headers_of(delivery, values=values, identity=identity, at=at):
        message[name] = value
    # of a mail to many, a line's encoding is to depend on that line alone
    encoding = "quoted-printable" if delivery.is_bulk else None
    message.set_content(fill_placeholders(fill_text(delivery.body.text, values)), cte=encoding)
    if delivery.body.html:
        markup = fill_placeholders(fill_html(delivery.body.html, values))
        message.add_alternative(markup, subtype="html", cte=encoding)
    invitation = next((made for made in attachments if _is_for_a_calendar(made)), None)
    if invitation is not None:
        _invite(message, invitation)
    for made in attachments:
        if made is not invitation:
            _attach(message, made)
    _bound(message, delivery.message_id)
    return message.as_bytes()


def values_in(delivery: Delivery, personal: Mapping[str, str]) -> dict[str, str]:
    """What stands in the places of a mail's placeholders: its own, secret, and its recipient's."""
    return {**delivery.replacements, **unseal(delivery.sealed), **personal}


def headers_of(
    delivery: Delivery, *, values: Mapping[str, str], identity: Identity, at: datetime
) -> list[tuple[str, str]]:
    """The headers of a mail, but those that say how it is put together."""
    replies = delivery.reply_to or identity.replies
    named = [
        ("From", str(Address(identity.name, addr_spec=identity.address))),
        ("To", str(Address(addr_spec=wire_address(delivery.to)))),
        ("Reply-To", str(Address(addr_spec=wire_address(replies))) if replies else ""),
        ("Subject", fill_text(delivery.subject, values)),
        ("Date", format_datetime(at)),
        ("Message-ID", delivery.message_id),
        ("Auto-Submitted", "auto-generated"),
        *(
            (name, fill_placeholders(fill_text(value, values)))
            for name, value in delivery.headers.items()
        ),
    ]
    return [(name, value) for name, value in named if value or name != "Reply-To"]


def folded(name: str, value: str) -> bytes:
    """One header as it stands in a message."""
    return _POLICY.fold_binary(*_POLICY.header_store_parse(name, value))


def boundary(message_id: str, place: int = 0) -> str:
    """What parts a message, the same whenever it is sent again.

    "=_" stands in no encoded text, and the rest is as hard to guess as the Message-ID.
    """
    return f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}_{place}"


def wire_address(address: str) -> str:
    """The address as mail servers take it: a domain with accents in its ASCII form."""
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _bound(message: EmailMessage, message_id: str) -> None:
    parted = [part for part in message.walk() if part.is_multipart()]
    for place, part in enumerate(parted):
        part.set_boundary(boundary(message_id, place))


def _is_for_a_calendar(made: MadeAttachment) -> bool:
    return made.content_type.startswith(CALENDAR)


def _invite(message: EmailMessage, made: MadeAttachment) -> None:
    """An invitation stands beside the text, where mail programs look for it: one, the first."""
    message.add_alternative(
        made.content.decode(),
        subtype="calendar",
        params={"method": _method_of(made), "name": made.name},
    )


def _attach(message: EmailMessage, made: MadeAttachment) -> None:
    main = made.content_type.partition(";")[0]
    maintype, _, subtype = main.partition("/")
    method = {"method": _method_of(made), "charset": "utf-8"} if main == CALENDAR else {}
    message.add_attachment(
        made.content, maintype=maintype, subtype=subtype, filename=made.name, params=method
    )


def _method_of(made: MadeAttachment) -> str:
    """What a calendar is to do with a file; nothing but look at it, if the file says nothing."""
    return made.content_type.partition(";")[2].partition("=")[2].strip() or "PUBLISH"
