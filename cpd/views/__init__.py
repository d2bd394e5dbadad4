"""The pages of courses and bookings: who and what, one call, one answer."""
