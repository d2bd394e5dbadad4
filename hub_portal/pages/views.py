"""The public home page and a school's overview."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cpd.services.catalogue import next_cards
from hub_portal.pages.overview import overview_of
from hub_portal.shared.london import london_date, now
from schools.access import acting_school, signed_in
from schools.models import School

COURSES_ON_HOME = 6


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
        shown = overview_of(school=school, person=person, at=now())
        return render(request, "pages/overview.html", {"shown": shown})
    if person.is_staff:
        return redirect("admin:index")
    return render(request, "pages/no_school.html")
