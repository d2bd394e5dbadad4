"""The mails of the credits app."""

from datetime import datetime

from credits.models import BooksCheck
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.mail.services.rendering import render_mail
from schools.choices import StaffRole
from schools.models import Person

BOOKS_CHECKED = "credits.books_checked"


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
