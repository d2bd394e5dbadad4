"""What every page shows around its own matter: the hub's name, the navigation, the school.

This module knows no app. An app says what it offers from `AppConfig.ready`:

    register_nav("main", lambda request: [link_to("cpd:courses", "Courses")], order=20)

and the frame of the page (`templates/base.html`) shows what is offered to this person. Each
provider is asked at most once a page, and only if the page is framed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

NavKind = Literal["main", "account", "footer"]


@dataclass(frozen=True)
class NavLink:
    """One entry as an app offers it: also active for every address below its own."""

    url: str
    label: str
    only_exactly: bool = False


@cache
def link_to(page: str, label: str, *, only_exactly: bool = False) -> NavLink:
    """The entry of a page by its name, looked up once: every page shows a dozen of them."""
    return NavLink(reverse(page), label, only_exactly)


@dataclass(frozen=True)
class NavEntry:
    """One entry as a page shows it."""

    url: str
    label: str
    active: bool


@dataclass(frozen=True)
class HubIdentity:
    """The hub as it wishes to be known on every page; the apps below know no more of it."""

    name: str = "Hub portal"
    strapline: str = ""
    lead_school: str = ""
    email: str = ""
    phone: str = ""
    logo_url: str = ""
    stylesheet_url: str = ""
    brand_colour: str = "#0b5563"


@dataclass(frozen=True)
class ActingFor:
    """The school someone acts for now, those they could act for, and where to change it.

    Only what the pages show: whether they may act is asked again at every act.
    """

    school: Any = None
    schools: Sequence[Any] = field(default_factory=tuple)
    switch_url: str = ""


NavProvider = Callable[[HttpRequest], Iterable[NavLink]]
HubProvider = Callable[[], HubIdentity]
SchoolsProvider = Callable[[HttpRequest], ActingFor]

_nav: dict[str, list[tuple[int, NavProvider]]] = {"main": [], "account": [], "footer": []}
_hub: list[HubProvider] = []
_schools: list[SchoolsProvider] = []


def register_nav(kind: NavKind, provider: NavProvider, *, order: int) -> None:
    """Offer entries of the main navigation, the account menu or the footer; low `order` first."""
    _nav[kind].append((order, provider))
    _nav[kind].sort(key=lambda pair: pair[0])


def register_hub(provider: HubProvider) -> None:
    """Say who the hub is; the last one registered is asked."""
    _hub[:] = [provider]


def register_schools(provider: SchoolsProvider) -> None:
    """Say for whom the signed-in person acts; the last one registered is asked."""
    _schools[:] = [provider]


def hub_identity() -> HubIdentity:
    """The hub's names and look, for pages, mails and documents."""
    return _hub[0]() if _hub else HubIdentity()


def nav_entries(kind: NavKind, request: HttpRequest) -> list[NavEntry]:
    """What this person is offered, with the entry whose page (or one below it) is being read."""
    links = [link for _, provider in _nav[kind] for link in provider(request)]
    reading = [link for link in links if _covers(link, request.path)]
    nearest = max(reading, key=lambda link: len(link.url), default=None)
    return [NavEntry(link.url, link.label, active=link is nearest) for link in links]


def _covers(link: NavLink, path: str) -> bool:
    if link.url == path:
        return True
    return not link.only_exactly and link.url.endswith("/") and path.startswith(link.url)


def portal(request: HttpRequest) -> dict[str, Any]:
    """The context processor of the page's frame: `hub`, `nav`, `acting_school`, `my_schools`.

    A request refused before it was known whose it is (a wrong host) gets the hub's name alone.
    """
    if not hasattr(request, "user"):
        return {"hub": SimpleLazyObject(hub_identity)}
    acting: Any = SimpleLazyObject(lambda: _schools[0](request) if _schools else ActingFor())
    return {
        "hub": SimpleLazyObject(hub_identity),
        "nav": SimpleLazyObject(lambda: nav_entries("main", request)),
        "nav_account": SimpleLazyObject(lambda: nav_entries("account", request)),
        "nav_footer": SimpleLazyObject(lambda: nav_entries("footer", request)),
        "acting_school": SimpleLazyObject(lambda: acting.school),
        "my_schools": SimpleLazyObject(lambda: acting.schools),
        "switch_school_url": SimpleLazyObject(lambda: acting.switch_url),
    }
