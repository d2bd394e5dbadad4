"""One's own addresses: allauth's page, with our rules behind its buttons. Rule PE-2."""

from typing import Any

from allauth.account.views import EmailView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.access import fresh_sign_in, signed_in_only
from schools.models import Person
from schools.services.addresses import make_main_address, remove_address


@method_decorator([signed_in_only, fresh_sign_in], name="dispatch")
class Addresses(EmailView):
    """Add an address by a code, choose the main one, give one up; after a fresh sign-in."""

    def _action_primary(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        email = request.POST.get("email", "")
        return self._changed(request, make_main_address, email, f"{email} is your main address.")

    def _action_remove(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        email = request.POST.get("email", "")
        return self._changed(request, remove_address, email, f"{email} was removed.")

    def _changed(self, request: HttpRequest, change: Any, email: str, done: str) -> HttpResponse:
        """Every session ends with the change, this one too, so that the new state is proved."""
        person = Person.objects.get(pk=request.user.pk)
        before = person.sessions_ended
        try:
            change(person=person, email=email, at=now())
        except PortalError as refusal:
            messages.error(request, refusal.sentence)
            return redirect("account_email")
        person.refresh_from_db(fields=["sessions_ended"])
        if person.sessions_ended == before:
            return redirect("account_email")
        logout(request)
        messages.success(request, f"{done} Please sign in again.")
        return redirect_to_login(reverse("account_email"))
