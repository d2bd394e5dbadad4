"""The hub's settings for booking, as the services read them."""

from cpd.models import BookingPolicy, CancellationBand
from cpd.rules import Band


def policy_in_force() -> BookingPolicy:
    """The one row of settings, made by the first migration."""
    return BookingPolicy.objects.get(pk=1)


def bands_in_force() -> list[dict[str, int]]:
    """The cancellation bands as they are frozen on a booking. Rule BK-6."""
    rows = CancellationBand.objects.order_by("-working_days")
    return list(rows.values("working_days", "percent_returned"))


def bands_of(frozen: list[dict[str, int]]) -> list[Band]:
    """The bands frozen on a booking, for the arithmetic."""
    return [Band(**band) for band in frozen]
