"""A whole school signs in from one address; whoever guesses is slowed down (security, part 7)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sealing import unseal
from tests.makers.schools import NOON, make_person

pytestmark = pytest.mark.django_db
LOGIN, CONFIRM = "/accounts/login/", "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def _no_limit_used_up():
    cache.clear()
    yield
    cache.clear()


def newest_code(to):
    mail = Delivery.objects.filter(kind="schools.sign_in_code", to=to).latest("pk")
    return unseal(mail.sealed)["code"]


def test_two_hundred_sign_ins_from_one_address_in_ten_minutes_all_succeed():
    signed_in = 0

    for number in range(200):
        make_person(full_name=f"Teacher {number}", email=f"t{number}@our.example")
        with time_machine.travel(NOON + timedelta(seconds=3 * number), tick=False):
            client = Client()
            client.post(LOGIN, {"login": f"t{number}@our.example"})
            client.post(CONFIRM, {"code": newest_code(f"t{number}@our.example")})
            signed_in += "_auth_user_id" in client.session

    assert signed_in == 200


def test_a_thousand_guesses_in_an_hour_meet_at_most_twenty_codes():
    make_person(email="ann@our.example")
    looked_at = 0

    for number in range(1000):
        with time_machine.travel(NOON + timedelta(seconds=3.5 * number), tick=False):
            if number % 3 == 0:
                client = Client()
                client.post(LOGIN, {"login": "ann@our.example"})
            looked_at += client.post(CONFIRM, {"code": "GUES-SING"}).status_code == 200
            assert "_auth_user_id" not in client.session

    assert Delivery.objects.count() == 20
    assert looked_at <= 20 * 2  # the third wrong one ends the attempt


def test_whoever_asked_before_the_limit_still_gets_in():
    make_person(email="ann@our.example")
    with time_machine.travel(NOON, tick=False):
        owner = Client()
        owner.post(LOGIN, {"login": "ann@our.example"})
        code = newest_code("ann@our.example")
        for _ in range(10):
            Client().post(LOGIN, {"login": "ann@our.example"})

        owner.post(CONFIRM, {"code": code})

    assert "_auth_user_id" in owner.session


def test_passwords_are_guessed_five_times_at_most():
    make_person(email="ann@our.example", password="a long password")
    client = Client()

    for _ in range(5):
        client.post("/accounts/login/password/", {"login": "ann@our.example", "password": "wrong"})
    client.post(
        "/accounts/login/password/", {"login": "ann@our.example", "password": "a long password"}
    )

    assert "_auth_user_id" not in client.session
