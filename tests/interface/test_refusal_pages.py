"""The pages that say no: each in the portal's look, whatever else has failed."""

import errno

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.views import defaults

from tests.browser import axe_violations, overflow

NOT_NOW = "<h1>That is not possible just now</h1>"
OUR_FAULT = "<h1>Sorry, something went wrong</h1>"


@pytest.mark.django_db
def test_unknown_address_answers_404_in_our_look(client):
    answer = client.get("/nothing/here/")

    assert answer.status_code == 404
    assert "<h1>Page not found</h1>" in answer.text
    assert "css/hub.css" in answer.text


@pytest.mark.django_db
def test_form_without_its_token_answers_403_and_says_that_nothing_was_saved():
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/accounts/login/", {"login": "rep@school.example"})

    assert answer.status_code == 403
    assert "<h1>This form is too old</h1>" in answer.text
    assert "Nothing has been saved or booked." in answer.text


@pytest.mark.django_db
def test_refused_permission_answers_403_in_our_look(rf):
    request = rf.get("/desk/")
    request.user = AnonymousUser()

    answer = defaults.permission_denied(request, PermissionDenied("secret reason"))

    assert answer.status_code == 403
    assert "You may not see this page" in answer.content.decode()
    assert "secret reason" not in answer.content.decode()


def test_server_error_page_asks_the_database_nothing(rf):
    """No database mark: a query would fail this test, as a broken database would the page."""
    answer = defaults.server_error(rf.get("/my/"))

    assert answer.status_code == 500
    assert "something went wrong" in answer.content.decode()
    assert "css/hub.css" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OperationalError("could not extend file: No space left on device"), 503, NOT_NOW),
        (InterfaceError("connection already closed"), 503, NOT_NOW),
        (OSError(errno.ENOSPC, "No space left on device"), 503, NOT_NOW),
        (PermissionError(errno.EACCES, "Permission denied"), 500, OUR_FAULT),
        (ValueError("a bug"), 500, OUR_FAULT),
    ],
)
def test_a_page_that_failed_says_whether_to_come_again_and_asks_the_database_nothing(
    client, monkeypatch, error, status, words
):
    def fail(_request):
        raise error

    client.raise_request_exception = False
    monkeypatch.setattr(
        "hub_portal.shared.middleware.Headers.__call__", lambda _, request: fail(request)
    )

    answer = client.get("/courses/")

    assert (answer.status_code, answer.headers.get("Retry-After")) == (
        (status, "120") if status == 503 else (500, None)
    )
    assert words in answer.text
    assert "css/hub.css" in answer.text
    assert str(error) not in answer.text


@pytest.mark.django_db
def test_host_that_is_not_ours_answers_400_in_our_look(client):
    answer = client.get("/accounts/login/", headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
    assert "We could not read that" in answer.text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_refusal_page_is_accessible_on_a_phone(open_page, live_server):
    for scheme in ("light", "dark"):
        page = open_page(at="narrow", scheme=scheme)
        page.goto(f"{live_server.url}/nothing/here/")

        assert axe_violations(page) == []
        assert overflow(page) == 0


@pytest.mark.django_db
def test_icon_that_browsers_ask_for_unasked_is_there(client):
    answer = client.get("/favicon.ico")

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:4] == b"\x00\x00\x01\x00"
