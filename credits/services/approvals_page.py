"""What a school sees of its approvals: what waits, one request, the year so far. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from credits.choices import ApprovalStatus
from credits.models import Approval
from credits.querysets import ApprovalQuerySet
from credits.services.figures import Figures, figures_of
from credits.services.registry import Breakdown, Fact, approval_kind, described, year_so_far
from credits.services.spending_limits import headteachers_of, threshold_of
from hub_portal.shared.london import london_date
from schools.models import Person, School, SchoolYear
from schools.services.calendar import school_year_of

ANSWERED_SHOWN = 10


@dataclass(frozen=True)
class Asked:
    """One request in a list, with what it is for."""

    approval: Approval
    what: str

    @property
    def holds_credits(self) -> bool:
        return approval_kind(self.approval.about).holds_credits


@dataclass(frozen=True)
class ApprovalsPage:
    """What waits for the headteacher, what was answered, and on what the year's credits went."""

    school: School
    year: SchoolYear
    threshold: int | None
    may_answer: bool
    waiting: Sequence[Asked]
    answered: Sequence[Asked]
    figures: Figures
    year_so_far: Sequence[Breakdown]


@dataclass(frozen=True)
class RequestPage:
    """One request, and whether this person may answer it now."""

    approval: Approval
    facts: Sequence[Fact]
    may_answer: bool
    available: int

    @property
    def holds_credits(self) -> bool:
        """Whether it is paid with credits, which are set aside meanwhile."""
        return approval_kind(self.approval.about).holds_credits


def approvals_for(person: Person) -> ApprovalQuerySet:
    """The requests a person may look at: those of the schools they act for."""
    requests: ApprovalQuerySet = Approval.objects.of_schools_acted_for_by(person)
    return requests.select_related("school", "asked_by", "answered_by")


def approvals_page(*, school: School, person: Person, at: datetime) -> ApprovalsPage:
    """The page of all requests of one school."""
    rows = Approval.objects.filter(school=school).select_related("asked_by", "answered_by")
    waiting = list(rows.asked().order_by("answer_by", "pk"))
    over = rows.exclude(status=ApprovalStatus.ASKED).order_by("-answered_at", "-pk")
    answered = list(over[:ANSWERED_SHOWN])
    words = described([each.about for each in (*waiting, *answered)])
    year = school_year_of(london_date(at))
    return ApprovalsPage(
        school=school,
        year=year,
        threshold=threshold_of(school),
        may_answer=person in headteachers_of(school),
        waiting=[Asked(each, words.get(each.about, "")) for each in waiting],
        answered=[Asked(each, words.get(each.about, "")) for each in answered],
        figures=figures_of(school, year),
        year_so_far=year_so_far(school, year),
    )


def request_page(*, approval: Approval, person: Person, at: datetime) -> RequestPage:
    """Everything the page of one request says."""
    is_asked = approval.status == ApprovalStatus.ASKED and at < approval.answer_by
    return RequestPage(
        approval=approval,
        facts=approval_kind(approval.about).facts(approval.about),
        may_answer=is_asked and person in headteachers_of(approval.school),
        available=figures_of(approval.school, school_year_of(london_date(at))).available,
    )


def waiting_of(*, school: School, at: datetime) -> ApprovalQuerySet:
    """What the school's headteacher may answer now."""
    asked: ApprovalQuerySet = Approval.objects.asked().filter(school=school, answer_by__gt=at)
    return asked
