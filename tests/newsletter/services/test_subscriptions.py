"""Rules NL-2 and NL-3: asked for, confirmed, ended; and nobody learns what is known."""

from datetime import timedelta

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from newsletter.choices import How, SubscriptionStatus
from newsletter.models import Subscription
from newsletter.services.subscriptions import (
    ask_to_subscribe,
    confirm,
    forget_unconfirmed,
    get_it_again,
    how_it_stands,
    stop_for_person,
    subscribe_person,
    unsubscribe,
)
from tests.makers.newsletter import make_subscription
from tests.makers.schools import NOON, make_colleague

pytestmark = pytest.mark.django_db

OLIVE = "olive@elsewhere.example"
A_DAY = timedelta(days=1)


def ask(*, address=OLIVE, at=NOON):
    ask_to_subscribe(address=address, at=at)


def opt_in_mails():
    return list(Delivery.objects.filter(kind="newsletter.opt_in").values_list("to", flat=True))


def the_row():
    return Subscription.objects.get()


# ---- Asking -------------------------------------------------------------------------------------


def test_asking_sends_one_mail_with_a_link_and_subscribes_nobody(cast):
    ask(address=" Olive@Elsewhere.example ")

    assert opt_in_mails() == [OLIVE]
    assert (the_row().status, the_row().began_at) == (SubscriptionStatus.PENDING, None)
    assert "~~link.opt-in." in Delivery.objects.get().body.text


def test_asking_again_on_the_same_day_sends_nothing_more(cast):
    ask()
    ask(at=NOON + timedelta(hours=5))

    assert opt_in_mails() == [OLIVE]


def test_no_more_than_three_such_mails_go_to_an_address(cast):
    for day in range(6):
        ask(at=NOON + A_DAY * day)

    assert len(opt_in_mails()) == 3


def test_an_address_the_newsletter_goes_to_is_not_asked(cast):
    make_subscription(address=OLIVE)

    ask()

    assert opt_in_mails() == []
    assert the_row().status == SubscriptionStatus.SUBSCRIBED


def test_a_rep_in_office_is_not_asked_and_one_whose_post_has_ended_is(cast):
    make_subscription(address=cast.rep.email, status=SubscriptionStatus.OF_A_POST)
    ask(address=cast.rep.email)
    assert opt_in_mails() == []

    cast.rep.appointments.update(to_on=NOON.date())
    ask(address=cast.rep.email)
    assert opt_in_mails() == [cast.rep.email]

    confirm(subscription=the_row(), at=NOON)
    assert the_row().status == SubscriptionStatus.SUBSCRIBED


def test_what_is_no_address_is_refused_and_nothing_is_kept(cast):
    with pytest.raises(BadInput, match="Give an email address"):
        ask(address="olive at elsewhere")

    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()


# ---- Saying yes ---------------------------------------------------------------------------------


def test_a_yes_subscribes_and_lets_the_mails_of_asking_begin_anew(cast):
    ask()

    confirm(subscription=the_row(), at=NOON)

    row = the_row()
    assert (row.status, row.began_at, row.began_how) == (
        SubscriptionStatus.SUBSCRIBED,
        NOON,
        How.FORM,
    )
    assert row.opt_in_mails == 0
    assert Act.objects.get(verb="newsletter.subscribed").by.is_portal


def test_a_yes_said_twice_changes_nothing(cast):
    ask()
    confirm(subscription=the_row(), at=NOON)

    confirm(subscription=the_row(), at=NOON + A_DAY)

    assert the_row().began_at == NOON
    assert Act.objects.filter(verb="newsletter.subscribed").count() == 1


def test_a_yes_from_an_address_that_somebody_has_proved_is_theirs(cast):
    ask(address=cast.rep.email)

    confirm(subscription=the_row(), at=NOON)

    assert the_row().person == cast.rep


def test_somebody_signed_in_needs_no_mail(cast):
    tom = make_colleague(school=cast.our_school)

    subscribe_person(person=tom, at=NOON)

    assert (the_row().address, the_row().person) == (tom.email, tom)
    assert the_row().status == SubscriptionStatus.SUBSCRIBED
    assert opt_in_mails() == []


