import pytest

from cpd.models import CohortMessage
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import make_person

SAID = {"key": "a key of the page", "subject": "Another room", "words": "Bring <b>a laptop</b>."}


@pytest.fixture
def organiser(cast):
    return make_person(full_name="Olga Organiser", email="olga@hub.example")


@pytest.fixture
def cohort(cast, organiser):
    give_credits(school=cast.our_school)
    cohort = make_cohort(organiser=organiser)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    return cohort


@pytest.fixture
def as_organiser(client, organiser):
    client.force_login(organiser)
    return client


def url(cohort):
    return f"/courses/{cohort.programme.slug}/{cohort.pk}/message/"


def text(response):
    return response.content.decode()


def test_it_is_looked_at_before_it_is_sent(as_organiser, cohort):
    assert "Goes to 1 delegate." in text(as_organiser.get(url(cohort)))

    page = text(as_organiser.post(url(cohort), SAID))
    assert "Bring &lt;b&gt;a laptop&lt;/b&gt;." in page
    assert "Send to 1 delegate" in page
    assert not CohortMessage.objects.exists()

    page = text(as_organiser.post(url(cohort), SAID | {"send": "yes"}, follow=True))
    assert "Sent: 1 mail on the way." in page
    assert "Another room" in page
    assert CohortMessage.objects.get().words == SAID["words"]


def test_it_can_be_changed_before_it_is_sent(as_organiser, cohort):
    page = text(as_organiser.post(url(cohort), SAID | {"change": "yes"}))

    assert 'value="Another room"' in page
    assert "Look at it" in page


@pytest.mark.parametrize(
    "wrong", [{"subject": ""}, {"words": ""}, {"subject": "a\x00b"}, {"key": ""}]
)
def test_what_is_missing_is_said_and_nothing_is_sent(as_organiser, cohort, wrong):
    response = as_organiser.post(url(cohort), SAID | wrong | {"send": "yes"})

    assert response.status_code == 422
    assert not CohortMessage.objects.exists()


def test_a_course_without_delegates_says_so(as_organiser, organiser):
    empty = make_cohort(organiser=organiser)

    assert "Nobody to write to yet" in text(as_organiser.get(url(empty)))
    assert as_organiser.post(url(empty), SAID | {"send": "yes"}).status_code == 422


def test_to_anybody_else_it_does_not_exist(as_rep, cohort):
    assert as_rep.get(url(cohort)).status_code == 404
    assert as_rep.post(url(cohort), SAID | {"send": "yes"}).status_code == 404
    assert not CohortMessage.objects.exists()
