"""A year's action plan as data. Rule AP-1."""

from datetime import date

import pytest

from hub_portal.trail.models import Act
from schools.errors import PlanExists
from schools.models import ActionPlan, Activity, Priority, SchoolYear
from schools.services.action_plan import seed_plan, start_plan
from tests.makers.schools import NOON, make_hub_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub_manager():
    return make_hub_manager()


def _year(starts_in):
    return SchoolYear.objects.get(starts_on=date(starts_in, 9, 1))


def _themes(plan):
    return [
        (theme.name, "".join(theme.priorities.order_by("letter").values_list("letter", flat=True)))
        for theme in plan.themes.order_by("position")
    ]


PUBLISHED = [
    ("Recruitment and retention", "ABC"),
    ("Assessment", "ABCDE"),
    ("Curriculum and pedagogy", "ABCD"),
    ("Leadership and management", "ABCD"),
    ("Achievement and progress", "AB"),
]


def test_the_seeded_plan_has_the_themes_and_letters_the_hub_published(hub_manager):
    plan = seed_plan(year=_year(2026), by=hub_manager, at=NOON)

    assert _themes(plan) == PUBLISHED
    assert str(Priority.objects.get(theme__name="Assessment", letter="B")) == (
        "Assessment B: Life after levels: moderation between schools and stages"
    )
    assert all(p.activities.exists() for p in Priority.objects.all())
    assert Act.objects.get().verb == "action_plan.started"


def test_a_new_plan_may_start_as_a_copy_without_dates_and_what_was_achieved(hub_manager):
    last_years = seed_plan(year=_year(2025), by=hub_manager, at=NOON)
    Activity.objects.update(
        planned_on=date(2025, 10, 7), impact_expected="More", impact_achieved="Much more"
    )

    plan = start_plan(year=_year(2026), copy_of=last_years, by=hub_manager, at=NOON)

    assert _themes(plan) == PUBLISHED
    copied = Activity.objects.filter(priority__theme__plan=plan)
    assert copied.count() == Activity.objects.count() / 2
    assert set(copied.values_list("planned_on", "impact_expected", "impact_achieved")) == {
        (None, "More", "")
    }


def test_a_year_has_one_plan(hub_manager):
    start_plan(year=_year(2026), by=hub_manager, at=NOON)

    with pytest.raises(PlanExists):
        seed_plan(year=_year(2026), by=hub_manager, at=NOON)

    assert ActionPlan.objects.count() == 1
    assert not Priority.objects.exists()
