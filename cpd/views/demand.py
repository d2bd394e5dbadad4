"""“Tell me when this runs”, on a page of its own. Rule PU-4."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cpd.forms.demand import WishForm
from cpd.models import Programme
from cpd.services.demand import ask_for_course, open_wish, withdraw_wish
from cpd.views.booking import school_of_form
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.access import SchoolRequest, school_page


@require_http_methods(["GET", "POST"])
@school_page
def tell_me(request: SchoolRequest, slug: str) -> HttpResponse:
    """How many places the school would take; asked before, it can be withdrawn."""
    programme = get_object_or_404(Programme.objects.public(), slug=slug)
    is_sent = request.method == "POST"
    school = school_of_form(request) if is_sent else request.acting_school
    form = WishForm(request.POST if is_sent and "ask" in request.POST else None)
    wish = open_wish(programme=programme, school=school)
    context = {"programme": programme, "school": school, "wish": wish, "form": form}
    if not is_sent:
        return render(request, "cpd/tell_me.html", context)
    try:
        if "withdraw" in request.POST and wish is not None:
            withdraw_wish(wish_id=wish.pk, by=request.user, at=now())
            messages.success(request, "Your school does not ask for this course any more.")
        elif form.is_valid():
            wanted = form.cleaned_data["wanted"]
            ask_for_course(
                programme_id=programme.pk,
                school_id=school.pk,
                wanted=wanted,
                by=request.user,
                at=now(),
            )
            messages.success(
                request, f"The hub knows that you want {counted(wanted, 'place')}. You are told."
            )
        else:
            return render(request, "cpd/tell_me.html", context, status=422)
    except PortalError as refused:
        context["form_errors"] = refused.sentence
        return render(request, "cpd/tell_me.html", context, status=422)
    return redirect("cpd:course", slug)
