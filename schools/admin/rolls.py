"""Pupil rolls and the files they come in, in the admin."""
