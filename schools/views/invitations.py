"""Accepting an invitation. Opening it changes nothing: school mail scanners open every link."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hub_portal.shared.links import arrive, carries_a_right, leave, row_arrived_with
from hub_portal.shared.london import now
from schools.emails import INVITATION
from schools.services.invitations import accept, open_invitations


@carries_a_right
@require_safe
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """Move the invitation into the session and go on to an address without it."""
    return arrive(
        request,
        token,
        purpose=INVITATION,
        rows=open_invitations(at=now()),
        then=reverse("schools:invitation"),
        version_field="version",
    )


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Say what is offered, without naming anybody; accepting leads to proving the address."""
    at = now()
    found = row_arrived_with(
        request, purpose=INVITATION, rows=open_invitations(at=at), version_field="version"
    )
    if found is None:
        return render(request, "schools/invitation_void.html", status=404)
    if request.method != "POST":
        address = f"{found.email[:1]}•••@"
        return render(request, "schools/invitation.html", {"address": address})
    leave(request, purpose=INVITATION)
    person = accept(invitation=found, at=at)
    if person is None:
        return render(request, "schools/invitation_void.html", status=404)
    if request.user.is_authenticated:
        logout(request)
    LoginCodeVerificationProcess.initiate(request=request, user=person, email=found.email)
    return redirect("account_confirm_login_code")
