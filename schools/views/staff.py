"""A school's staff list. Rules SC-5, SC-6 and PE-1."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import Column, export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.access import SchoolRequest, school_page, schools_acted_for
from schools.choices import Role
from schools.forms.staff import ColleagueForm
from schools.models import Appointment, School
from schools.services.posts import end_post
from schools.services.staff import (
    Colleague,
    colleague_names,
    confirm_staff_list,
    is_confirmation_due,
    name_colleague,
    note_export,
    staff_list,
)

COLUMNS = (
    Column[Colleague]("Name", lambda one: one.name),
    Column[Colleague]("Post", lambda one: one.posts),
    Column[Colleague]("Job title", lambda one: one.job_title),
    Column[Colleague]("Since", lambda one: one.since),
    Column[Colleague]("Has an address", lambda one: one.has_address),
)


@school_page
@require_GET
def staff(request: SchoolRequest) -> HttpResponse:
    """The staff list of the school acted for."""
    school = request.acting_school
    shown = {
        "school": school,
        "colleagues": staff_list(school=school),
        "is_confirmation_due": is_confirmation_due(school=school, at=now()),
    }
    return render(request, "schools/staff.html", shown)


@school_page
@require_http_methods(["GET", "HEAD", "POST"])
def add_colleague(request: SchoolRequest) -> HttpResponse:
    """Put a colleague on the list."""
    if request.method != "POST":
        return _add_page(request, request.acting_school, ColleagueForm())
    school, form = school_of_form(request), ColleagueForm(request.POST)
    if not form.is_valid():
        return _add_page(request, school, form, status=422)
    try:
        name_colleague(school=school, by=request.user, at=now(), **form.cleaned_data)
    except PortalError as refusal:
        form.add_error(None, refusal.sentence)
        return _add_page(request, school, form, status=422)
    messages.success(request, f"{form.cleaned_data['full_name']} is on the staff list.")
    return redirect("schools:staff")


@school_page
@require_http_methods(["GET", "HEAD", "POST"])
def end_colleague(request: SchoolRequest, post_id: int) -> HttpResponse:
    """End one colleague's post, after a page that says what it means."""
    post = get_object_or_404(
        Appointment.objects.live().select_related("person", "school"),
        pk=post_id,
        role=Role.STAFF,
        school__in=schools_acted_for(request),
    )
    name = colleague_names(school=post.school)[post.person_id]
    if request.method != "POST":
        return render(request, "schools/end_colleague.html", {"post": post, "name": name})
    try:
        end_post(appointment=post, by=request.user, at=now())
    except PortalError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{name} is no longer on the staff list.")
    return redirect("schools:staff")


@school_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_staff(request: SchoolRequest) -> HttpResponse:
    """Each September: tick who is still here; the others' posts end together. Rule SC-5."""
    if request.method != "POST":
        school = request.acting_school
        colleagues = [one for one in staff_list(school=school) if one.post_id is not None]
        shown = {"school": school, "colleagues": colleagues}
        return render(request, "schools/confirm_staff.html", shown)
    school = school_of_form(request)
    try:
        ended = confirm_staff_list(
            school=school,
            shown=_ids(request, "shown"),
            staying=_ids(request, "staying"),
            by=request.user,
            at=now(),
        )
    except PortalError as refusal:
        messages.error(request, refusal.sentence)
    else:
        left = f" {counted(ended, 'colleague')} left the list." if ended else ""
        messages.success(request, f"Thank you, the staff list is confirmed.{left}")
    return redirect("schools:staff")


@school_page
@require_GET
def export_staff(request: SchoolRequest, form: str) -> HttpResponseBase:
    """The staff list to take away; that it was is kept. Rules XX-1 and XX-2."""
    school = request.acting_school
    colleagues = staff_list(school=school)
    response = export_response(form, name="staff-list", columns=COLUMNS, rows=colleagues)
    note_export(school=school, by=request.user, at=now())
    return response


def school_of_form(request: HttpRequest) -> School:
    """The school the form was made for, if the person still acts for it; else 404."""
    asked = request.POST.get("school", "")
    for school in schools_acted_for(request):
        if str(school.pk) == asked:
            return school
    raise Http404


def _add_page(
    request: SchoolRequest, school: School, form: ColleagueForm, *, status: int = 200
) -> HttpResponse:
    shown = {"school": school, "form": form}
    return render(request, "schools/add_colleague.html", shown, status=status)


def _ids(request: HttpRequest, name: str) -> set[int]:
    """The whole numbers sent under a name; anything else is passed over."""
    return {int(sent) for sent in request.POST.getlist(name) if sent.isascii() and sent.isdigit()}
