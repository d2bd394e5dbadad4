"""The Hub Action Plan of a year as data: started, copied from last year's, seeded. Rule AP-1."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from hub_portal.trail.services.acts import record_act
from schools.errors import PlanExists
from schools.models import ActionPlan, Activity, Person, Priority, SchoolYear, Theme

PLAN_OF_2016_17 = Path(__file__).resolve().parents[1] / "data" / "action_plan_2016-17.json"


def seed_plan(
    *, year: SchoolYear, by: Person, at: datetime, source: Path = PLAN_OF_2016_17
) -> ActionPlan:
    """Start a year's plan with the themes and priorities the hub published for 2016/17.

    Raises: PlanExists.
    """
    published = json.loads(source.read_text(encoding="utf-8"))
    with transaction.atomic():
        plan = _new_plan(year, introduction=published["introduction"], by=by, at=at)
        for position, theme in enumerate(published["themes"], start=1):
            _add_theme(plan, theme, position)
    return plan


def start_plan(
    *, year: SchoolYear, by: Person, at: datetime, copy_of: ActionPlan | None = None
) -> ActionPlan:
    """Start a year's plan, empty or as a copy of another year's. Rule AP-1.

    A copy has the themes, priorities and activities, without their dates and what they achieved.
    Raises: PlanExists.
    """
    with transaction.atomic():
        introduction = copy_of.introduction if copy_of else ""
        plan = _new_plan(year, introduction=introduction, by=by, at=at)
        if copy_of is not None:
            _copy_themes(copy_of, plan)
    return plan


def _new_plan(year: SchoolYear, *, introduction: str, by: Person, at: datetime) -> ActionPlan:
    locked = SchoolYear.objects.select_for_update(no_key=True).get(pk=year.pk)
    if ActionPlan.objects.filter(year=locked).exists():
        raise PlanExists(year=str(year))
    plan = ActionPlan.objects.create(year=locked, introduction=introduction)
    record_act(verb="action_plan.started", subject=f"action_plan:{plan.pk}", by=by, at=at)
    return plan


def _add_theme(plan: ActionPlan, given: dict[str, Any], position: int) -> None:
    theme = Theme.objects.create(plan=plan, name=given["name"], position=position)
    for letter, wanted in given["priorities"].items():
        priority = Priority.objects.create(theme=theme, letter=letter, title=wanted["title"])
        Activity.objects.bulk_create(
            Activity(priority=priority, title=title) for title in wanted.get("activities", ())
        )


def _copy_themes(source: ActionPlan, target: ActionPlan) -> None:
    for theme in source.themes.order_by("position", "pk"):
        new_theme = Theme.objects.create(plan=target, name=theme.name, position=theme.position)
        for priority in theme.priorities.order_by("letter"):
            new_priority = Priority.objects.create(
                theme=new_theme, letter=priority.letter, title=priority.title
            )
            Activity.objects.bulk_create(
                Activity(
                    priority=new_priority,
                    title=activity.title,
                    cost_allocated_pence=activity.cost_allocated_pence,
                    eligible_schools=activity.eligible_schools,
                    impact_expected=activity.impact_expected,
                )
                for activity in priority.activities.order_by("pk")
            )
