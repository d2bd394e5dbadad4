import pytest
from django.contrib.auth.models import AnonymousUser

from hub_portal.shared import context
from hub_portal.shared.context import ActingFor, HubIdentity, NavEntry, NavLink


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch):
    monkeypatch.setattr(context, "_nav", {"main": [], "account": [], "footer": []})
    monkeypatch.setattr(context, "_hub", [])
    monkeypatch.setattr(context, "_schools", [])


def test_nav_entries_come_in_order_whoever_registers_first(rf):
    context.register_nav("main", lambda request: [NavLink("/credits/", "Credits")], order=30)
    context.register_nav("main", lambda request: [NavLink("/courses/", "Courses")], order=20)

    entries = context.nav_entries("main", rf.get("/elsewhere/"))

    assert entries == [
        NavEntry("/courses/", "Courses", active=False),
        NavEntry("/credits/", "Credits", active=False),
    ]


def test_nav_entry_is_active_on_the_pages_below_it_and_the_nearest_wins(rf):
    links = [NavLink("/my/", "Overview"), NavLink("/my/credits/", "Credits")]
    context.register_nav("main", lambda request: links, order=10)

    def active_on(path):
        entries = context.nav_entries("main", rf.get(path))
        return [entry.label for entry in entries if entry.active]

    assert active_on("/my/") == ["Overview"]
    assert active_on("/my/credits/why/") == ["Credits"]
    assert active_on("/my/calendar/") == ["Overview"]
    assert active_on("/mystery/") == []


def test_nav_entry_that_is_only_exact_is_not_active_below_itself(rf):
    home = NavLink("/", "Home", only_exactly=True)
    context.register_nav("main", lambda request: [home], order=10)

    assert context.nav_entries("main", rf.get("/"))[0].active is True
    assert context.nav_entries("main", rf.get("/courses/"))[0].active is False


def test_portal_asks_each_provider_once_and_only_when_a_page_shows_it(rf):
    asked = []

    def schools(request):
        asked.append(request.path)
        return ActingFor(school="Lampton", schools=("Lampton", "Rosary"), switch_url="/switch/")

    context.register_schools(schools)

    seen = context.portal(_of_somebody(rf.get("/my/")))

    assert asked == []
    assert str(seen["acting_school"]) == "Lampton"
    assert len(seen["my_schools"]) == 2
    assert asked == ["/my/"]


def test_portal_without_providers_has_a_name_and_no_school(rf):
    seen = context.portal(_of_somebody(rf.get("/")))

    assert seen["hub"].name == "Hub portal"
    assert not seen["acting_school"]
    assert list(seen["nav"]) == []


def test_portal_asks_nothing_about_a_request_refused_before_it_had_a_person(rf):
    context.register_nav("main", lambda request: [NavLink(request.user.home, "Mine")], order=1)

    assert set(context.portal(rf.get("/"))) == {"hub"}


def _of_somebody(request):
    request.user = AnonymousUser()
    return request


def test_hub_identity_is_what_was_registered_last():
    context.register_hub(lambda: HubIdentity(name="One"))
    context.register_hub(lambda: HubIdentity(name="Two"))

    assert context.hub_identity().name == "Two"
