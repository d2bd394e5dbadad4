"""One file per noun; everything is imported from here."""

from cpd.models.bookings import Booking, BookingRequest, CancellationReason, Substitution
from cpd.models.cohorts import Cohort, Session
from cpd.models.policy import BookingPolicy, CancellationBand
from cpd.models.programmes import Programme, ProgrammeKind, Subject
from cpd.models.tickets import FabulinusTicket, TicketImport, TicketPolicy

__all__ = [
    "Booking",
    "BookingPolicy",
    "BookingRequest",
    "CancellationBand",
    "CancellationReason",
    "Cohort",
    "FabulinusTicket",
    "Programme",
    "ProgrammeKind",
    "Session",
    "Subject",
    "Substitution",
    "TicketImport",
    "TicketPolicy",
]
