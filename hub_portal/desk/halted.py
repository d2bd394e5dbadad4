"""Telling the hub managers that mail to many was halted."""

from datetime import datetime

from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import put_all_in_outbox
from schools.models import Person

HALTED = "desk.mail_halted"


def tell_of_a_halt(reason: str, at: datetime) -> None:
    """Write to each hub manager, once for each time the gate closes by itself."""
    managers = Person.objects.hub_managers().filter(email__isnull=False).order_by("pk")
    put_all_in_outbox(
        [
            letter_from(
                "desk/email/mail_halted",
                {"reason": reason},
                dedupe_key=f"mail_gate:1:halted:{at.isoformat()}:person:{manager.pk}",
                kind=HALTED,
                to=manager.email or "",
                recipient=manager,
                about="mail_gate:1",
            )
            for manager in managers
        ],
        at=at,
    )
