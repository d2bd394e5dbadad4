"""The hub manager's room for schools and people, one file per subject."""

from schools.admin import (  # noqa: F401
    calendar,
    group_messages,
    hub,
    people,
    people_imports,
    plan,
    rolls,
    schools,
)
