"""Writing to everybody on a course: write, look at it, send. Rule XX-6."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cpd.forms.messages import MessageForm
from cpd.models import Cohort
from cpd.services.messaging import messages_of, readers_of, write_to_delegates
from cpd.services.organising import organises
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.access import PersonRequest, signed_in_only


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def write(request: PersonRequest, slug: str, cohort_id: int) -> HttpResponseBase:
    """The form, the message as it will look, and sending it."""
    cohort = get_object_or_404(
        Cohort.objects.select_related("programme"), pk=cohort_id, programme__slug=slug
    )
    if not organises(person=request.user, cohort=cohort):
        raise Http404
    if request.method != "POST":
        return _page(request, cohort, MessageForm.fresh())
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, cohort, form, status=422)
    if "send" not in request.POST:
        return _page(request, cohort, form, preview="change" not in request.POST)
    try:
        sent = write_to_delegates(cohort=cohort, by=request.user, at=now(), **form.message())
    except PortalError as refused:
        return _page(request, cohort, form, refused.sentence, status=422)
    messages.success(request, f"Sent: {counted(sent.readers, 'mail')} on the way.")
    return redirect("cpd:write_to_delegates", slug, cohort_id)


def _page(
    request: HttpRequest,
    cohort: Cohort,
    form: MessageForm,
    refused: str = "",
    *,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    readers = readers_of(cohort)
    context: dict[str, Any] = {
        "cohort": cohort,
        "form": form,
        "form_errors": refused,
        "readers": len(readers),
        "passed_on": sum(1 for reader in readers if reader.is_passed_on),
        "earlier": messages_of(cohort),
        "message": form.message() if preview else None,
    }
    return render(request, "cpd/write_to_delegates.html", context, status=status)
