"""Every answer carries its headers, and its line in the log says nothing personal."""

import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path

from hub_portal.shared.client_address import client_address
from hub_portal.shared.middleware import Headers, Trace

FACTORY = RequestFactory()


def fails(request, token):
    raise ValueError("a secret: ada@school.example")


def answers(request, token):
    return HttpResponse("fine")


urlpatterns = [
    path("fails/<str:token>/", fails, name="fails"),
    path("answers/<str:token>/", answers, name="answers"),
    path("", include("hub_portal.urls")),
]


def test_every_answer_carries_the_policy_and_the_other_headers(client, db):
    answer = client.get("/accounts/login/")

    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert len(answer["X-Request-ID"]) == 16


def test_a_page_for_somebody_with_a_session_is_not_kept(settings):
    request = FACTORY.get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "a session"

    personal = Headers(lambda request: HttpResponse())(request)
    public = Headers(lambda request: HttpResponse())(FACTORY.get("/"))

    assert personal["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in public


def test_what_a_view_said_about_keeping_stands(settings):
    request = FACTORY.get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "a session"
    said = HttpResponse(headers={"Cache-Control": "max-age=60"})

    assert Headers(lambda request: said)(request)["Cache-Control"] == "max-age=60"


@pytest.fixture
def lines(settings, db):
    """Log lines as they are written, by the formatter of production."""
    from hub_portal.shared.logs import JsonLine

    settings.ROOT_URLCONF = __name__
    written = []

    class Keeper(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    keeper = Keeper()
    keeper.setFormatter(JsonLine())
    logging.getLogger().addHandler(keeper)
    yield written
    logging.getLogger().removeHandler(keeper)


def test_the_access_line_names_the_route_and_never_the_address(client, lines):
    client.get("/answers/TOKEN-4711/?name=Ada", headers={"referer": "https://x.example/REFERRER"})

    (line,) = lines
    assert '"route": "answers"' in line
    assert '"method": "GET"' in line
    assert '"status": 200' in line
    for personal in ("TOKEN-4711", "Ada", "REFERRER", "127.0.0.1"):
        assert personal not in line


def test_an_error_is_one_line_without_the_address_the_post_or_an_email(client, lines):
    client.raise_request_exception = False

    client.post("/fails/TOKEN-4711/", {"password": "POSTED"})

    error = next(line for line in lines if "ValueError" in line)
    assert "\n" not in error
    assert "test_middleware.py" in error
    for personal in ("TOKEN-4711", "POSTED", "ada@school.example"):
        assert personal not in "".join(lines)


def test_a_page_that_is_not_there_is_logged_without_its_address(client, lines):
    client.get("/nowhere/TOKEN-4711/")

    assert lines
    assert "TOKEN-4711" not in "".join(lines)


def test_a_forged_host_is_not_logged(client, lines):
    client.get("/answers/x/", headers={"host": "MARKER.example"})

    assert lines
    assert "MARKER" not in "".join(lines)


def test_the_request_id_ends_with_the_request():
    from hub_portal.shared import logs

    seen = []

    def answer(request):
        request.resolver_match = None
        seen.append(logs.request_id.get())
        return HttpResponse()

    Trace(answer)(FACTORY.get("/"))

    assert len(seen[0]) == 16
    assert logs.request_id.get() == "-"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "", "10.0.0.1"),
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 5.5.5.5", "5.5.5.5"),
        (1, "", "10.0.0.1"),
        (2, "6.6.6.6, 5.5.5.5, 10.0.0.2", "5.5.5.5"),
        (2, "5.5.5.5", "10.0.0.1"),
    ],
)
def test_a_forged_address_gains_nothing(settings, proxies, header, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": header} if header else {}

    request = FACTORY.get("/", headers=headers, REMOTE_ADDR="10.0.0.1")

    assert client_address(request) == address
