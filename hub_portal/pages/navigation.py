"""What this app offers in the frame of every page."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse

from hub_portal.shared.context import NavLink
from schools.access import schools_acted_for


def overview(request: HttpRequest) -> Iterable[NavLink]:
    """A school's overview, for those who act for one."""
    if schools_acted_for(request):
        yield NavLink(reverse("pages:overview"), "Overview", only_exactly=True)
