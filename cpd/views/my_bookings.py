"""A school's bookings: the list, taken away as a file, one booking, and changing it."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cpd.forms.changes import CancelForm, NewDelegateForm
from cpd.forms.filters import BookingFilters
from cpd.models import Booking
from cpd.services import catalogue, exporting
from cpd.services.cancelling import cancel_booking
from cpd.services.moving import school_of
from cpd.services.one_booking import BookingPage, booking_page, bookings_for
from cpd.services.school_bookings import find_bookings, in_words, rows_of
from cpd.services.substituting import substitute_delegate
from cpd.services.waiting_page import waiting_rows
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import in_credits
from schools.access import SchoolRequest, school_page
from schools.services.staff import colleague_names

PAGE_SIZE = 20


@require_safe
@school_page
def bookings(request: SchoolRequest) -> HttpResponse:
    """The school's bookings, filtered by what the address asks for."""
    form = BookingFilters(request.GET, terms=catalogue.terms_offered())
    found = find_bookings(form.wanted(), school=request.acting_school, at=now())
    page = Paginator(rows_of(found), PAGE_SIZE).get_page(request.GET.get("page"))
    is_filtered = any(request.GET.get(name) for name in form.fields)
    context = {
        "school": request.acting_school,
        "form": form,
        "page": page,
        "bookings": in_words(page),
        "is_filtered": is_filtered,
        "waiting": [] if is_filtered else waiting_rows(school=request.acting_school, at=now()),
    }
    return render(request, "cpd/bookings.html", context, status=422 if form.errors else 200)


@require_safe
@school_page
def export(request: SchoolRequest, form: str) -> HttpResponseBase:
    """The same list as a file; taking away names is an act. Rules XX-1 and XX-2."""
    filters = BookingFilters(request.GET, terms=catalogue.terms_offered())
    found = find_bookings(filters.wanted(), school=request.acting_school, at=now())
    if form not in exporting.FORMATS or filters.errors:
        raise Http404
    exporting.record_export(school=request.acting_school, form=form, by=request.user, at=now())
    rows: Iterable[Booking] = found.iterator(chunk_size=500)
    return export_response(form, name="bookings", columns=exporting.BOOKINGS, rows=rows)


@require_safe
@school_page
def booking(request: SchoolRequest, booking_id: int) -> HttpResponse:
    """One booking: its facts, and what can be done with it."""
    return render(request, "cpd/booking.html", {"shown": _page_or_404(request, booking_id)})


@require_http_methods(["GET", "POST"])
@school_page
def cancel(request: SchoolRequest, booking_id: int) -> HttpResponse:
    """Give up a place, with what that keeps and returns said first. Rule BK-6."""
    shown = _page_or_404(request, booking_id)
    if request.method != "POST":
        if shown.effect is None:
            return redirect("cpd:booking", booking_id)
        form = CancelForm(initial={"shown_kept": shown.effect.kept})
        return _cancel_page(request, shown, form)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _cancel_page(request, shown, form, status=422)
    try:
        cancelled = cancel_booking(
            booking_id=booking_id,
            shown_kept=form.cleaned_data["shown_kept"] or 0,
            reason_code=form.cleaned_data["reason"],
            by=request.user,
            at=now(),
        )
    except PortalError as refused:
        again = CancelForm(
            initial={
                "shown_kept": shown.effect.kept if shown.effect else 0,
                "reason": form.cleaned_data["reason"],
            }
        )
        return _cancel_page(request, shown, again, refused.sentence, status=422)
    messages.success(request, _what_came_back(cancelled))
    return redirect("cpd:booking", booking_id)


@require_http_methods(["GET", "POST"])
@school_page
def change_delegate(request: SchoolRequest, booking_id: int) -> HttpResponse:
    """Give a place to somebody else, or name a delegate. Rule BK-7."""
    shown = _page_or_404(request, booking_id)
    colleagues = colleague_names(school=school_of(shown.booking))
    colleagues.pop(shown.booking.delegate_id or 0, None)
    if request.method != "POST":
        if not shown.may_substitute:
            return redirect("cpd:booking", booking_id)
        return _delegate_page(request, shown, NewDelegateForm(colleagues=colleagues))
    form = NewDelegateForm(request.POST, colleagues=colleagues)
    if not form.is_valid():
        return _delegate_page(request, shown, form, status=422)
    try:
        changed = substitute_delegate(
            booking_id=booking_id, to=form.delegate(), by=request.user, at=now()
        )
    except PortalError as refused:
        return _delegate_page(request, shown, form, refused.sentence, status=422)
    messages.success(request, f"{changed.named_as} has the place now.")
    return redirect("cpd:booking", booking_id)


def _page_or_404(request: SchoolRequest, booking_id: int) -> BookingPage:
    found = get_object_or_404(bookings_for(request.user), pk=booking_id)
    return booking_page(booking=found, at=now())


def _cancel_page(
    request: HttpRequest,
    shown: BookingPage,
    form: CancelForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"shown": shown, "form": form, "form_errors": refused}
    return render(request, "cpd/cancel.html", context, status=status)


def _delegate_page(
    request: HttpRequest,
    shown: BookingPage,
    form: NewDelegateForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"shown": shown, "form": form, "form_errors": refused}
    return render(request, "cpd/change_delegate.html", context, status=status)


def _what_came_back(cancelled: Booking) -> str:
    if not cancelled.cost:
        return "The place is cancelled."
    if cancelled.is_by_invoice:
        return f"The place is cancelled. {_what_is_to_pay(cancelled)}"
    if not cancelled.kept:
        verb = "is" if cancelled.price == 1 else "are"
        return f"The place is cancelled and {in_credits(cancelled.price)} {verb} back."
    returned, kept = cancelled.returned or 0, cancelled.kept
    if not returned:
        return f"The place is cancelled. {in_credits(kept)} were kept, as the page said."
    return f"The place is cancelled: {in_credits(returned)} back, {in_credits(kept)} kept."


def _what_is_to_pay(cancelled: Booking) -> str:
    if not cancelled.cost_kept:
        return "Nothing is to be paid."
    if cancelled.cost_kept == cancelled.cost:
        return f"The invoice of {cancelled.kept_in_words} is to be paid in full, as the page said."
    return (
        f"{cancelled.returned_in_words} is taken off the invoice, {cancelled.kept_in_words} stays."
    )
