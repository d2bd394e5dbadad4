"""The mails of courses: one module for each occasion, one function for each cause."""
