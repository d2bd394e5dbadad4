"""Refusals of a code that is shown at the door: each says what to do instead. Rule BK-10."""

from datetime import datetime

from hub_portal.shared.errors import Refused
from hub_portal.shared.wording import clock_time, day


class UnknownCode(Refused):
    """Not one of the portal's codes, or not read whole."""

    def __init__(self) -> None:
        super().__init__(
            "The portal does not know this code. Type the reference of the place, like B-000345, "
            "or look for the name on the register."
        )


class TooManyWrongCodes(Refused):
    """Somebody has tried more codes than a door has people. A right one still works."""

    def __init__(self) -> None:
        super().__init__(
            "That was a wrong code again, and there have been too many. Right codes still work; "
            "for anybody else use the register."
        )


class CodeOfAnotherCourse(Refused):
    """A good code, for another door."""

    def __init__(self) -> None:
        super().__init__(
            "This code is for another course. Its holder sees on their own page which, and where."
        )


class CodeHasChangedHands(Refused):
    """The place was given to somebody else since the code was made. Rule BK-7."""

    def __init__(self, *, reference: str) -> None:
        self.reference = reference
        super().__init__(
            f"Somebody else has the place of this code now ({reference}). If its holder came all "
            "the same, say so on the register under “Somebody else came”."
        )


class PlaceIsCancelled(Refused):
    """The place was given up, by the school or by the hub."""

    def __init__(self, *, reference: str) -> None:
        self.reference = reference
        super().__init__(
            f"The place of this code ({reference}) has been cancelled. If they stay, put them on "
            "the register as somebody without a place."
        )


class PlaceIsNotApproved(Refused):
    """The headteacher has not answered yet. Rule BK-5."""

    def __init__(self, *, reference: str) -> None:
        self.reference = reference
        super().__init__(
            f"The place of this code ({reference}) still waits for the headteacher’s approval. "
            "Ask the hub."
        )


class NotExpectedYet(Refused):
    """Whoever walked into a later session was not expected at this one. Rule BK-10."""

    def __init__(self, *, begins_at: datetime) -> None:
        self.begins_at = begins_at
        super().__init__(f"This place is for the sessions from {day(begins_at)} on.")


class NotTheDay(Refused):
    """Codes are for the door, so they are scanned on the day."""

    def __init__(self, *, starts_at: datetime) -> None:
        self.starts_at = starts_at
        super().__init__(
            f"This session is on {day(starts_at)}, and codes are scanned on the day itself. "
            "Afterwards use the register."
        )


class ScannedInTheFuture(Refused):
    """A scan cannot be later than now."""

    def __init__(self) -> None:
        super().__init__("This scan is said to be later than now. Scan the code once more.")


class MarkedSince(Refused):
    """The register was put right after the scan was made, so the scan no longer counts."""

    def __init__(self, *, name: str, mark: str, by: str, at: datetime) -> None:
        self.name, self.mark, self.by, self.at = name, mark, by, at
        super().__init__(
            f"{by} has marked {name} as “{mark.lower()}” at {clock_time(at)}, after this scan. "
            "Put it right on the register if they are here."
        )
