"""One's school: who speaks for it, handing over, and for which school one acts."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import london_date, now
from hub_portal.shared.wording import plain_day
from schools.access import (
    SchoolRequest,
    choose_school,
    school_page,
    schools_acted_for,
    signed_in_only,
)
from schools.choices import Role
from schools.forms.staff import HandoverForm
from schools.models import Person, PlannedHandover, School
from schools.models.appointments import HELD_BY_ONE
from schools.services.handovers import (
    call_off_handover,
    hand_over,
    hand_over_to_newcomer,
    may_hand_over,
)
from schools.services.posts import holders
from schools.services.staff import colleague_names
from schools.views.staff import school_of_form


@school_page
@require_GET
def my_school(request: SchoolRequest) -> HttpResponse:
    """Who is rep, deputy and headteacher, and who takes over when."""
    school = request.acting_school
    planned = PlannedHandover.objects.filter(school=school, done_at=None).order_by("on", "pk")
    names = colleague_names(school=school)
    shown = {
        "school": school,
        "posts": [
            (role.label, holders(school=school, role=role))
            for role in (Role.REP, Role.DEPUTY, Role.HEADTEACHER)
        ],
        "has_rep": bool(holders(school=school, role=Role.REP)),
        "planned": [(one, names.get(one.to_person_id, "a colleague")) for one in planned],
        "roles_to_hand_over": _roles_to_hand_over(request, school),
    }
    return render(request, "schools/my_school.html", shown)


@school_page
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_post(request: SchoolRequest) -> HttpResponse:
    """Have somebody take over as rep or deputy, today or later. Rule SC-5."""
    school = school_of_form(request) if request.method == "POST" else request.acting_school
    roles = _roles_to_hand_over(request, school)
    if not roles:
        raise Http404
    form = HandoverForm(
        request.POST or None, school=school, roles=roles, by=request.user, today=london_date(now())
    )
    if not form.is_bound:
        return _handover_page(request, school, form)
    if not form.is_valid():
        return _handover_page(request, school, form, status=422)
    try:
        done = _hand_over(request, school, form.cleaned_data)
    except PortalError as refusal:
        form.add_error(None, refusal.sentence)
        return _handover_page(request, school, form, status=422)
    messages.success(request, done)
    return redirect("schools:handed_over")


@signed_in_only
@require_GET
def handed_over(request: HttpRequest) -> HttpResponse:
    """After handing over: whoever still acts for a school goes on, the others are told so."""
    if schools_acted_for(request):
        return redirect("schools:my_school")
    return render(request, "schools/handed_over.html")


@school_page
@require_POST
def call_off(request: SchoolRequest, planned_id: int) -> HttpResponse:
    """Take back a planned hand-over."""
    planned = get_object_or_404(
        PlannedHandover.objects.select_related("school"),
        pk=planned_id,
        done_at=None,
        school__in=schools_acted_for(request),
    )
    try:
        call_off_handover(planned=planned, by=request.user, at=now())
    except PortalError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "The hand-over is called off.")
    return redirect("schools:my_school")


@signed_in_only
@require_POST
def switch_school(request: HttpRequest) -> HttpResponseBase:
    """Act for another of one's schools from now on."""
    if choose_school(request, request.POST.get("school", "")) is None:
        raise Http404
    back_to = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back_to, allowed_hosts={request.get_host()}):
        back_to = "/my/"
    return redirect(back_to)


def _roles_to_hand_over(request: SchoolRequest, school: School) -> list[Role]:
    return [
        role for role in HELD_BY_ONE if may_hand_over(person=request.user, school=school, role=role)
    ]


def _hand_over(request: SchoolRequest, school: School, given: Mapping[str, Any]) -> str:
    """Carry out or plan what the form says; returns what to say when it is done."""
    at, by, role = now(), request.user, Role(given["role"])
    if given["colleague"] == HandoverForm.NEW:
        hand_over_to_newcomer(
            school=school,
            role=role,
            full_name=given["full_name"],
            email=given["email"],
            on=given["on"],
            by=by,
            at=at,
        )
    else:
        person = get_object_or_404(Person.objects.on_staff_of(school), pk=given["colleague"])
        hand_over(school=school, role=role, to_person=person, on=given["on"], by=by, at=at)
    by.refresh_from_db(fields=["sessions_ended"])
    update_session_auth_hash(request, by)  # whoever hands over their own post finishes the page
    if given["on"] > london_date(at):
        return f"The hand-over is planned for {plain_day(given['on'])}."
    return f"The post of {role.label.lower()} is handed over. Whoever has it now is invited."


def _handover_page(
    request: SchoolRequest, school: School, form: HandoverForm, *, status: int = 200
) -> HttpResponse:
    shown = {"school": school, "form": form}
    return render(request, "schools/hand_over.html", shown, status=status)
