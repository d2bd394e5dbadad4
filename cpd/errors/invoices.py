"""Refusals of places by invoice and of guests. Rule BK-14."""

from credits.errors import NotEnoughCredits
from hub_portal.shared.errors import Refused
from hub_portal.shared.wording import in_pounds


class NotByInvoice(Refused):
    """The course has no price in pounds, or none any more."""

    def __init__(self) -> None:
        super().__init__(
            "This course cannot be paid by invoice. Pay with hub credits, or ask the hub."
        )


class InvoiceInstead(NotEnoughCredits):
    """The school has too few credits, and may pay by invoice."""

    def __init__(self, *, available: int, needed: int, pence: int) -> None:
        super().__init__(available=available, needed=needed)
        pounds = in_pounds(pence)
        self.sentence += f" Or choose an invoice to the school instead: {pounds} a place."
        self.args = (self.sentence,)


class NobodyPays(Refused):
    """An invoice without anybody to send it to."""

    def __init__(self) -> None:
        super().__init__("Say who gets the invoice: a name and an address.")


class AlreadyRaised(Refused):
    """The line was written out before, under another number."""

    def __init__(self, *, number: str) -> None:
        self.number = number
        super().__init__(f"This was raised already, as {number}. A line is raised once.")


class BookedForAGuest(Refused):
    """A guest comes from no school, so no school changes the place."""

    def __init__(self) -> None:
        super().__init__(
            "This place is a guest’s, who comes from no school of the alliance. The hub changes it."
        )


class NotAGuest(Refused):
    """The hub cancels single places for guests only; a school cancels its own."""

    def __init__(self) -> None:
        super().__init__("This place was booked by a school, which cancels it itself.")
