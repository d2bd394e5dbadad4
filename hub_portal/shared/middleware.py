"""What every request passes through that is ours: health, the trace of a request, its headers."""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from hub_portal.shared import logs, readiness
from hub_portal.shared.browser_features import permissions_policy

Answer = Callable[[HttpRequest], HttpResponseBase]

access = logging.getLogger("portal.access")

ANSWERED = ("GET", "HEAD", "POST", "OPTIONS")

PERMISSIONS = permissions_policy()


class Health:
    """`/healthz` and `/readyz`, in one word, before the host is checked or anyone is redirected."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return _word("ok", 200)
        if request.path == "/readyz":
            found = readiness.readiness(at=timezone.now())
            return _word("ready", 200) if _all_fine(found) else _word("unready", 503)
        return self.get_response(request)


class Trace:
    """Gives each request an id, and writes one line when it is answered."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        name = uuid.uuid4().hex[:16]
        token = logs.request_id.set(name)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = name
            access.info("", extra=_access_line(request, response, time.perf_counter() - began))
        finally:
            logs.request_id.reset(token)
        return response


class ContentPolicy(CSPMiddleware):
    """django-csp, which puts the policy together for each answer: once is enough for the usual one.

    A view that asks for another (a frame in the admin) gets it as django-csp gives it.
    """

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.usual = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer with its policy."""
        is_exempt = getattr(response, "_csp_exempt", False)
        asked_for = self.get_policy_parts(request=request, response=response)
        if settings.DEBUG or is_exempt or asked_for != PolicyParts():
            return super().process_response(request, response)
        response.setdefault(HEADER, self.usual)
        return response


class Headers:
    """The headers that neither Django nor django-csp sets, and no keeping of personal pages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        cookie = settings.SESSION_COOKIE_NAME
        if cookie in request.COOKIES or cookie in response.cookies:
            response.setdefault("Cache-Control", "private, no-store")
            if "Cookie" not in response.get("Vary", ""):
                patch_vary_headers(response, ("Cookie",))
        return response


class CompressedForVisitors(GZipMiddleware):
    """Pages for somebody without a session are sent compressed: a third of a first visit.

    Those of somebody signed in are not. Nothing that is secret in them can be told from how far
    it was compressed (the attack is called BREACH).
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """The answer, compressed if nobody's session hangs on it."""
        cookie = settings.SESSION_COOKIE_NAME
        if cookie in request.COOKIES or cookie in response.cookies:
            return response
        return super().process_response(request, response)


class Methods:
    """Pages are read and forms are sent; no other method is answered.

    Django's form views take PUT for POST, which no page of ours means.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ANSWERED:
            return HttpResponseNotAllowed(ANSWERED)
        return self.get_response(request)


def _word(word: str, status: int) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(f"{word}\n", status=status, content_type="text/plain", headers=headers)


def _all_fine(found: dict[str, readiness.Finding]) -> bool:
    return all(each.is_fine for each in found.values())


def _access_line(
    request: HttpRequest, response: HttpResponseBase, seconds: float
) -> dict[str, object]:
    """The route's name, never its address: an address may carry a right or a name."""
    match = request.resolver_match
    session = getattr(request, "session", None)
    return {
        "method": request.method,
        "route": (match.view_name or match.route) if match else "-",
        "status": response.status_code,
        "ms": round(seconds * 1000),
        # only a session that was read anyway: the log asks the database nothing
        "person": session.get(SESSION_KEY) if session is not None and session.accessed else None,
    }
