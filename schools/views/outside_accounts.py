"""Signing in with Google or Microsoft: going there, coming back, and which accounts are connected.

allauth speaks with the services; these views say when. A service that is not set up has no address.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import get_request_param
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.google import views as google
from allauth.socialaccount.providers.microsoft import views as microsoft
from allauth.socialaccount.views import login_cancelled, login_error
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.access import fresh_sign_in, signed_in, signed_in_only
from schools.services.outside_accounts import SERVICES, disconnect_account, is_offered

View = Callable[..., HttpResponseBase]

LEAVING: dict[str, View] = {"google": google.oauth2_login, "microsoft": microsoft.oauth2_login}
COMING_BACK: dict[str, View] = {
    "google": google.oauth2_callback,
    "microsoft": microsoft.oauth2_callback,
}


def _where_it_is_set_up(view: View) -> View:
    """A view about one service, or about all of them; without it there is no such address."""

    @wraps(view)
    def set_up(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = [kwargs["service"]] if "service" in kwargs else SERVICES
        if not any(is_offered(service) for service in wanted):
            raise Http404
        return view(request, *args, **kwargs)

    return set_up


@_where_it_is_set_up
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave_for(request: HttpRequest, service: str) -> HttpResponseBase:
    """Go to a service, to sign in with it or, signed in freshly, to connect an account there."""
    if get_request_param(request, "process") == AuthProcess.CONNECT:
        return _leave_to_connect(request, service)
    return _leave(request, service)


@signed_in_only
@fresh_sign_in
def _leave_to_connect(request: HttpRequest, service: str) -> HttpResponseBase:
    return _leave(request, service)


def _leave(request: HttpRequest, service: str) -> HttpResponseBase:
    """A page leads on to the service, rather than a redirect.

    A form may send to the portal alone (`form-action`), and a browser holds every redirect after
    it to that: the service's own, on to a school's, too.
    """
    answer = LEAVING[service](request)
    if answer.status_code != 302:
        return answer
    page = {"provider": SERVICES[service], "redirect_to": answer["Location"]}
    return render(request, "socialaccount/login_redirect.html", page)


@_where_it_is_set_up
@never_cache
@require_safe
def come_back(request: HttpRequest, service: str) -> HttpResponseBase:
    """Back from a service with what it says of somebody."""
    return COMING_BACK[service](request)


def not_here(_request: HttpRequest) -> HttpResponseBase:
    """Ways of allauth that the portal does not use."""
    raise Http404


cancelled = _where_it_is_set_up(login_cancelled)
failed = _where_it_is_set_up(login_error)


@signed_in_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outside_accounts(request: HttpRequest) -> HttpResponseBase:
    """Which accounts sign the person in besides their addresses; one page to connect and undo."""
    has_some = SocialAccount.objects.filter(user=request.user.pk).exists()
    if not has_some and not any(is_offered(service) for service in SERVICES):
        raise Http404
    return _outside_accounts(request)


@fresh_sign_in
def _outside_accounts(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    if person is None:
        raise Http404
    if request.method == "POST":
        account_id = request.POST.get("account", "")
        try:
            if disconnect_account(
                person=person,
                account_id=int(account_id) if account_id.isdecimal() else 0,
                at=now(),
            ):
                messages.success(request, "The account is disconnected.")
        except PortalError as refusal:
            messages.error(request, refusal.sentence)
        return redirect("socialaccount_connections")
    accounts = SocialAccount.objects.filter(user=person).order_by("provider", "pk")
    shown = [
        {"pk": account.pk, "service": SERVICES[account.provider], **account.extra_data}
        for account in accounts
    ]
    return render(request, "socialaccount/connections.html", {"accounts": shown})
