"""The clock: what is due, what has been done once, and long work that can be come back to."""
