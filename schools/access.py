"""For which school the signed-in person acts, and pages only for those who act for one.

The choice in the session is a preference and never a right: it counts only while the person
holds a live post there, and a form that changes anything carries the school itself, which the
service checks again.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from schools.models import Person, School
from schools.services.staff import may_act_for

__all__ = [
    "SchoolRequest",
    "acting_school",
    "choose_school",
    "may_act_for",
    "school_page",
    "schools_acted_for",
    "signed_in",
]

ACTING_SCHOOL = "acting_school"

View = Callable[..., HttpResponseBase]


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
    known: list[School] | None = getattr(request, "_schools_acted_for", None)
    if known is None:
        known = list(School.objects.acted_for_by(person).order_by("name", "pk"))
        request._schools_acted_for = known  # type: ignore[attr-defined]
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
