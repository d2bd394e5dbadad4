"""What the trail holds about a person: their own acts, and their sign-ins. Rule XX-3."""

from collections.abc import Iterable
from typing import Any

from hub_portal.shared.privacy import Held, Row, register_held
from hub_portal.trail.models import Act, SignIn


def register() -> None:
    """Tell what this app holds; called once, when it is ready."""
    register_held(
        Held(
            "acts",
            fields=("trail.Act.reason", "trail.Act.before", "trail.Act.after"),
            rows=acts_of,
        ),
        Held("sign-ins", fields=("trail.SignIn.way",), rows=sign_ins_of),
    )


def acts_of(person: Any) -> Iterable[Row]:
    """What the person did, never what others did."""
    acts = Act.objects.filter(by_id=person.pk).order_by("at", "pk")
    return acts.values("at", "verb", "subject", "school", "reason", "before", "after")


def sign_ins_of(person: Any) -> Iterable[Row]:
    """When and how the person signed in."""
    return SignIn.objects.filter(person_id=person.pk).order_by("at", "pk").values("at", "way")
