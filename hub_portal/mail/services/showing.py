"""A mail as the hub manager may see it: with dots where a right or a secret belongs.

Where mail goes to a folder of this machine (the demo) there is nobody to keep it from, and all is
shown: of a mail that went, what stands in its file.
"""

import email
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.mail.services.placeholders import DOTS, fill_html, fill_text
from hub_portal.mail.services.sealing import SealBroken, unseal
from hub_portal.mail.services.transports import FOLDER, file_of_mail
from hub_portal.shared.links import PLACEHOLDER, fill_placeholders


@dataclass(frozen=True)
class ShownMail:
    """Subject and both forms of the text; empty once the body was emptied."""

    subject: str
    text: str
    html: str
    hides_something: bool


def shown_mail(delivery: Delivery) -> ShownMail:
    """The mail with its values in place, its rights and secrets as dots."""
    if all_may_be_seen():
        return _as_in_its_file(delivery) or _filled(delivery, hide=False)
    return _filled(delivery, hide=True)


def all_may_be_seen() -> bool:
    """Whether mail goes to a folder here, outside production: then nothing is hidden."""
    return settings.EMAIL_BACKEND == FOLDER and not settings.PRODUCTION


def _filled(delivery: Delivery, *, hide: bool) -> ShownMail:
    secret = {**_secrets(delivery, hide=hide), **_rights_of_its_recipient(delivery, hide=hide)}
    values = {**delivery.replacements, **secret}
    text = fill_text(delivery.body.text, values)
    markup = fill_html(delivery.body.html, values)
    links_hidden = hide and PLACEHOLDER.search(text + markup) is not None
    return ShownMail(
        subject=fill_text(delivery.subject, values),
        text=_with_links(text, hide=hide),
        html=_with_links(markup, hide=hide),
        hides_something=links_hidden or bool(hide and secret),
    )


def _secrets(delivery: Delivery, *, hide: bool) -> dict[str, str]:
    dots = dict.fromkeys(delivery.sealed_names, DOTS)
    if hide:
        return dots
    try:
        return dots | unseal(delivery.sealed)
    except SealBroken:
        return dots


def _rights_of_its_recipient(delivery: Delivery, *, hide: bool) -> dict[str, str]:
    """The values its kind gives for this recipient alone, as the sender asks for them."""
    values = mail_kind(delivery.kind).values_of([delivery.about]).get(delivery.about, {})
    return dict.fromkeys(values, DOTS) if hide else dict(values)


def _with_links(words: str, *, hide: bool) -> str:
    return PLACEHOLDER.sub(DOTS, words) if hide else fill_placeholders(words)


def _as_in_its_file(delivery: Delivery) -> ShownMail | None:
    path = file_of_mail(Path(settings.EMAIL_FILE_PATH), delivery.message_id)
    if not path.is_file():
        return None
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    return ShownMail(
        subject=str(message["Subject"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        hides_something=False,
    )


def _part(message: EmailMessage, form: str) -> str:
    part = message.get_body((form,))
    return str(part.get_content()) if part is not None else ""
