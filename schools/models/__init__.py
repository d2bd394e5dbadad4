"""One file per noun; everything is imported from here."""

from schools.models.action_plan import ActionPlan, Activity, Priority, Theme
from schools.models.appointments import Appointment, Invitation, PlannedHandover
from schools.models.calendar import BankHoliday, CensusDay, SchoolYear, Term
from schools.models.departures import Departure
from schools.models.feeds import CalendarFeed
from schools.models.group_messages import GroupMessage, GroupMessageReader
from schools.models.hub import HubProfile, PartnerOrganisation
from schools.models.people import Person
from schools.models.people_imports import PeopleImport
from schools.models.rolls import PupilRoll, RollImport
from schools.models.schools import FormerUrn, GiasFile, Membership, School

__all__ = [
    "ActionPlan",
    "Activity",
    "Appointment",
    "BankHoliday",
    "CalendarFeed",
    "CensusDay",
    "Departure",
    "FormerUrn",
    "GiasFile",
    "GroupMessage",
    "GroupMessageReader",
    "HubProfile",
    "Invitation",
    "Membership",
    "PartnerOrganisation",
    "PeopleImport",
    "Person",
    "PlannedHandover",
    "Priority",
    "PupilRoll",
    "RollImport",
    "School",
    "SchoolYear",
    "Term",
    "Theme",
]
