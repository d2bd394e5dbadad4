"""Above how many credits at once a school's headteacher is asked. Rule CR-14."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from credits.errors import MayNotApprove, NoHeadteacher
from credits.models import SchoolSpendingPolicy
from hub_portal.shared.kept import kept_for_a_moment
from hub_portal.trail.services.acts import record_act
from schools.choices import Role
from schools.models import Person, School
from schools.services.posts import holders


def threshold_of(school: School) -> int | None:
    """Above how many credits the headteacher is asked; none by default."""
    rows = SchoolSpendingPolicy.objects.filter(school=school)
    return rows.values_list("threshold", flat=True).first()


def headteachers_of(school: School) -> list[Person]:
    """Who approves for the school: the first answer counts."""
    return holders(school=school, role=Role.HEADTEACHER)


def needs_approval(*, school: School, credits: int, by: Person) -> bool:
    """Whether this much at once waits for the headteacher. A headteacher asks nobody.

    Raises: NoHeadteacher when nobody on record could answer.
    """
    if not credits:
        return False
    threshold = limits_in_force().get(school.pk)
    if threshold is None or credits <= threshold:
        return False
    heads = headteachers_of(school)
    if not heads:
        raise NoHeadteacher(school=school.name, threshold=threshold)
    return by not in heads


@kept_for_a_moment
def limits_in_force() -> Mapping[int, int]:
    """The limit of every school that has one, by its id: a handful, changed once a year."""
    limits = SchoolSpendingPolicy.objects.values_list("school", "threshold")
    return {school: threshold for school, threshold in limits if threshold is not None}


@transaction.atomic
def set_threshold(
    *, school: School, threshold: int | None, by: Person, at: datetime
) -> SchoolSpendingPolicy:
    """Set, change or lift the limit of a school. It holds for what is spent from now on.

    Raises: MayNotApprove, unless by its headteacher.
    """
    School.objects.select_for_update(no_key=True).get(pk=school.pk)
    if by not in headteachers_of(school):
        raise MayNotApprove(school=school.name)
    before = threshold_of(school)
    policy, _ = SchoolSpendingPolicy.objects.update_or_create(
        school=school, defaults={"threshold": threshold, "set_by": by, "set_at": at}
    )
    record_act(
        verb="spending_limit.set",
        subject=f"school:{school.pk}",
        school=f"school:{school.pk}",
        by=by,
        at=at,
        before={"threshold": before},
        after={"threshold": threshold},
    )
    return policy
