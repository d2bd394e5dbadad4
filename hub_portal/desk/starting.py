"""The starting list of a new hub: what is left to do before reps can book. Rule SC-8."""

from dataclasses import dataclass

from cpd.choices import CohortStatus
from cpd.models import Cohort
from credits.models import AllocationRun, Funding
from schools.choices import Role
from schools.models import Appointment, HubProfile, Invitation, Membership, PupilRoll


@dataclass(frozen=True)
class Step:
    """One step of setting a hub up, where it is done, and whether it is."""

    sentence: str
    room: str
    is_done: bool


def starting_list() -> list[Step]:
    """The steps in order while any is left; nothing once a hub is under way."""
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
            Funding.objects.filter(instalments__isnull=False).exists(),
        ),
        Step(
            "Preview and run the allocation",
            "admin:credits_allocationrun_changelist",
            AllocationRun.objects.filter(taken_back_at__isnull=True).exists(),
        ),
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
    return steps if not all(step.is_done for step in steps) else []
