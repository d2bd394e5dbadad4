"""Refusals of the newsletter: each says why, and what to do next."""

from hub_portal.shared.errors import BadInput, Refused


class IssueMayNotBecome(Refused):
    """The state of the issue does not allow this. Rule NL-1."""


class IssueIsNotADraft(IssueMayNotBecome):
    """Only a draft is edited; an approved issue goes as it was approved."""

    def __init__(self) -> None:
        super().__init__(
            "This issue is no longer a draft, so it stays as it is. Take the approval back first, "
            "if it has not begun to go."
        )


class ApprovedTooLate(Refused):
    """The slot and its hours of grace are over. Rule NL-1."""

    def __init__(self) -> None:
        super().__init__("The time of this issue is over. Give it another time, or send it now.")


class NothingInTheIssue(Refused):
    """An issue without a word for anybody."""

    def __init__(self) -> None:
        super().__init__("Nothing stands in this issue yet. Write something before you approve it.")


class SlotTaken(Refused):
    """Another issue goes at that moment."""

    def __init__(self) -> None:
        super().__init__("Another issue goes at that time. Choose another.")


class SlotIsPast(Refused):
    """A time that has gone by."""

    def __init__(self) -> None:
        super().__init__("That time is over. Choose one to come, or send the issue now.")


class ReasonNeeded(BadInput):
    """Pausing and cancelling say why."""

    def __init__(self) -> None:
        super().__init__("Say why: it is kept with the issue.")


class NewsIsDecided(Refused):
    """The hub has used the news, or declined it."""

    def __init__(self) -> None:
        super().__init__("This news was looked at already.")


class TooMuchNews(Refused):
    """A school's news waits to be looked at."""

    def __init__(self, *, most: int) -> None:
        super().__init__(
            f"{most} pieces of news from your school wait for the hub already. Send more when it "
            "has looked at them."
        )


class BlockIsInTheIssue(Refused):
    """Each block stands in an issue once."""

    def __init__(self) -> None:
        super().__init__("This block is in the issue already.")


class NoDraft(Refused):
    """There is no issue that something could be put into."""

    def __init__(self) -> None:
        super().__init__("No issue is a draft at the moment. Begin one first.")


class SubscriberListIsGone(Refused):
    """The list was saved or put aside, or lay for more than seven days."""

    def __init__(self) -> None:
        super().__init__(
            "This list is no longer here: it was saved, put aside, or is more than seven days old. "
            "Send it in again."
        )


class SubscriberListWrong(Refused):
    """A list with wrong rows is not saved at all. Rule SC-8."""

    def __init__(self, *, rows: int) -> None:
        self.rows = rows
        named = "1 row" if rows == 1 else f"{rows} rows"
        super().__init__(
            f"{named} of this list cannot be saved, so nothing was. Put them right and send the "
            "list again."
        )


class HowTheyAgreedNeeded(BadInput):
    """A list without a word on how its people agreed."""

    def __init__(self) -> None:
        super().__init__("Say how these people agreed: it is kept with each of them.")


class HasUnsubscribed(Refused):
    """Nothing is left to end."""

    def __init__(self) -> None:
        super().__init__("This address has unsubscribed already.")
