"""What the demo hub is called, where it is, and its action plan."""

from datetime import datetime

from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.models import HubProfile, Person
from schools.services.action_plan import seed_plan
from schools.services.calendar import school_year_of


def dress(*, by: Person, at: datetime) -> None:
    """Give the portal the London West Alliance's name, and say that it is a demo."""
    HubProfile.objects.filter(pk=1).update(
        name="London West Alliance",
        alliance_name="Teaching school alliance",
        contact_name="Helen Marsh",
        contact_email="manager@hub.example",
        telephone="020 7946 0123",
        address="Lampton School\nLampton Avenue\nHounslow\nTW3 4EP",
        is_demo=True,
    )
    record_act(verb="demo.built", subject="hub_profile:1", by=by, at=at)
    seed_plan(year=school_year_of(london_date(at)), by=by, at=at)
