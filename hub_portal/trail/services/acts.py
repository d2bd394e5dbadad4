"""Writing down what was done. Called inside the transaction of the act itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max

from hub_portal.trail.models import Act, SignIn


class ActFacts(TypedDict, total=False):
    """What an act may say beyond its verb and its subject."""

    school: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    seen_as: AbstractBaseUser | None


def build_act(
    *, verb: str, subject: str, by: AbstractBaseUser, at: datetime, **facts: Unpack[ActFacts]
) -> Act:
    """An act not yet written, for services that write many at once."""
    return Act(verb=verb, subject=subject, by_id=by.pk, at=at, **facts)


def record_act(
    *, verb: str, subject: str, by: AbstractBaseUser, at: datetime, **facts: Unpack[ActFacts]
) -> Act:
    """Write down who did what, when and why. Rule XX-1.

    `subject` and `school` are kind and id ("booking:345"); `before` and `after` hold codes
    and ids, never names or addresses.
    """
    act = build_act(verb=verb, subject=subject, by=by, at=at, **facts)
    act.save(force_insert=True)
    return act


def record_acts(acts: Iterable[Act]) -> None:
    """Write down many acts of one cause in one statement."""
    Act.objects.bulk_create(acts)


def last_act_on(subjects: Iterable[str]) -> datetime | None:
    """When anything was last done to any of these, or None if nothing ever was."""
    last: datetime | None = Act.objects.filter(subject__in=list(subjects)).aggregate(
        last=Max("at")
    )["last"]
    return last


def acts_on(subject: str, *, verb: str) -> list[Act]:
    """What was done to one subject by one verb, in order, with who did it."""
    acts = Act.objects.filter(subject=subject, verb=verb).select_related("by")
    return list(acts.order_by("at", "pk"))


def record_sign_in(*, person: AbstractBaseUser, way: str, at: datetime) -> SignIn:
    """Keep that a person signed in, for 24 months. Rule XX-1."""
    return SignIn.objects.create(person_id=person.pk, way=way, at=at)
