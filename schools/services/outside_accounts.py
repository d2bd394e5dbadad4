"""Accounts at Google or Microsoft by which a person also signs in. Security, part 2.

Connected by somebody who is signed in, and known from then on by the number the service gives its
account: never by an address, which another organisation's administrator could make up. Kept are
that number and the address the account goes by, to tell accounts apart, and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from hub_portal.trail.services.acts import record_act
from schools.emails import send_account_notice
from schools.errors import AccountIsAnothers, LastWayIn
from schools.models import Person

SERVICES = {"google": "Google", "microsoft": "Microsoft"}
"""What people call each of them."""


def is_offered(service: str) -> bool:
    """Whether the environment has set this service up."""
    return service in settings.SOCIALACCOUNT_PROVIDERS


def known_of(account: SocialAccount) -> dict[str, str]:
    """What is kept of all that a service tells: the address its account goes by."""
    told: Mapping[str, Any] = account.extra_data
    address = told.get("email") or told.get("mail") or told.get("userPrincipalName") or ""
    return {"email": str(address)[:254]}


@transaction.atomic
def connect_account(*, person: Person, account: SocialAccount, at: datetime) -> bool:
    """Let the person sign in with an account that a service has just vouched for.

    Whether it is new; connecting it again changes nothing.

    Raises: AccountIsAnothers.
    """
    kept, is_new = SocialAccount.objects.get_or_create(
        provider=account.provider,
        uid=account.uid,
        defaults={"user": person, "extra_data": known_of(account)},
    )
    if kept.user_id != person.pk:
        raise AccountIsAnothers(service=SERVICES[account.provider])
    if is_new:
        _tell_and_record(kept, "connected", by=person, at=at)
    return is_new


@transaction.atomic
def disconnect_account(*, person: Person, account_id: int, at: datetime) -> bool:
    """The person signs in with this account no more. Whether there was one.

    Raises: LastWayIn for somebody without an address a code could go to.
    """
    account = SocialAccount.objects.filter(user=person, pk=account_id).first()
    if account is None:
        return False
    if not EmailAddress.objects.filter(user=person, verified=True).exists():
        raise LastWayIn
    account.delete()
    _tell_and_record(account, "disconnected", by=person, at=at)
    return True


def disconnect_all(*, person: Person) -> int:
    """Whoever's address the hub changes proves anew who they are. Rule PE-2."""
    removed, _ = SocialAccount.objects.filter(user=person).delete()
    return removed


def _tell_and_record(account: SocialAccount, done: str, *, by: Person, at: datetime) -> None:
    record_act(
        verb=f"person.account_{done}",
        subject=f"person:{by.pk}",
        by=by,
        at=at,
        after={"service": account.provider},
    )
    if by.email:
        name = SERVICES[account.provider]
        send_account_notice(
            to=by.email,
            person=by,
            heading=f"A {name} account was {done}",
            sentence=f"You can now sign in with the {name} account {account.extra_data['email']}."
            if done == "connected"
            else f"The {name} account {account.extra_data['email']} no longer signs you in.",
            at=at,
        )
