"""Registers in the hub manager's room."""

import pytest
import time_machine

from cpd.models import Attendance
from hub_portal.desk.to_do import what_needs_doing
from tests.makers.cpd import give_credits, make_booking
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    sessions_of,
    take,
)
from tests.makers.schools import NOON, make_finance_officer


@pytest.fixture
def cohort(cast):
    return make_running_cohort(organiser=make_organiser())


@pytest.fixture
def ben(cast, cohort):
    give_credits(school=cast.our_school)
    return make_booking(
        cohort=cohort, school=cast.our_school, by=cast.rep, at=NOON, full_name="Ben Shah"
    )


@pytest.fixture
def session(cohort):
    return sessions_of(cohort)[0]


def signed_in_again(client, cast):
    """The hub's own people are signed out after half an hour."""
    client.force_login(cast.hub_manager)
    return client


def page(session):
    return f"/admin/cpd/session/{session.pk}/register/"


def test_the_hub_takes_a_register_through_the_same_service(as_manager, cast, session, ben):
    with time_machine.travel(ON_THE_DAY, tick=False):
        sent = {f"mark-{ben.pk}": "attended", f"was-{ben.pk}": ""}
        answer = signed_in_again(as_manager, cast).post(page(session), sent, follow=True)

    assert "1 mark changed." in answer.content.decode()
    row = Attendance.objects.get()
    assert (row.mark, row.marked_by) == ("attended", cast.hub_manager)


def test_a_refusal_is_its_sentence(as_manager, session, ben):
    answer = as_manager.post(page(session), {f"mark-{ben.pk}": "attended", f"was-{ben.pk}": ""})

    assert answer.status_code == 422
    assert "This register opens on Thursday 14 January 2027" in answer.content.decode()
    assert not Attendance.objects.exists()


def test_sessions_and_marks_are_looked_at_and_never_edited(as_manager, cohort, session, ben):
    take(cohort, {ben: "attended"})
    row = Attendance.objects.get()

    for address in (
        "/admin/cpd/session/",
        f"/admin/cpd/session/{session.pk}/change/",
        "/admin/cpd/attendance/",
        f"/admin/cpd/attendance/{row.pk}/change/",
    ):
        assert as_manager.get(address).status_code == 200
    assert as_manager.get("/admin/cpd/session/add/").status_code == 403
    assert as_manager.post(f"/admin/cpd/session/{session.pk}/delete/").status_code == 403
    assert as_manager.post(f"/admin/cpd/attendance/{row.pk}/delete/").status_code == 403


def test_the_desk_and_the_list_show_registers_that_were_not_taken(
    as_manager, cast, cohort, session, ben
):
    with time_machine.travel(session.ends_at, tick=False):
        signed_in_again(as_manager, cast)
        said = [todo.sentence for todo in what_needs_doing(at=session.ends_at)]
        listed = as_manager.get("/admin/cpd/session/?register=missing").content.decode()
        take(cohort, {ben: "attended"})
        after = as_manager.get("/admin/cpd/session/?register=missing").content.decode()

    assert "1 register not taken" in said
    assert "0 of 1 marked" in listed
    assert "0 sessions" in after


def test_a_finance_officer_takes_no_register(client, cast, session, ben):
    client.force_login(make_finance_officer())

    assert client.get(page(session)).status_code == 403
