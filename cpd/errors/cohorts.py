"""Refusals of planning, offering and calling off a cohort."""

from hub_portal.shared.errors import Refused
from hub_portal.shared.wording import counted


class NotReadyToOffer(Refused):
    """A cohort lacks a session, or has dates that cannot be. Rule BK-1."""


class CapacityBelowLivePlaces(Refused):
    """A capacity cannot be lowered below the live places. Rule BK-3."""

    def __init__(self, *, live: int) -> None:
        self.live = live
        super().__init__(f"{counted(live, 'place')} are taken, so the places cannot be fewer.")


class CohortMayNotBecome(Refused):
    """The cohort's state does not allow this."""
