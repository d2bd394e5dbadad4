"""Checking a certificate, which anybody may, and its document for its holder. Rule BK-12."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cpd.forms.certificates import NumberForm
from cpd.models import Certificate
from cpd.rules import as_typed_number
from cpd.services.certificate_papers import certificate_pdf
from cpd.services.certificates import certificate_with_number
from cpd.services.register_papers import as_file
from cpd.views.organise import OrganisersRequest
from hub_portal.shared.client_address import client_address
from hub_portal.shared.london import now
from hub_portal.shared.throttle import too_many
from schools.access import signed_in_only

MISSES = 30
"""So many wrong numbers may come from one address in ten minutes; right ones always work."""


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the number that stands on a certificate."""
    form = NumberForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("cpd:certificate", as_typed_number(form.cleaned_data["number"]))
    status = 422 if form.is_bound else 200
    return _unfollowed(render(request, "cpd/certificates.html", {"form": form}, status=status))


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """What a certificate says, and whether it counts."""
    found = certificate_with_number(number)
    if found is None:
        return _unfollowed(_not_found(request, number))
    may_take = request.user.is_authenticated and _may_take(request, found)
    context = {"certificate": found, "may_take": may_take}
    return _unfollowed(render(request, "cpd/certificate.html", context))


@require_safe
@signed_in_only
def as_pdf(request: OrganisersRequest, number: str) -> HttpResponseBase:
    """The document, for whoever it is about and for the hub."""
    found = get_object_or_404(Certificate.objects.valid(), number=number)
    if not _may_take(request, found):
        raise Http404
    return as_file(certificate_pdf(found), name=f"certificate-{found.number}")


def _may_take(request: HttpRequest, found: Certificate) -> bool:
    person = request.user
    return person.pk == found.person_id or bool(getattr(person, "is_hub_manager", False))


def _not_found(request: HttpRequest, number: str) -> HttpResponse:
    who, span = client_address(request), timedelta(minutes=10)
    if too_many("certificate", who, most=MISSES, within=span, at=now()):
        return render(request, "429.html", status=429)
    form = NumberForm({"number": number[:40]})
    form.add_error("number", "There is no certificate with this number. Look at it once more.")
    return render(request, "cpd/certificates.html", {"form": form}, status=404)


def _unfollowed(response: HttpResponse) -> HttpResponse:
    """Names on certificates are for whoever holds the number, not for search engines."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    return response
