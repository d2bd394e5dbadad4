"""What waits for the hub manager, each with the room of the admin where it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from cpd.choices import CohortStatus
from cpd.models import (
    Booking,
    CancellationReason,
    Cohort,
    CohortImport,
    Demand,
    InvoiceLine,
    Offer,
    TicketImport,
)
from cpd.services.minimum import below_minimum
from cpd.services.organised import registers_not_taken
from cpd.services.ticket_report import tickets_not_sent
from credits.models import Approval, Instalment, OpeningImport
from hub_portal.mail.services.figures import mail_figures
from hub_portal.shared.london import end_of_day, london_date
from hub_portal.shared.wording import counted
from newsletter.services.figures import issues_to_look_at, news_to_look_at
from schools.choices import Role, RollImportStatus
from schools.models import Appointment, PlannedHandover, PupilRoll, RollImport, School
from schools.services.invitations import still_to_invite
from schools.services.reach import members_not_reached

ISSUES = "admin:newsletter_issue_changelist"
NAMED_BEFORE = timedelta(days=14)
OFFERED_BEFORE = timedelta(weeks=6)
INVOICES = "cpd_invoiceline"
NOT_REACHED = "member whom no mail reaches"


@dataclass(frozen=True)
class ToDo:
    """One thing that waits, and the name of the admin list that holds it."""

    sentence: str
    room: str


def what_needs_doing(*, at: datetime) -> list[ToDo]:
    """Everything that waits for the hub manager, most pressing first."""
    waiting = (
        (_late_reasons(), "late cancellation gives a reason", "cpd_cancellationreason"),
        (_approvals_to_lapse(at), "approval that lapses by tomorrow", "credits_approval"),
        (_wishes(), "school asks for a course without a date", "cpd_demand"),
        (_offers_to_lapse(at), "offer that lapses by tomorrow", "cpd_waitingentry"),
        (below_minimum(at=at).count(), "course below its minimum", "cpd_cohort"),
        (registers_not_taken(at=at).count(), "register not taken", "cpd_session"),
        (InvoiceLine.objects.to_raise().count(), "invoice or credit note to raise", INVOICES),
        (_places_to_name(at), "place to be named within two weeks", "cpd_booking"),
        (_drafts(at), "course still a draft, starting within six weeks", "cpd_cohort"),
        (_not_shared(), "instalment not shared yet", "credits_instalment"),
        (news_to_look_at(), "piece of news from schools to look at", "newsletter_news"),
        (_to_check(TicketImport), "list of graduates to check and issue", "cpd_ticketimport"),
        (_to_check(CohortImport), "list of running courses to check and save", "cpd_cohortimport"),
        (_to_check(OpeningImport), "list of opening figures to check", "credits_openingimport"),
        (_untold(), "running course whose delegates are not told yet", "cpd_cohort"),
        (tickets_not_sent(at=at).count(), "ticket issued and not sent", "cpd_fabulinusticket"),
        (_rolls_to_check(), "roll file to check and save", "schools_rollimport"),
        (_without_rep(at), "member without a rep", "schools_school"),
        (_without_roll(at), "member without a roll", "schools_school"),
        (members_not_reached(on=london_date(at)).count(), NOT_REACHED, "schools_school"),
        (still_to_invite().count(), "person not invited yet", "schools_appointment"),
        (_handovers(), "hand-over planned", "schools_plannedhandover"),
        (mail_figures(at).failed, "mail that could not be sent", "mail_delivery"),
    )
    return [
        *(ToDo(sentence, ISSUES) for sentence in issues_to_look_at(at=at)),
        *(
            ToDo(counted(count, one, MANY.get(one, "")), f"admin:{room}_changelist")
            for count, one, room in waiting
            if count
        ),
    ]


MANY = {
    "late cancellation gives a reason": "late cancellations give a reason",
    "approval that lapses by tomorrow": "approvals that lapse by tomorrow",
    "school asks for a course without a date": "schools ask for courses without a date",
    "offer that lapses by tomorrow": "offers that lapse by tomorrow",
    "course below its minimum": "courses below their minimum",
    "register not taken": "registers not taken",
    "invoice or credit note to raise": "invoices or credit notes to raise",
    "place to be named within two weeks": "places to be named within two weeks",
    "course still a draft, starting within six weeks": (
        "courses still drafts, starting within six weeks"
    ),
    "instalment not shared yet": "instalments not shared yet",
    "piece of news from schools to look at": "pieces of news from schools to look at",
    "list of graduates to check and issue": "lists of graduates to check and issue",
    "list of running courses to check and save": "lists of running courses to check and save",
    "list of opening figures to check": "lists of opening figures to check",
    "running course whose delegates are not told yet": (
        "running courses whose delegates are not told yet"
    ),
    "ticket issued and not sent": "tickets issued and not sent",
    "roll file to check and save": "roll files to check and save",
    "member without a rep": "members without a rep",
    "member without a roll": "members without a roll",
    NOT_REACHED: "members whom no mail reaches",
    "person not invited yet": "people not invited yet",
    "hand-over planned": "hand-overs planned",
    "mail that could not be sent": "mails that could not be sent",
}
"""What is said of several, where the noun is not the last word."""


def _late_reasons() -> int:
    """Late cancellations with a reason that the hub may waive. Rule BK-6."""
    kept = Q(booking__kept__gt=0) | Q(booking__kept_pence__gt=0)
    return CancellationReason.objects.filter(kept, waived_at__isnull=True).count()


def _offers_to_lapse(at: datetime) -> int:
    """Offers from waiting lists whose time is up by the end of tomorrow. Rule BK-8."""
    tomorrow = end_of_day(london_date(at) + timedelta(days=1))
    return Offer.objects.live().filter(answer_by__lte=tomorrow).count()


def _approvals_to_lapse(at: datetime) -> int:
    """What no headteacher has answered, and lapses by the end of tomorrow. Rule CR-14."""
    tomorrow = end_of_day(london_date(at) + timedelta(days=1))
    return Approval.objects.asked().filter(answer_by__lte=tomorrow).count()


def _wishes() -> int:
    """Schools that want to be told when a course runs. Rule PU-4."""
    return Demand.objects.open().count()


def _places_to_name(at: datetime) -> int:
    soon = Booking.objects.booked().filter(
        delegate__isnull=True, cohort__starts_at__gt=at, cohort__starts_at__lte=at + NAMED_BEFORE
    )
    return soon.count()


def _drafts(at: datetime) -> int:
    drafts = Cohort.objects.filter(status=CohortStatus.DRAFT, starts_at__gt=at)
    return drafts.filter(starts_at__lte=at + OFFERED_BEFORE).count()


def _not_shared() -> int:
    live = Instalment.objects.filter(runs__taken_back_at__isnull=True, runs__isnull=False)
    return Instalment.objects.exclude(pk__in=live.values("pk")).count()


def _to_check(lists: type[TicketImport | CohortImport | OpeningImport]) -> int:
    """Lists that wait to be saved or put aside; one is deleted after seven days. Rule SC-8."""
    waiting = lists.objects.filter(saved_at=None, discarded_at=None)
    return waiting.exclude(file=None).count()


def _untold() -> int:
    """Courses that came in a list, with places nobody was mailed about. Rule SC-8."""
    return Booking.objects.to_be_told().values("cohort").distinct().count()


def _rolls_to_check() -> int:
    return RollImport.objects.filter(status=RollImportStatus.PREVIEWED).count()


def _without_rep(at: datetime) -> int:
    reps = Appointment.objects.live().held_as(Role.REP).values("school")
    return School.objects.members(london_date(at)).exclude(pk__in=reps).count()


def _without_roll(at: datetime) -> int:
    rolls = PupilRoll.objects.values("school")
    return School.objects.members(london_date(at)).exclude(pk__in=rolls).count()


def _handovers() -> int:
    return PlannedHandover.objects.filter(done_at__isnull=True).count()
