"""Who may tell us what became of our mails: a provider whose signature is right. Rule NL-3."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from hub_portal.mail.services.hearing import COUNTS_FOR

log = logging.getLogger(__name__)


class NotSigned(Exception):
    """Nobody knows who says so, or it was said too long ago."""


def events_signed_by_mailgun(request: HttpRequest, *, key: str, at: datetime) -> list[Any]:
    """What Mailgun says in this call; nothing, if it is what nobody understands.

    Raises:
        NotSigned: its signature is missing, wrong, or older than any mail it could be about.
    """
    # optional: only where a key is set must the library be there
    from anymail.webhooks.mailgun import MailgunTrackingWebhookView

    view = MailgunTrackingWebhookView(webhook_signing_key=key)
    try:
        view.run_validators(request)
        signed_at = float(json.loads(request.body)["signature"]["timestamp"])
        age = at - datetime.fromtimestamp(signed_at, tz=UTC)
    except Exception as error:  # whatever a stranger has sent, it is not signed then
        raise NotSigned from error
    if abs(age) >= COUNTS_FOR:
        raise NotSigned
    try:
        return list(view.parse_events(request))
    except Exception as error:  # signed, and yet of no form that is known
        log.warning("mail.call_not_understood", extra={"error": type(error).__name__})
        return []
