"""The hub manager's room for courses and bookings, one file per subject."""

from cpd.admin import (  # noqa: F401
    asking,
    bookings,
    certificates,
    cohorts,
    delegates,
    demand,
    evaluations,
    joining,
    policy,
    programmes,
    registers,
    ticket_imports,
    ticket_policy,
    tickets,
    waiting,
)
