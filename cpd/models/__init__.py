"""One file per noun; everything is imported from here."""

from cpd.models.asking import Apology, AskedPlace
from cpd.models.bookings import (
    Booking,
    BookingRequest,
    CancellationReason,
    Substitution,
    UnusedPlace,
)
from cpd.models.certificates import Certificate
from cpd.models.cohort_imports import CohortImport
from cpd.models.cohorts import Cohort, Session
from cpd.models.delegates import DelegatePolicy
from cpd.models.demand import Demand
from cpd.models.evaluations import (
    EvaluatedCohort,
    Evaluation,
    EvaluationAnswer,
    EvaluationForm,
    EvaluationQuestion,
)
from cpd.models.invoices import InvoiceLine, InvoicePayer, InvoiceRaised
from cpd.models.joining import JoiningDetails, JoiningRead, JoiningReminder
from cpd.models.messages import CohortMessage
from cpd.models.needs import Needs
from cpd.models.policy import BookingPolicy, CancellationBand
from cpd.models.programmes import Programme, ProgrammeKind, Subject
from cpd.models.registers import Attendance, WalkIn
from cpd.models.tickets import FabulinusTicket, TicketImport, TicketPolicy
from cpd.models.waiting import LateCall, Offer, WaitingDelegate, WaitingEntry

__all__ = [
    "Apology",
    "AskedPlace",
    "Attendance",
    "Booking",
    "BookingPolicy",
    "BookingRequest",
    "CancellationBand",
    "CancellationReason",
    "Certificate",
    "Cohort",
    "CohortImport",
    "CohortMessage",
    "DelegatePolicy",
    "Demand",
    "EvaluatedCohort",
    "Evaluation",
    "EvaluationAnswer",
    "EvaluationForm",
    "EvaluationQuestion",
    "FabulinusTicket",
    "InvoiceLine",
    "InvoicePayer",
    "InvoiceRaised",
    "JoiningDetails",
    "JoiningRead",
    "JoiningReminder",
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
    "UnusedPlace",
    "WaitingDelegate",
    "WaitingEntry",
    "WalkIn",
]
