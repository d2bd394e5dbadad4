"""What the clock does about needs: ask for them in time, and forget them in time. Rule BK-13."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cpd.choices import HOLDS_A_PLACE, CohortStatus
from cpd.emails import reminder_mails
from cpd.models import Booking, Needs
from cpd.services.delegate_policy import delegate_policy
from hub_portal.shared.london import end_of_day, london_date
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.rules import ONE_DAY


@transaction.atomic
def ask_for_needs(*, at: datetime) -> int:
    """Ask each delegate by link, some days before the first session, or as soon as booked.

    Whoever keeps their needs in the portal is not asked: they are passed on. A delegate
    without an address is not asked either, and never through the rep. Returns how many mails
    were written.
    """
    kept = dict(Needs.objects.filter(cohort__isnull=True).values_list("person", "sealed"))
    written = 0
    for booking in _places_to_ask_about(at):
        is_kept = booking.delegate_id in kept
        row, is_new = Needs.objects.get_or_create(
            person=booking.delegate,
            cohort=booking.cohort,
            defaults={
                "asked_at": at,
                "link_version": booking.delegate.sessions_ended if booking.delegate else 0,
                "sealed": kept.get(booking.delegate_id or 0, ""),
                "said_at": at if is_kept else None,
            },
        )
        if is_new and not is_kept:
            written += reminder_mails.needs_asked(needs=row, at=at)
    return written


@transaction.atomic
def forget_old_needs(*, at: datetime) -> int:
    """Delete a cohort's needs some days after it ended, and those of places given up.

    What went is counted in an act; nothing of what it said. Returns how many were deleted.
    """
    ended_before = at - timedelta(days=delegate_policy().needs_kept_days)
    has_place = Booking.objects.filter(
        cohort=OuterRef("cohort"), delegate=OuterRef("person"), status__in=HOLDS_A_PLACE
    )
    old = Needs.objects.filter(
        Q(person__merged_into__isnull=False)
        | Q(cohort__isnull=False) & (Q(cohort__ends_at__lte=ended_before) | ~Exists(has_place))
    )
    deleted, _ = old.delete()
    if deleted:
        portal = Person.objects.portal()
        record_act(
            verb="needs.forgotten", subject="needs", by=portal, at=at, after={"rows": deleted}
        )
    return deleted


def _places_to_ask_about(at: datetime) -> QuerySet[Booking]:
    """Places on courses that begin soon, whose delegates can be written to and were not yet."""
    until = end_of_day(london_date(at) + ONE_DAY * delegate_policy().needs_asked_days)
    asked_before = Needs.objects.filter(cohort=OuterRef("cohort"), person=OuterRef("delegate"))
    soon = (
        Booking.objects.booked()
        .told()
        .filter(
            cohort__status=CohortStatus.OFFERED,
            cohort__starts_at__gt=at,
            cohort__starts_at__lt=until,
        )
    )
    return (
        soon.filter(~Exists(asked_before), delegate__email__isnull=False, delegate__is_active=True)
        .select_related("delegate", "cohort__programme")
        .order_by("cohort", "pk")
    )
