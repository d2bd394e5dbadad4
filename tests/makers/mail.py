"""Mails in the outbox, and people of the hub who look after them."""

from datetime import UTC, datetime

from django.contrib.auth import get_user_model

from hub_portal.mail.models import Delivery
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services.outbox import put_in_outbox

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_hub_manager(*, email="manager@hub.example"):
    return get_user_model().objects.create(
        full_name="Mina Hub", email=email, staff_role="hub_manager"
    )


def make_somebody(*, email="teacher@school.example"):
    return get_user_model().objects.create(full_name="Tom Teacher", email=email)


def make_mail(*, key="booking:1:confirmed:1", at=NOON, **words):
    """A mail in the outbox."""
    given = {
        "dedupe_key": key,
        "kind": "tests.letter",
        "to": "teacher@school.example",
        "subject": "Your place is booked",
        "text": "Your place is booked.\n",
        "html": "<p>Your place is booked.</p>",
        "about": "booking:1",
        **words,
    }
    return put_in_outbox(at=at, **given)


def reread(delivery):
    return Delivery.objects.select_related("body").get(pk=delivery.pk)


ACCEPTED = Answer(Stage.CONTENT, 250, "2.0.0 kept")


class AnsweringTransport:
    """A way out that answers from a list, and then takes everything; keeps what it was given."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []
        self.is_closed = False

    def send(self, *, sender, to, message, message_id):
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if isinstance(answer, Exception):
            raise answer
        self.sent.append((to, message_id, message))
        return answer

    def close(self):
        self.is_closed = True
