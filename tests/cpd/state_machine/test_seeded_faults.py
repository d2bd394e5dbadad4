"""The machine can fail: with a rule taken out of the services by hand, one step of it is too many.

Each fault has the step in which it shows. Without the fault the same step is sound.
"""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from cpd.emails import booking_mails
from cpd.services import bookings, cancelling, cohorts, redeeming, waiting
from hub_portal.mail.services import kinds
from tests.cpd.state_machine.machine import WholeHub

pytestmark = pytest.mark.django_db


def nothing(*_args, **_facts):
    return None


def oversell(patch):
    patch.setattr(bookings, "refuse_more_than_there_is", nothing)


def lower_the_capacity_below_the_places(patch):
    patch.setattr(cohorts, "places_up_to_date", lambda **_: SimpleNamespace(live=0))


def refuse_and_leave_something_behind(patch):
    patch.setattr(waiting, "transaction", SimpleNamespace(atomic=nullcontext))


def cancel_without_an_act(patch):
    patch.setattr(cancelling, "record_act", nothing)


def redeem_and_keep_the_ticket(patch):
    patch.setattr(redeeming, "become", nothing)


def mail_of_places_that_are_gone(patch):
    patch.setitem(kinds._KINDS, booking_mails.BOOKED, kinds.MailKind(lambda _: True, list))


def book_one_more(hub):
    hub.book(ours=False, who=0, cohort=0, names=["Bob"])


def lower_the_capacity(hub):
    hub.change_places(cohort=0, capacity=1)


def wait_for_what_is_free(hub):
    hub.wait(ours=False, cohort=1, names=["Bob"], all_or_none=False)


def cancel_a_place(hub):
    hub.cancel(number=0, who=0, reason="")


def redeem_a_ticket(hub):
    hub.redeem(number=0, cohort=1)


def take(step, hub):
    step(hub)
    hub.everything_holds()


FAULTS = [
    (oversell, book_one_more, "more live places than its capacity"),
    (lower_the_capacity_below_the_places, lower_the_capacity, "more live places than its cap"),
    (refuse_and_leave_something_behind, wait_for_what_is_free, "join_waiting_list was refused"),
    (cancel_without_an_act, cancel_a_place, "no act for .*booking:"),
    (redeem_and_keep_the_ticket, redeem_a_ticket, "no ticket holds it"),
    (mail_of_places_that_are_gone, cancel_a_place, "cpd.booked of .* which is gone"),
]


@pytest.fixture
def hub():
    """A hub at its beginning, with the only two places of its first course booked."""
    hub = WholeHub()
    hub.begin()
    hub.everything_holds()
    yield hub
    hub.teardown()


@pytest.mark.parametrize(("fault", "step", "words"), FAULTS)
def test_a_rule_taken_out_is_missed(hub, monkeypatch, fault, step, words):
    fault(monkeypatch)

    with pytest.raises(AssertionError, match=words):
        take(step, hub)


@pytest.mark.parametrize(("fault", "step", "words"), FAULTS)
def test_with_every_rule_in_place_the_same_step_is_sound(hub, fault, step, words):
    take(step, hub)
