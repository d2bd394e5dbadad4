"""The desk's list by mail, on each working morning on which something waits. Rule BK-11."""

from datetime import datetime

from hub_portal.desk.to_do import what_needs_doing
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.mail.services.rendering import render_mail
from hub_portal.shared.london import end_of_day, london_date
from schools.models import Person
from schools.services.calendar import hub_calendar

MORNING_LIST = "desk.morning_list"


def send_morning_list(*, at: datetime) -> int:
    """Write to each hub manager what waits on the desk; nothing when it is empty.

    At weekends and on bank holidays it waits for the next working day (Rule SC-7): what is on
    it is still on it then. Done twice, it is written once. Returns how many were written.
    """
    today = london_date(at)
    if not hub_calendar().is_working_day(today):
        return 0
    waiting = what_needs_doing(at=at)
    if not waiting:
        return 0
    rendered = render_mail("desk/email/morning_list", {"waiting": waiting, "today": today})
    managers = Person.objects.hub_managers().filter(email__isnull=False).order_by("pk")
    letters = [
        Letter(
            dedupe_key=f"desk:{today}:person:{manager.pk}",
            kind=MORNING_LIST,
            to=manager.email or "",
            recipient=manager,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            about="desk",
            expires_at=end_of_day(today),
        )
        for manager in managers
    ]
    return len(put_all_in_outbox(letters, at=at))
