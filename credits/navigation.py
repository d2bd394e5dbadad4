"""What this app offers in the frame of every page."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from credits.services.approvals_page import waiting_of
from hub_portal.shared.context import NavLink, link_to
from hub_portal.shared.to_do import ToDo
from hub_portal.shared.wording import counted, deadline_in_words
from schools.access import schools_acted_for
from schools.models import Person, School


def credits(request: HttpRequest) -> Iterable[NavLink]:
    """A school's credits, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("credits:my_credits", "Credits")


def approvals_waiting(person: Person, school: School, at: datetime) -> Iterable[ToDo]:
    """Spending that waits for the headteacher. Rule CR-14."""
    waiting = waiting_of(school=school, at=at)
    if waiting:
        waits = "waits" if len(waiting) == 1 else "wait"
        yield ToDo(
            sentence=f"{counted(len(waiting), 'request')} {waits} for the headteacher, the first "
            f"until {deadline_in_words(waiting[0].answer_by)}.",
            url=reverse("credits:approvals"),
            link="See what waits for approval",
        )
