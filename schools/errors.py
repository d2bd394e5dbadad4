"""Refusals of the schools app, each with its facts and a sentence fit to show."""

from datetime import date

from hub_portal.shared.errors import BadInput, NotAllowed, Refused
from hub_portal.shared.wording import counted, plain_day


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


class HasLeft(Refused):
    """The school's departure is carried out, so nothing of it can be settled any more."""

    def __init__(self, *, school: str) -> None:
        self.school = school
        super().__init__(f"{school} has left. If it comes back, record a new membership.")


class RecordHasGone(Refused):
    """Somebody was named whose record has become one with another a moment ago. Rule PE-5."""

    def __init__(self) -> None:
        super().__init__(
            "The hub has just made one of two records of somebody you named. Choose the people "
            "again."
        )


class RecordsNotMerged(Refused):
    """Two records stay two: the sentence says what stands in the way. Rule PE-5."""


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


class NotForYouToHandOver(NotAllowed):
    """The headteacher, the present rep or the hub hands a post over. Rule SC-5."""

    def __init__(self, *, role: str) -> None:
        self.role = role
        super().__init__(
            f"The post of {role.lower()} is handed over by the headteacher, the rep or the hub."
        )


class AddressNeeded(Refused):
    """Somebody without an address cannot sign in, so cannot act for a school."""

    def __init__(self, *, person: str) -> None:
        self.person = person
        super().__init__(f"{person} needs an email address first. Ask the hub to add one.")


class HandoverPlannedAlready(Refused):
    """One hand-over of a post is planned at a time."""

    def __init__(self, *, role: str, school: str) -> None:
        self.role, self.school = role, school
        super().__init__(
            f"Somebody is to take over as {role.lower()} of {school} already. Call that off first."
        )


class LastAddress(Refused):
    """The main address is changed, never removed, so that one is always left. Rule PE-2."""

    def __init__(self) -> None:
        super().__init__("This is your main address. Choose another main address first.")


class AddressNotProved(Refused):
    """Only an address proved by a code can be the main one. Rule PE-2."""

    def __init__(self, *, email: str) -> None:
        self.email = email
        super().__init__(f"{email} has not been confirmed by a code yet.")


class ReasonNeeded(BadInput):
    """The hub's acts on people say why. Rule XX-1."""

    def __init__(self) -> None:
        super().__init__("Say why, in a few words.")


class NobodyToInvite(Refused):
    """The person has no address, or may not sign in."""

    def __init__(self, *, person: str) -> None:
        self.person = person
        super().__init__(f"{person} has no address that can sign in, so cannot be invited.")


class OnlyTheHub(NotAllowed):
    """An act of the hub manager."""

    def __init__(self) -> None:
        super().__init__("Only the hub manager can do this.")


# ---- Schools and membership ----------------------------------------------------------------------


class UrnInUse(Refused):
    """A number belongs to one school, now and before. Rule SC-1."""

    def __init__(self, *, urn: int, school: str) -> None:
        self.urn, self.school = urn, school
        super().__init__(f"{urn} is the number of {school}, now or formerly.")


class UrnWrong(BadInput):
    """A URN has six digits."""

    def __init__(self, *, typed: str) -> None:
        self.typed = typed
        super().__init__(f"{typed} is no URN: it has six digits and begins with 1 to 9.")


class SchoolHasClosed(Refused):
    """A closed school cannot join; the one that followed it can."""

    def __init__(self, *, school: str, urn: int) -> None:
        self.school, self.urn = school, urn
        super().__init__(f"{school} ({urn}) has closed. Add the school that followed it instead.")


class MembershipOverlaps(Refused):
    """The school is, or was, a member on some of those days already. Rule SC-2."""

    def __init__(self, *, school: str) -> None:
        self.school = school
        super().__init__(f"{school} is a member already on some of these days.")


class EndsBeforeItBegins(BadInput):
    """A last day that lies before the first."""

    def __init__(self, *, begins: date) -> None:
        self.begins = begins
        super().__init__(f"The last day cannot lie before the first, {plain_day(begins)}.")


