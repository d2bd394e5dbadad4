"""What the newsletter offers in the frame of every page."""

from collections.abc import Iterable

from django.http import HttpRequest

from hub_portal.shared.context import NavLink, link_to
from schools.access import schools_acted_for, signed_in


def archive(request: HttpRequest) -> Iterable[NavLink]:
    """The issues, for everybody."""
    yield link_to("newsletter:archive", "Newsletter")


def news(request: HttpRequest) -> Iterable[NavLink]:
    """Sending news in, for those who act for a school."""
    if schools_acted_for(request):
        yield link_to("newsletter:news", "News for the newsletter")


def own(request: HttpRequest) -> Iterable[NavLink]:
    """Whether it comes to oneself, for whoever is signed in."""
    if signed_in(request) is not None:
        yield link_to("newsletter:own", "The newsletter and me")
