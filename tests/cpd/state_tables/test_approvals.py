"""Every state of an approval × every verb: what became of what was asked."""

from datetime import UTC, datetime

import pytest

from cpd.models import Booking
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import cancel_cohort
from credits.choices import ApprovalStatus
from credits.services.approvals import (
    approve_spending,
    decline_spending,
    lapse_overdue_approvals,
)
from schools.models import Person
from tests.cpd.state_tables.reading import outcome_of, read, to_try, verbs_about
from tests.makers.approvals import make_approval
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

TIME_IS_UP = datetime(2026, 11, 28, tzinfo=UTC)

APPROVAL = """
                         asked      approved            declined            lapsed              withdrawn
approve_spending         approved   ApprovalAnswered    ApprovalAnswered    ApprovalAnswered    ApprovalAnswered
decline_spending         declined   ApprovalAnswered    ApprovalAnswered    ApprovalAnswered    ApprovalAnswered
lapse_overdue_approvals  lapsed     =                   =                   =                   =
cancel_booking           withdrawn  approved            BookingNotLive      BookingNotLive      =
cancel_cohort            withdrawn  approved            declined            lapsed              withdrawn
"""  # noqa: E501
NOT_BY_ID = {"lapse_overdue_approvals", "cancel_booking", "cancel_cohort"}


@pytest.fixture
def cast():
    return make_cast()


def acts_on(approval, cast):
    booking = Booking.objects.get()
    head = {"approval_id": approval.pk, "by": cast.headteacher, "at": NOON}
    return {
        "approve_spending": lambda: approve_spending(**head),
        "decline_spending": lambda: decline_spending(reason="x", **head),
        "lapse_overdue_approvals": lambda: lapse_overdue_approvals(
            by=Person.objects.portal(), at=TIME_IS_UP
        ),
        "cancel_booking": lambda: cancel_booking(
            booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON
        ),
        "cancel_cohort": lambda: cancel_cohort(
            cohort=booking.cohort, reason="x", by=cast.hub_manager, at=NOON
        ),
    }


COMES_TO = {
    ApprovalStatus.APPROVED: "approve_spending",
    ApprovalStatus.DECLINED: "decline_spending",
    ApprovalStatus.LAPSED: "lapse_overdue_approvals",
    ApprovalStatus.WITHDRAWN: "cancel_booking",
}


@pytest.mark.parametrize(("verb", "state", "outcome"), to_try(APPROVAL))
def test_every_verb_on_every_state_of_an_approval(cast, verb, state, outcome):
    approval = make_approval(school=cast.our_school, by=cast.rep)
    if state != ApprovalStatus.ASKED:
        acts_on(approval, cast)[COMES_TO[state]]()
    approval.refresh_from_db()
    assert approval.status == state

    assert outcome_of(approval, acts_on(approval, cast)[verb]) == outcome


def test_no_state_and_no_verb_of_an_approval_is_left_out():
    states, cells = read(APPROVAL)

    assert set(states) == set(ApprovalStatus)
    assert {verb for verb, _, _ in cells} == verbs_about("approval_id") | NOT_BY_ID
