"""Signing in: an address, and whether the computer is shared. allauth's forms in our shape."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from hub_portal.shared.account_forms import LoginForm
from hub_portal.shared.london import now
from schools.sessions import SHARED_COMPUTER, begin_session


class CodeSignInForm(LoginForm):
    """An address, to which a code is emailed if it is known."""

    shared_computer = forms.BooleanField(
        label="This is a shared computer",
        help_text="You are signed out when the browser is closed.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["login", "password", "shared_computer"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        request.session[SHARED_COMPUTER] = self.cleaned_data["shared_computer"]
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        return response


class PasswordSignInForm(CodeSignInForm):
    """For those who have chosen a password."""

    def _setup_password_field(self) -> None:
        """allauth drops the field where nobody needs a password; here it is asked for."""
        self.fields["password"].help_text = ""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response = super().login(request, redirect_url=redirect_url)
        if request.user.is_authenticated:  # allauth sets a length of its own after signing in
            begin_session(request, person=request.user, at=now())
        return response
