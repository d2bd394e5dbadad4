"""The pages of the schools app, one file per subject."""
