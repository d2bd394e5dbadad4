"""The hub's settings for booking: as the services read them, and changing them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cpd.models import BookingPolicy, CancellationBand
from cpd.rules import Band
from hub_portal.shared.kept import kept_for_a_moment
from hub_portal.trail.services.acts import record_act
from schools.models import Person

FrozenBand = dict[str, int]


@kept_for_a_moment
def policy_in_force() -> BookingPolicy:
    """The one row of settings, made by the first migration."""
    return BookingPolicy.objects.get(pk=1)


@kept_for_a_moment
def bands_in_force() -> list[FrozenBand]:
    """The cancellation bands as they are frozen on a booking. Rule BK-6."""
    return _bands_on_record()


def bands_of(frozen: Sequence[FrozenBand]) -> list[Band]:
    """The bands frozen on a booking, for the arithmetic."""
    return [Band(**band) for band in frozen]


@transaction.atomic
def change_policy(
    *, bands: Sequence[Band], by: Person, at: datetime, **settings: int
) -> BookingPolicy:
    """Set the policy and its cancellation bands. Rules BK-1 and BK-6.

    It holds for what is booked from now on: the bands of a booking are frozen on it.
    """
    policy = BookingPolicy.objects.select_for_update(no_key=True).get(pk=1)
    for name, value in settings.items():
        setattr(policy, name, value)
    policy.save(update_fields=sorted(settings))
    before = _bands_on_record()
    policy.bands.all().delete()
    CancellationBand.objects.bulk_create(
        CancellationBand(
            policy=policy,
            working_days=band.working_days,
            percent_returned=band.percent_returned,
        )
        for band in bands
    )
    record_act(
        verb="booking_policy.changed",
        subject="booking_policy:1",
        by=by,
        at=at,
        before={"bands": before},
        after={"bands": _bands_on_record(), **settings},
    )
    return policy


def _bands_on_record() -> list[FrozenBand]:
    rows = CancellationBand.objects.order_by("-working_days")
    return [
        {"working_days": band.working_days, "percent_returned": band.percent_returned}
        for band in rows
    ]
