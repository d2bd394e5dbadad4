"""What goes out with a ticket: its right stands in no row, and nothing untrue is sent."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.conf import settings

from cpd.emails import ticket_mails
from cpd.services.ticket_codes import code_of_ticket
from cpd.services.ticket_returns import give_place_back
from cpd.services.tickets import change_ticket_address, remind_of_ticket, withdraw_ticket
from hub_portal.mail.models import Attachment, AttachmentContent, Body, Delivery
from hub_portal.mail.services.sender import send_due
from hub_portal.mail.services.showing import shown_mail
from hub_portal.mail.services.transports import FolderTransport, file_of_mail
from tests.documents import faults_of, words_of
from tests.makers.schools import NOON, make_appointment, make_cast
from tests.makers.tickets import make_ticket, make_ticket_cohort, redeem

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def post_office(tmp_path):
    """Sends what is due and opens it: the newest mail of a kind."""

    def send(kind, *, at=NOON + timedelta(days=1)):
        send_due(transport=FolderTransport(tmp_path), now=lambda: at, is_told_to_stop=lambda: False)
        mail = Delivery.objects.filter(kind=kind).order_by("-pk")[0]
        if mail.status != "sent":
            return mail.status
        content = file_of_mail(tmp_path, mail.message_id).read_bytes()
        return email.message_from_bytes(content, policy=email.policy.default)

    return send


def text_of(message, form="plain"):
    return message.get_body((form,)).get_content().replace("\r\n", "\n")


def pdf_of(message):
    [pdf] = [p for p in message.iter_attachments() if p.get_content_type() == "application/pdf"]
    return pdf.get_content()


def test_the_ticket_is_mailed_as_link_code_and_pdf(cast, post_office):
    ticket = make_ticket()
    code = code_of_ticket(ticket)

    message = post_office(ticket_mails.ISSUED)

    for form in ("plain", "html"):
        assert f"{settings.PORTAL_URL}/ticket/{code}/" in text_of(message, form)
    assert f"\n{code}\n" in text_of(message)
    pdf = pdf_of(message)
    assert faults_of(pdf) == []
    words = words_of(pdf)
    assert code in words
    assert "Jess Owens" in words
    assert "31 August 2028" in words


def test_no_row_of_the_outbox_holds_the_code_before_or_after_it_is_sent(cast, post_office):
    ticket = make_ticket()
    code = code_of_ticket(ticket)

    for _ in range(2):
        held = [str(values) for table in (Delivery, Body) for values in table.objects.values()]
        assert code not in " ".join(held)
        assert code.replace("-", "") not in " ".join(held)
        post_office(ticket_mails.ISSUED)

    assert not AttachmentContent.objects.exists()
    assert Attachment.objects.get().content is None


def test_the_admin_shows_dots_where_the_code_is(cast):
    ticket = make_ticket()

    shown = shown_mail(Delivery.objects.get())

    assert shown.hides_something
    assert code_of_ticket(ticket) not in shown.text + shown.html


def test_a_reminder_repeats_the_code_with_its_pdf(cast, post_office):
    ticket = make_ticket()
    remind_of_ticket(ticket_id=ticket.pk, by=cast.hub_manager, at=NOON)

    message = post_office(ticket_mails.REMINDER)

    assert code_of_ticket(ticket) in text_of(message)
    assert code_of_ticket(ticket) in words_of(pdf_of(message))


def test_a_mail_that_was_overtaken_is_not_sent(cast, post_office):
    moved, withdrawn, redeemed = make_ticket(), make_ticket(), make_ticket()
    change_ticket_address(
        ticket_id=moved.pk, email="new@mail.example", reason="x", by=cast.hub_manager, at=NOON
    )
    withdraw_ticket(ticket_id=withdrawn.pk, reason="x", by=cast.hub_manager, at=NOON)
    redeem(redeemed, make_ticket_cohort())

    post_office(ticket_mails.ISSUED)

    issued = Delivery.objects.filter(kind=ticket_mails.ISSUED).order_by("pk")
    assert [mail.status for mail in issued] == ["untrue", "untrue", "untrue", "sent"]


def test_the_old_address_hears_of_the_change_without_any_code(cast, post_office):
    ticket = make_ticket()
    old = code_of_ticket(ticket)
    moved = change_ticket_address(
        ticket_id=ticket.pk, email="new@mail.example", reason="x", by=cast.hub_manager, at=NOON
    )

    message = post_office(ticket_mails.MOVED)

    assert message["To"] == ticket.email
    for code in (old, code_of_ticket(moved)):
        assert code not in text_of(message) + text_of(message, "html")


def test_the_confirmation_carries_a_calendar_entry_that_the_return_takes_away(cast, post_office):
    ticket = make_ticket()
    booking = redeem(ticket, make_ticket_cohort())
    confirmed = post_office(ticket_mails.REDEEMED)
    give_place_back(booking_id=booking.pk, shown_as_living=True, by=ticket.person, at=NOON)
    back = post_office(ticket_mails.GIVEN_BACK)

    entries = [
        next(part for part in message.walk() if part.get_content_type() == "text/calendar")
        for message in (confirmed, back)
    ]
    assert "METHOD:REQUEST" in entries[0].get_content()
    assert "METHOD:CANCEL" in entries[1].get_content()
    assert "lives again" in text_of(back)


def test_rep_and_headteacher_get_no_code(cast, post_office):
    ticket = make_ticket()
    make_appointment(person=ticket.person, school=cast.our_school)
    booking = redeem(ticket, make_ticket_cohort())

    message = post_office(ticket_mails.TOLD)

    words = text_of(message) + text_of(message, "html")
    assert code_of_ticket(ticket) not in words
    assert f"/my/tickets/{booking.pk}/" in words


def test_telling_of_a_place_given_back_before_is_not_sent(cast, post_office):
    ticket = make_ticket()
    make_appointment(person=ticket.person, school=cast.our_school)
    booking = redeem(ticket, make_ticket_cohort())
    give_place_back(booking_id=booking.pk, shown_as_living=True, by=ticket.person, at=NOON)

    assert post_office(ticket_mails.TOLD) == "untrue"
    assert post_office(ticket_mails.REDEEMED) == "untrue"
