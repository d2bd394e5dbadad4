"""One page for each way the components are put together, with sample data."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils.timezone import now

from hub_portal.shared import context
from tests.interface import sample_data as data
from tests.interface.sample_forms import DelegateFormSet, FilterForm, QuestionForm

TEMPLATES = Path(__file__).parent / "templates"


def _page(
    request: HttpRequest, name: str, active: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    template = engines["django"].from_string((TEMPLATES / f"{name}.html").read_text("utf-8"))
    return HttpResponse(template.render(data.frame(active) | more, request), status=status)


def home(request: HttpRequest) -> HttpResponse:
    signed_out = {"user": AnonymousUser(), "acting_school": None, "my_schools": []}
    return _page(request, "home", courses=data.COURSES[:3], **signed_out)


def courses(request: HttpRequest) -> HttpResponse:
    page = Paginator(data.COURSES * 12, 5).get_page(request.GET.get("page"))
    return _page(request, "courses", "Courses", form=FilterForm(request.GET), page=page)


def course(request: HttpRequest) -> HttpResponse:
    sent = request.method == "POST"
    formset = DelegateFormSet(request.POST) if sent else DelegateFormSet()
    refused = sent and not formset.is_valid()
    status = 422 if refused else 200
    return _page(request, "course", "Courses", status, course=data.COURSES[4], formset=formset)


def question(request: HttpRequest) -> HttpResponse:
    form = QuestionForm(request.POST, request.FILES) if request.method == "POST" else QuestionForm()
    status = 422 if form.is_bound and not form.is_valid() else 200
    return _page(request, "question", "Staff", status, form=form)


def check(request: HttpRequest) -> HttpResponse:
    return _page(request, "check", "Courses", course=data.COURSES[4])


def done(request: HttpRequest) -> HttpResponse:
    return _page(request, "done", "Courses", course=data.COURSES[4])


def credits_page(request: HttpRequest) -> HttpResponse:
    charts = {"balance": data.BALANCE, "shares": data.SHARES}
    more = {"terms": data.TERMS, "months": data.MONTHS}
    return _page(request, "credits", "Credits", ledger=data.LEDGER, **charts, **more)


def bookings(request: HttpRequest) -> HttpResponse:
    messages.success(request, "The place is cancelled and 3 credits are back.")
    messages.warning(request, "Two colleagues have no email address.")
    messages.error(request, "The file could not be read.")
    messages.info(request, "The spring term starts on Monday.")
    return _page(request, "bookings", "Bookings", courses=data.COURSES)


def calendar(request: HttpRequest) -> HttpResponse:
    return _page(request, "calendar", "Calendar", courses=data.COURSES, today=now())


def registered(request: HttpRequest) -> HttpResponse:
    """The frame as the context processor fills it, with nothing given by the view."""
    template = engines["django"].from_string('{% extends "base.html" %}')
    return HttpResponse(template.render(context.portal(request), request))


def broken(request: HttpRequest) -> HttpResponse:
    """Everything the guards look for: inline style and script, an image and a field unnamed."""
    return _page(request, "broken")


def falls_over(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("A page that falls over.")
