"""What schools and people add to the frame of every page: the hub's name, entries, the switcher."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from hub_portal.shared.context import ActingFor, HubIdentity, NavLink, link_to
from hub_portal.shared.kept import kept_for_a_moment
from hub_portal.shared.to_do import ToDo, Waiting, waiting_rows
from schools.access import acting_school, schools_acted_for, signed_in
from schools.models import HubProfile, School
from schools.services.staff import staff_posts, this_september


@kept_for_a_moment
def hub_identity() -> HubIdentity:
    """The hub as its profile has it; the hub manager edits it in the admin."""
    profile = HubProfile.objects.select_related("lead_school", "logo").get(pk=1)
    colours = f"{reverse('schools:colours')}?{profile.brand_colour[1:]}"
    has_own_colour = profile.brand_colour != HubProfile._meta.get_field("brand_colour").default
    return HubIdentity(
        name=profile.name,
        strapline=profile.alliance_name,
        lead_school=profile.lead_school.name if profile.lead_school else "",
        email=profile.contact_email,
        phone=profile.telephone,
        logo_url=profile.logo.get_absolute_url() if profile.logo else "",
        stylesheet_url=colours if has_own_colour else "",
        brand_colour=profile.brand_colour,
    )


def acting_for(request: HttpRequest) -> ActingFor:
    """The school this person acts for now, and the others they could act for."""
    return ActingFor(
        school=acting_school(request),
        schools=schools_acted_for(request),
        switch_url=reverse("schools:switch_school"),
    )


def main_entries(request: HttpRequest) -> Iterable[NavLink]:
    """The staff list, for those who act for a school."""
    if schools_acted_for(request):
        yield link_to("schools:staff", "Staff")


def staff_to_confirm(school: Any, _at: Any) -> QuerySet[Any]:
    """Colleagues who were never confirmed (`number`), and when the others were, first of all."""
    never = Count("pk", filter=Q(confirmed_at=None))
    staff = staff_posts(school=school).values("school")
    return waiting_rows(staff, number=never, at=Min("confirmed_at"))


def say_staff_to_confirm(found: Sequence[Waiting], _school: School, at: datetime) -> Iterable[ToDo]:
    """Each September the staff list is confirmed. Rule SC-5."""
    [staff] = found
    if staff.number or (staff.at is not None and staff.at < this_september(at)):
        yield ToDo(
            "A new school year: is everybody on your staff list still here?",
            reverse("schools:confirm_staff"),
            "Confirm the staff list",
        )


def account_entries(request: HttpRequest) -> Iterable[NavLink]:
    """One's school and one's own sign-in."""
    person = signed_in(request)
    if person is None:
        return
    if schools_acted_for(request):
        yield link_to("schools:my_school", "My school")
    yield link_to("account_email", "My email addresses")
    # offered to everybody: asking who has one would cost each page a query
    yield link_to("mfa_index", "Two-step sign-in")
    if person.is_staff:
        yield link_to("admin:index", "Hub admin")
