"""Refusals at the door and after the course. Rules BK-10 and BK-12."""

from hub_portal.shared.errors import Refused
from hub_portal.shared.wording import in_a_row


class NotTheOrganiser(Refused):
    """Only whoever organises a cohort, and the hub, take its registers. Rule BK-10."""

    def __init__(self) -> None:
        super().__init__("You no longer organise this course. If this is a mistake, ask the hub.")


class RegisterNotOpen(Refused):
    """It is not the day of the session yet, or the course does not take place. Rule BK-10."""


class NotOnTheRegister(Refused):
    """A mark for a place that is not held: cancelled meanwhile, or of another course."""

    def __init__(self) -> None:
        super().__init__(
            "One of the places you marked has been cancelled since you opened the page. "
            "Nothing was saved: look at the register again."
        )


class NameNeeded(Refused):
    """Nobody is named for a place, so nobody can have attended on it. Rule BK-10."""

    def __init__(self) -> None:
        super().__init__("Give the name of whoever came on a place that has none, then mark it.")


class NothingAnswered(Refused):
    """An evaluation was sent off without an answer. Rule BK-12."""

    def __init__(self) -> None:
        super().__init__("Answer at least one question before you send it off.")


class EvaluationIsClosed(Refused):
    """It was answered before, or its ninety days are over. Rule BK-12."""

    def __init__(self) -> None:
        super().__init__("This was answered before, or it is too long ago. Thank you all the same.")


class FormIsAsked(Refused):
    """Somebody was asked with this form, so its questions stay as they are. Rule BK-12."""

    def __init__(self) -> None:
        super().__init__("People were asked with this form, so it stays as it is. Make a copy.")


class FormHasNoQuestions(Refused):
    """A form without a question cannot be put to use. Rule BK-12."""

    def __init__(self) -> None:
        super().__init__("Add at least one question before you put the form to use.")


class CertificateStands(Refused):
    """A certificate says somebody was there; the register may not say otherwise. Rule BK-12."""

    def __init__(self, *, names: list[str]) -> None:
        self.names = names
        super().__init__(
            f"{in_a_row(names)} {'has a certificate' if len(names) == 1 else 'have certificates'} "
            "for this course. Ask the hub to withdraw it first; nothing was saved."
        )


class CertificateHasEnded(Refused):
    """It was withdrawn or replaced before. Rule BK-12."""

    def __init__(self, *, status: str) -> None:
        super().__init__(f"This certificate is {status.lower()} already.")


class NobodyWasThere(Refused):
    """A certificate needs attendance. Rule BK-12."""

    def __init__(self, *, name: str) -> None:
        super().__init__(
            f"The registers do not say that {name} was there. Put the register right first."
        )
