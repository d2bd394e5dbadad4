"""A school is itself, not its URN; and membership has dates. Rules SC-1 and SC-2."""

from datetime import date, timedelta

import pytest

from hub_portal.trail.models import Act
from schools.errors import (
    EndsBeforeItBegins,
    MembershipOverlaps,
    ReasonNeeded,
    UrnInUse,
    UrnWrong,
)
from schools.models import FormerUrn, Membership, School
from schools.services.membership import (
    begin_membership,
    end_membership,
    give_new_urn,
    record_former_urn,
)
from tests.makers.rolls import make_roll
from tests.makers.schools import NOON, make_colleague, make_hub_manager, make_school

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def hub_manager():
    return make_hub_manager()


def _verbs():
    return list(Act.objects.order_by("pk").values_list("verb", flat=True))


def _begin(school, by, from_on=SEPTEMBER):
    return begin_membership(school=school, from_on=from_on, by=by, at=NOON)


def _end(membership, by, last_day, reason="It joined another alliance"):
    return end_membership(membership=membership, last_day=last_day, reason=reason, by=by, at=NOON)


def test_a_school_is_a_member_from_its_first_to_its_last_day(hub_manager):
    school = make_school(member=False)
    last_day = date(2027, 7, 21)
    membership = _begin(school, hub_manager)
    _end(membership, hub_manager, last_day)

    days = [SEPTEMBER - timedelta(days=1), SEPTEMBER, last_day, last_day + timedelta(days=1)]

    assert [School.objects.members(day).count() for day in days] == [0, 1, 1, 0]
    assert _verbs() == ["membership.begun", "membership.ended"]


def test_a_second_membership_begins_after_the_first_has_ended(hub_manager):
    school = make_school(member=False)
    first = _begin(school, hub_manager)
    _end(first, hub_manager, date(2026, 12, 18))

    _begin(school, hub_manager, from_on=date(2026, 12, 19))

    assert school.memberships.count() == 2
    assert School.objects.members(date(2026, 12, 19)).count() == 1


@pytest.mark.parametrize("from_on", [date(2025, 9, 1), SEPTEMBER, date(2026, 12, 18)])
def test_begin_membership_is_refused_on_days_of_another(hub_manager, from_on):
    school = make_school(member=False)
    _end(_begin(school, hub_manager), hub_manager, date(2026, 12, 18))

    with pytest.raises(MembershipOverlaps):
        _begin(school, hub_manager, from_on=from_on)

    assert school.memberships.count() == 1
    assert _verbs() == ["membership.begun", "membership.ended"]


def test_end_membership_is_refused_before_its_beginning_and_without_a_reason(hub_manager):
    membership = _begin(make_school(member=False), hub_manager)

    with pytest.raises(EndsBeforeItBegins):
        _end(membership, hub_manager, SEPTEMBER - timedelta(days=1))
    with pytest.raises(ReasonNeeded):
        _end(membership, hub_manager, date(2027, 7, 21), reason="  ")

    membership.refresh_from_db()
    assert membership.to_on is None
    assert _verbs() == ["membership.begun"]


def test_a_last_day_cannot_be_moved_into_a_later_membership(hub_manager):
    school = make_school(member=False)
    first = _begin(school, hub_manager)
    _end(first, hub_manager, date(2026, 12, 18))
    _begin(school, hub_manager, from_on=date(2027, 1, 4))

    with pytest.raises(MembershipOverlaps):
        _end(first, hub_manager, date(2027, 1, 4))

    assert Membership.objects.get(pk=first.pk).to_on == date(2026, 12, 18)


def test_a_conversion_gives_a_new_number_and_everything_stays(hub_manager):
    school = make_school(name="Lampton School", urn=102538)
    roll = make_roll(school=school, by=hub_manager, pupils=1500)
    rep = make_colleague(school=school)

    give_new_urn(
        school=school,
        urn=136341,
        converted_on=date(2010, 10, 1),
        reason="Became an academy",
        by=hub_manager,
        at=NOON,
    )

    school.refresh_from_db()
    assert school.urn == 136341
    assert list(school.former_urns.values_list("urn", "ended_on", "note")) == [
        (102538, date(2010, 10, 1), "Became an academy")
    ]
    assert School.objects.with_urn(102538).get() == School.objects.with_urn(136341).get() == school
    assert (roll.school, rep.appointments.get().school) == (school, school)
    assert school.history.count() == 2
    act = Act.objects.get()
    assert (act.before, act.after, act.reason) == (
        {"urn": 102538},
        {"urn": 136341},
        "Became an academy",
    )


def test_a_former_number_belongs_to_one_school(hub_manager):
    school, other = make_school(urn=145475), make_school(name="Other", urn=146822)
    record_former_urn(school=school, urn=102497, by=hub_manager, at=NOON)

    for urn in (102497, 145475, 146822):
        with pytest.raises(UrnInUse):
            record_former_urn(school=other, urn=urn, by=hub_manager, at=NOON)
        with pytest.raises(UrnInUse):
            give_new_urn(
                school=other, urn=urn, converted_on=SEPTEMBER, reason="x", by=hub_manager, at=NOON
            )

    assert list(FormerUrn.objects.values_list("school", "urn")) == [(school.pk, 102497)]
    assert _verbs() == ["school.former_urn_recorded"]


@pytest.mark.parametrize("urn", [0, 99_999, 1_000_000])
def test_a_number_has_six_digits(hub_manager, urn):
    with pytest.raises(UrnWrong):
        record_former_urn(school=make_school(), urn=urn, by=hub_manager, at=NOON)

    assert not FormerUrn.objects.exists()
