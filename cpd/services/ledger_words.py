"""What a ledger line says of a booking, and the cheapest place of a year."""

from collections.abc import Collection

from django.db.models import Min

from cpd.choices import CohortStatus
from cpd.models import Booking, BookingRequest, Cohort
from schools.models import SchoolYear


def describe_bookings(abouts: Collection[str]) -> dict[str, str]:
    """Programme titles of bookings, by their subject ("booking:345")."""
    ids = _ids(abouts)
    titles = Booking.objects.filter(pk__in=ids).values_list("pk", "cohort__programme__title")
    return {ids[pk]: title for pk, title in titles}


def describe_requests(abouts: Collection[str]) -> dict[str, str]:
    """Programme titles of booking requests, by their subject ("booking_request:77")."""
    ids = _ids(abouts)
    requests = BookingRequest.objects.filter(pk__in=ids)
    return {ids[pk]: title for pk, title in requests.values_list("pk", "cohort__programme__title")}


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


def _ids(abouts: Collection[str]) -> dict[int, str]:
    return {int(about.partition(":")[2]): about for about in abouts}
