"""Papers of a course: the sheet to sign at the door, and the list of delegates. Rule BK-10."""

from datetime import datetime

from django.http import HttpResponse

from cpd.models import Cohort, Session
from cpd.services.delegate_lists import delegates_of
from cpd.services.registers import register_of
from hub_portal.shared.pdf import render_pdf
from hub_portal.shared.wording import day

SPARE_LINES = 3
"""Empty lines on a sheet, for whoever walks in."""


def sign_in_sheet(*, session: Session, at: datetime) -> bytes:
    """A4: every delegate by name with a line to sign on, and a few lines to spare."""
    programme = session.cohort.programme
    context = {
        "session": session,
        "cohort": session.cohort,
        "programme": programme,
        "register": register_of(session=session, at=at),
        "spare": range(SPARE_LINES),
    }
    title = f"Register: {programme.title}, {day(session.starts_at)}"
    return render_pdf("cpd/pdf/register.html", context, title=title)


def delegate_list(*, cohort: Cohort, at: datetime) -> bytes:
    """A4: everybody who has a place, by school."""
    context = {
        "cohort": cohort,
        "programme": cohort.programme,
        "sessions": list(cohort.sessions.order_by("starts_at")),
        "delegates": delegates_of(cohort),
        "at": at,
    }
    title = f"Delegates: {cohort.programme.title}"
    return render_pdf("cpd/pdf/delegates.html", context, title=title)


def as_file(content: bytes, *, name: str) -> HttpResponse:
    """A PDF to take away, kept by nobody on the way."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.pdf"',
            "Cache-Control": "no-store, private",
        },
    )
