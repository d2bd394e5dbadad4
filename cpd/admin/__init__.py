"""The hub manager's room for courses and bookings, one file per subject."""

from cpd.admin import asking, bookings, cohorts, delegates, policy, programmes  # noqa: F401
