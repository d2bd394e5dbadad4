"""Suppressing an address, and lifting it."""

import pytest

from hub_portal.mail.choices import SuppressedFor
from hub_portal.mail.errors import AlreadySuppressed, NotSuppressed, ReasonMissing
from hub_portal.mail.models import Suppression
from hub_portal.mail.services.suppressions import lift, suppress
from hub_portal.trail.models import Act
from tests.makers.mail import NOON, make_hub_manager

pytestmark = pytest.mark.django_db


def suppressed(by, address="Head@School.example ", reason="asked by phone"):
    return suppress(
        address=address, suppressed_for=SuppressedFor.BULK, reason=reason, by=by, at=NOON
    )


def test_suppress_keeps_the_address_in_small_letters_and_is_an_act():
    row = suppressed(make_hub_manager())

    assert row.address == "head@school.example"
    assert [act.verb for act in Act.objects.all()] == ["mail.suppress"]
    assert "school.example" not in str(Act.objects.values())


def test_suppress_twice_is_refused_until_it_is_lifted():
    manager = make_hub_manager()
    row = suppressed(manager)

    with pytest.raises(AlreadySuppressed):
        suppressed(manager, address="HEAD@school.example")
    assert Suppression.objects.count() == Act.objects.count() == 1

    lift(suppression_id=row.pk, reason="she wants it again", by=manager, at=NOON)
    assert suppressed(manager).pk != row.pk


def test_lift_twice_is_refused():
    manager = make_hub_manager()
    row = suppressed(manager)
    lift(suppression_id=row.pk, reason="again", by=manager, at=NOON)

    with pytest.raises(NotSuppressed):
        lift(suppression_id=row.pk, reason="again", by=manager, at=NOON)

    assert Act.objects.count() == 2


def test_suppress_without_a_reason_is_refused():
    with pytest.raises(ReasonMissing):
        suppressed(make_hub_manager(), reason="")

    assert not Suppression.objects.exists()
