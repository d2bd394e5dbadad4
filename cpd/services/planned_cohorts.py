"""What a list of running cohorts brings: cohorts, and places on them. Rule SC-8."""

from dataclasses import dataclass
from datetime import date, datetime

from cpd.choices import PaidBy
from cpd.models import FabulinusTicket, Programme
from cpd.services.sessions import PlannedSession
from hub_portal.shared.wording import in_credits
from schools.models import Person, School


@dataclass(frozen=True)
class PlannedCohort:
    """One cohort a list brings."""

    reference: str
    programme: Programme
    sessions: tuple[PlannedSession, ...]
    capacity: int
    price: int
    venue: str
    opens_at: datetime
    closes_at: datetime

    @property
    def starts_at(self) -> datetime:
        return self.sessions[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return max(session.ends_at for session in self.sessions)


@dataclass(frozen=True)
class PlaceRow:
    """One row of a list: the place it brings, or why it cannot.

    A row without school and delegate brings no place, only its cohort.
    """

    number: int
    reference: str
    school_said: str
    full_name: str
    email: str
    cohort: PlannedCohort | None = None
    school: School | None = None
    person: Person | None = None
    ticket: FabulinusTicket | None = None
    paid_by: PaidBy = PaidBy.FREE
    cost: int = 0
    booked_on: date | None = None
    attended: frozenset[int] | None = None
    is_place: bool = True
    note: str = ""
    problem: str = ""

    @property
    def course(self) -> str:
        """The word that holds the rows of one course together."""
        return self.reference.casefold()

    @property
    def delegate_in_words(self) -> str:
        return self.full_name or "to be named"

    @property
    def paid_in_words(self) -> str:
        return in_credits(self.cost) if self.cost else self.paid_by.label
