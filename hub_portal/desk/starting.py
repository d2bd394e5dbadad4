"""The starting list of a new hub: what is left to do before reps can book. Rule SC-8."""

from dataclasses import dataclass

from cpd.choices import CohortStatus
from cpd.models import Booking, Cohort, CohortImport, FabulinusTicket, TicketImport
from credits.models import AllocationRun, Funding, OpeningImport
from newsletter.models import SubscriberImport
from schools.choices import Role
from schools.models import Appointment, HubProfile, Invitation, Membership, PupilRoll


@dataclass(frozen=True)
class Step:
    """One step of setting a hub up, where it is done, and whether it is.

    One that not every hub needs keeps the list on the desk only once it has been begun.
    """

    sentence: str
    room: str
    is_done: bool
    is_needed: bool = True


def starting_list() -> list[Step]:
    """The steps in order while any is left; nothing once a hub is under way."""
    opened = OpeningImport.objects.exclude(saved_at=None).exists()
    steps = [
        Step(
            "Say what the hub is called and where replies go",
            "admin:schools_hubprofile_changelist",
            HubProfile.objects.exclude(contact_email="").exists(),
        ),
        Step(
            "Add the member schools from a GIAS file",
            "admin:schools_school_changelist",
            Membership.objects.exists(),
        ),
        Step(
            "Import their pupil rolls",
            "admin:schools_rollimport_changelist",
            PupilRoll.objects.exists(),
        ),
        Step(
            "Import people and their roles, or enter them",
            "admin:schools_person_changelist",
            Appointment.objects.live().held_as(Role.REP).exists(),
        ),
        Step(
            "Record the year's funding",
            "admin:credits_funding_changelist",
            opened or Funding.objects.filter(instalments__isnull=False).exists(),
        ),
        Step(
            "Preview and run the allocation",
            "admin:credits_allocationrun_changelist",
            opened or AllocationRun.objects.filter(taken_back_at__isnull=True).exists(),
        ),
        *_steps_in_mid_year(opened=opened),
        Step(
            "Plan courses and offer them",
            "admin:cpd_cohort_changelist",
            Cohort.objects.exclude(status=CohortStatus.DRAFT).exists(),
        ),
        Step(
            "Invite the reps: nobody is mailed before you do",
            "admin:schools_appointment_changelist",
            Invitation.objects.exists(),
        ),
    ]
    return steps if any(step.is_needed and not step.is_done for step in steps) else []


def _steps_in_mid_year(*, opened: bool) -> list[Step]:
    """What a hub brings along that has run without the portal this year.

    Schools with opening figures need neither funding nor an allocation to begin with.
    """
    brought = CohortImport.objects.exclude(saved_at=None).exists()
    untold = Booking.objects.to_be_told().exists()
    unsent = FabulinusTicket.objects.to_be_redeemed().filter(sent_at=None).exists()
    return [
        Step(
            "Starting in mid-year: send in what each school has received and spent",
            "admin:credits_openingimport_changelist",
            opened,
            is_needed=False,
        ),
        Step(
            "Starting in mid-year: send in the tickets that are out",
            "admin:cpd_ticketimport_changelist",
            TicketImport.objects.exclude(saved_at=None).exists(),
            is_needed=False,
        ),
        Step(
            "Starting in mid-year: send in running courses with their delegates",
            "admin:cpd_cohortimport_changelist",
            brought,
            is_needed=False,
        ),
        Step(
            "Starting in mid-year: send in who gets the newsletter besides the schools",
            "admin:newsletter_subscriberimport_changelist",
            SubscriberImport.objects.exclude(saved_at=None).exists(),
            is_needed=False,
        ),
        Step(
            "Tell the delegates of running courses, course by course",
            "admin:cpd_cohort_changelist",
            brought and not untold,
            is_needed=untold,
        ),
        Step(
            "Send the tickets not yet sent",
            "admin:cpd_fabulinusticket_changelist",
            FabulinusTicket.objects.exists() and not unsent,
            is_needed=unsent,
        ),
    ]
