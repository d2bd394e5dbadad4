"""Two web processes behind nginx, as in production: limits are shared, and nothing is forged.

Security, part 7: a school is one address, so limits go per account first and per address loosely;
a correct code from the browser that asked always works.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache

from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sealing import unseal
from hub_portal.trail.models import SignIn
from tests.faults.behind_nginx import SecureVisitor, running_nginx
from tests.makers.schools import make_person

pytestmark = [pytest.mark.fault, pytest.mark.nginx, pytest.mark.django_db(transaction=True)]

LOGIN, CONFIRM = "/accounts/login/", "/accounts/login/code/confirm/"
PASSWORD = "/accounts/login/password/"
AT_ONCE = 4
HOME = "/my/"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory, django_db_setup):
    with running_nginx(tmp_path_factory.mktemp("nginx")) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def _no_limit_used_up(db):
    cache.clear()


def codes():
    """The newest code of each address, as its owner reads it."""
    mails = Delivery.objects.filter(kind="schools.sign_in_code").order_by("pk")
    return {mail.to: unseal(mail.sealed)["code"] for mail in mails}


def signed_in(visitor):
    return visitor.get("/me/").status == 200


def test_two_hundred_people_of_one_address_sign_in_at_once(proxy):
    addresses = [f"teacher{number}@our.example" for number in range(200)]
    for number, address in enumerate(addresses):
        make_person(full_name=f"Teacher {number}", email=address)
    with SecureVisitor(proxy.port) as first:
        token = first.with_token(LOGIN)
    people = {address: SecureVisitor(proxy.port, dict(first.cookies)) for address in addresses}

    def ask(address):
        return people[address].post(LOGIN, [*token, ("login", address)]).status

    def confirm(address):
        with people[address] as visitor:
            return visitor.post(CONFIRM, [*token, ("code", sent[address])]).location

    with ThreadPoolExecutor(AT_ONCE) as school:
        asked = [*school.map(ask, addresses)]
        sent = codes()
        went_on = [*school.map(confirm, addresses)]

    assert asked == [302] * 200
    assert set(went_on) == {HOME}
    assert SignIn.objects.values("person").distinct().count() == 200
    assert min(proxy.lines_of_each_web()) > 40  # both served


def test_a_thousand_guesses_do_not_get_in_and_the_right_code_still_does(proxy):
    make_person(full_name="Ann Owusu", email="ann@our.example")
    with SecureVisitor(proxy.port) as owner:
        token = owner.with_token(LOGIN)
        fresh = dict(owner.cookies)
        owner.post(LOGIN, [*token, ("login", "ann@our.example")])
        code = codes()["ann@our.example"]

        def guess(hundreds):
            looked_at = 0
            with SecureVisitor(proxy.port) as guesser:
                for number in range(250):
                    if number % 3 == 0:
                        guesser.cookies = dict(fresh)
                        guesser.post(LOGIN, [*token, ("login", "ann@our.example")])
                    tried = ("code", f"GUES-{hundreds}{number:03}")
                    answer = guesser.post(CONFIRM, [*token, tried])
                    looked_at += answer.status == 200
                    assert answer.location != HOME
            return looked_at

        with ThreadPoolExecutor(AT_ONCE) as guessers:
            looked_at = sum(guessers.map(guess, range(AT_ONCE)))
        assert not SignIn.objects.exists()
        assert Delivery.objects.count() <= 20
        assert looked_at <= 20 * 2

        assert owner.post(CONFIRM, [*token, ("code", code)]).location == HOME
        assert signed_in(owner)


def test_a_forged_address_gains_nothing(proxy):
    make_person(email="ann@our.example", password="a long password")
    right = [("login", "ann@our.example"), ("password", "a long password")]
    with SecureVisitor(proxy.port) as stranger:
        token = stranger.with_token(PASSWORD)
        for number in range(60):
            stranger.headers = {
                "X-Forwarded-For": f"203.0.113.{number}",
                "Forwarded": f"for=203.0.113.{number};host=evil.example",
                "X-Forwarded-Host": "evil.example",
                "X-Real-IP": f"203.0.113.{number}",
            }
            wrong = [("login", f"nobody{number}@our.example"), ("password", "wrong")]
            assert stranger.post(PASSWORD, [*token, *wrong]).status == 200
        refused = stranger.post(PASSWORD, [*token, *right])
        assert refused.location == ""
        assert "Too many failed" in refused.text
        assert not SignIn.objects.exists()

    with SecureVisitor(proxy.port, address="127.0.0.2") as elsewhere:
        token = elsewhere.with_token(PASSWORD)
        assert elsewhere.post(PASSWORD, [*token, *right]).location == HOME


def test_plain_http_is_sent_on_and_kept_files_have_no_address(proxy):
    from tests.faults.web_server import Visitor

    with Visitor(proxy.plain_port) as plain:
        moved = plain.get("/courses/?q=x", {"Host": "portal.example"})
    with SecureVisitor(proxy.port) as visitor:
        hidden = visitor.get("/internal/files/kept/aa/aabbcc")

    assert (moved.status, moved.location) == (308, "https://portal.example/courses/?q=x")
    assert hidden.status == 404
