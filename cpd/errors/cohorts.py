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


class CohortListIsGone(Refused):
    """The list was saved, put aside, or deleted in time. Rule SC-8."""

    def __init__(self) -> None:
        super().__init__("This list is no longer here. Send it in again if you need it.")


class CohortListWrong(Refused):
    """Saving is all or nothing. Rule SC-8."""

    def __init__(self, *, rows: int) -> None:
        self.rows = rows
        super().__init__(
            f"{counted(rows, 'row')} cannot be saved, so nothing was. Put the list right and "
            "send it again."
        )


class EverybodyIsTold(Refused):
    """Each place is told of once. Rule SC-8."""

    def __init__(self) -> None:
        super().__init__("Every delegate of this course has been told already.")
