"""A message to a group is sent once, however many press at once. Rule XX-6.

The negative control writes the message without looking at its key: the table then says no.
"""

from functools import partial

import pytest
from django.db import IntegrityError

from hub_portal.mail.models import Body, Delivery
from schools.choices import Group
from schools.models import GroupMessage
from schools.services import group_messages
from schools.services.group_messages import write_to_group
from tests.makers.schools import NOON, make_cast
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


@pytest.fixture
def pressing():
    cast = make_cast()
    return partial(
        write_to_group,
        group=Group.REPS,
        key="k" * 20,
        subject="Mornings",
        words="Which?",
        by=cast.hub_manager,
        at=NOON,
    )


def test_pressed_by_many_at_once_a_message_goes_once(pressing):
    results = all_at_once([pressing] * AT_ONCE)

    assert results == [GroupMessage.objects.get()] * AT_ONCE
    assert (Delivery.objects.count(), Body.objects.count()) == (2, 1)


def test_without_looking_at_the_key_the_table_says_no(pressing, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(
        group_messages, "insert_new", lambda rows, key: GroupMessage.objects.bulk_create(rows)
    )

    results = all_at_once([pressing] * AT_ONCE)

    assert len(of_kind(results, IntegrityError)) == AT_ONCE - 1
    assert GroupMessage.objects.count() == 1
