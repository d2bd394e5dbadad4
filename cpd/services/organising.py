"""Who looks after a cohort: its organiser, and the hub managers."""

from cpd.models import Cohort
from schools.models import Person


def organises(*, person: Person, cohort: Cohort) -> bool:
    """Whether a person sees and writes to the delegates of a cohort. Rules BK-13 and XX-6."""
    return person.is_active and (person.is_hub_manager or cohort.organiser_id == person.pk)
