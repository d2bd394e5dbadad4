"""Certificates in the hub manager's room."""

import csv
import io

import pytest
import time_machine

from cpd.models import Certificate
from hub_portal.trail.models import Act
from tests.makers.certificates import make_certificate
from tests.makers.cpd import give_credits
from tests.makers.evaluations import the_morning_after
from tests.makers.registers import make_organiser, make_running_cohort
from tests.makers.schools import make_finance_officer, sign_in

ROOM = "/admin/cpd/certificate/"


@pytest.fixture
def certificate(cast):
    give_credits(school=cast.our_school)
    cohort = make_running_cohort(organiser=make_organiser())
    made = make_certificate(cohort=cohort, school=cast.our_school, rep=cast.rep)
    with time_machine.travel(the_morning_after(cohort), tick=False):
        yield made


@pytest.fixture
def as_manager(client, cast, certificate):
    sign_in(client, cast.hub_manager)
    return client


def test_a_name_is_put_right_with_a_reason(as_manager, cast, certificate):
    sent = {"printed_name": "Benedict Shah", "reason": "Full name", "is_sure": "on"}
    answer = as_manager.post(f"{ROOM}{certificate.pk}/replace/", sent)

    new = Certificate.objects.valid().get()
    assert answer["Location"] == f"{ROOM}{new.pk}/change/"
    assert (new.printed_name, new.replaces) == ("Benedict Shah", certificate)
    assert Act.objects.get(verb="certificate.replaced").reason == "Full name"


def test_one_is_withdrawn_and_a_second_time_refused_in_a_sentence(as_manager, certificate):
    sent = {"reason": "Signed for another", "is_sure": "on"}
    as_manager.post(f"{ROOM}{certificate.pk}/withdraw/", sent)
    again = as_manager.post(f"{ROOM}{certificate.pk}/withdraw/", sent)

    assert again.status_code == 422
    assert "This certificate is withdrawn already." in again.content.decode()
    assert Certificate.objects.get().reason == "Signed for another"


@pytest.mark.parametrize("act", ["replace", "withdraw"])
def test_a_reason_is_needed(as_manager, certificate, act):
    sent = {"printed_name": "Ben", "reason": "", "is_sure": "on"}

    assert as_manager.post(f"{ROOM}{certificate.pk}/{act}/", sent).status_code == 422
    assert Certificate.objects.get().status == "valid"


def test_the_list_is_found_by_number_and_taken_away(as_manager, certificate):
    found = as_manager.get(f"{ROOM}?q={certificate.number}").content.decode()
    taken = as_manager.get(f"{ROOM}certificates.csv")
    rows = list(csv.reader(io.StringIO(b"".join(taken.streaming_content).decode("utf-8-sig"))))

    assert certificate.number_in_groups in found
    assert rows[1][:4] == [
        certificate.number,
        certificate.printed_name,
        "Lampton School",
        "Coaching conversations",
    ]
    assert Act.objects.filter(verb="certificates.exported").count() == 1


def test_certificates_are_never_edited(as_manager, certificate):
    assert as_manager.get(f"{ROOM}{certificate.pk}/change/").status_code == 200
    assert as_manager.get(f"{ROOM}add/").status_code == 403
    assert as_manager.post(f"{ROOM}{certificate.pk}/delete/").status_code == 403


def test_a_finance_officer_sees_none(client, certificate):
    sign_in(client, make_finance_officer())

    assert client.get(ROOM).status_code == 403
    assert client.get(f"{ROOM}{certificate.pk}/withdraw/").status_code == 403
