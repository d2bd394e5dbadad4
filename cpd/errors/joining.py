"""Refusals about joining details. Rule BK-11."""

from hub_portal.shared.errors import Refused


class DetailsNeeded(Refused):
    """A version without a word tells nobody anything."""

    def __init__(self) -> None:
        super().__init__("Enter the joining details. If something is open, say when it will be.")


class CourseIsOver(Refused):
    """Nobody can come to it any more, so how to get there changes no more."""

    def __init__(self) -> None:
        super().__init__(
            "This course is over or called off, so its joining details stay as they are."
        )


class SavedMeanwhile(Refused):
    """Somebody else saved a version while this one was written."""

    def __init__(self, *, by: str, at_words: str) -> None:
        super().__init__(
            f"{by} saved other joining details on {at_words}, while you were writing. Read them "
            "below, put what you want to keep into your text, and look at it again."
        )


class DetailsHaveChanged(Refused):
    """What somebody says they have read is no longer what counts."""

    def __init__(self) -> None:
        super().__init__("The joining details have changed since. Please read them once more.")


class NobodyToRemind(Refused):
    """Everybody has read them, or has been reminded, or cannot sign in."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody is left to be reminded: each delegate is reminded of a version once."
        )
