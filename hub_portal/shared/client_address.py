"""Whose computer is asking, behind as many proxies as we were told to trust and no more."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The visitor's network address, for rate limits only: it is never logged or stored.

    Each trusted proxy adds the address it saw at the end of the header; what stands before
    those was typed by the visitor.
    """
    proxies: int = settings.TRUSTED_PROXIES
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(seen) >= proxies and seen[-proxies]:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
