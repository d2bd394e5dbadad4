"""For which school the signed-in person acts, pages for those who act for one, lists to take away.

The choice in the session is a preference and never a right: it counts only while the person
holds a live post there, and a form that changes anything carries the school itself, which the
service checks again.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator

from schools.backends import ACTED_FOR
from schools.models import Person, School
from schools.services.posts import may_act_for

__all__ = [
    "PersonRequest",
    "SchoolRequest",
    "TakesListsAway",
    "acting_school",
    "choose_school",
    "fresh_sign_in",
    "hub_managers_only",
    "may_act_for",
    "school_page",
    "schools_acted_for",
    "signed_in",
    "signed_in_freshly",
    "signed_in_only",
    "signed_in_outside",
]

ACTING_SCHOOL = "acting_school"
OUTSIDE = "socialaccount"
"""How allauth calls a sign-in by Google or Microsoft."""

View = Callable[..., HttpResponseBase]


class PersonRequest(HttpRequest):
    """A request as a view under `signed_in_only` sees it."""

    user: Person


class SchoolRequest(HttpRequest):
    """A request as a view under `school_page` sees it."""

    user: Person
    acting_school: School


def signed_in(request: HttpRequest) -> Person | None:
    """Who is signed in, or None."""
    return request.user if request.user.is_authenticated else None


def schools_acted_for(request: HttpRequest) -> list[School]:
    """The schools this person is rep, deputy or headteacher of now; asked once a request."""
    person = signed_in(request)
    if person is None:
        return []
    known: list[School] | None = getattr(person, ACTED_FOR, None)
    if known is None:  # signed in by this very request
        known = list(School.objects.acted_for_by(person).order_by("name", "pk"))
        setattr(person, ACTED_FOR, known)
    return known


def acting_school(request: HttpRequest) -> School | None:
    """The school chosen in this session if it is still acted for, otherwise the first."""
    schools = schools_acted_for(request)
    if not schools:
        return None
    chosen = request.session.get(ACTING_SCHOOL)
    return next((school for school in schools if school.pk == chosen), schools[0])


def choose_school(request: HttpRequest, school_id: str) -> School | None:
    """Remember for which school this person wishes to act; None for one they do not act for."""
    for school in schools_acted_for(request):
        if str(school.pk) == school_id:
            request.session[ACTING_SCHOOL] = school.pk
            return school
    return None


def school_page(view: View) -> View:
    """A page for reps, deputies and headteachers; the view finds `request.acting_school`.

    Nobody signed in is asked to sign in; to anybody else the page does not exist.
    """

    @wraps(view)
    def for_a_school(request: SchoolRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if signed_in(request) is None:
            return redirect_to_login(request.get_full_path())
        school = acting_school(request)
        if school is None:
            raise Http404
        request.acting_school = school
        return view(request, *args, **kwargs)

    return for_a_school


def signed_in_outside(request: HttpRequest) -> bool:
    """Whether Google or Microsoft said who the person is."""
    records = get_authentication_records(request, signed_in(request))
    return any(record["method"] == OUTSIDE for record in records)


def signed_in_only(view: View) -> View:
    """A page for anybody who is signed in."""

    @wraps(view)
    def for_the_signed_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if signed_in(request) is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return for_the_signed_in


def hub_managers_only(view: View) -> View:
    """A page for hub managers; to anybody else signed in it does not exist."""

    @wraps(view)
    def for_hub_managers(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = signed_in(request)
        if person is None:
            return redirect_to_login(request.get_full_path())
        if not person.is_hub_manager:
            raise Http404
        return view(request, *args, **kwargs)

    return for_hub_managers


def signed_in_freshly(request: HttpRequest) -> bool:
    """Whether the person showed who they are within the last few minutes.

    Google and Microsoft say who is at the computer without asking, so they do not count.
    """
    person = signed_in(request)
    shown = [
        record["at"]
        for record in get_authentication_records(request, person)
        if record["method"] != OUTSIDE
    ]
    return bool(shown) and time.time() - max(shown) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def fresh_sign_in(view: View) -> View:
    """For what must not be done from a computer somebody left alone (security, part 2).

    Allocation, reversal, exports of people, a change of role or address. Put it below the
    decorator that says who may come; whoever signed in longer ago confirms first and returns.
    """

    @wraps(view)
    def after_a_fresh_sign_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if signed_in(request) is None or signed_in_freshly(request):
            return view(request, *args, **kwargs)
        [method, *_] = get_adapter(request).get_reauthentication_methods(request.user)
        return redirect_to_login(request.get_full_path(), login_url=method["url"])

    return after_a_fresh_sign_in


class TakesListsAway:
    """Beside an admin of ours: `take_away_csv` and `take_away_xlsx` among its own pages.

    Only for who may act here, and after a fresh sign-in. Rules XX-1 and XX-2. The room's own
    `take_away(request, form, by, pk)` makes the file ("csv" or "xlsx"), of one row where the page
    is one row's, and keeps that this person took it.
    """

    may_act: Any
    take_away: Any

    @method_decorator(fresh_sign_in)
    def take_away_csv(self, request: HttpRequest, pk: int = 0) -> HttpResponseBase:
        """The list for a spreadsheet of any kind."""
        return self._taken(request, "csv", pk)

    @method_decorator(fresh_sign_in)
    def take_away_xlsx(self, request: HttpRequest, pk: int = 0) -> HttpResponseBase:
        """The list for Excel."""
        return self._taken(request, "xlsx", pk)

    def _taken(self, request: HttpRequest, form: str, pk: int) -> HttpResponseBase:
        by = signed_in(request)
        if by is None or not self.may_act(request):
            raise PermissionDenied
        return self.take_away(request, form, by, pk)
