"""Pupil rolls: facts with a source, of which the one entered last counts. Rule SC-3."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.choices import RollDefinition, RollSource
from schools.errors import CensusDateWrong, NoSuchNumberOfPupils, ReasonNeeded
from schools.models import CensusDay, Person, PupilRoll, School
from schools.services.roll_formats import MOST_PUPILS


def enter_roll_by_hand(
    *,
    school: School,
    census_on: date,
    pupils: int,
    definition: RollDefinition,
    reason: str,
    by: Person,
    at: datetime,
) -> PupilRoll:
    """Enter one school's pupils on roll by hand, and say why. Rule SC-3.

    What was entered before stays; from now on this counts for its census and definition.
    Raises: ReasonNeeded, CensusDateWrong, NoSuchNumberOfPupils.
    """
    if not reason.strip():
        raise ReasonNeeded
    refuse_future_census(census_on, at=at)
    if not 0 <= pupils <= MOST_PUPILS:
        raise NoSuchNumberOfPupils(most=MOST_PUPILS)
    with transaction.atomic():
        roll = PupilRoll.objects.create(
            school=school,
            census_on=census_on,
            pupils=pupils,
            definition=definition,
            source=RollSource.BY_HAND,
            reason=reason.strip()[:300],
            entered_by=by,
            entered_at=at,
        )
        record_act(
            verb="roll.entered_by_hand",
            subject=f"roll:{roll.pk}",
            school=f"school:{school.pk}",
            reason=reason.strip(),
            after={
                "pupils": pupils,
                "census_on": census_on.isoformat(),
                "definition": str(definition),
            },
            by=by,
            at=at,
        )
    return roll


def refuse_future_census(census_on: date, *, at: datetime) -> None:
    """Raises: CensusDateWrong for a day still to come."""
    if census_on > london_date(at):
        raise CensusDateWrong


def rolls_on_record(
    schools: Iterable[School], *, definition: RollDefinition
) -> dict[int, list[PupilRoll]]:
    """By school, the rolls that count: one for each census date, oldest first. Rule SC-3."""
    found: dict[int, list[PupilRoll]] = {}
    rolls = PupilRoll.objects.filter(school__in=list(schools), definition=definition)
    for roll in rolls.latest_per_school().order_by("census_on", "pk"):
        found.setdefault(roll.school_id, []).append(roll)
    return found


def census_days_offered(*, on: date) -> list[CensusDay]:
    """Census days that have been, newest first, for whoever is asked for one."""
    return list(CensusDay.objects.filter(on__lte=on).order_by("-on"))
