"""Writing once to everybody on a course. Rule XX-6."""

import pytest
import time_machine

from cpd import errors
from cpd.emails.delegate_mails import MESSAGE
from cpd.models import CohortMessage
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from cpd.services.messaging import write_to_delegates
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.shared.errors import NotAllowed
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_cast, make_person

pytestmark = pytest.mark.django_db
WORDS = "Bring a laptop & see https://hub.example/room\n\n<script>alert(1)</script>"


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def organiser():
    return make_person(full_name="Olga Organiser", email="olga@hub.example")


@pytest.fixture
def cohort(cast, organiser):
    cohort = make_cohort(organiser=organiser, places_per_school=10)
    for name in ("Ann", "Ben"):
        make_booking(
            cohort=cohort,
            school=cast.our_school,
            by=cast.rep,
            full_name=name,
            email=f"{name.lower()}@our.example",
        )
    return cohort


def write(cohort, by, key="a key of the page"):
    return write_to_delegates(
        cohort=cohort, key=key, subject="Another room", words=WORDS, by=by, at=NOON
    )


def mails():
    return Delivery.objects.select_related("body").filter(kind=MESSAGE).order_by("to")


def written():
    return CohortMessage.objects.count(), mails().count(), Act.objects.count()


def test_every_delegate_is_written_to_once_and_it_is_kept(cast, organiser, cohort):
    message = write(cohort, organiser)

    assert [(m.to, m.subject, m.reply_to) for m in mails()] == [
        ("ann@our.example", "Another room", "olga@hub.example"),
        ("ben@our.example", "Another room", "olga@hub.example"),
    ]
    assert (message.sent_by, message.sent_at, message.readers) == (organiser, NOON, 2)
    act = Act.objects.get(verb="cohort.message")
    assert (act.by, act.after) == (organiser, {"message": message.pk, "readers": 2})
    assert "laptop" not in str(act.after)


def test_pressed_twice_it_is_sent_once(organiser, cohort):
    first = write(cohort, organiser)
    before = written()

    assert write(cohort, organiser) == first
    assert written() == before
    write(cohort, organiser, key="the key of another page")
    assert mails().count() == 4


def test_text_stays_text_and_addresses_become_links(organiser, cohort):
    write(cohort, organiser)

    body = mails()[0].body
    assert "<script>" not in body.html
    assert "&lt;script&gt;" in body.html
    assert 'href="https://hub.example/room"' in body.html
    assert WORDS.replace("\r", "") in body.text


def test_a_delegate_without_address_is_written_to_through_the_school(cast, organiser, cohort):
    order = make_order(
        cohort=cohort,
        school=cast.our_school,
        delegates=[Delegate(full_name="No Address"), Delegate()],
    )
    book_places(order=order, by=cast.rep, at=NOON)

    write(cohort, organiser)

    [passed_on] = mails().filter(to="rita@our.example")
    assert passed_on.subject == "For No Address: Another room"
    assert "We have no address for No Address" in passed_on.body.text
    assert mails().count() == 3


def test_places_given_up_are_not_written_to(cast, organiser, cohort):
    ann, ben = cohort.bookings.order_by("pk")
    cancel_booking(booking_id=ann.pk, shown_kept=0, by=cast.rep, at=NOON)

    write(cohort, organiser)

    [mail] = mails()
    with time_machine.travel(NOON, tick=False):
        assert mail_kind(MESSAGE).is_still_true(mail.about)
        substitute_delegate(booking_id=ben.pk, to=Delegate(full_name="Cal"), by=cast.rep, at=NOON)
        assert not mail_kind(MESSAGE).is_still_true(mail.about)


def test_a_course_without_delegates_is_refused(organiser):
    with pytest.raises(errors.NobodyToWriteTo):
        write(make_cohort(organiser=organiser), organiser)

    assert not CohortMessage.objects.exists()


@pytest.mark.parametrize("who", ["rep", "headteacher", "stranger"])
def test_nobody_else_writes_to_them(cast, cohort, who):
    before = written()

    with pytest.raises(NotAllowed):
        write(cohort, getattr(cast, who))

    assert written() == before


def test_the_hub_manager_may(cast, cohort):
    assert write(cohort, cast.hub_manager).readers == 2
