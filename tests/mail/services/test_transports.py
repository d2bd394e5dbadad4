"""The talk with a real mail server that misbehaves on purpose, and the folder of the demo."""

import email
import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub_portal.mail.rules import Verdict, judge
from hub_portal.mail.services.transports import (
    FolderTransport,
    SmtpTransport,
    file_of_mail,
    transport_in_use,
)
from tests.faults.harness import running_mail_server

MESSAGE = (
    b"Subject: Hello\r\nMessage-ID: <abc123@hub.example>\r\n\r\nHello\r\n.a dot\r\n..\r\n.\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_mail_server(tmp_path_factory.mktemp("smtp")) as server:
        yield server


@pytest.fixture
def use(settings):
    """The way out to a server on this port."""

    def use_port(port):
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        return SmtpTransport()

    return use_port


def verdicts(transport, *addresses):
    found = []
    for to in addresses:
        answer = transport.send(
            sender="portal@hub.example", to=to, message=MESSAGE, message_id="<abc123@hub.example>"
        )
        found.append(judge(answer))
    transport.close()
    return found


def test_one_connection_goes_on_after_each_kind_of_refusal(server, use):
    addresses = ["ok@x.example", "gone@x.example", "later-1@x.example", "spam@x.example"]

    assert verdicts(use(server.port), *addresses, "last@x.example") == [
        Verdict.SENT,
        Verdict.BOUNCED,
        Verdict.LATER,
        Verdict.REFUSED,
        Verdict.SENT,
    ]


@pytest.mark.parametrize(
    ("to", "verdict"),
    [
        ("closing-1@x.example", Verdict.TROUBLE),
        ("cut-1@x.example", Verdict.TROUBLE),
        ("drop-1@x.example", Verdict.IN_DOUBT),
        ("hang-1@x.example", Verdict.IN_DOUBT),
    ],
)
def test_a_connection_that_breaks_is_opened_again(server, use, to, verdict):
    assert verdicts(use(server.port), to, to) == [verdict, Verdict.SENT]


def test_nobody_listening_is_trouble(use):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))

        assert verdicts(use(nobody.getsockname()[1]), "a@x.example") == [Verdict.TROUBLE]


def test_somebody_who_speaks_no_smtp_is_trouble(use):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert verdicts(use(silent.getsockname()[1]), "a@x.example") == [Verdict.TROUBLE]


def test_a_password_that_is_refused_is_trouble(tmp_path, use, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    with running_mail_server(tmp_path, "--auth") as server:
        transport = use(server.port)
        words = {"sender": "portal@hub.example", "to": "a@x.example", "message_id": "<a@hub>"}

        answer = transport.send(message=MESSAGE, **words)

    assert (answer.code, judge(answer)) == (535, Verdict.TROUBLE)


def test_a_sender_that_is_refused_is_trouble(tmp_path, use):
    with running_mail_server(tmp_path, "--refuse-sender") as server:
        assert verdicts(use(server.port), "a@x.example") == [Verdict.TROUBLE]


def test_lines_that_begin_with_a_dot_arrive_as_they_were(tmp_path, use):
    with running_mail_server(tmp_path) as server:
        verdicts(use(server.port), "a@x.example")

        assert server.sizes() == [len(MESSAGE)]


def test_the_folder_keeps_each_mail_as_one_file(tmp_path):
    transport = FolderTransport(tmp_path / "mail")

    assert verdicts(transport, "a@x.example", "a@x.example") == [Verdict.SENT, Verdict.SENT]

    [path] = (tmp_path / "mail").iterdir()
    assert path == file_of_mail(tmp_path / "mail", "<abc123@hub.example>")
    assert email.message_from_bytes(path.read_bytes())["Subject"] == "Hello"


def test_a_folder_that_cannot_be_written_is_trouble(tmp_path):
    (tmp_path / "mail").write_text("in the way")

    assert verdicts(FolderTransport(tmp_path / "mail"), "a@x.example") == [Verdict.TROUBLE]


@pytest.mark.parametrize(
    ("backend", "transport"),
    [
        ("django.core.mail.backends.smtp.EmailBackend", SmtpTransport),
        ("django.core.mail.backends.filebased.EmailBackend", FolderTransport),
    ],
)
def test_the_transport_is_the_one_email_url_names(settings, backend, transport):
    settings.EMAIL_BACKEND = backend

    assert type(transport_in_use()) is transport


def test_no_transport_is_made_up_for_another_backend(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    with pytest.raises(ImproperlyConfigured):
        transport_in_use()
