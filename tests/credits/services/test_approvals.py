"""Asking, answering and lapsing; what a verdict does to bookings is in tests/cpd."""

from datetime import UTC, datetime, timedelta

import pytest

from credits.choices import APPROVAL_MOVES, ApprovalStatus
from credits.errors import ApprovalAnswered, MayNotApprove, NoHeadteacher, ReasonNeeded
from credits.models import Approval, SchoolSpendingPolicy
from credits.services import approvals
from credits.services.approvals import (
    approve_spending,
    decline_spending,
    lapse_overdue_approvals,
    remind_of_approvals,
)
from credits.services.approvals_due import what_is_due
from credits.services.spending_limits import needs_approval, set_threshold, threshold_of
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.models import Person
from tests.makers.approvals import limit, make_approval
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast, make_colleague

pytestmark = pytest.mark.django_db

END_OF_FRIDAY = datetime(2026, 11, 28, tzinfo=UTC)
"""Five school days after NOON, a Friday, are over."""


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def approval(cast):
    return make_approval(school=cast.our_school, by=cast.rep)


def written():
    return Approval.objects.values_list("status", flat=True).get(), Act.objects.count()


# ---- The limit ----------------------------------------------------------------------------------


def test_nobody_is_asked_by_default(cast):
    assert threshold_of(cast.our_school) is None
    assert not needs_approval(school=cast.our_school, credits=10_000, by=cast.rep)


def test_only_above_the_limit_and_never_for_a_headteacher(cast):
    limit(school=cast.our_school, by=cast.headteacher, credits=40)
    ours = cast.our_school

    assert not needs_approval(school=ours, credits=40, by=cast.rep)
    assert needs_approval(school=ours, credits=41, by=cast.rep)
    assert not needs_approval(school=ours, credits=41, by=cast.headteacher)


def test_setting_the_limit_is_an_act_of_the_headteacher(cast):
    limit(school=cast.our_school, by=cast.headteacher, credits=40)
    set_threshold(school=cast.our_school, threshold=None, by=cast.headteacher, at=NOON)

    assert threshold_of(cast.our_school) is None
    assert SchoolSpendingPolicy.objects.count() == 1
    acts = Act.objects.filter(verb="spending_limit.set").order_by("pk")
    assert [act.after for act in acts] == [{"threshold": 40}, {"threshold": None}]


@pytest.mark.parametrize("who", ["rep", "deputy", "stranger", "hub_manager"])
def test_nobody_else_sets_the_limit(cast, who):
    with pytest.raises(MayNotApprove):
        set_threshold(school=cast.our_school, threshold=1, by=getattr(cast, who), at=NOON)

    assert not SchoolSpendingPolicy.objects.exists()


def test_without_a_headteacher_on_record_the_refusal_says_whom_to_ask(cast):
    limit(school=cast.our_school, by=cast.headteacher, credits=10)
    cast.headteacher.appointments.update(to_on=NOON.date())

    with pytest.raises(NoHeadteacher, match="Ask the hub to appoint one"):
        needs_approval(school=cast.our_school, credits=11, by=cast.rep)


# ---- Asking and answering -----------------------------------------------------------------------


def test_asking_writes_to_every_headteacher_once(cast):
    second = make_colleague(
        school=cast.our_school, full_name="Hal", email="hal@our.example", role=Role.HEADTEACHER
    )
    limit(school=cast.our_school, by=second)
    give_credits(school=cast.our_school)
    booking = make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep)
    approval = Approval.objects.get(about=f"booking_request:{booking.request_id}")

    mails = Delivery.objects.filter(kind="credits.approval_asked")
    assert sorted(mails.values_list("to", flat=True)) == ["hal@our.example", "hana@our.example"]
    body = mails[0].body.text
    assert f"/my/approvals/{approval.pk}/" in body
    assert "the end of Friday 27 November 2026" in body
    assert (approval.answer_by, approval.credits) == (END_OF_FRIDAY, 12)
    assert Act.objects.get(verb="approval.asked").by == cast.rep


def test_the_first_answer_counts(cast, approval):
    approve_spending(approval_id=approval.pk, by=cast.headteacher, at=NOON)
    before = written()

    with pytest.raises(ApprovalAnswered, match="approved already by Hana Head"):
        decline_spending(approval_id=approval.pk, reason="No", by=cast.headteacher, at=NOON)

    assert written() == before
    approval.refresh_from_db()
    assert (approval.status, approval.answered_by) == (ApprovalStatus.APPROVED, cast.headteacher)


