"""Every state of a certificate × every verb."""

from datetime import timedelta

import pytest

from cpd.choices import CertificateStatus
from cpd.services.certificates import (
    issue_for_cohort,
    replace_certificate,
    withdraw_certificate,
)
from schools.models import Person
from tests.cpd.state_tables.reading import outcome_of, read, to_try, verbs_about
from tests.makers.certificates import make_certificate
from tests.makers.cpd import IN_JANUARY, give_credits, make_cohort
from tests.makers.registers import make_organiser
from tests.makers.schools import make_cast

pytestmark = pytest.mark.django_db

LATER = IN_JANUARY + timedelta(days=3)

CERTIFICATE = """
                      valid      withdrawn            replaced
replace_certificate   replaced   CertificateHasEnded  CertificateHasEnded
withdraw_certificate  withdrawn  CertificateHasEnded  CertificateHasEnded
issue_for_cohort      =          =                    =
"""


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


def acts_on(certificate, cast):
    hub = {"certificate_id": certificate.pk, "reason": "x", "by": cast.hub_manager, "at": LATER}
    return {
        "replace_certificate": lambda: replace_certificate(printed_name="B. Shah", **hub),
        "withdraw_certificate": lambda: withdraw_certificate(**hub),
        "issue_for_cohort": lambda: issue_for_cohort(
            cohort_id=certificate.cohort_id, by=Person.objects.portal(), at=LATER
        ),
    }


COMES_TO = {
    CertificateStatus.WITHDRAWN: "withdraw_certificate",
    CertificateStatus.REPLACED: "replace_certificate",
}


@pytest.mark.parametrize(("verb", "state", "outcome"), to_try(CERTIFICATE))
def test_every_verb_on_every_state_of_a_certificate(cast, verb, state, outcome):
    cohort = make_cohort(organiser=make_organiser())
    certificate = make_certificate(cohort=cohort, school=cast.our_school, rep=cast.rep)
    if state != CertificateStatus.VALID:
        acts_on(certificate, cast)[COMES_TO[state]]()
    certificate.refresh_from_db()
    assert certificate.status == state

    assert outcome_of(certificate, acts_on(certificate, cast)[verb]) == outcome


def test_no_state_and_no_verb_of_a_certificate_is_left_out():
    states, cells = read(CERTIFICATE)

    assert set(states) == set(CertificateStatus)
    verbs = verbs_about("certificate_id") | {"issue_for_cohort"}
    assert {verb for verb, _, _ in cells} == verbs
