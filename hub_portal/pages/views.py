"""The public home page, a school's overview, and what is shown when a page failed."""

import errno
import sys

from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.http import require_safe

from cpd.services.catalogue import next_cards
from hub_portal.pages.overview import overview_of
from hub_portal.shared.london import london_date, now
from schools.access import acting_school, signed_in
from schools.models import School

COURSES_ON_HOME = 6
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SECONDS_TO_COME_BACK_IN = "120"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the hub is, and what it offers next; for everybody."""
    at = now()
    context = {
        "courses": next_cards(at=at, limit=COURSES_ON_HOME),
        "schools": School.objects.members(london_date(at)).count(),
        "sees_prices": signed_in(request) is not None,
    }
    return render(request, "pages/home.html", context)


@require_safe
def overview(request: HttpRequest) -> HttpResponseBase:
    """Where somebody arrives who has signed in: their school, or what there is for them."""
    person, school = signed_in(request), acting_school(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    if school is not None:
        shown = overview_of(school=school, at=now())
        return render(request, "pages/overview.html", {"shown": shown})
    if person.is_staff:
        return redirect("admin:index")
    return redirect("cpd:own_courses")


def failed(request: HttpRequest) -> HttpResponse:
    """A page that failed: through a fault of ours, or because nothing can be kept just now."""
    if not _nothing_can_be_kept(sys.exception()):
        answer: HttpResponse = defaults.server_error(request)
        return answer
    # without the request: what would be asked of the database is what does not answer
    page = render_to_string("503.html")
    return HttpResponse(page, status=503, headers={"Retry-After": SECONDS_TO_COME_BACK_IN})


def _nothing_can_be_kept(error: BaseException | None) -> bool:
    """Whether the database is away or full, or the disk is."""
    is_full = isinstance(error, OSError) and error.errno in NO_ROOM
    return is_full or isinstance(error, OperationalError | InterfaceError)
