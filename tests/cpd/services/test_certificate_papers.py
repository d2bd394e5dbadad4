"""A certificate on paper: one page, tagged, with the way to check it."""

import io

import pikepdf
import pytest

from cpd.services.certificate_papers import certificate_attached, certificate_pdf
from tests.documents import faults_of, title_of, words_of
from tests.makers.certificates import make_certificate
from tests.makers.cpd import give_credits, make_programme
from tests.makers.registers import make_organiser, make_running_cohort
from tests.makers.schools import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate():
    cast = make_cast()
    give_credits(school=cast.our_school)
    programme = make_programme(title="Coaching conversations", hours=6)
    cohort = make_running_cohort(organiser=make_organiser(), programme=programme, sessions=2)
    return make_certificate(cohort=cohort, school=cast.our_school, rep=cast.rep)


def test_it_says_who_what_when_how_long_and_how_to_check_it(certificate):
    made = certificate_pdf(certificate)

    assert faults_of(made) == []
    assert title_of(made) == "Certificate of attendance: Coaching conversations"
    words = words_of(made)
    for said in (
        certificate.printed_name,
        "Coaching conversations",
        "14 January 2027 to 21 January 2027",
        "6 hours of professional development",
        certificate.number_in_groups,
        f"/certificates/{certificate.number}/",
    ):
        assert said in words


def test_the_longest_names_still_fit_on_one_page_across(certificate):
    certificate.printed_name = "Wolfeschlegelsteinhausenbergerdorff " * 4
    certificate.title = "Mastery of mathematics in key stage two and beyond " * 2

    with pikepdf.open(io.BytesIO(certificate_pdf(certificate))) as document:
        assert len(document.pages) == 1
        _, _, width, height = map(float, document.pages[0].mediabox)
    assert width > height


def test_the_same_document_goes_with_the_mail(certificate):
    [attached] = certificate_attached(f"certificate:{certificate.pk}")

    assert (attached.name, attached.content_type) == ("certificate.pdf", "application/pdf")
    assert certificate.number_in_groups in words_of(attached.content)
    assert not attached.carries_a_right
