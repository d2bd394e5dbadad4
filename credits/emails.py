"""The mails of the credits app."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from credits.models import Approval, BooksCheck
from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.mail.services.rendering import render_mail
from schools.choices import StaffRole
from schools.models import Person

BOOKS_CHECKED = "credits.books_checked"
APPROVAL_ASKED = "credits.approval_asked"
APPROVAL_LAPSES_SOON = "credits.approval_lapses_soon"
APPROVAL_REFUSED = "credits.approval_refused"

Facts = Sequence[tuple[str, str]]


def books_checked(*, check: BooksCheck, at: datetime) -> None:
    """Tell hub managers and finance officers how the books stand, with the head of the chain.

    The head lies in mailboxes outside the database, so rewriting history would show there.
    """
    readers = Person.objects.filter(
        is_active=True,
        email__isnull=False,
        staff_role__in=(StaffRole.HUB_MANAGER, StaffRole.FINANCE_OFFICER),
    )
    rendered = render_mail("credits/email/books_checked", {"check": check})
    put_all_in_outbox(
        [
            Letter(
                dedupe_key=f"books_check:{check.pk}:{reader.pk}",
                kind=BOOKS_CHECKED,
                to=reader.email or "",
                recipient=reader,
                subject=rendered.subject,
                text=rendered.text,
                html=rendered.html,
                about=f"books_check:{check.pk}",
            )
            for reader in readers.order_by("pk")
        ],
        at=at,
    )


def approval_asked(
    *,
    approval: Approval,
    facts: Facts,
    holds_credits: bool,
    authorisers: Iterable[Person],
    at: datetime,
) -> None:
    """Ask every headteacher of the school; the page behind the sign-in has the answer."""
    _about_approval(APPROVAL_ASKED, approval, facts, holds_credits, authorisers, at=at)


def approval_lapses_soon(
    *,
    approval: Approval,
    facts: Facts,
    holds_credits: bool,
    authorisers: Iterable[Person],
    at: datetime,
) -> None:
    """The day before: who asked, and who may answer. Rule CR-14."""
    readers = {*authorisers, approval.asked_by}
    _about_approval(APPROVAL_LAPSES_SOON, approval, facts, holds_credits, readers, at=at)


def approval_refused(
    *, approval: Approval, facts: Facts, holds_credits: bool, at: datetime
) -> None:
    """Tell who asked that it was declined, and why, or that nobody answered in time."""
    _about_approval(APPROVAL_REFUSED, approval, facts, holds_credits, [approval.asked_by], at=at)


def _about_approval(
    kind: str,
    approval: Approval,
    facts: Facts,
    holds_credits: bool,
    readers: Iterable[Person],
    *,
    at: datetime,
) -> None:
    """Of a commitment that holds no credits, a mail does not say that some are held."""
    context: dict[str, Any] = {
        "approval": approval,
        "facts": facts,
        "what": facts[0][1],
        "holds_credits": holds_credits,
    }
    put_all_in_outbox(
        [
            _letter_about_approval(kind, approval, reader, context)
            for reader in sorted(readers, key=lambda person: person.pk)
            if reader.email
        ],
        at=at,
    )


def _letter_about_approval(
    kind: str, approval: Approval, reader: Person, context: dict[str, Any]
) -> Letter:
    is_asker = reader.pk == approval.asked_by_id
    return letter_from(
        f"credits/email/{kind.partition('.')[2]}",
        {**context, "is_asker": is_asker},
        dedupe_key=f"approval:{approval.pk}:{kind.partition('.')[2]}:{reader.pk}",
        kind=kind,
        to=reader.email or "",
        recipient=reader,
        about=f"approval:{approval.pk}",
    )