def test_somebody_without_an_address_cannot_subscribe(cast):
    nobody = make_colleague(school=cast.our_school, email=None)

    with pytest.raises(BadInput, match="no address on record"):
        subscribe_person(person=nobody, at=NOON)


# ---- Saying no ----------------------------------------------------------------------------------


def test_unsubscribing_ends_it_for_every_address_of_the_person_and_nobody_else(cast):
    first = make_subscription(address=cast.rep.email, person=cast.rep)
    second = make_subscription(address="rita@home.example", person=cast.rep)
    other = make_subscription()

    unsubscribe(subscription=second, how=How.ONE_CLICK, at=NOON)

    for row in (first, second, other):
        row.refresh_from_db()
    assert (first.status, second.status) == (
        SubscriptionStatus.UNSUBSCRIBED,
        SubscriptionStatus.UNSUBSCRIBED,
    )
    assert (second.ended_at, second.ended_how) == (NOON, How.ONE_CLICK)
    assert other.status == SubscriptionStatus.SUBSCRIBED


def test_unsubscribing_twice_changes_nothing(cast):
    row = make_subscription()
    unsubscribe(subscription=row, how=How.LINK, at=NOON)

    unsubscribe(subscription=row, how=How.ONE_CLICK, at=NOON + A_DAY)

    assert (the_row().ended_at, the_row().ended_how) == (NOON, How.LINK)
    assert Act.objects.filter(verb="newsletter.unsubscribed").count() == 1


def test_a_rep_who_never_had_a_row_can_say_no(cast):
    stop_for_person(person=cast.rep, at=NOON)

    assert (the_row().person, the_row().status) == (cast.rep, SubscriptionStatus.UNSUBSCRIBED)


@pytest.mark.parametrize(
    ("began", "becomes"),
    [(NOON, SubscriptionStatus.SUBSCRIBED), (None, SubscriptionStatus.OF_A_POST)],
)
def test_taking_it_back_makes_it_what_it_was(cast, began, becomes):
    row = make_subscription(status=SubscriptionStatus.UNSUBSCRIBED, began_at=began)

    get_it_again(subscription=row, at=NOON)

    assert (the_row().status, the_row().ended_at, the_row().ended_how) == (becomes, None, "")


def test_taking_back_what_never_ended_changes_nothing(cast):
    row = make_subscription()

    get_it_again(subscription=row, at=NOON)

    assert not Act.objects.filter(verb="newsletter.subscribed").exists()


def test_asking_after_an_unsubscribing_needs_a_yes_again(cast):
    make_subscription(address=OLIVE, status=SubscriptionStatus.UNSUBSCRIBED)

    ask()

    assert opt_in_mails() == [OLIVE]
    assert the_row().status == SubscriptionStatus.UNSUBSCRIBED


# ---- How it stands ------------------------------------------------------------------------------


def test_a_rep_gets_it_for_the_post_and_a_colleague_not(cast):
    tom = make_colleague(school=cast.our_school)

    reps, toms = how_it_stands(person=cast.rep), how_it_stands(person=tom)

    assert (reps.gets_it, reps.for_a_post, reps.has_said_no) == (True, True, False)
    assert (toms.gets_it, toms.for_a_post, toms.has_said_no) == (False, False, False)


def test_a_no_counts_more_than_the_post(cast):
    stop_for_person(person=cast.rep, at=NOON)

    standing = how_it_stands(person=cast.rep)

    assert (standing.gets_it, standing.has_said_no) == (False, True)


# ---- Forgetting ---------------------------------------------------------------------------------


def test_an_address_that_never_said_yes_is_forgotten_after_a_year(cast):
    ask()
    make_subscription(address="stays@elsewhere.example")

    assert forget_unconfirmed(at=NOON + A_DAY * 365) == 0
    assert forget_unconfirmed(at=NOON + A_DAY * 366) == 1
    assert the_row().address == "stays@elsewhere.example"
