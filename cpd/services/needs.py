"""What delegates need, said by themselves and seen by the organiser alone. Rule BK-13.

Asked of the delegate by link, never of the rep. Sealed with NEEDS_KEY, in no mail, export, log or
act; whoever looks at a cohort's needs leaves an act that says so, not what was seen.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from cpd.choices import Access, Food
from cpd.models import Booking, Cohort, Needs
from cpd.services.organising import organises
from hub_portal.shared.encryption import vault
from hub_portal.shared.errors import NotAllowed
from hub_portal.shared.wording import in_a_row
from hub_portal.trail.services.acts import record_act
from schools.models import Person

USE = "cpd.needs"


@dataclass(frozen=True)
class WhatIsNeeded:
    """Needs in plain: food and access from the lists, and a few words."""

    food: Sequence[str] = ()
    access: Sequence[str] = ()
    words: str = ""

    @property
    def is_nothing(self) -> bool:
        return not (self.food or self.access or self.words)

    @property
    def in_words(self) -> str:
        """“Vegetarian and step-free access. Sits at the front.”"""
        labels = [Food(code).label for code in self.food]
        labels += [Access(code).label for code in self.access]
        return ". ".join(filter(None, [in_a_row(labels), self.words]))


@dataclass(frozen=True)
class NeedsOfDelegate:
    """One delegate's needs, as the organiser sees them."""

    name: str
    school: str
    needed: WhatIsNeeded


@dataclass(frozen=True)
class ForTheVenue:
    """What a venue is given: how many need what, and words without names."""

    places: int
    counts: Sequence[tuple[str, int]]
    words: Sequence[str]


@dataclass(frozen=True)
class Answered:
    """How many of a cohort's delegates were asked and have answered; nothing of what."""

    places: int
    answered: int


# ---- The delegate -------------------------------------------------------------------------------


def own_needs(person: Person) -> WhatIsNeeded | None:
    """What a person keeps for every course, for their own eyes; None if they keep nothing."""
    kept = Needs.objects.filter(person=person, cohort__isnull=True).first()
    return opened(kept) if kept else None


@transaction.atomic
def keep_own_needs(*, person: Person, needed: WhatIsNeeded, at: datetime) -> None:
    """Keep what a person needs, and pass it to the courses they are booked on."""
    _say(person, None, needed, at=at)
    for cohort in _cohorts_to_come(person, at):
        _say(person, cohort, needed, at=at)


@transaction.atomic
def forget_own_needs(*, person: Person) -> None:
    """Delete everything a person has said they need, wherever it was passed on to."""
    Needs.objects.filter(person=person).delete()


@transaction.atomic
def say_needs(*, asked: Needs, needed: WhatIsNeeded, at: datetime) -> None:
    """Answer for the one course the link was about; a later answer takes the place of this."""
    _say(asked.person, asked.cohort, needed, at=at)


def asked_by_link(at: datetime) -> QuerySet[Needs]:
    """What may still be answered by the link that was mailed."""
    return Needs.objects.open_by_link(at).select_related("person", "cohort__programme")


def opened(row: Needs) -> WhatIsNeeded:
    """What a row says, in plain: for its owner alone. Others ask `see_needs`."""
    if not row.sealed:
        return WhatIsNeeded()
    return WhatIsNeeded(**json.loads(vault(settings.NEEDS_KEYS, use=USE).decrypt(row.sealed)))


# ---- The organiser ------------------------------------------------------------------------------


def answered(cohort: Cohort) -> Answered:
    """How many have answered; this may be seen without an act, since it tells nothing."""
    delegates = _delegates(cohort)
    said = Needs.objects.said_on(cohort).filter(person__in=delegates.values("delegate"))
    return Answered(places=delegates.count(), answered=said.count())


@transaction.atomic
def see_needs(
    *, cohort: Cohort, by: Person, at: datetime
) -> tuple[list[NeedsOfDelegate], ForTheVenue]:
    """Look at what a cohort's delegates need: by person, and as the venue is given it.

    Each look is an act. Raises: NotAllowed.
    """
    if not organises(person=by, cohort=cohort):
        raise NotAllowed("Only the organiser of a course sees what its delegates need.")
    record_act(verb="needs.seen", subject=f"cohort:{cohort.pk}", by=by, at=at)
    places = list(_delegates(cohort).values_list("delegate", "named_as", "school__name"))
    said = {row.person_id: opened(row) for row in Needs.objects.said_on(cohort)}
    found = [
        NeedsOfDelegate(name, school, said[person_id])
        for person_id, name, school in places
        if person_id in said and not said[person_id].is_nothing
    ]
    return found, for_the_venue(places=len(places), needs=[each.needed for each in found])


def for_the_venue(*, places: int, needs: Iterable[WhatIsNeeded]) -> ForTheVenue:
    """Counts and words in no order that would tell whose they are."""
    needed = list(needs)
    counts = Counter(Food(code).label for one in needed for code in one.food)
    counts.update(Access(code).label for one in needed for code in one.access)
    order = [*Food.labels, *Access.labels]
    return ForTheVenue(
        places=places,
        counts=[(label, counts[label]) for label in order if counts[label]],
        words=sorted(one.words for one in needed if one.words),
    )


# ---- Within -------------------------------------------------------------------------------------


def _say(person: Person, cohort: Cohort | None, needed: WhatIsNeeded, *, at: datetime) -> None:
    sealed = "" if needed.is_nothing else _sealed(needed)
    row, _ = Needs.objects.get_or_create(person=person, cohort=cohort)
    Needs.objects.filter(pk=row.pk).update(sealed=sealed, said_at=at)


def _cohorts_to_come(person: Person, at: datetime) -> list[Cohort]:
    booked = Booking.objects.of_delegate(person).upcoming(at).values("cohort")
    return list(Cohort.objects.filter(pk__in=booked).order_by("pk"))


def _delegates(cohort: Cohort) -> QuerySet[Booking]:
    """Live places with somebody on them, by school and name."""
    live = Booking.objects.live().filter(cohort=cohort, delegate__isnull=False)
    return live.order_by("school__name", "named_as", "pk")


def _sealed(needed: WhatIsNeeded) -> str:
    plain = {"food": list(needed.food), "access": list(needed.access), "words": needed.words}
    return vault(settings.NEEDS_KEYS, use=USE).encrypt(json.dumps(plain).encode()).decode()
