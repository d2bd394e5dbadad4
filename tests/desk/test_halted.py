"""The hub managers are told when the portal halts mail to many."""

import pytest

from hub_portal.desk.halted import HALTED, tell_of_a_halt
from hub_portal.mail.choices import Priority
from hub_portal.mail.models import Delivery
from tests.makers.mail import NOON, make_hub_manager, make_somebody

pytestmark = pytest.mark.django_db

REASON = "The mail server refused 10 in a row of “News & notes”. It said: 554 no"


def test_every_hub_manager_is_told_why_and_where_to_open_the_gate():
    make_somebody()
    managers = [make_hub_manager(), make_hub_manager(email="second@hub.example")]

    tell_of_a_halt(REASON, NOON)

    told = Delivery.objects.filter(kind=HALTED).select_related("body").order_by("recipient")
    assert [(mail.to, mail.priority) for mail in told] == [
        (manager.email, Priority.ORDINARY) for manager in managers
    ]
    assert told[0].subject == "Newsletters and letters to many are halted"
    assert REASON in told[0].body.text
    assert "“News &amp; notes”" in told[0].body.html
    assert all("/admin/mail/mailgate/" in mail.body.text for mail in told)


def test_one_halt_is_told_once():
    make_hub_manager()

    tell_of_a_halt(REASON, NOON)
    tell_of_a_halt(REASON, NOON)

    assert Delivery.objects.filter(kind=HALTED).count() == 1
