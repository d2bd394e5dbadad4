"""Joining details of a cohort: kept version by version, told to the delegates. Rule BK-11.

What counts is the newest version; its words stand on the cohort too, where mails, pages and
calendars read them. A version is never changed or deleted.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cpd.choices import COHORT_MOVES, CohortStatus
from cpd.emails import joining_mails
from cpd.errors import CourseIsOver, DetailsNeeded, SavedMeanwhile
from cpd.models import Cohort, JoiningDetails
from cpd.services.messaging import letters_to
from cpd.services.moving import lock_cohort, raise_sequences
from cpd.services.organising import organises
from hub_portal.shared.errors import NotAllowed
from hub_portal.shared.plain_text import clean_line
from hub_portal.shared.retrying import retried
from hub_portal.shared.rich_text import clean_rich_text
from hub_portal.shared.wording import moment
from hub_portal.trail.services.acts import record_act
from schools.models import Person


@retried
def save_details(
    *,
    cohort: Cohort,
    words: str,
    what_changed: str = "",
    based_on: int,
    tells: bool,
    by: Person,
    at: datetime,
) -> JoiningDetails:
    """Keep a new version of a cohort's joining details; it counts from now on. Rule BK-11.

    Whoever has a place is told once, if `tells`; calendars follow. `based_on` is the number of
    the version the writer saw, 0 for none. The same words again change nothing.

    Raises: NotAllowed, CourseIsOver, DetailsNeeded, SavedMeanwhile when somebody else was faster.
    """
    kept = clean_rich_text(words)
    if not kept.text:
        raise DetailsNeeded
    with transaction.atomic():
        locked = lock_cohort(cohort.pk)
        if not organises(person=by, cohort=locked):
            raise NotAllowed("Only the organiser of a course changes its joining details.")
        if not may_change(locked):
            raise CourseIsOver
        newest = newest_of(locked)
        if newest is not None and newest.words == kept:
            return newest
        if newest is not None and newest.number != based_on:
            raise SavedMeanwhile(by=str(newest.saved_by), at_words=moment(newest.saved_at))
        locked.joining_details = kept
        locked.save(update_fields=["joining_details"])
        tells = tells and locked.status == CohortStatus.OFFERED
        version = _write(
            locked,
            number=newest.number + 1 if newest else 1,
            what_changed=clean_line(what_changed),
            tells=tells,
            by=by,
            at=at,
        )
        raise_sequences(locked)
        told = letters_to(locked) if tells else []
        joining_mails.details_are_new(version=version, readers=told, at=at)
        _record(version, told=len(told), by=by, at=at)
    return version


def write_first_details(*, cohort: Cohort, by: Person, at: datetime) -> JoiningDetails:
    """Keep what a cohort was planned with as its first version; nobody has a place yet."""
    version = _write(cohort, number=1, what_changed="", tells=False, by=by, at=at)
    _record(version, told=0, by=by, at=at)
    return version


def may_change(cohort: Cohort) -> bool:
    """Whether joining details still make a difference."""
    return bool(COHORT_MOVES[CohortStatus(cohort.status)])


def newest_of(cohort: Cohort) -> JoiningDetails | None:
    """The version that counts, if there is one."""
    versions = cohort.joining_versions.select_related("saved_by")
    return versions.order_by("-number").first()


def versions_of(cohort: Cohort) -> Sequence[JoiningDetails]:
    """Every version, the newest first."""
    return list(cohort.joining_versions.select_related("saved_by").order_by("-number"))


def _write(
    cohort: Cohort, *, number: int, what_changed: str, tells: bool, by: Person, at: datetime
) -> JoiningDetails:
    return JoiningDetails.objects.create(
        cohort=cohort,
        number=number,
        words=cohort.joining_details,
        what_changed=what_changed,
        are_told=tells,
        saved_by=by,
        saved_at=at,
    )


def _record(version: JoiningDetails, *, told: int, by: Person, at: datetime) -> None:
    record_act(
        verb="cohort.joining_details",
        subject=f"cohort:{version.cohort_id}",
        by=by,
        at=at,
        after={"version": version.number, "told": told},
    )
