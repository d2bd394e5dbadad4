"""A teacher asks the rep for a place: it opens the booking form filled in and holds nothing.

Rule BK-2. Booking stays the rep's act; nothing here takes a place or a credit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from cpd.choices import ASK_MOVES, AskStatus
from cpd.emails import delegate_mails
from cpd.errors import NothingToAsk
from cpd.models import AskedPlace, Booking, Cohort, Programme
from cpd.services.gate import refuse_unless_acting, refuse_unless_bookable
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School
from schools.services.posts import voice_of

NO_POST = (
    "You are on no school’s staff list, so there is nobody to ask for you. Ask your school’s rep "
    "to add you, or write to the hub."
)
DECLINED_BEFORE = "Your school has said no to this date. Speak to your rep if things have changed."


@dataclass(frozen=True)
class OwnStanding:
    """What a teacher has to do with the dates of a course already, by cohort."""

    has_a_place: frozenset[int] = frozenset()
    has_asked: frozenset[int] = frozenset()


def schools_to_ask(person: Person) -> list[School]:
    """The schools where this person holds a post now."""
    live = person.appointments.live().values("school")
    return list(School.objects.filter(pk__in=live).order_by("name", "pk"))


def own_standing(*, person: Person, programme: Programme, at: datetime) -> OwnStanding:
    """On which dates of a course a teacher has a place, and which they have asked for."""
    live = Booking.objects.of_delegate(person).live().filter(cohort__programme=programme)
    waiting = AskedPlace.objects.waiting(at).filter(person=person, cohort__programme=programme)
    return OwnStanding(
        has_a_place=frozenset(live.values_list("cohort", flat=True)),
        has_asked=frozenset(waiting.values_list("cohort", flat=True)),
    )


@transaction.atomic
def ask_for_place(*, cohort: Cohort, school: School, by: Person, at: datetime) -> AskedPlace:
    """Ask the school's rep for a place on a cohort, for oneself. Rule BK-2.

    The rep is mailed once, however often it is asked.

    Raises: NothingToAsk, CohortNotBookable, WrongPhase, OverSchoolLimit.
    """
    _refuse_unless_it_may_be_asked(cohort, school, by, at)
    row, is_new = AskedPlace.objects.get_or_create(
        cohort=cohort, school=school, person=by, defaults={"asked_at": at}
    )
    asked = _locked(row.pk)
    if not is_new:
        if asked.status == AskStatus.ASKED:
            return asked
        if AskStatus.ASKED not in ASK_MOVES[AskStatus(asked.status)]:
            raise NothingToAsk(DECLINED_BEFORE)
        _become(asked, AskStatus.ASKED, by=None, at=None)
    record_act(
        verb="place.asked_for",
        subject=f"asked_place:{asked.pk}",
        school=f"school:{school.pk}",
        by=by,
        at=at,
        after={"cohort": cohort.pk},
    )
    voice = voice_of(school=school)
    if voice is not None:
        delegate_mails.place_asked_for(asked=asked, to=voice, at=at)
    return asked


@transaction.atomic
def take_ask_back(*, asked: AskedPlace, by: Person, at: datetime) -> AskedPlace:
    """The teacher no longer wants the place. Done twice, it changes nothing.

    Raises: NothingToAsk when the school has answered meanwhile.
    """
    return _answer(asked, AskStatus.WITHDRAWN, verb="place.no_longer_asked_for", by=by, at=at)


@transaction.atomic
def decline_ask(*, asked: AskedPlace, by: Person, at: datetime) -> AskedPlace:
    """The school says no to a place asked for, and the teacher is told. Done twice: once.

    Raises: MayNotActFor, NotAMember, NothingToAsk when it was taken back meanwhile.
    """
    refuse_unless_acting(person=by, school=asked.school, on=london_date(at))
    declined = _answer(asked, AskStatus.DECLINED, verb="place.declined", by=by, at=at)
    delegate_mails.place_declined(asked=declined, at=at)
    return declined


def asked_of(*, school: School, at: datetime) -> QuerySet[AskedPlace]:
    """What teachers of a school wait to hear about, the soonest course first."""
    waiting: QuerySet[AskedPlace] = AskedPlace.objects.waiting(at).filter(school=school)
    return waiting.select_related("cohort__programme", "person").order_by(
        "cohort__starts_at", "asked_at", "pk"
    )


def asked_by(*, person: Person, at: datetime) -> Sequence[AskedPlace]:
    """What a teacher waits to hear about, the soonest course first."""
    waiting = AskedPlace.objects.waiting(at).filter(person=person)
    return list(
        waiting.select_related("cohort__programme", "school").order_by("cohort__starts_at", "pk")
    )


def asked_place_for_form(
    *, asked_id: str, cohort: Cohort, by: Person, at: datetime
) -> AskedPlace | None:
    """The question a rep answers by booking, if it is one put to a school they act for."""
    if not asked_id.isascii() or not asked_id.isdigit():
        return None
    theirs = AskedPlace.objects.waiting(at).filter(
        school__in=by.appointments.live().of_the_school().values("school")
    )
    return theirs.filter(pk=int(asked_id), cohort=cohort).select_related("school").first()


def _refuse_unless_it_may_be_asked(
    cohort: Cohort, school: School, by: Person, at: datetime
) -> None:
    if school not in schools_to_ask(by):
        raise NothingToAsk(NO_POST)
    if not School.objects.members(london_date(at)).filter(pk=school.pk).exists():
        raise NothingToAsk(f"{school} is not a member of the alliance today. Ask the hub.")
    if voice_of(school=school) is None:
        raise NothingToAsk(f"{school} has no rep on record just now. Ask the hub.")
    if cohort.bookings.live().filter(delegate=by).exists():
        raise NothingToAsk("You have a place on this course already.")
    refuse_unless_bookable(
        cohort=cohort,
        school=school,
        asked=1,
        has=cohort.bookings.live().filter(school=school).count(),
        at=at,
    )


def _answer(
    asked: AskedPlace, status: AskStatus, *, verb: str, by: Person, at: datetime
) -> AskedPlace:
    locked = _locked(asked.pk)
    if locked.status == status:
        return locked
    if status not in ASK_MOVES[AskStatus(locked.status)]:
        raise NothingToAsk(f"This was {AskStatus(locked.status).label.lower()} already.")
    _become(locked, status, by=by, at=at)
    record_act(
        verb=verb,
        subject=f"asked_place:{locked.pk}",
        school=f"school:{locked.school_id}",
        by=by,
        at=at,
    )
    return locked


def _locked(asked_id: int) -> AskedPlace:
    return (
        AskedPlace.objects.select_for_update(no_key=True, of=("self",))
        .select_related("cohort__programme", "school", "person")
        .get(pk=asked_id)
    )


def _become(
    asked: AskedPlace, status: AskStatus, *, by: Person | None, at: datetime | None
) -> None:
    asked.status, asked.answered_by, asked.answered_at = status, by, at
    asked.save(update_fields=["status", "answered_by", "answered_at"])
