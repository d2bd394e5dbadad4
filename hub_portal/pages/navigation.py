"""What this app offers in the frame of every page."""

from collections.abc import Iterable

from django.http import HttpRequest

from hub_portal.shared.context import NavLink, link_to
from schools.access import schools_acted_for


def overview(request: HttpRequest) -> Iterable[NavLink]:
    """A school's overview, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("pages:overview", "Overview", only_exactly=True)
