"""Mails in the outbox, and people of the hub who look after them."""

from datetime import UTC, datetime

from django.contrib.auth import get_user_model
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from hub_portal.mail.models import Delivery
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services.many import freeze_body, put_in_outbox_for_many
from hub_portal.mail.services.outbox import put_in_outbox
from hub_portal.mail.services.placeholders import placeholder

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


def make_readers(count, *, at_school="school.example", **columns):
    """People who get a mail to many, as `put_in_outbox_for_many` is told of them."""
    person = get_user_model()
    person.objects.bulk_create(
        person(full_name=f"Reader {n}", email=f"reader{n}@{at_school}") for n in range(count)
    )
    return to_readers(person.objects.filter(email__endswith=f"@{at_school}"), **columns)


def to_readers(people, **columns):
    """These people as the columns a mail to many is made from."""

    def with_pk(before, after=""):
        parts = (Value(before), Cast("pk", CharField()), Value(after))
        return Concat(*parts, output_field=CharField())

    given = {
        "dedupe_key": with_pk("issue:12:person:"),
        "to": F("email"),
        "recipient_id": F("pk"),
        "about": with_pk("subscription:", ":1:issue:12"),
        **columns,
    }
    return people.annotate(**given).values(*given)


ISSUE_TEXT = f"This week at the hub.\nUnsubscribe: {placeholder('unsubscribe')}\n"
ISSUE_HTML = f'<p>This week at the hub.</p>\n<a href="{placeholder("unsubscribe")}">Unsubscribe</a>'


def make_issue(to_whom, *, body=None, at=NOON, **words):
    """A mail to many in the outbox: its body."""
    body = body or freeze_body(html=ISSUE_HTML, text=ISSUE_TEXT)
    given = {
        "kind": "tests.issue",
        "subject": "This week at the hub",
        "headers": {"List-Unsubscribe": f"<{placeholder('unsubscribe')}>"},
        "reply_to": "office@hub.example",
        **words,
    }
    put_in_outbox_for_many(body=body, to_whom=to_whom, at=at, **given)
    return body
