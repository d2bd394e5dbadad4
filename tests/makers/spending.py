"""Credits that a school has committed, without a course behind them.

booked = spend(school=school, credits=40)
booked.settle()          # or booked.give_back(returned=30, kept=10)
"""

import itertools
from dataclasses import dataclass

from django.db import transaction

from credits.services.commitments import commitment, release, settlement, waiver
from credits.services.ledger import post
from schools.models import School
from tests.makers.credits import make_year, the_portal
from tests.makers.schools import NOON

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Spending:
    about: str
    school: School
    credits: int

    def settle(self, *, amount=None):
        return self._post(settlement, key=f"{self.about}:settled", amount=amount or self.credits)

    def give_back(self, *, returned=None, kept=0):
        returned = self.credits - kept if returned is None else returned
        return self._post(release, key=f"{self.about}:released", returned=returned, kept=kept)

    def waive(self, *, amount):
        return self._post(waiver, key=f"{self.about}:waived", amount=amount)

    def _post(self, build, **facts):
        entry = build(
            about=self.about, school=self.school, year=make_year(), person_id=None, **facts
        )
        with transaction.atomic():
            return post([entry], by=the_portal(), at=NOON)[0]


def spend(*, school, credits, about=None, person=None, at=NOON):
    """Commit credits of a school; what comes back can settle or return them."""
    about = about or f"test_booking:{next(_numbers)}"
    entry = commitment(
        key=f"{about}:commit",
        about=about,
        school=school,
        year=make_year(at=at),
        price=credits,
        for_people=[person.pk if person else None],
    )
    with transaction.atomic():
        post([entry], by=the_portal(), at=at)
    return Spending(about=about, school=school, credits=credits)
