"""What the portal says when it will not do something.

A `PortalError` carries a sentence fit to show to the person who asked. It is the only
exception a view catches. Bugs raise Python's own errors and are never caught.

A refusal of an app is a subclass in that app's `errors.py`. Its facts are keyword-only
arguments kept as attributes, and it builds its sentence from them:

    class NotEnoughCredits(Refused):
        def __init__(self, *, available: int, needed: int) -> None:
            self.available = available
            self.needed = needed
            super().__init__(f"This costs {needed} credits and your school has {available}.")
"""


class PortalError(Exception):
    """Something the portal will not or cannot do, with the reason in a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class Refused(PortalError):
    """A rule of the hub says no; the sentence says why and what to do next."""


class NotAllowed(PortalError):
    """This person may not do this here."""

    def __init__(self, sentence: str = "You are not allowed to do this.") -> None:
        super().__init__(sentence)


class BadInput(PortalError):
    """What was typed or sent cannot be read; the sentence says what to put right."""
