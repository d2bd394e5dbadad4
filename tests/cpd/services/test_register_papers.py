"""Papers of a course, as somebody would read or hear them."""

import io

import pikepdf
import pytest

from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from cpd.services.register_papers import delegate_badges, delegate_list, sign_in_sheet
from tests.documents import faults_of, title_of, words_of
from tests.makers.cpd import give_credits, make_booking, make_order
from tests.makers.registers import ON_THE_DAY, make_organiser, make_running_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=300)
    cohort = make_running_cohort(organiser=make_organiser(), sessions=2)
    for name in ("Ben Shah", "Ann Lee"):
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name=name)
    return cohort


def test_the_sheet_has_everybody_and_room_for_walk_ins(cohort):
    session = cohort.sessions.select_related("cohort__programme").order_by("starts_at")[0]

    sheet = sign_in_sheet(session=session, at=ON_THE_DAY)

    assert faults_of(sheet) == []
    assert title_of(sheet) == "Register: Coaching conversations, Thursday 14 January 2027"
    words = words_of(sheet)
    assert words.index("Ann Lee") < words.index("Ben Shah")
    for said in ("1:30pm to 4:30pm", "Lampton School, Hounslow", "Signature", "Not on the list?"):
        assert said in words


def test_the_list_of_delegates_has_names_schools_and_references(cohort):
    listed = delegate_list(cohort=cohort, at=ON_THE_DAY)

    assert faults_of(listed) == []
    words = words_of(listed)
    references = [booking.reference for booking in cohort.bookings.all()]
    for said in ("2 delegates", "Ann Lee", "Ben Shah", "Thursday 21 January 2027", *references):
        assert said in words


def test_badges_have_a_code_each_and_one_to_be_named_a_line_to_write_on(cohort):
    school, rep = cohort.bookings.first().school, cohort.bookings.first().booked_by
    order = make_order(cohort=cohort, school=school, delegates=[Delegate()])
    book_places(order=order, by=rep, at=NOON)

    printed = delegate_badges(cohort=cohort)

    assert faults_of(printed) == []
    assert title_of(printed) == f"Badges: {cohort.programme.title}"
    words = words_of(printed)
    assert all(booking.reference in words for booking in cohort.bookings.all())
    assert words.count("Lampton School") == 3
    assert words.count("Name:") == 1
    with pikepdf.open(io.BytesIO(printed)) as document:
        assert len(document.pages) == 1
        assert alt_texts(document) == ["QR code to show at the door"] * 2


def alt_texts(document):
    """The words of every picture."""
    found = []

    def walk(element):
        below = element.get("/K")
        for child in below if isinstance(below, pikepdf.Array) else [below]:
            if isinstance(child, pikepdf.Dictionary) and "/S" in child:
                found.extend([str(child["/Alt"])] if "/Alt" in child else [])
                walk(child)

    walk(document.Root["/StructTreeRoot"])
    return found
