"""The message as it goes: headers, both forms of the text, what goes with it.

Only here are rights and secrets put in their places, and nothing made here is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import MadeAttachment
from hub_portal.mail.services.placeholders import fill_html, fill_text
from hub_portal.mail.services.sealing import unseal
from hub_portal.shared.context import hub_identity
from hub_portal.shared.links import fill_placeholders

_POLICY = SMTP.clone(cte_type="7bit")  # every server on the way takes seven bits
CALENDAR = "text/calendar"


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
    values = {**delivery.replacements, **unseal(delivery.sealed), **(personal or {})}
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(identity.name, addr_spec=identity.address)
    message["To"] = Address(addr_spec=wire_address(delivery.to))
    replies = delivery.reply_to or identity.replies
    if replies:
        message["Reply-To"] = Address(addr_spec=wire_address(replies))
    message["Subject"] = fill_text(delivery.subject, values)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"
    for name, value in delivery.headers.items():
        message[name] = fill_placeholders(fill_text(value, values))
    message.set_content(fill_placeholders(fill_text(delivery.body.text, values)))
    if delivery.body.html:
        markup = fill_placeholders(fill_html(delivery.body.html, values))
        message.add_alternative(markup, subtype="html")
    invitation = next((made for made in attachments if _is_for_a_calendar(made)), None)
    if invitation is not None:
        _invite(message, invitation)
    for made in attachments:
        if made is not invitation:
            _attach(message, made)
    return message.as_bytes()


def wire_address(address: str) -> str:
    """The address as mail servers take it: a domain with accents in its ASCII form."""
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain if domain.isascii() else domain.encode('idna').decode()}"


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
