"""Calendar pages, and the private addresses calendars read without anybody being signed in."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_safe

from hub_portal.pages.calendars import (
    feed_content,
    month_asked_for,
    own_month,
    school_month,
)
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.access import (
    PersonRequest,
    SchoolRequest,
    school_page,
    schools_acted_for,
    signed_in_only,
)
from schools.models import CalendarFeed, School
from schools.services import feeds


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def own_calendar(request: PersonRequest) -> HttpResponseBase:
    """One's own dates, and the private address of them."""
    if request.method == "POST":
        feed = feeds.own_feed(request.user)
        if "end" not in request.POST:
            feeds.make_own_feed(by=request.user, at=now())
        elif feed is not None:
            feeds.end_feed(feed=feed, by=request.user, at=now())
        return _done(request, "pages:own_calendar")
    shown = own_month(person=request.user, first_on=_month_or_404(request), at=now())
    feed = feeds.own_feed(request.user)
    context = {"shown": shown, "feed": feed, "feed_address": _address(feed)}
    return render(request, "pages/own_calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@school_page
def school_calendar(request: SchoolRequest) -> HttpResponseBase:
    """The school's dates, and a private address of them that belongs to one's own post."""
    if request.method == "POST":
        school = _school_of_form(request)
        feed = feeds.school_feed(request.user, school)
        try:
            if "end" not in request.POST:
                feeds.make_school_feed(school=school, by=request.user, at=now())
            elif feed is not None:
                feeds.end_feed(feed=feed, by=request.user, at=now())
        except PortalError as refused:
            messages.error(request, refused.sentence)
            return redirect("pages:school_calendar")
        return _done(request, "pages:school_calendar")
    school = request.acting_school
    shown = school_month(school=school, first_on=_month_or_404(request), at=now())
    feed = feeds.school_feed(request.user, school)
    context = {"shown": shown, "school": school, "feed": feed, "feed_address": _address(feed)}
    return render(request, "pages/school_calendar.html", context)


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The dates behind a private address; no session is read, and a wrong one does not exist."""
    feed = feeds.feed_behind(token)
    if feed is None:
        raise Http404
    found = feed_content(feed=feed, at=now())
    answer = HttpResponse(
        found.content,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": "private, no-cache",  # kept, but asked for again each time
            "Content-Disposition": 'inline; filename="calendar.ics"',
            "ETag": found.etag,
            "Last-Modified": http_date(found.changed_at.timestamp()),
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow",
        },
    )
    changed = int(found.changed_at.timestamp())
    return get_conditional_response(request, found.etag, changed, answer) or answer


def _address(feed: CalendarFeed | None) -> str:
    if feed is None:
        return ""
    return settings.PORTAL_URL + reverse("pages:calendar_feed", args=[feeds.token_of(feed)])


def _month_or_404(request: HttpRequest) -> date:
    month = month_asked_for(request.GET.get("month", ""), at=now())
    if month is None:
        raise Http404
    return month


def _school_of_form(request: HttpRequest) -> School:
    """The school the form was made for, if the person still acts for it."""
    asked = request.POST.get("school", "")
    for school in schools_acted_for(request):
        if str(school.pk) == asked:
            return school
    raise Http404


def _done(request: HttpRequest, page: str) -> HttpResponseBase:
    if "end" in request.POST:
        messages.success(request, "The address is ended. Calendars that read it see nothing more.")
    else:
        messages.success(request, "Here is your address. An earlier one no longer works.")
    return redirect(page)
