"""The message as it goes."""

import email
from datetime import UTC, datetime
from email.policy import default

import pytest

from hub_portal.mail.services.composing import Identity, compose, wire_address
from hub_portal.mail.services.kinds import MadeAttachment
from hub_portal.mail.services.placeholders import placeholder
from hub_portal.shared import links
from tests.makers.mail import NOON, make_mail, reread

HUB = Identity("London West Alliance", "portal@hub.example", "office@hub.example")
TICKETS = links.Purpose("tests-mail-ticket")


def composed(*attachments, **words):
    mail = reread(make_mail(**words))
    raw = compose(mail, attachments=attachments, identity=HUB, at=NOON)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return mail, email.message_from_bytes(raw, policy=default)


@pytest.mark.django_db
def test_headers_say_who_it_is_from_and_that_a_machine_wrote_it():
    mail, message = composed(subject="Your place – booked", headers={"List-Id": "<x.hub.example>"})

    assert message["From"] == "London West Alliance <portal@hub.example>"
    assert message["To"] == "teacher@school.example"
    assert message["Reply-To"] == "office@hub.example"
    assert message["Subject"] == "Your place – booked"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert message["List-Id"] == "<x.hub.example>"


@pytest.mark.django_db
def test_a_mail_s_own_reply_address_comes_before_the_hub_s():
    assert composed(reply_to="organiser@school.example")[1]["Reply-To"] == (
        "organiser@school.example"
    )


@pytest.mark.django_db
def test_values_secrets_and_rights_are_put_in_both_forms_of_the_text():
    link = f"https://hub.example/ticket/{links.placeholder(TICKETS, 7, 1)}/"
    _, message = composed(
        text=f"Dear {placeholder('name')}: {placeholder('code')} {link}\n",
        html=f'<p>Dear {placeholder("name")}: {placeholder("code")} <a href="{link}">go</a></p>',
        replacements={"name": "Zoë <Owusu>"},
        sealed={"code": "ABC123"},
    )
    address = f"https://hub.example/ticket/{links.sign(TICKETS, 7, 1)}/"

    assert message.get_body("plain").get_content().replace("\r\n", "\n") == (
        f"Dear Zoë <Owusu>: ABC123 {address}\n"
    )
    assert message.get_body("html").get_content().strip() == (
        f'<p>Dear Zoë &lt;Owusu&gt;: ABC123 <a href="{address}">go</a></p>'
    )


@pytest.mark.django_db
def test_an_invitation_stands_beside_the_text_and_a_file_after_it():
    ics = MadeAttachment("place.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\n")
    pdf = MadeAttachment("statement.pdf", "application/pdf", b"%PDF-1.7")

    _, message = composed(pdf, ics)

    alternative, attached = message.iter_parts()
    types = [part.get_content_type() for part in alternative.iter_parts()]
    assert types == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternative.iter_parts())[2]
    assert calendar["Content-Type"].params == {
        "charset": "utf-8",
        "method": "REQUEST",
        "name": "place.ics",
    }
    assert attached.get_filename() == "statement.pdf"
    assert attached.get_content() == b"%PDF-1.7"


@pytest.mark.django_db
def test_a_second_calendar_file_is_attached_with_its_own_method():
    """A file has one method: what is taken out goes along beside what is put in."""
    put_in = MadeAttachment("course.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\n")
    taken_out = MadeAttachment("gone.ics", "text/calendar; method=CANCEL", b"BEGIN:VCALENDAR\r\n")

    _, message = composed(put_in, taken_out)

    alternative, attached = message.iter_parts()
    assert list(alternative.iter_parts())[2]["Content-Type"].params["method"] == "REQUEST"
    assert attached.get_filename() == "gone.ics"
    assert attached.get_content_disposition() == "attachment"
    assert attached["Content-Type"].params == {"charset": "utf-8", "method": "CANCEL"}
    assert attached.get_content() == "BEGIN:VCALENDAR\r\n"


def test_wire_address_turns_a_domain_with_accents_into_ascii():
    assert wire_address("head@école.example") == "head@xn--cole-9oa.example"
    assert wire_address("head@school.example") == "head@school.example"
