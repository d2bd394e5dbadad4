"""The waiting list of a full course: joining, one's place in the line, leaving. Rule BK-8.

Accepting an offer is booking, and happens on the pages of `views/booking.py`.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cpd.errors import MoreMeansTheEnd
from cpd.forms.booking import PeopleForm
from cpd.forms.waiting import WishForm
from cpd.models import Cohort
from cpd.services.booking_page import booking_page
from cpd.services.turns import decline_offer
from cpd.services.waiting import Wish, join_waiting_list, leave_waiting_list
from cpd.services.waiting_changes import change_wish
from cpd.services.waiting_page import WaitingPage, entries_for, waiting_page
from cpd.views.booking import cohort_or_404, school_of_form
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, ordinal
from schools.access import SchoolRequest, school_page
from schools.models import School


@require_http_methods(["GET", "POST"])
@school_page
def wait(request: SchoolRequest, slug: str, cohort_id: int) -> HttpResponse:
    """For whom the school waits, and whether for all of them or none."""
    cohort = cohort_or_404(slug, cohort_id)
    school = school_of_form(request) if request.method == "POST" else request.acting_school
    if request.method != "POST":
        fresh = PeopleForm.fresh(school_id=school.pk, price=cohort.price)
        return _wait_page(request, cohort, school, fresh)
    if "join" not in request.POST:
        again = PeopleForm.shown_again(
            data=request.POST,
            price=cohort.price,
            one_more="add" in request.POST,
        )
        return _wait_page(request, cohort, school, again)
    people = PeopleForm(data=request.POST)
    if not people.is_valid():
        return _wait_page(request, cohort, school, people, status=422)
    wish = Wish(
        cohort_id=cohort.pk,
        school_id=school.pk,
        delegates=people.delegates(),
        all_or_none="all_or_none" in request.POST,
    )
    try:
        entry = join_waiting_list(wish=wish, by=request.user, at=now())
    except PortalError as refused:
        return _wait_page(request, cohort, school, people, refused.sentence, status=422)
    messages.success(request, "Your school is on the waiting list.")
    return redirect("cpd:waiting", entry.pk)


@require_safe
@school_page
def waiting(request: SchoolRequest, entry_id: int) -> HttpResponse:
    """Where the school stands, what it is offered, and why nobody moved."""
    return render(request, "cpd/waiting.html", {"shown": _page_or_404(request, entry_id)})


@require_http_methods(["GET", "POST"])
@school_page
def leave(request: SchoolRequest, entry_id: int) -> HttpResponse:
    """Decline what is offered and stay in line, or leave the list."""
    shown = _page_or_404(request, entry_id)
    if request.method != "POST":
        if not shown.is_waiting:
            return redirect("cpd:waiting", entry_id)
        return render(request, "cpd/leave_waiting.html", {"shown": shown})
    try:
        if "decline" in request.POST:
            decline_offer(entry_id=entry_id, by=request.user, at=now())
            done = "The offer is declined. Your school stays on the list, at the end of the line."
        else:
            leave_waiting_list(entry_id=entry_id, by=request.user, at=now())
            done = "Your school has left the waiting list."
    except PortalError as refused:
        context = {"shown": _page_or_404(request, entry_id), "form_errors": refused.sentence}
        return render(request, "cpd/leave_waiting.html", context, status=422)
    messages.success(request, done)
    return redirect("cpd:waiting", entry_id)


@require_http_methods(["GET", "POST"])
@school_page
def change(request: SchoolRequest, entry_id: int) -> HttpResponse:
    """Another number of places, or all or none; more is asked for once more, at the end."""
    shown = _page_or_404(request, entry_id)
    if not shown.is_waiting or shown.offer:
        return redirect("cpd:waiting", entry_id)
    form = WishForm(request.POST or None, shown=shown)
    if request.method != "POST":
        return _change_page(request, shown, form)
    if not form.is_valid():
        return _change_page(request, shown, form, status=422)
    wish = form.wish(to_the_end="to_the_end" in request.POST)
    try:
        changed = change_wish(entry_id=entry_id, wish=wish, by=request.user, at=now())
    except MoreMeansTheEnd as warned:
        return _change_page(request, shown, form, warned=warned.sentence)
    except PortalError as refused:
        return _change_page(request, shown, form, refused=refused.sentence, status=422)
    messages.success(request, f"Your school waits for {counted(changed.wanted, 'place')} now.")
    return redirect("cpd:waiting", entry_id)


def _change_page(
    request: SchoolRequest,
    shown: WaitingPage,
    form: WishForm,
    *,
    refused: str = "",
    warned: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"shown": shown, "form": form, "form_errors": refused, "warned": warned}
    return render(request, "cpd/change_waiting.html", context, status=status)


def _page_or_404(request: SchoolRequest, entry_id: int) -> WaitingPage:
    entry = get_object_or_404(entries_for(request.user), pk=entry_id)
    return waiting_page(entry=entry, at=now())


def _wait_page(
    request: SchoolRequest,
    cohort: Cohort,
    school: School,
    people: PeopleForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    shown = booking_page(cohort=cohort, school=school, at=now())
    context = {
        "shown": shown,
        "people": people,
        "ticked": people.ticked(),
        "form": people.places,
        "formset": people.typed,
        "form_errors": refused,
        "all_or_none": "all_or_none" in request.POST,
        "next_position": ordinal(cohort.waiting.waiting().count() + 1),
    }
    return render(request, "cpd/wait.html", context, status=status)
