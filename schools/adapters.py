"""What the hub asks of allauth: nobody signs up, mail leaves by the outbox, sign-ins are kept.

Named in the settings. allauth calls these at fixed points of a journey; each point is one
sentence here, and the rule behind it is in a service.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hub_portal.shared.encryption import vault
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.access import signed_in, signed_in_freshly
from schools.emails import send_account_notice, send_code
from schools.models import Person
from schools.services.addresses import may_sign_in_with, note_proved_address
from schools.services.outside_accounts import SERVICES, connect_account, known_of
from schools.services.people import is_shared_mailbox, person_with_address
from schools.services.sign_in import note_sign_in
from schools.sessions import begin_session

CODES = {
    "account/email/login_code": "sign-in",
    "account/email/email_confirmation": "address",
    "account/email/email_confirmation_signup": "address",
    "account/email/password_reset_code": "password",
}
"""allauth's mails that carry a code, and what the code is for."""

ALREADY_KNOWN = "account/email/account_already_exists"

NOTICES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_reset": "Your password was replaced by a new one.",
    "account/email/password_set": "A password was set for your account.",
    ALREADY_KNOWN: (
        "Somebody who is signed in to the portal tried to add your address to another account. "
        "Nothing has changed."
    ),
    "mfa/email/totp_activated": "An authenticator app was added to your sign-in.",
    "mfa/email/totp_deactivated": "The authenticator app was removed from your sign-in.",
    "mfa/email/webauthn_added": "A passkey or security key was added to your sign-in.",
    "mfa/email/webauthn_removed": "A passkey or security key was removed from your sign-in.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made; the old ones are dead.",
}
"""allauth's notices, in our sentences."""


class HubAccountAdapter(DefaultAccountAdapter):
    """How allauth signs people in to this portal."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are known by appointment or by a booking; nobody signs up."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Everything allauth mails goes through the outbox; codes are sealed there.

        Whoever tries to add somebody else's address gets no code for it and learns nothing.
        """
        person, at = person_with_address(email), now()
        if person not in (None, context.get("user", person)):
            template_prefix = ALREADY_KNOWN
        if template_prefix in CODES:
            send_code(
                to=email,
                person=person,
                code=context["code"],
                minutes=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
                purpose=CODES[template_prefix],
                at=at,
            )
        elif person is not None:
            send_account_notice(
                to=email,
                person=person,
                heading="Your account in the portal",
                sentence=NOTICES[template_prefix],
                at=at,
            )

    def clean_email(self, email: str) -> str:
        """A shared mailbox belongs to a school and never signs in. Rule PE-2."""
        address = email.lower()
        if is_shared_mailbox(address):
            raise ValidationError("A mailbox that a school shares cannot be used to sign in.")
        return address

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A further address is proved by its code, unless it is somebody else's by now."""
        if person_with_address(email_address.email) not in (None, email_address.user):
            return False
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            note_proved_address(person=email_address.user, email=email_address.email, at=now())
        return confirmed

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **hints: Any
    ) -> HttpResponse | None:
        """An address that was the person's when the code was asked for may be so no longer."""
        email = hints.get("email")
        if email and isinstance(user, Person) and not may_sign_in_with(person=user, email=email):
            messages.error(request, "That code no longer works. Please ask for a new one.")
            return redirect("account_login")
        refusal: HttpResponse | None = super().pre_login(request, user, **hints)
        return refusal

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session: how long it lasts depends on the person and on the computer."""
        records = get_authentication_records(request, user)
        ways = [record.get("provider") or record["method"] for record in records]
        super().login(request, user)
        if isinstance(user, Person):
            begin_session(request, person=user, at=now())
            note_sign_in(person=user, way=", ".join(dict.fromkeys(ways)) or "link", at=now())

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:
        """A sign-in of the last minutes is fresh enough, however it was done."""
        return not signed_in_freshly(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has neither password nor second step signs in once more, by code."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        again = {
            "id": "sign_in_again",
            "description": "Sign in once more",
            "url": reverse("sign_in_again"),
        }
        return methods or [again]


class HubSocialAccountAdapter(DefaultSocialAccountAdapter):
    """Outside accounts are connected by somebody already signed in, never found by email."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """What the environment has set up, and nothing out of the database."""
        return [
            SocialApp(provider=service, **facts["APP"])
            for service, facts in settings.SOCIALACCOUNT_PROVIDERS.items()
            if provider in (None, service) and client_id in (None, facts["APP"]["client_id"])
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """A service has vouched for an account: connect it, or sign in whose it is already."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(self._connected(request, sociallogin.account))
        if not sociallogin.is_existing:
            page = {"service": SERVICES[sociallogin.account.provider]}
            closed = render(request, "socialaccount/not_connected.html", page, status=403)
            raise ImmediateHttpResponse(closed)
        sociallogin.account.extra_data = known_of(sociallogin.account)
        sociallogin.account.save(update_fields=["extra_data"])

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def _connected(self, request: HttpRequest, account: SocialAccount) -> HttpResponse:
        person = signed_in(request)
        if person is None or not signed_in_freshly(request):
            messages.error(request, "Please sign in, and then connect the account again.")
            return redirect("socialaccount_connections")
        try:
            connect_account(person=person, account=account, at=now())
        except PortalError as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, f"The {SERVICES[account.provider]} account is connected.")
        return redirect("socialaccount_connections")


class HubMFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are encrypted by keys of their own."""

    def encrypt(self, text: str) -> str:
        return vault(settings.MFA_KEYS, use="schools.mfa").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        opened = vault(settings.MFA_KEYS, use="schools.mfa").decrypt(encrypted_text.encode())
        return opened.decode()
