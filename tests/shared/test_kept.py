"""Facts kept for a moment: asked once, asked again later, and undone with their transaction."""

import pytest
from django.db import transaction

from hub_portal.shared import kept
from hub_portal.shared.kept import kept_for_a_moment


class Clock:
    def __init__(self):
        self.seconds = 100.0

    def monotonic(self):
        return self.seconds


@pytest.fixture
def clock(monkeypatch, settings):
    settings.SECONDS_FACTS_ARE_KEPT = 3
    clock = Clock()
    monkeypatch.setattr(kept, "time", clock)
    return clock


@pytest.fixture
def asked():
    return []


@pytest.fixture
def fact_about(asked):
    @kept_for_a_moment
    def fact_about(name):
        asked.append(name)
        return f"{name}, asked {len(asked)} times"

    return fact_about


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_asked_for_once_in_a_moment(clock, asked, fact_about):
    first = fact_about("terms")
    clock.seconds += 2.9

    assert fact_about("terms") == first
    assert asked == ["terms"]


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_asked_for_again_after_the_moment(clock, asked, fact_about):
    fact_about("terms")
    clock.seconds += 3

    assert fact_about("terms") == "terms, asked 2 times"


@pytest.mark.django_db(transaction=True)
def test_every_question_has_a_fact_of_its_own(clock, asked, fact_about):
    fact_about("terms")
    fact_about("holidays")

    assert asked == ["terms", "holidays"]


@pytest.mark.django_db(transaction=True)
def test_what_is_read_in_a_transaction_is_kept_with_it(clock, asked, fact_about):
    with transaction.atomic():
        fact_about("terms")
        fact_about("terms")
    fact_about("terms")

    assert asked == ["terms", "terms"]


@pytest.mark.django_db(transaction=True)
def test_what_is_read_in_a_transaction_is_undone_with_it(clock, asked, fact_about):
    with transaction.atomic():
        fact_about("terms")
        transaction.set_rollback(True)
    fact_about("terms")

    assert asked == ["terms", "terms"]


def test_nothing_is_kept_where_the_settings_say_so(clock, settings, asked, fact_about):
    settings.SECONDS_FACTS_ARE_KEPT = 0
    fact_about("terms")
    fact_about("terms")

    assert asked == ["terms", "terms"]
