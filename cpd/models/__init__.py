"""One file per noun; everything is imported from here."""

from cpd.models.asking import Apology, AskedPlace
from cpd.models.bookings import Booking, BookingRequest, CancellationReason, Substitution
from cpd.models.cohorts import Cohort, Session
from cpd.models.delegates import DelegatePolicy
from cpd.models.messages import CohortMessage
from cpd.models.needs import Needs
from cpd.models.policy import BookingPolicy, CancellationBand
from cpd.models.programmes import Programme, ProgrammeKind, Subject

__all__ = [
    "Apology",
    "AskedPlace",
    "Booking",
    "BookingPolicy",
    "BookingRequest",
    "CancellationBand",
    "CancellationReason",
    "Cohort",
    "CohortMessage",
    "DelegatePolicy",
    "Needs",
    "Programme",
    "ProgrammeKind",
    "Session",
    "Subject",
    "Substitution",
]
