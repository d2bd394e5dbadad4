"""Booking places: people, check, done. Rules BK-2 to BK-4.

Each step carries what the next one needs in its form, so that nothing hangs on the session:
two tabs, a reload and the back button do no harm.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cpd.forms.booking import PeopleForm, hidden_fields, those_ticked
from cpd.models import Booking, Cohort
from cpd.services.asking import asked_place_for_form
from cpd.services.booking_page import booked_page, booking_page
from cpd.services.bookings import Order, book_places
from cpd.services.checking import Checked, check_booking, key_of
from cpd.services.delegates import Delegate
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.access import SchoolRequest, school_page, schools_acted_for
from schools.models import School


@require_http_methods(["GET", "POST"])
@school_page
def book(request: SchoolRequest, slug: str, cohort_id: int) -> HttpResponse:
    """Who is to have a place. A POST comes back to it, to add somebody or to change."""
    cohort = _cohort_or_404(slug, cohort_id)
    if request.method != "POST":
        asked = asked_place_for_form(
            asked_id=request.GET.get("asked", ""), cohort=cohort, by=request.user, at=now()
        )
        school = asked.school if asked else request.acting_school
        people = PeopleForm.fresh(
            school_id=school.pk, price=cohort.price, ticked=[asked.person_id] if asked else []
        )
        return _people_page(request, cohort, school, people)
    school = _school_of_form(request)
    people = PeopleForm.shown_again(
        data=request.POST, price=cohort.price, one_more="add" in request.POST
    )
    return _people_page(request, cohort, school, people)


@require_http_methods(["GET", "POST"])
@school_page
def check(request: SchoolRequest, slug: str, cohort_id: int) -> HttpResponse:
    """What the booking would do; confirmed, it is done."""
    cohort = _cohort_or_404(slug, cohort_id)
    if request.method != "POST":
        return redirect("cpd:book", slug, cohort_id)
    school = _school_of_form(request)
    people = PeopleForm(data=request.POST)
    if not people.is_valid():
        return _people_page(request, cohort, school, people, status=422)
    delegates = those_ticked(people.delegates(), request.POST)
    facts = people.places.cleaned_data
    if not delegates:
        return redirect("cpd:course", slug)
    order = Order(
        key=key_of(page_key=facts["page_key"], school_id=school.pk, delegates=delegates),
        cohort_id=cohort.pk,
        school_id=school.pk,
        delegates=delegates,
        shown_price=facts["price"],
    )
    if "confirm" not in request.POST:
        return _check_page(request, cohort, school, people, delegates)
    try:
        bookings = book_places(order=order, by=request.user, at=now())
    except PortalError as refused:
        return _check_page(request, cohort, school, people, delegates, refused)
    return redirect("cpd:booked", slug, cohort_id, bookings[0].request_id)


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


def _people_page(
    request: HttpRequest,
    cohort: Cohort,
    school: School,
    people: PeopleForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "shown": booking_page(cohort=cohort, school=school, at=now()),
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
    delegates: tuple[Delegate, ...],
    refused: PortalError | None = None,
) -> HttpResponse:
    if refused is not None:
        cohort.refresh_from_db(fields=["price"])  # it may have changed since the page was made
    checked: Checked = check_booking(
        cohort=cohort,
        school=school,
        delegates=delegates,
        by=request.user,
        at=now(),
        refusal=refused,
    )
    hidden = hidden_fields(
        school_id=school.pk,
        page_key=people.places.cleaned_data["page_key"],
        price=cohort.price,
        delegates=delegates,
    )
    context = {
        "checked": checked,
        "hidden": hidden,
        "form_errors": checked.refusal.sentence if checked.refusal else "",
    }
    status = 422 if checked.refusal else 200
    return render(request, "cpd/check.html", context, status=status)


def _cohort_or_404(slug: str, cohort_id: int) -> Cohort:
    return get_object_or_404(
        Cohort.objects.public().select_related("programme"), pk=cohort_id, programme__slug=slug
    )


def _school_of_form(request: SchoolRequest) -> School:
    """The school the form was made for, if the person still acts for it."""
    asked = request.POST.get("school", "")
    for school in schools_acted_for(request):
        if str(school.pk) == asked:
            return school
    raise Http404
