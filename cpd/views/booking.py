"""Booking places: people, check, done. Rules BK-2 to BK-4 and BK-8.

Each step carries what the next one needs in its form, so that nothing hangs on the session:
two tabs, a reload and the back button do no harm. With an `entry` in it, the form accepts what
the waiting list offers the school.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cpd.choices import PaidBy
from cpd.forms.booking import Choice, PeopleForm, choice_made, hidden_fields
from cpd.models import AskedPlace, Booking, Cohort, WaitingEntry
from cpd.services.asking import asked_place_for_form
from cpd.services.booking_page import booked_page, booking_page, public_cohort
from cpd.services.bookings import Order, book_places
from cpd.services.checking import Checked, check_booking, key_of
from cpd.services.turns import turn_seen
from cpd.services.waiting_page import entries_for, named_in_advance
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.access import SchoolRequest, school_page, schools_acted_for
from schools.models import School


@require_http_methods(["GET", "POST"])
@school_page
def book(request: SchoolRequest, slug: str, cohort_id: int) -> HttpResponse:
    """Who is to have a place. A POST comes back to it, to add somebody or to change."""
    cohort = cohort_or_404(slug, cohort_id)
    if request.method != "POST":
        entry = _entry_or_404(request, cohort, request.GET.get("entry"))
        asked = asked_place_for_form(
            asked_id=request.GET.get("asked", ""), cohort=cohort, by=request.user, at=now()
        )
        comes_from = entry or asked
        school = comes_from.school if comes_from else request.acting_school
        people = PeopleForm.fresh(
            school_id=school.pk,
            price=cohort.price,
            pence=cohort.invoice_price,
            entry_id=entry.pk if entry else None,
            ticked=_ticked_before(entry, asked),
        )
        return _people_page(request, cohort, school, people)
    school = school_of_form(request)
    people = PeopleForm.shown_again(
        data=request.POST,
        price=cohort.price,
        pence=cohort.invoice_price,
        one_more="add" in request.POST,
    )
    return _people_page(request, cohort, school, people)


@require_http_methods(["GET", "POST"])
@school_page
def check(request: SchoolRequest, slug: str, cohort_id: int) -> HttpResponse:
    """What the booking would do; confirmed, it is done."""
    if request.method != "POST":
        return redirect("cpd:book", slug, cohort_id)
    school = school_of_form(request)
    people = PeopleForm(data=request.POST)
    if not people.is_valid():
        cohort = cohort_or_404(slug, cohort_id)
        return _people_page(request, cohort, school, people, status=422)
    choice = choice_made(people.delegates(), request.POST)
    if not choice.booked:
        return (
            redirect("cpd:wait", slug, cohort_id) if choice.waits else redirect("cpd:course", slug)
        )
    if "confirm" in request.POST:
        return _confirm(request, slug, cohort_id, school, people, choice)
    return _check_page(request, cohort_or_404(slug, cohort_id), school, people, choice)


@require_GET
@school_page
def booked(request: SchoolRequest, slug: str, cohort_id: int, request_id: int) -> HttpResponse:
    """What was booked, and what happens next; it may be looked at as often as one likes."""
    bookings = get_list_or_404(
        Booking.objects.select_related("cohort__programme", "school").order_by("pk"),
        request=request_id,
        cohort=cohort_id,
        cohort__programme__slug=slug,
        school__in=schools_acted_for(request),
    )
    return render(request, "cpd/booked.html", {"done": booked_page(bookings=bookings, at=now())})


def _confirm(
    request: SchoolRequest,
    slug: str,
    cohort_id: int,
    school: School,
    people: PeopleForm,
    choice: Choice,
) -> HttpResponse:
    """Book. Why it cannot be is said on the check page, with the course as it is by now."""
    order = _order(cohort_id, school, people.places.cleaned_data, choice)
    try:
        bookings = book_places(order=order, by=request.user, at=now())
    except PortalError as refused:
        cohort = cohort_or_404(slug, cohort_id)
        return _check_page(request, cohort, school, people, choice, refused)
    except Cohort.DoesNotExist:
        raise Http404 from None
    course = bookings[0].cohort.programme.slug
    return redirect("cpd:booked", course, cohort_id, bookings[0].request_id)


def _order(cohort_id: int, school: School, facts: dict[str, Any], choice: Choice) -> Order:
    """What the page asks for, under the key of what it asks for, at the price it showed."""
    paid_by = facts["paid_by"]
    return Order(
        key=key_of(
            page_key=facts["page_key"],
            school_id=school.pk,
            delegates=choice.booked,
            waits=choice.waiting,
            all_or_none=choice.all_or_none,
            paid_by=paid_by,
        ),
        cohort_id=cohort_id,
        school_id=school.pk,
        delegates=choice.booked,
        shown_price=facts["pence"] or 0 if paid_by == PaidBy.INVOICE else facts["price"],
        paid_by=paid_by,
        entry_id=facts["entry"],
        waits=choice.waiting,
        all_or_none=choice.all_or_none,
    )


def _people_page(
    request: SchoolRequest,
    cohort: Cohort,
    school: School,
    people: PeopleForm,
    *,
    status: int = 200,
) -> HttpResponse:
    entry = _entry_or_404(request, cohort, people.places["entry"].value())
    try:
        turn = turn_seen(entry=entry, cohort=cohort, at=now())
    except PortalError as refused:
        messages.error(request, refused.sentence)
        return redirect("cpd:waiting", entry.pk if entry else 0)
    context = {
        "shown": booking_page(cohort=cohort, school=school, turn=turn, at=now()),
        "people": people,
        "ticked": people.ticked(),
        "form": people.places,
        "formset": people.typed,
    }
    return render(request, "cpd/book.html", context, status=status)


def _check_page(
    request: SchoolRequest,
    cohort: Cohort,
    school: School,
    people: PeopleForm,
    choice: Choice,
    refused: PortalError | None = None,
) -> HttpResponse:
    facts = people.places.cleaned_data
    checked: Checked = check_booking(
        cohort=cohort,
        school=school,
        delegates=choice.delegates,
        waits=choice.waits,
        entry=_entry_or_404(request, cohort, facts["entry"]),
        by=request.user,
        at=now(),
        refusal=refused,
        paid_by=facts["paid_by"],
    )
    hidden = hidden_fields(
        school_id=school.pk,
        page_key=facts["page_key"],
        price=cohort.price,
        delegates=choice.delegates,
        entry_id=facts["entry"],
        pence=cohort.invoice_price,
        paid_by=facts["paid_by"],
    )
    context = {
        "checked": checked,
        "hidden": hidden if checked.may_choose else [*hidden, *choice.hidden_fields()],
        "all_or_none": choice.all_or_none,
        "form_errors": checked.refusal.sentence if checked.refusal else "",
    }
    status = 422 if checked.refusal else 200
    return render(request, "cpd/check.html", context, status=status)


def cohort_or_404(slug: str, cohort_id: int) -> Cohort:
    """The cohort of an address, with its programme and its dates."""
    cohort = public_cohort(slug=slug, cohort_id=cohort_id)
    if cohort is None:
        raise Http404
    return cohort


def _ticked_before(entry: WaitingEntry | None, asked: AskedPlace | None) -> Sequence[int]:
    """Who is ticked when the form opens: named on the waiting list, or asking for the place."""
    if entry is not None:
        return named_in_advance(entry)
    return [asked.person_id] if asked is not None else []


def _entry_or_404(request: SchoolRequest, cohort: Cohort, entry_id: object) -> WaitingEntry | None:
    """The place in the line the form is about, of a school the person acts for."""
    if entry_id in (None, ""):
        return None
    if not str(entry_id).isdecimal():
        raise Http404
    entry: WaitingEntry = get_object_or_404(
        entries_for(request.user), pk=int(str(entry_id)), cohort=cohort
    )
    entry.cohort = cohort
    return entry


def school_of_form(request: SchoolRequest) -> School:
    """The school the form was made for, if the person still acts for it."""
    asked = request.POST.get("school", "")
    for school in schools_acted_for(request):
        if str(school.pk) == asked:
            return school
    raise Http404
