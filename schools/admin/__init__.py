"""The hub manager's room for schools and people, one file per subject."""

from schools.admin import calendar, people, people_imports, rolls, schools  # noqa: F401
