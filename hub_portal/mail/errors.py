"""What mail refuses."""

from hub_portal.shared.errors import Refused


class NotInThisState(Refused):
    """The mail is in a state in which this cannot be done."""

    def __init__(self, *, wish: str, status: str) -> None:
        self.wish = wish
        self.status = status
        super().__init__(f"This mail cannot be {wish}: it is “{status}”.")


class SecretIsGone(Refused):
    """A mail whose secret was blanked cannot be sent again."""

    def __init__(self) -> None:
        super().__init__(
            "This mail carried a code that is no longer kept. The person can ask for a new one."
        )


class BodyIsGone(Refused):
    """A mail whose body was emptied cannot be sent again."""

    def __init__(self) -> None:
        super().__init__("The text of this mail is no longer kept, so it cannot be sent again.")


class ReasonMissing(Refused):
    """A risky act needs a reason."""

    def __init__(self) -> None:
        super().__init__("Say why, in a few words.")


class AlreadySuppressed(Refused):
    """The address is suppressed already."""

    def __init__(self) -> None:
        super().__init__("This address is suppressed already. Lift that first to change it.")


class NotSuppressed(Refused):
    """The suppression was lifted before."""

    def __init__(self) -> None:
        super().__init__("This suppression has been lifted already.")
