"""On what a school's credits for courses went in a year: by teacher, priority and kind. CR-14."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, F, Sum, When

from cpd.choices import BookingStatus, PaidBy
from cpd.models import Booking
from credits.services.registry import Breakdown
from schools.models import School, SchoolYear


def year_so_far(school: School, year: SchoolYear) -> Sequence[Breakdown]:
    """Committed and spent, held places included; of a cancelled place what was kept."""
    costs = Case(When(status=BookingStatus.CANCELLED, then=F("kept")), default=F("price"))
    bookings = (
        Booking.objects.for_school(school)
        .filter(year=year, paid_by=PaidBy.CREDITS)
        .annotate(costs=costs)
        .filter(costs__gt=0)
        .order_by()
    )
    priority = "cohort__activity__priority__"
    return [
        Breakdown("By teacher", _added_up(bookings, "named_as", "To be named")),
        Breakdown(
            "By priority of the action plan",
            _added_up(bookings, f"{priority}title", "Tied to no priority", f"{priority}letter"),
        ),
        Breakdown("By kind of course", _added_up(bookings, "cohort__programme__kind__name", "")),
    ]


def _added_up(bookings: Any, field: str, nothing: str, letter: str = "") -> list[tuple[str, int]]:
    fields = [letter, field] if letter else [field]
    rows = bookings.values_list(*fields).annotate(total=Sum("costs"))
    said = [(" ".join(filter(None, row[:-1])) or nothing, row[-1]) for row in rows]
    return sorted(said, key=lambda row: (-row[1], row[0]))