@pytest.mark.parametrize("who", ["rep", "deputy", "stranger", "hub_manager"])
def test_nobody_but_the_headteacher_answers(cast, approval, who):
    before = written()

    with pytest.raises(MayNotApprove):
        approve_spending(approval_id=approval.pk, by=getattr(cast, who), at=NOON)
    with pytest.raises(MayNotApprove):
        decline_spending(approval_id=approval.pk, reason="No", by=getattr(cast, who), at=NOON)

    assert written() == before


def test_declining_needs_a_reason_that_whoever_asked_reads(cast, approval):
    with pytest.raises(ReasonNeeded):
        decline_spending(approval_id=approval.pk, reason=" ", by=cast.headteacher, at=NOON)

    decline_spending(
        approval_id=approval.pk, reason="Wait for spring", by=cast.headteacher, at=NOON
    )

    mail = Delivery.objects.get(kind="credits.approval_refused")
    assert mail.to == "rita@our.example"
    assert "Hana Head declined what you asked for: Wait for spring" in mail.body.text
    assert Act.objects.get(verb="approval.declined").reason == "Wait for spring"


def test_after_its_time_nothing_is_answered(cast, approval):
    before = written()

    with pytest.raises(ApprovalAnswered, match="the end of Friday 27 November"):
        approve_spending(approval_id=approval.pk, by=cast.headteacher, at=END_OF_FRIDAY)

    assert written() == before


def test_a_request_answered_before_its_mail_went_is_not_mailed(cast, approval):
    about = f"approval:{approval.pk}"
    is_still_true = mail_kind("credits.approval_asked").is_still_true
    assert is_still_true(about)

    approve_spending(approval_id=approval.pk, by=cast.headteacher, at=NOON)

    assert not is_still_true(about)


# ---- Lapsing and reminding ----------------------------------------------------------------------


def test_what_nobody_answers_lapses_once(cast, approval):
    portal = Person.objects.portal()
    assert list(what_is_due(END_OF_FRIDAY - timedelta(seconds=1))) == []
    assert [due.task for due in what_is_due(END_OF_FRIDAY)] == ["credits.lapse_approvals"]

    assert lapse_overdue_approvals(by=portal, at=END_OF_FRIDAY) == 1
    assert lapse_overdue_approvals(by=portal, at=END_OF_FRIDAY) == 0

    approval.refresh_from_db()
    assert (approval.status, approval.answered_by) == (ApprovalStatus.LAPSED, portal)
    mail = Delivery.objects.get(kind="credits.approval_refused")
    assert "Nobody answered until the end of Friday 27 November 2026" in mail.body.text


def test_the_day_before_who_asked_and_who_answers_are_told_once(cast, approval):
    assert remind_of_approvals(at=NOON) == 0
    eve = END_OF_FRIDAY - timedelta(hours=30)

    assert remind_of_approvals(at=eve) == 1
    assert remind_of_approvals(at=eve) == 0

    mails = Delivery.objects.filter(kind="credits.approval_lapses_soon").order_by("to")
    assert [mail.to for mail in mails] == ["hana@our.example", "rita@our.example"]
    assert "Rita Rep waits for your answer" in mails[0].body.text
    assert "has not answered what you asked for yet" in mails[1].body.text


@pytest.mark.parametrize("verb", [s for s in ApprovalStatus if s != ApprovalStatus.ASKED])
@pytest.mark.parametrize("state", list(ApprovalStatus))
def test_every_verb_on_every_state_of_a_request(cast, approval, state, verb):
    approval.reason = "Because"
    by = Person.objects.portal()
    if state != ApprovalStatus.ASKED:
        approvals._become(approval, state, by=by, at=NOON)

    if verb in APPROVAL_MOVES[state]:
        approvals._become(approval, verb, by=by, at=NOON)
    else:
        with pytest.raises(ApprovalAnswered):
            approvals._become(approval, verb, by=by, at=NOON)

    approval.refresh_from_db()
    assert approval.status == (verb if verb in APPROVAL_MOVES[state] else state)
