"""What this app offers in the frame of every page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from credits.services.approvals_page import waiting_of
from hub_portal.shared.context import NavLink, link_to
from hub_portal.shared.to_do import ToDo, Waiting, waiting_rows
from hub_portal.shared.wording import counted, deadline_in_words
from schools.access import schools_acted_for
from schools.models import School


def credits(request: HttpRequest) -> Iterable[NavLink]:
    """A school's credits, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("credits:my_credits", "Credits")


def approvals_waiting(school: Any, at: Any) -> QuerySet[Any]:
    """Spending that waits for the headteacher. Rule CR-14."""
    return waiting_rows(waiting_of(school=school, at=at), pk=F("pk"), at=F("answer_by"))


def say_approvals_waiting(
    waiting: Sequence[Waiting], _school: School, _at: datetime
) -> Iterable[ToDo]:
    """All of it together, with the most pressing."""
    waits = "waits" if len(waiting) == 1 else "wait"
    yield ToDo(
        sentence=f"{counted(len(waiting), 'request')} {waits} for the headteacher, the first "
        f"until {deadline_in_words(waiting[0].at)}.",
        url=reverse("credits:approvals"),
        link="See what waits for approval",
    )
