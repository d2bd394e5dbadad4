"""The hub writes once to a group: to whom, once, and what is kept of it. Rule XX-6."""

import pytest
from django.db import IntegrityError, transaction

from hub_portal.mail.choices import Priority, Status, SuppressedFor
from hub_portal.mail.models import Body, Delivery
from hub_portal.mail.services.suppressions import suppress
from hub_portal.shared.london import london_date
from hub_portal.trail.models import Act
from newsletter.choices import SubscriptionStatus
from schools.choices import Group, NotWritten, Role
from schools.errors import NobodyInTheGroup, OnlyTheHub
from schools.models import Appointment, GroupMessage, GroupMessageReader, Membership
from schools.services.group_messages import (
    note_report_taken,
    outcome_in_words,
    receivers_of,
    send_test,
    who_got_it,
    write_to_group,
)
from tests.makers.newsletter import make_subscription
from tests.makers.schools import NOON, make_appointment, make_cast, make_colleague, make_school

pytestmark = pytest.mark.django_db

TODAY = london_date(NOON)
SAID = {"subject": "Which mornings suit you?", "words": "We plan.\n\nhttps://hub.example/poll"}
KEY = "k" * 20


@pytest.fixture
def cast():
    return make_cast()


def write(cast, *, group=Group.REPS, key=KEY, by=None):
    return write_to_group(group=group, key=key, by=by or cast.hub_manager, at=NOON, **SAID)


def whom(group):
    return [
        (each.school.name, each.person and each.person.full_name, each.stands_in, each.left_out)
        for each in receivers_of(group, on=TODAY)
    ]


def written():
    return GroupMessage.objects.count(), Delivery.objects.count(), Act.objects.count()


# ---- To whom ------------------------------------------------------------------------------------


def test_reps_are_those_of_member_schools_and_nobody_else(cast):
    former = make_school(name="Former School", member=False)
    Membership.objects.create(school=former, from_on="2020-09-01", to_on="2026-11-19")
    make_colleague(school=former, full_name="Old Rep", email="old@x.example", role=Role.REP)

    assert whom(Group.REPS) == [
        ("Berrymede Junior School", "Sam Stranger", False, ""),
        ("Lampton School", "Rita Rep", False, ""),
    ]


def test_without_a_rep_the_headteacher_stands_in_and_without_either_it_is_said(cast):
    """Rule SC-5."""
    Appointment.objects.filter(role=Role.REP).update(to_on="2026-11-19")

    assert whom(Group.REPS) == [
        ("Berrymede Junior School", None, False, NotWritten.NOBODY),
        ("Lampton School", cast.headteacher.full_name, True, ""),
    ]


def test_headteachers_are_all_of_a_school(cast):
    make_colleague(
        school=cast.our_school, full_name="Hana Head", email="h@x.example", role=Role.HEADTEACHER
    )

    assert whom(Group.HEADTEACHERS) == [
        ("Berrymede Junior School", None, False, NotWritten.NOBODY),
        ("Lampton School", cast.headteacher.full_name, False, ""),
        ("Lampton School", "Hana Head", False, ""),
    ]


def test_a_rep_of_two_schools_is_written_to_once(cast):
    make_appointment(person=cast.rep, school=make_school(name="Whitton School"), role=Role.REP)

    assert [left_out for *_, left_out in whom(Group.REPS)] == ["", "", NotWritten.HAD_IT]


def test_an_address_that_takes_no_mail_and_one_that_is_not_there_are_said(cast):
    suppress(
        address=cast.rep.email,
        suppressed_for=SuppressedFor.BULK,
        reason="Bounced",
        by=cast.hub_manager,
        at=NOON,
    )
    cast.stranger.email = None
    cast.stranger.save()

    assert [left_out for *_, left_out in whom(Group.REPS)] == [
        NotWritten.NO_ADDRESS,
        NotWritten.SUPPRESSED,
    ]
    with pytest.raises(NobodyInTheGroup):
        write(cast)
    assert written() == (0, 0, 1)  # the act is that of the suppression


def test_whoever_unsubscribed_from_the_newsletter_is_written_to_all_the_same(cast):
    """Rule NL-3: from that list only."""
    make_subscription(
        address=cast.rep.email, status=SubscriptionStatus.UNSUBSCRIBED, person=cast.rep
    )

    write(cast)

    assert Delivery.objects.filter(to=cast.rep.email).count() == 1


# ---- Writing ------------------------------------------------------------------------------------


