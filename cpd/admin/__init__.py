"""The hub manager's room for courses and bookings, one file per subject."""

from cpd.admin import bookings, certificates, cohorts, evaluations, policy, programmes, registers  # noqa: F401
