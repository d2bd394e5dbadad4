"""One file per noun; everything is imported from here."""

from cpd.models.bookings import Booking, BookingRequest, CancellationReason, Substitution
from cpd.models.certificates import Certificate
from cpd.models.cohorts import Cohort, Session
from cpd.models.evaluations import (
    EvaluatedCohort,
    Evaluation,
    EvaluationAnswer,
    EvaluationForm,
    EvaluationQuestion,
)
from cpd.models.policy import BookingPolicy, CancellationBand
from cpd.models.programmes import Programme, ProgrammeKind, Subject
from cpd.models.registers import Attendance, WalkIn

__all__ = [
    "Attendance",
    "Booking",
    "BookingPolicy",
    "BookingRequest",
    "CancellationBand",
    "CancellationReason",
    "Certificate",
    "Cohort",
    "EvaluatedCohort",
    "Evaluation",
    "EvaluationAnswer",
    "EvaluationForm",
    "EvaluationQuestion",
    "Programme",
    "ProgrammeKind",
    "Session",
    "Subject",
    "Substitution",
    "WalkIn",
]
