"""What a ticket buys: dates of courses that welcome tickets, with the places left for them.

Rule FT-2. For the reader's eyes; `redeeming` asks again under the cohort's lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cpd import rules
from cpd.models import Booking, Cohort, Session
from cpd.services.ticket_policy import ticket_policy_in_force
from hub_portal.shared.wording import counted
from schools.models import Person


@dataclass(frozen=True)
class TicketPlace:
    """One date a ticket may be redeemed on, and how many places there are for tickets."""

    cohort: Cohort
    sessions: Sequence[Session]
    places_left: int

    @property
    def words(self) -> str:
        """“2 places left for tickets”."""
        if not self.places_left:
            return "No place left for tickets"
        return f"{counted(self.places_left, 'place')} left for tickets"

    @property
    def tone(self) -> str:
        return "ok" if self.places_left > 1 else "warn"


def places_for(*, at: datetime) -> list[TicketPlace]:
    """Every date a ticket could buy now, the soonest first, full ones too."""
    cohorts: QuerySet[Any] = _with_tickets_taken(open_to_tickets(at=at))
    percent = ticket_policy_in_force().percent_of_places
    return [
        TicketPlace(
            cohort=cohort,
            sessions=sorted(cohort.sessions.all(), key=lambda session: session.starts_at),
            places_left=_left(cohort, percent),
        )
        for cohort in cohorts.prefetch_related("sessions").order_by("starts_at", "pk")
    ]


def open_to_tickets(*, at: datetime) -> QuerySet[Cohort]:
    """Cohorts in the catalogue, open for booking, whose programme welcomes tickets."""
    cohorts = Cohort.objects.public().open_for_booking(at).filter(programme__tickets_welcome=True)
    return cohorts.select_related("programme")


def share_of(cohort: Cohort) -> int:
    """How many places of the cohort tickets may take."""
    percent = ticket_policy_in_force().percent_of_places
    return rules.places_for_tickets(capacity=cohort.capacity, percent=percent)


def clashes_of(*, person: Person, cohort: Cohort) -> list[Session]:
    """Dates of the cohort on which the person is on another course: a warning. Rule BK-4."""
    others = Booking.objects.booked().filter(delegate=person).exclude(cohort=cohort)
    return [
        session
        for session in cohort.sessions.order_by("starts_at")
        if others.filter(
            cohort__sessions__starts_at__lt=session.ends_at,
            cohort__sessions__ends_at__gt=session.starts_at,
            cohort__sessions__called_off_at=None,
        ).exists()
    ]


def _left(cohort: Any, percent: int) -> int:
    share = rules.places_for_tickets(capacity=cohort.capacity, percent=percent)
    return int(min(cohort.places_left, max(share - cohort.tickets_taken, 0)))


def _with_tickets_taken(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    taken = (
        Booking.objects.live()
        .with_a_ticket()
        .filter(cohort=OuterRef("pk"))
        .order_by()
        .values("cohort")
        .annotate(places=Count("pk"))
        .values("places")
    )
    counted_places: QuerySet[Cohort] = cohorts.with_places_left().annotate(  # type: ignore[attr-defined]
        tickets_taken=Coalesce(Subquery(taken), 0)
    )
    return counted_places
