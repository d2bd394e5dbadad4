"""The forms of the schools app, one file per subject."""
