"""Yes and no at once: one of them counts, and credits move once."""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection

from cpd.models import Booking
from cpd.services.approving import lapse_unapproved
from cpd.services.cancelling import cancel_booking
from cpd.services.proofs import differences
from credits.errors import ApprovalAnswered
from credits.models import Approval, JournalEntry
from credits.services import approvals as approvals_service
from credits.services.approvals import approve_spending, decline_spending
from credits.services.figures import figures_of
from hub_portal.trail.models import Act
from tests.credits.services.test_approvals import END_OF_FRIDAY
from tests.makers.approvals import make_approval
from tests.makers.credits import make_year
from tests.makers.schools import NOON, make_cast
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def asked(cast):
    return make_approval(school=cast.our_school, by=cast.rep)


def yes(asked, by, at=NOON):
    return partial(approve_spending, approval_id=asked.pk, by=by, at=at)


def no(asked, by):
    return partial(decline_spending, approval_id=asked.pk, reason="No", by=by, at=NOON)


def test_approved_and_declined_at_once_the_first_answer_counts(cast, asked):
    head = cast.headteacher

    results = all_at_once([yes(asked, head), no(asked, head)] * 4)

    assert len(of_kind(results, Approval)) == 1
    assert len(of_kind(results, ApprovalAnswered)) == 7
    asked.refresh_from_db()
    booking = Booking.objects.get()
    assert booking.status == {"approved": "booked", "declined": "cancelled"}[asked.status]
    assert JournalEntry.objects.filter(kind="release").count() == (asked.status == "declined")
    assert Act.objects.filter(subject=f"approval:{asked.pk}").count() == 2
    assert differences() == []


def test_without_the_locks_both_answers_count(cast, asked, monkeypatch):
    """The control: nothing locked, and time to think between reading and writing."""

    def lock_nothing(approval_id):
        return Approval.objects.select_related("school", "asked_by").get(pk=approval_id)

    become = approvals_service._become

    def think_and_become(*args, **how):
        time.sleep(0.2)
        become(*args, **how)

    monkeypatch.setattr(approvals_service, "_lock", lock_nothing)
    monkeypatch.setattr(approvals_service, "_become", think_and_become)
    monkeypatch.setattr(
        approvals_service,
        "approval_kind",
        lambda about: SimpleNamespace(
            approved=lambda **_: None,
            declined=lambda **_: None,
            facts=lambda about: [("x", "y")],
            holds_credits=True,
        ),
    )
    if connection.vendor == "sqlite":
        monkeypatch.setattr(approvals_service, "transaction", SimpleNamespace(atomic=nullcontext))

    results = all_at_once([yes(asked, cast.headteacher), no(asked, cast.headteacher)])

    assert len(of_kind(results, Approval)) == 2


def test_approved_as_it_lapses_is_one_or_the_other(cast, asked):
    booking = Booking.objects.get()

    all_at_once(
        [
            yes(asked, cast.headteacher, at=END_OF_FRIDAY.replace(day=27)),
            partial(lapse_unapproved, cohort_id=booking.cohort_id, at=END_OF_FRIDAY),
        ]
        * 4
    )

    asked.refresh_from_db()
    booking.refresh_from_db()
    assert (asked.status, booking.status) in {("approved", "booked"), ("lapsed", "cancelled")}
    assert differences() == []


def test_given_up_while_it_is_approved_stays_consistent(cast, asked):
    booking = Booking.objects.get()
    giving_up = partial(cancel_booking, booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    all_at_once([yes(asked, cast.headteacher), giving_up])

    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert figures_of(cast.our_school, make_year()).available == 100
    assert differences() == []
