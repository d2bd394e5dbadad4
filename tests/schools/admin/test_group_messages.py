"""Writing to a group in the admin: written, looked at, tried, sent, reported. Rule XX-6."""

import pytest

from hub_portal.mail.models import Delivery
from schools.choices import Role
from schools.models import Appointment, GroupMessage
from schools.services.group_messages import write_to_group
from tests.makers.schools import NOON, make_cast, make_finance_officer, sign_in

pytestmark = pytest.mark.django_db

ROOM = "/admin/schools/groupmessage/"
TYPED = {
    "key": "k" * 20,
    "group": "reps",
    "subject": "Which mornings suit you?",
    "words": "We plan next term.\n\nTell us.",
}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def manager(client, cast):
    sign_in(client, cast.hub_manager)
    return client


def words(answer):
    return " ".join(answer.content.decode().split())


def post(client, **given):
    return client.post(f"{ROOM}write/", {**TYPED, **given})


def test_looking_at_a_message_shows_it_with_its_receivers_and_sends_nothing(manager, cast):
    Appointment.objects.filter(person=cast.stranger).update(to_on="2026-09-30")

    answer = post(manager, look="")

    said = words(answer)
    assert answer.status_code == 200
    assert "This goes to 1 person, steering group reps of member schools." in said
    assert "1 school would get no mail: see below." in said
    assert "<p>We plan next term.</p> <p>Tell us.</p>" in said
    assert "<td>Lampton School</td><td>Rita Rep</td>" in said
    assert "<td>nobody</td><td>Nobody holds this post</td>" in said
    assert not Delivery.objects.exists()


def test_sending_leads_to_who_got_it(manager, cast):
    answer = manager.post(f"{ROOM}write/", {**TYPED, "send": ""}, follow=True)

    said = words(answer)
    assert "Sent: 2 mails on the way." in said
    assert "<dd>0 of 2 sent, 2 to go</dd>" in said
    assert "<td>Lampton School</td><td>Rita Rep</td><td>Waiting</td>" in said
    assert GroupMessage.objects.get().subject == TYPED["subject"]


def test_sending_twice_sends_once(manager):
    for _ in range(2):
        assert post(manager, send="").status_code == 302

    assert Delivery.objects.count() == 2


def test_a_test_goes_to_oneself_and_the_message_stays_to_be_sent(manager, cast):
    said = words(post(manager, test=""))

    assert "A test is on its way to you alone." in said
    assert "Send to 2 people" in said
    assert Delivery.objects.get().to == cast.hub_manager.email
    assert not GroupMessage.objects.exists()


def test_a_test_to_somebody_without_an_address_is_said_to_go_nowhere(manager, cast):
    cast.hub_manager.email = None
    cast.hub_manager.save()

    assert "You have no address on record" in words(post(manager, test=""))
    assert not Delivery.objects.exists()


def test_changing_it_brings_the_words_back(manager):
    said = words(post(manager, change=""))

    assert 'value="Which mornings suit you?"' in said
    assert "Look at it" in said


@pytest.mark.parametrize("wrong", [{"group": "everybody"}, {"subject": ""}, {"words": "a\x07"}])
def test_bad_input_is_said_and_nothing_typed_is_lost(manager, wrong):
    answer = post(manager, send="", **wrong)

    assert answer.status_code == 422
    assert "We plan next term." in words(answer) or "words" in wrong
    assert not GroupMessage.objects.exists()


def test_a_group_of_nobody_is_refused_with_its_sentence(manager):
    Appointment.objects.filter(role__in=(Role.REP, Role.HEADTEACHER)).update(to_on="2026-09-30")

    answer = post(manager, send="")

    assert answer.status_code == 422
    assert "Nobody of this group can be written to" in words(answer)
    assert "Send to" not in words(post(manager, look=""))


def test_who_got_it_is_taken_away(manager, cast):
    message = write_to_group(
        group="reps", key="k" * 20, subject="S", words="W", by=cast.hub_manager, at=NOON
    )

    answer = manager.get(f"{ROOM}{message.pk}/readers.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert lines[0] == "School,Name,Stands in for the rep,Outcome,When"
    assert lines[2].startswith("Lampton School,Rita Rep,")
    workbook = manager.get(f"{ROOM}{message.pk}/readers.xlsx")
    assert b"".join(workbook.streaming_content).startswith(b"PK")
    workbook.close()


def test_the_list_leads_to_writing_and_to_each_message(manager, cast):
    message = write_to_group(
        group="reps", key="k" * 20, subject="S", words="W", by=cast.hub_manager, at=NOON
    )

    said = words(manager.get(ROOM))

    assert f"{ROOM}write/" in said
    assert f"{ROOM}{message.pk}/change/" in said


def test_groups_are_the_hub_managers_to_write_to(client, db):
    sign_in(client, make_finance_officer())

    assert client.get(f"{ROOM}write/").status_code == 403
    assert client.post(f"{ROOM}write/", {**TYPED, "send": ""}).status_code == 403
    assert client.get(ROOM).status_code == 403
    assert not GroupMessage.objects.exists()
