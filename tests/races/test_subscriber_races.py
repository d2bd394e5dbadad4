"""A no said while a list of subscribers is saved is a no, and a list is saved once. SC-8, NL-3.

The negative control takes the locks away: then it must break.
"""

import time
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection

from hub_portal.trail.models import Act
from newsletter.choices import How, SubscriptionStatus
from newsletter.errors import SubscriberListIsGone
from newsletter.models import Subscription
from newsletter.services import subscriber_imports
from newsletter.services.subscriber_imports import save_subscribers, take_in_subscribers
from newsletter.services.subscriptions import unsubscribe
from tests.makers.newsletter import make_subscription
from tests.makers.schools import NOON, make_cast, make_colleague
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_cast()


@pytest.fixture
def tom(cast):
    """Known at home by the newsletter, and in the list at school."""
    tom = make_colleague(school=cast.our_school)
    make_subscription(address="tom@home.example", status=SubscriptionStatus.PENDING, person=tom)
    return tom


@pytest.fixture
def long_thought(monkeypatch):
    """Between the last look and the writing there is time for everybody else."""
    subscribe = subscriber_imports._subscribe

    def think_and_subscribe(*args, **facts):
        time.sleep(0.5)
        return subscribe(*args, **facts)

    monkeypatch.setattr(subscriber_imports, "_subscribe", think_and_subscribe)


def sent_in(cast, address):
    upload = SimpleUploadedFile("readers.csv", f"Email\n{address}\n".encode())
    return take_in_subscribers(upload=upload, agreed_how="On paper", by=cast.hub_manager, at=NOON)


def say_no_at_home():
    time.sleep(0.2)
    row = Subscription.objects.get(address="tom@home.example")
    unsubscribe(subscription=row, how=How.ONE_CLICK, at=NOON)


def save_while_a_no_is_said(cast, tom, *, save=save_subscribers):
    taken = sent_in(cast, tom.email)
    saving = partial(save, taken=taken, by=cast.hub_manager, at=NOON)
    return all_at_once([saving, say_no_at_home])


def gets_it(person):
    return Subscription.objects.subscribed().filter(person=person).exists()


def test_whoever_says_no_while_a_list_is_saved_gets_nothing(cast, tom, long_thought):
    results = save_while_a_no_is_said(cast, tom)

    assert of_kind(results, Exception) == []
    assert not gets_it(tom)


def test_without_the_locks_the_no_is_lost(cast, tom, long_thought, monkeypatch):
    """The negative control."""
    if connection.vendor == "postgresql":
        around = subscriber_imports.subscriptions_around

        def without_a_lock(addresses, people):
            rows = around(addresses, people)
            rows.select_for_update = lambda **_: rows
            return rows

        monkeypatch.setattr(subscriber_imports, "subscriptions_around", without_a_lock)
        save_while_a_no_is_said(cast, tom)
        assert gets_it(tom)
    else:
        # there the write lock does the work, so the control does without a transaction: the no
        # ends the row that was just made, and only the table keeps it from beginning again
        results = save_while_a_no_is_said(cast, tom, save=save_subscribers.__wrapped__)
        assert len(of_kind(results, IntegrityError)) == 1


def test_one_list_saved_from_several_tabs_at_once_is_saved_once(cast, long_thought):
    taken = sent_in(cast, "olive@elsewhere.example")
    saving = partial(save_subscribers, taken=taken, by=cast.hub_manager, at=NOON)

    results = all_at_once([saving] * 3)

    assert len(of_kind(results, SubscriberListIsGone)) == 2
    assert Subscription.objects.count() == 1
    assert Act.objects.filter(verb="newsletter.subscribed").count() == 1
