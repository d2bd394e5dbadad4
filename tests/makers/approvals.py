"""Spending that waits for a headteacher.

limit(school=cast.our_school, by=cast.headteacher, credits=20)
approval = make_approval(school=cast.our_school, by=cast.rep)
"""

from datetime import timedelta

from credits.models import Approval
from credits.services.spending_limits import set_threshold
from schools.choices import Role
from schools.services.posts import holders
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON


def limit(*, school, by, credits=10, at=NOON):
    return set_threshold(school=school, threshold=credits, by=by, at=at)


def make_approval(*, school, by, at=NOON, price=12, cohort=None):
    """One place above the limit, booked by the rep."""
    [head] = holders(school=school, role=Role.HEADTEACHER)
    limit(school=school, by=head, at=at)
    give_credits(school=school, at=at)
    cohort = cohort or make_cohort(price=price, starts_at=at + timedelta(days=55))
    booking = make_booking(cohort=cohort, school=school, by=by, at=at)
    return Approval.objects.get(about=f"booking_request:{booking.request_id}")
