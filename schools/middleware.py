"""Sessions of the hub's own people: short, and with a second step where the portal is real."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from hub_portal.shared.london import now
from schools.access import signed_in
from schools.models import Person
from schools.services.sign_in import has_second_step, staff_session_is_over
from schools.sessions import SEEN_AT, SIGNED_IN_AT

STAFF_PAGES = ("/admin/", "/desk/")
SEEN_IS_KEPT_FOR = timedelta(minutes=1)  # a session is written once a minute, not at every page

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class StaffSessions:
    """Signs staff out after 30 idle minutes or 12 hours, and asks for a second step.

    Security, part 2. In production no staff page opens before an authenticator or a passkey
    is set up; allauth then asks for it at every sign-in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = signed_in(request) if _may_be_signed_in(request) else None
        if person is None or not person.is_staff:
            return self.get_response(request)
        at = now()
        if _is_over(request, at=at):
            logout(request)
            messages.info(
                request, "You were signed out because nobody used the portal for a while."
            )
            return redirect_to_login(_back_to(request))
        if _needs_second_step(request, person):
            messages.info(request, "Set up an authenticator app or a passkey first.")
            return redirect("mfa_index")
        return self.get_response(request)


def _may_be_signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _is_over(request: HttpRequest, *, at: datetime) -> bool:
    """Whether this session is over; if not, that it was seen is kept now and then."""
    signed_in_at, seen_at = _kept(request, SIGNED_IN_AT, at), _kept(request, SEEN_AT, at)
    if staff_session_is_over(signed_in_at=signed_in_at, seen_at=seen_at, at=at):
        return True
    if at - seen_at > SEEN_IS_KEPT_FOR:
        request.session[SEEN_AT] = at.timestamp()
    return False


def _kept(request: HttpRequest, key: str, at: datetime) -> datetime:
    """The instant kept in the session; from now on, where it has none yet."""
    return datetime.fromtimestamp(request.session.setdefault(key, at.timestamp()), tz=UTC)


def _needs_second_step(request: HttpRequest, person: Person) -> bool:
    if not settings.STAFF_NEED_SECOND_STEP or not request.path.startswith(STAFF_PAGES):
        return False
    return not has_second_step(person)


def _back_to(request: HttpRequest) -> str:
    """A page that was sent is not sent again after signing in."""
    return request.get_full_path() if request.method == "GET" else "/"
