"""The hub manager's room for courses and bookings, one file per subject."""
