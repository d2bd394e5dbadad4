"""Refusals of the schools app, each with its facts and a sentence fit to show."""

from hub_portal.shared.errors import NotAllowed, Refused


class DoesNotActFor(NotAllowed):
    """The person holds no live post that acts for the school. Rule PE-4."""

    def __init__(self, *, school: str) -> None:
        self.school = school
        super().__init__(f"You no longer act for {school}. If this is a mistake, ask the hub.")


class SharedMailbox(Refused):
    """A school's own mailbox receives mail and never signs in. Rule PE-2."""

    def __init__(self, *, email: str) -> None:
        self.email = email
        super().__init__(
            f"{email} is a mailbox a school shares. Give the person’s own address, or none."
        )


class AddressInUse(Refused):
    """Another person has this address already."""

    def __init__(self, *, email: str) -> None:
        self.email = email
        super().__init__(f"{email} belongs to somebody the portal knows already.")


class PostHeldByAnother(Refused):
    """A school has at most one rep and one deputy at a time. Rule SC-5."""

    def __init__(self, *, role: str, school: str, holder: str) -> None:
        self.role, self.school, self.holder = role, school, holder
        super().__init__(f"{holder} is {role.lower()} of {school}. Hand the post over instead.")


class PostAlreadyHeld(Refused):
    """The person holds this very post already."""

    def __init__(self, *, person: str, role: str, school: str) -> None:
        self.person, self.role, self.school = person, role, school
        super().__init__(f"{person} is {role.lower()} of {school} already.")


class PostHasEnded(Refused):
    """The post is over, so nothing more can be done with it."""

    def __init__(self) -> None:
        super().__init__("This post has ended already.")


class NotForARepToEnd(NotAllowed):
    """A school ends its staff posts; the hub ends those that act for the school. Rule PE-1."""

    def __init__(self, *, role: str) -> None:
        self.role = role
        super().__init__(f"The post of {role.lower()} is ended by a hand-over or by the hub.")
