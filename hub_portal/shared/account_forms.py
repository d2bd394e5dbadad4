"""The forms of allauth in the portal's manner.

Labels are sentences, hints come before what is typed, no placeholders, and what is missing is
asked for in words. What the forms do is allauth's alone.
"""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.recovery_codes import forms as recovery_codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms


class InOurWords(forms.Form):
    """A form whose fields are called by `words`: (label, what to say when it is left empty)."""

    words: ClassVar[dict[str, tuple[str, str]]] = {}
    known: ClassVar[dict[str, tuple[str, str]]] = {
        "login": ("Email address", "Enter your email address"),
        "email": ("Email address", "Enter your email address"),
        "password": ("Password", "Enter your password"),
        "oldpassword": ("Your password now", "Enter the password you have now"),
        "password1": ("New password", "Enter a new password"),
        "password2": ("New password once more", "Enter the new password once more"),
        "remember": ("Keep me signed in on this computer", ""),
        "code": ("Code", "Enter the code"),
        "name": ("What to call this key", ""),
        "passwordless": ("Let me sign in with this key alone", ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            label, missing = {**self.known, **self.words}.get(name, ("", ""))
            if label:
                field.label = label
            if missing:
                field.error_messages["required"] = missing


class LoginForm(InOurWords, account.LoginForm):
    """Sign in."""


class RequestLoginCodeForm(InOurWords, account.RequestLoginCodeForm):
    """Ask for a code by mail."""


class ConfirmLoginCodeForm(InOurWords, account.ConfirmLoginCodeForm):
    """Type the code that came by mail."""


class AddEmailForm(InOurWords, account.AddEmailForm):
    """One more address of one's own."""


class ConfirmEmailVerificationCodeForm(InOurWords, account.ConfirmEmailVerificationCodeForm):
    """Show that an address is one's own."""


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    """Another password."""


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    """A first password."""


class ResetPasswordForm(InOurWords, account.ResetPasswordForm):
    """A forgotten password."""


class ConfirmPasswordResetCodeForm(InOurWords, account.ConfirmPasswordResetCodeForm):
    """The code for a forgotten password."""


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):
    """A new password after that code."""


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):
    """The password again, before something that matters."""


class AuthenticateForm(InOurWords, mfa.AuthenticateForm):
    """The second step of signing in."""

    words: ClassVar = {"code": ("Code from your app, or a recovery code", "Enter the code")}


class ReauthenticateBySecondStepForm(InOurWords, mfa.ReauthenticateForm):
    """The second step again, before something that matters."""

    words: ClassVar = {"code": ("Code from your app, or a recovery code", "Enter the code")}


class ActivateTOTPForm(InOurWords, totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    words: ClassVar = {"code": ("Code the app shows", "Enter the code the app shows")}


class DeactivateTOTPForm(InOurWords, totp.DeactivateTOTPForm):
    """No more codes from the app."""


class GenerateRecoveryCodesForm(InOurWords, recovery_codes.GenerateRecoveryCodesForm):
    """New recovery codes."""


class AddWebAuthnForm(InOurWords, webauthn.AddWebAuthnForm):
    """A new passkey or security key."""


class EditWebAuthnForm(InOurWords, webauthn.EditWebAuthnForm):
    """Another name for a key."""

    words: ClassVar = {"name": ("What to call this key", "Enter a name for this key")}
