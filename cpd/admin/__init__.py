"""The hub manager's room for courses and bookings, one file per subject."""

from cpd.admin import (  # noqa: F401
    asking,
    bookings,
    certificates,
    cohort_imports,
    cohorts,
    delegates,
    demand,
    evaluations,
    invoices,
    joining,
    policy,
    programmes,
    registers,
    ticket_imports,
    ticket_policy,
    tickets,
    waiting,
)
