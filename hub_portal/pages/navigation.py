"""What this app offers in the frame of every page."""

from collections.abc import Iterable

from django.http import HttpRequest

from hub_portal.shared.context import NavLink, link_to
from schools.access import schools_acted_for, signed_in


def overview(request: HttpRequest) -> Iterable[NavLink]:
    """A school's overview, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("pages:overview", "Overview", only_exactly=True)


def calendar(request: HttpRequest) -> Iterable[NavLink]:
    """The calendar: a school's for those who act for one, else one's own."""
    if schools_acted_for(request):
        yield link_to("pages:school_calendar", "Calendar")
    elif signed_in(request) is not None:
        yield link_to("pages:own_calendar", "Calendar")


def own_calendar(request: HttpRequest) -> Iterable[NavLink]:
    """One's own calendar, beside the school's, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("pages:own_calendar", "My own calendar")


def my_data(request: HttpRequest) -> Iterable[NavLink]:
    """All that is held about oneself, for everybody who signs in. Rule XX-3."""
    if signed_in(request) is not None:
        yield link_to("pages:my_data", "My data")