class NothingPicked(BadInput):
    """Schools were to be added, and none was ticked."""

    def __init__(self) -> None:
        super().__init__("Tick at least one school.")


class GiasFileGone(Refused):
    """A GIAS file is kept until its schools are added, or 7 days."""

    def __init__(self) -> None:
        super().__init__("This file is no longer kept. Choose it again.")


# ---- Pupil rolls ---------------------------------------------------------------------------------


class NoColumnOfPupils(BadInput):
    """The headings are those of none of the four files. Rule SC-4."""

    def __init__(self) -> None:
        super().__init__(
            "This file has a column “URN” but none of pupils. It may be the GIAS extract "
            "(NumberOfPupils), the school-level census file (headcount of pupils), the census of "
            "the performance tables (NOR), or a list with the columns URN and Pupils."
        )


class CensusDateMissing(Refused):
    """A roll without its date is no fact. Rule SC-3."""

    def __init__(self) -> None:
        super().__init__("Say first which census these pupils were counted on.")


class CensusDateWrong(BadInput):
    """Pupils cannot have been counted on a day to come."""

    def __init__(self) -> None:
        super().__init__("The census date lies in the future.")


class DefinitionNotInFile(BadInput):
    """The file counts in another way."""

    def __init__(self, *, definition: str) -> None:
        self.definition = definition
        super().__init__(f"This file does not say “{definition.lower()}”.")


class NothingToSave(Refused):
    """No roll in the file is new to the portal."""

    def __init__(self) -> None:
        super().__init__("There is no roll in this file that the portal does not have already.")


class ImportMayNot(Refused):
    """A roll file is saved or put aside once, after it was read."""

    def __init__(self, *, status: str) -> None:
        self.status = status
        super().__init__(f"This is not possible: the file is “{status.lower()}”.")


class RollsHaveChanged(Refused):
    """What would be saved is not what was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Rolls have been entered since you looked at this page. Check it once more, then save."
        )


class NoSuchNumberOfPupils(BadInput):
    """More pupils than any school has."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        super().__init__(f"A school has at most {most:,} pupils. Check the figure.")


class PeopleListIsGone(Refused):
    """The list was saved or put aside, or its seven days are over. Rule SC-8."""

    def __init__(self) -> None:
        super().__init__("This list was saved or put aside already. Send it again if you need it.")


class PeopleListWrong(Refused):
    """Saving is all or nothing. Rule SC-8."""

    def __init__(self, *, rows: int) -> None:
        self.rows = rows
        super().__init__(
            f"{counted(rows, 'row')} cannot be saved, so nothing was. Put the list right and "
            "send it again."
        )


class AccountIsAnothers(Refused):
    """An account at another service signs one person in."""

    def __init__(self, *, service: str) -> None:
        self.service = service
        super().__init__(
            f"That {service} account is connected to somebody else here. Choose another one, or "
            "ask the hub."
        )


class LastWayIn(Refused):
    """Nobody disconnects the only account by which they can sign in."""

    def __init__(self) -> None:
        super().__init__(
            "You could not sign in any more: there is no address here that a code could go to. "
            "Add one first."
        )


# ---- The hub and its plan ------------------------------------------------------------------------


class BrandColourTooPale(BadInput):
    """Words in the hub's colour must be readable on white."""

    def __init__(self, *, colour: str, least: float) -> None:
        self.colour, self.least = colour, least
        super().__init__(
            f"{colour} is too pale to read on white: choose a darker colour, with a contrast of "
            f"at least {least:g} to 1."
        )


class PlanExists(Refused):
    """A year has one action plan. Rule AP-1."""

    def __init__(self, *, year: str) -> None:
        self.year = year
        super().__init__(f"There is an action plan for {year} already.")


class NobodyInTheGroup(Refused):
    """A message that would go to nobody. Rule XX-6."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody of this group can be written to: no member school has one with an address "
            "that takes mail."
        )
