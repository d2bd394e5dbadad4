"""One file per noun; everything is imported from here."""

from cpd.models.asking import Apology, AskedPlace
from cpd.models.bookings import Booking, BookingRequest, CancellationReason, Substitution
from cpd.models.cohorts import Cohort, Session
from cpd.models.delegates import DelegatePolicy
from cpd.models.demand import Demand
from cpd.models.messages import CohortMessage
from cpd.models.needs import Needs
from cpd.models.policy import BookingPolicy, CancellationBand
from cpd.models.programmes import Programme, ProgrammeKind, Subject
from cpd.models.tickets import FabulinusTicket, TicketImport, TicketPolicy
from cpd.models.waiting import LateCall, Offer, WaitingDelegate, WaitingEntry

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
    "Demand",
    "FabulinusTicket",
    "LateCall",
    "Needs",
    "Offer",
    "Programme",
    "ProgrammeKind",
    "Session",
    "Subject",
    "Substitution",
    "TicketImport",
    "TicketPolicy",
    "WaitingDelegate",
    "WaitingEntry",
]
