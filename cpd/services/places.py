"""The live places of one cohort, counted once for whoever asks. Rule BK-3.

Live are places booked and places offered to the waiting list: both are held for somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cpd.models import Cohort, Offer


@dataclass(frozen=True)
class HeldOffer:
    """Places an offer holds for a school of the waiting list."""

    offer_id: int
    entry_id: int
    school_id: int
    places: int
    answer_by: datetime


@dataclass(frozen=True)
class Places:
    """Who holds the places of a cohort: school and delegate of each booking, and offers."""

    capacity: int
    booked: Sequence[tuple[int, int | None]]
    offered: Sequence[HeldOffer]

    @property
    def live(self) -> int:
        """Places booked and places offered."""
        return len(self.booked) + sum(offer.places for offer in self.offered)

    @property
    def left(self) -> int:
        return max(self.capacity - self.live, 0)

    @property
    def delegates(self) -> set[int]:
        """Everybody who holds a place by name."""
        return {delegate for _, delegate in self.booked if delegate is not None}

    def of_school(self, school_id: int) -> int:
        """The places this school holds, those offered to it included."""
        booked = sum(1 for school, _ in self.booked if school == school_id)
        return booked + sum(each.places for each in self.offered if each.school_id == school_id)

    def without_offer_to(self, entry_id: int | None) -> "Places":
        """The same as one sees it to whom some of the places are offered."""
        others = [offer for offer in self.offered if offer.entry_id != entry_id]
        return Places(self.capacity, self.booked, others)

    def offer_to(self, entry_id: int) -> HeldOffer | None:
        return next((offer for offer in self.offered if offer.entry_id == entry_id), None)


def places_of(cohort: Cohort) -> Places:
    """The live places of a cohort now; under its lock they stay so."""
    booked = list(cohort.bookings.live().values_list("school", "delegate"))
    offers = Offer.objects.live().filter(entry__cohort=cohort).order_by("pk")
    rows = offers.values_list("pk", "entry", "entry__school", "places", "answer_by")
    return Places(cohort.capacity, booked, [HeldOffer(*row) for row in rows])
