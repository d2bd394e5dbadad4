"""Refusals of the credits app, each with its facts and a sentence fit to show."""

from hub_portal.shared.errors import Refused
from hub_portal.shared.wording import counted, in_a_row, in_credits


class NotEnoughCredits(Refused):
    """A school has fewer credits available than something needs. Rule BK-4."""

    def __init__(self, *, available: int, needed: int, school_id: int | None = None) -> None:
        self.available = available
        self.needed = needed
        self.school_id = school_id
        super().__init__(
            f"This needs {in_credits(needed)} and your school has {in_credits(available)} "
            "available. Choose fewer places, or ask the hub."
        )


class SchoolHasTooFew(Refused):
    """The hub would take more from a school than it has free. Rule CR-5."""

    def __init__(self, *, school: str, available: int, needed: int) -> None:
        self.available = available
        self.needed = needed
        super().__init__(
            f"This would take {in_credits(needed)} from {school}, which has "
            f"{in_credits(available)} available."
        )


class NotAMember(Refused):
    """Only current members are allocated credits and spend them. Rule SC-2."""

    def __init__(self, *, school: str) -> None:
        super().__init__(f"{school} is not a member of the alliance, so it gets no credits.")


class NotEnoughInPot(Refused):
    """The hub's pool or reserve holds less than something needs."""

    def __init__(self, *, pot: str, available: int, needed: int) -> None:
        self.pot = pot
        self.available = available
        self.needed = needed
        super().__init__(
            f"This needs {in_credits(needed)} and the {pot} holds {in_credits(available)}."
        )


class KeyUsedOtherwise(Refused):
    """The same key came with another payload, so it is not the same act."""

    def __init__(self, *, key: str) -> None:
        self.key = key
        super().__init__("This was already done with other details. Start again from the page.")


class YearIsClosed(Refused):
    """A closed school year's available credits take no posting. Rule CR-8."""

    def __init__(self, *, year: str) -> None:
        self.year = year
        super().__init__(f"The books of {year} are closed.")


class CannotBeReversed(Refused):
    """This kind of entry is undone by its own verb, or was reversed before. Rule CR-5."""


class InstalmentWasShared(Refused):
    """An instalment with a live allocation run is not taken out of the books. Rule CR-5."""

    def __init__(self) -> None:
        super().__init__(
            "This instalment has been shared among the schools. Take its allocation run back first."
        )


class InstalmentWasReversed(Refused):
    """An instalment that was taken out of the books has nothing to share."""

    def __init__(self) -> None:
        super().__init__("This instalment was reversed, so there is nothing to share.")


class SharesCannotBeMet(Refused):
    """Floors or caps do not fit the pool. Rule CR-2."""


class RollsMissing(Refused):
    """Members without a roll stop a run until each is given one or left out. Rule CR-3."""

    def __init__(self, *, schools: list[str]) -> None:
        self.schools = schools
        super().__init__(
            f"No roll is known for {in_a_row(schools)}. Enter one, or leave the school out "
            "with a reason."
        )


class ReasonsMissing(Refused):
    """Schools on another roll than the run's, or left out, need a reason each. Rule CR-2."""

    def __init__(self, *, schools: list[str]) -> None:
        self.schools = schools
        super().__init__(
            f"Give a reason for {in_a_row(schools)}: each school on another roll than the "
            "run’s, or left out, needs one."
        )


class AlreadyAllocated(Refused):
    """The instalment was shared before, and otherwise. Rule CR-4."""

    def __init__(self) -> None:
        super().__init__("This instalment has been shared already. Take that run back first.")


class NothingToShare(Refused):
    """No member to share among, or no credits."""


class RunWasSpent(Refused):
    """Schools have used what a run gave them, so it stays. Rule CR-4."""

    def __init__(self, *, schools: list[str]) -> None:
        self.schools = schools
        super().__init__(
            f"The run cannot be taken back: {in_a_row(schools)} "
            f"{'has' if len(schools) == 1 else 'have'} already used some of it."
        )


class ReasonNeeded(Refused):
    """An act of the hub manager on the books asks for a reason."""

    def __init__(self) -> None:
        super().__init__("Say why. The reason is kept with the act.")


class PlanHasChanged(Refused):
    """A roll or a member changed between the preview and the confirmation."""

    def __init__(self) -> None:
        super().__init__("The figures have changed since this preview. Look at them again.")


class NoHeadteacher(Refused):
    """Nobody on record may approve the spending. Rule CR-14."""

    def __init__(self, *, school: str, threshold: int) -> None:
        super().__init__(
            f"{school} wants spending above {in_credits(threshold)} approved by its headteacher, "
            "and no headteacher is on record. Ask the hub to appoint one."
        )


class TooLateToApprove(Refused):
    """No time is left for the headteacher to answer. Rule CR-14."""

    def __init__(self) -> None:
        super().__init__(
            "This is above your school’s spending limit, and there is no time left to ask. "
            "Your headteacher can do it without being asked."
        )


class MayNotApprove(Refused):
    """Only the school's headteacher approves, and sets its limit. Rule CR-14."""

    def __init__(self, *, school: str) -> None:
        super().__init__(f"Only the headteacher of {school} can do this.")


class ApprovalAnswered(Refused):
    """Somebody answered before, or the time is up: the first answer counts. Rule CR-14."""


class OpeningListIsGone(Refused):
    """The list was saved, put aside, or deleted in time. Rule SC-8."""

    def __init__(self) -> None:
        super().__init__("This list is no longer here. Send it in again if you need it.")


class OpeningListWrong(Refused):
    """Saving is all or nothing. Rule SC-8."""

    def __init__(self, *, rows: int) -> None:
        self.rows = rows
        super().__init__(
            f"{counted(rows, 'row')} cannot be saved, so nothing was. Put the list right and "
            "send it again."
        )
