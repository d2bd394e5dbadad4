"""One file per noun; everything is imported from here."""

from cpd.models.bookings import Booking, BookingRequest, CancellationReason, Substitution
from cpd.models.cohorts import Cohort, Session
from cpd.models.demand import Demand
from cpd.models.policy import BookingPolicy, CancellationBand
from cpd.models.programmes import Programme, ProgrammeKind, Subject
from cpd.models.tickets import FabulinusTicket, TicketImport, TicketPolicy
from cpd.models.waiting import LateCall, Offer, WaitingDelegate, WaitingEntry

__all__ = [
    "Booking",
    "BookingPolicy",
    "BookingRequest",
    "CancellationBand",
    "CancellationReason",
    "Cohort",
    "Demand",
    "FabulinusTicket",
    "LateCall",
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