def test_every_rep_is_written_to_once_and_it_is_kept(cast):
    message = write(cast)

    mails = list(Delivery.objects.order_by("to").values_list("to", "subject", "priority", "about"))
    about = f"group_message:{message.pk}"
    assert mails == [
        (cast.rep.email, SAID["subject"], Priority.BULK, about),
        (cast.stranger.email, SAID["subject"], Priority.BULK, about),
    ]
    assert {mail.recipient for mail in Delivery.objects.all()} == {cast.rep, cast.stranger}
    assert {mail.reply_to for mail in Delivery.objects.all()} == {cast.hub_manager.email}
    assert (message.group, message.words, message.sent_by, message.mails) == (
        Group.REPS,
        SAID["words"],
        cast.hub_manager,
        2,
    )
    act = Act.objects.get()
    assert (act.verb, act.by, act.after) == (
        "group.message",
        cast.hub_manager,
        {"group": "reps", "mails": 2, "left_out": 0},
    )


def test_the_mail_says_who_wrote_to_whom_and_has_no_link_to_unsubscribe(cast):
    message = write(cast)

    for words in (message.body.text, message.body.html):
        said = " ".join(words.split())
        assert "Mina Hub wrote this to the steering group reps of the member schools" in said
        assert "nsubscribe" not in said
    assert '<a href="https://hub.example/poll"' in message.body.html
    assert Delivery.objects.first().headers == {}


def test_what_is_typed_is_text_and_no_markup(cast):
    message = write_to_group(
        group=Group.REPS,
        key=KEY,
        subject="R & D",
        words="<script>x</script>",
        by=cast.hub_manager,
        at=NOON,
    )

    assert "<script>" not in message.body.html
    assert "<script>x</script>" in message.body.text
    assert Delivery.objects.first().subject == "R & D"


def test_pressing_twice_sends_once(cast):
    first = write(cast)
    before = written(), Body.objects.count(), GroupMessageReader.objects.count()

    again = write(cast)

    assert again == first
    assert (written(), Body.objects.count(), GroupMessageReader.objects.count()) == before


def test_only_the_hub_writes_to_groups(cast):
    with pytest.raises(OnlyTheHub):
        write(cast, by=cast.rep)
    with pytest.raises(OnlyTheHub):
        send_test(group=Group.REPS, by=cast.rep, at=NOON, **SAID)

    assert written() == (0, 0, 0)


def test_a_test_goes_to_its_writer_alone_as_often_as_they_like(cast):
    for _ in range(2):
        assert send_test(group=Group.REPS, by=cast.hub_manager, at=NOON, **SAID)

    mails = Delivery.objects.values_list("to", "subject")
    assert set(mails) == {(cast.hub_manager.email, f"Test: {SAID['subject']}")}
    assert written() == (0, 2, 2)


def test_somebody_without_an_address_gets_no_test(cast):
    cast.hub_manager.email = None
    cast.hub_manager.save()

    assert not send_test(group=Group.REPS, by=cast.hub_manager, at=NOON, **SAID)
    assert written() == (0, 0, 0)


# ---- Afterwards ---------------------------------------------------------------------------------


def test_who_got_it_is_said_school_by_school(cast):
    make_appointment(person=cast.rep, school=make_school(name="Whitton School"), role=Role.REP)
    make_school(name="Yeading School")
    message = write(cast)
    Delivery.objects.filter(to=cast.rep.email).update(status=Status.SENT, finished_at=NOON)

    said = [(row.school.name, outcome_in_words(row)) for row in who_got_it(message)]

    assert said == [
        ("Berrymede Junior School", "waiting"),
        ("Lampton School", "sent"),
        ("Whitton School", "has it already: one mail for each person"),
        ("Yeading School", "not written to: nobody holds this post"),
    ]


def test_taking_the_report_away_is_an_act_of_the_hub(cast):
    message = write(cast)

    note_report_taken(message=message, form="csv", by=cast.hub_manager, at=NOON)

    assert Act.objects.filter(verb="readers.exported").count() == 1
    with pytest.raises(OnlyTheHub):
        note_report_taken(message=message, form="csv", by=cast.rep, at=NOON)


def test_a_reader_is_somebody_or_is_said_to_be_nobody(cast):
    message = write(cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        GroupMessageReader.objects.create(message=message, key="x", school=cast.our_school)


@pytest.mark.parametrize("schools", [1, 12])
def test_a_group_costs_the_same_questions_whatever_its_size(
    cast, schools, django_assert_num_queries
):
    for number in range(schools):
        school = make_school(name=f"School {number}")
        make_colleague(school=school, full_name="R", email=f"r{number}@x.example", role=Role.REP)

    with django_assert_num_queries(3):
        receivers_of(Group.REPS, on=TODAY)
