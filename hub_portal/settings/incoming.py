"""What comes back of mail: a mailbox of reports, a provider that calls, when they are set up."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from hub_portal.settings.environment import read

IMAPS = 993
FORM = "imaps://user:password@mail.example/INBOX"


def bounce_mailbox() -> dict[str, Any] | None:
    """BOUNCES_URL in its parts; None when there is none. Over TLS from the first byte."""
    url = read("BOUNCES_URL")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or IMAPS
    except ValueError:
        raise ImproperlyConfigured(f"BOUNCES_URL must be of the form {FORM}.") from None
    if parts.scheme != "imaps" or not (parts.hostname and parts.username and parts.password):
        raise ImproperlyConfigured(f"BOUNCES_URL must be of the form {FORM}.")
    return {
        "host": parts.hostname,
        "port": port,
        "user": unquote(parts.username),
        "password": unquote(parts.password),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
    }


def mailgun_webhook_key() -> str:
    """The key Mailgun signs its calls with; '' when there is none, and then nothing is called."""
    key = read("MAILGUN_WEBHOOK_KEY")
    if key and not key.isascii():
        raise ImproperlyConfigured("MAILGUN_WEBHOOK_KEY must be the signing key as Mailgun has it.")
    if key and find_spec("anymail") is None:
        raise ImproperlyConfigured(
            "MAILGUN_WEBHOOK_KEY needs django-anymail: pip install -r requirements/webhooks.txt"
        )
    return key
