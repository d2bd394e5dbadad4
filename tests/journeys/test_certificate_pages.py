"""Checking a certificate in a real browser, and the hub's room of certificates."""

from datetime import UTC, datetime, timedelta

import pytest

from cpd.models import Certificate
from cpd.services.certificates import (
    issue_certificates,
    replace_certificate,
    withdraw_certificate,
)
from cpd.services.registers import take_register
from tests.looking import look, look_at_each
from tests.makers.cpd import give_credits, make_booking, make_programme
from tests.makers.evaluations import complete
from tests.makers.registers import make_organiser, make_running_cohort
from tests.makers.schools import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Certified:
    """Yesterday's course, two certificates: one replaced by a third, one withdrawn."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast, organiser = make_cast(), make_organiser()
        yesterday = self.at - timedelta(days=1)
        give_credits(school=self.cast.our_school, at=yesterday)
        cohort = make_running_cohort(
            organiser=organiser,
            programme=make_programme(title="Coaching conversations that change practice"),
            starts_at=yesterday,
        )
        names = ("Ngozi Chukwuemeka-Featherstonehaugh", "Ben Shah")
        places = [
            make_booking(
                cohort=cohort,
                school=self.cast.our_school,
                by=self.cast.rep,
                at=yesterday - timedelta(days=20),
                full_name=name,
            )
            for name in names
        ]
        take_register(
            session_id=cohort.sessions.get().pk,
            marks=dict.fromkeys((place.pk for place in places), "attended"),
            by=organiser,
            at=yesterday,
        )
        complete(cohort)
        issue_certificates(at=self.at)
        self.replaced, self.withdrawn = Certificate.objects.order_by("pk")
        by_the_hub = {"by": self.cast.hub_manager, "at": self.at}
        self.valid = replace_certificate(
            certificate_id=self.replaced.pk, printed_name=names[0], reason="Name", **by_the_hub
        )
        withdraw_certificate(certificate_id=self.withdrawn.pk, reason="Error", **by_the_hub)


@pytest.fixture
def certified(transactional_db):
    return Certified()


def test_pages_of_certificates_are_sound(certified, visit):
    page = visit(None, "/certificates/")
    paths = {
        "certificates": "/certificates/",
        "certificates-mistake": "/certificates/?number=x",
        "certificates-unknown": "/certificates/222222222222/",
        "certificate-valid": f"/certificates/{certified.valid}/",
        "certificate-replaced": f"/certificates/{certified.replaced}/",
        "certificate-withdrawn": f"/certificates/{certified.withdrawn}/",
    }
    for name, path in paths.items():
        page.goto(path)
        look(page, name)
    holder = visit(certified.valid.person, f"/certificates/{certified.valid}/")
    look(holder, "certificate-of-its-holder")


def test_the_hub_s_room_of_certificates_is_sound(certified, visit):
    page = visit(certified.cast.hub_manager, "/admin/cpd/certificate/")
    room = f"/admin/cpd/certificate/{certified.valid.pk}"
    look_at_each(
        page,
        [
            "/admin/cpd/certificate/",
            f"{room}/change/",
            f"{room}/replace/",
            f"{room}/withdraw/",
            f"/admin/cpd/certificate/{certified.withdrawn.pk}/change/",
        ],
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_checks_a_number_they_were_shown(certified, visit, javascript):
    page = visit(None, "/", at="phone", javascript=javascript)

    page.get_by_role("link", name="Check a certificate").click()
    page.get_by_label("Number of the certificate").fill(certified.valid.number_in_groups.lower())
    page.get_by_role("button", name="Check it").click()

    page.get_by_text("This certificate is valid.").wait_for()
    assert "Ngozi Chukwuemeka-Featherstonehaugh" in page.inner_text("main")
