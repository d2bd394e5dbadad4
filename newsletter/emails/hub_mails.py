"""What the hub managers are written about the newsletter. Rule NL-1."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.mail.services.rendering import Rendered
from newsletter.emails.issue_mails import TEST
from newsletter.models import Issue
from schools.models import Person

REMINDER = "newsletter.reminder"
MISSED = "newsletter.missed"


def not_approved(
    *, issue: Issue, when: str, until: datetime, to: Sequence[Person], at: datetime
) -> int:
    """Nobody has approved an issue that is about to go, or was to; how many mails are new."""
    slot = issue.slot_at.isoformat()
    return _write(
        "newsletter/email/not_approved",
        REMINDER,
        key=f"issue:{issue.pk}:reminder:{slot}:{when}",
        about=f"issue:{issue.pk}:{slot}",
        to=to,
        context={"issue": issue, "until": until, "is_past": issue.slot_at <= at},
        at=at,
        expires_at=until,
    )


def missed(*, issue: Issue, was_approved: bool, to: Sequence[Person], at: datetime) -> int:
    """An issue did not go and will not by itself; how many mails are new."""
    return _write(
        "newsletter/email/missed",
        MISSED,
        key=f"issue:{issue.pk}:missed:{issue.slot_at.isoformat()}",
        about=f"issue:{issue.pk}",
        to=to,
        context={"issue": issue, "was_approved": was_approved},
        at=at,
    )


def test_issue(*, issue: Issue, mail: Rendered, to: Person, at: datetime) -> None:
    """An issue to the hub manager alone. Its links end nobody's subscription: they lead nowhere
    but to the archive."""
    archive = f"{settings.PORTAL_URL}{reverse('newsletter:archive')}"
    letter = Letter(
        dedupe_key=f"issue:{issue.pk}:test:{to.pk}:{at.isoformat()}",
        kind=TEST,
        to=to.email or "",
        recipient=to,
        subject=f"Test: {mail.subject}",
        text=mail.text,
        html=mail.html,
        about=f"issue:{issue.pk}",
        replacements={"unsubscribe": archive, "preferences": archive},
    )
    put_all_in_outbox([letter], at=at)


def _write(
    template: str,
    kind: str,
    *,
    key: str,
    about: str,
    to: Sequence[Person],
    context: dict[str, Any],
    at: datetime,
    **words: Any,
) -> int:
    page = reverse("admin:newsletter_issue_change", args=[context["issue"].pk])
    letters = [
        letter_from(
            template,
            {**context, "page": page},
            dedupe_key=f"{key}:person:{manager.pk}",
            kind=kind,
            to=manager.email or "",
            recipient=manager,
            about=about,
            **words,
        )
        for manager in to
    ]
    return len(put_all_in_outbox(letters, at=at))
