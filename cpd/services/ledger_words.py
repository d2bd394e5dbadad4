"""What a ledger line says of a booking, and the cheapest place of a year."""

from collections.abc import Collection
from typing import Any

from django.db.models import Min, QuerySet, Value

from cpd.choices import CohortStatus
from cpd.models import Booking, BookingRequest, Cohort
from schools.models import SchoolYear


def describe(abouts: Collection[str]) -> dict[str, str]:
    """Programme titles of bookings and of booking requests, by their subject, in one query.

    Subjects are "booking:345" for one place, "unused_place:345" for one that nobody took up,
    and "booking_request:77" for what was booked together ("invoiced_request:77", by invoice).
    """
    ids: dict[str, list[int]] = {kind: [] for kind in _BOOKED}
    for about in abouts:
        kind, _, pk = about.partition(":")
        ids[kind].append(int(pk))
    titles, *others = [_titles(kind, wanted) for kind, wanted in ids.items() if wanted]
    found = titles.union(*others) if others else titles
    return {f"{kind}:{pk}": title for kind, pk, title in found}


_BOOKED = {
    "booking": Booking,
    "booking_request": BookingRequest,
    "invoiced_request": BookingRequest,
    "unused_place": Booking,
}


KINDS = tuple(_BOOKED)
"""The kinds of subject that are described here."""


def _titles(kind: str, ids: list[int]) -> "QuerySet[Any, Any]":
    rows = _BOOKED[kind]._default_manager.filter(pk__in=ids).annotate(subject=Value(kind))
    return rows.values_list("subject", "pk", "cohort__programme__title")


def cheapest_place(year: SchoolYear) -> int | None:
    """The lowest price above zero of a cohort offered in the year. Rule CR-3."""
    offered = Cohort.objects.filter(
        status=CohortStatus.OFFERED,
        price__gt=0,
        starts_at__date__gte=year.starts_on,
        starts_at__date__lte=year.ends_on,
    )
    cheapest: int | None = offered.aggregate(cheapest=Min("price"))["cheapest"]
    return cheapest
