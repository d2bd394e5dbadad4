"""The one way out of the file store."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from hub_portal.files.models import StoredFile
from hub_portal.files.services.reading import file_for
from hub_portal.shared.london import now

NOTHING_WITHIN = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@require_safe
def stored_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give out one file to somebody who may read it; for anybody else there is no such file."""
    stored = file_for(reader=request.user, name=name, at=now())
    if stored is None:
        raise Http404
    return _with_headers(_content(stored), stored)


def _content(stored: StoredFile) -> HttpResponseBase:
    """The content, or a word to the web server in front of us to send it.

    `X_ACCEL` is the internal address under which that server knows MEDIA_ROOT, or empty.
    """
    if settings.X_ACCEL:
        answer = HttpResponse()
        answer["X-Accel-Redirect"] = f"{settings.X_ACCEL.rstrip('/')}/{stored.path}"
        return answer
    try:
        return FileResponse(stored.open())
    except FileNotFoundError as missing:
        raise Http404 from missing


def _with_headers(answer: HttpResponseBase, stored: StoredFile) -> HttpResponseBase:
    """Whatever the file holds, a browser runs nothing of it and keeps no copy."""
    inline = stored.is_shown_in_the_browser
    # a PDF reader in the browser refuses to open within a sandbox, and only our own get there
    own_pdf = inline and stored.content_type == "application/pdf"
    disposition = content_disposition_header(not inline, stored.shown_name)
    answer["Content-Type"] = stored.content_type
    answer["Content-Disposition"] = disposition or "attachment"
    answer["Content-Security-Policy"] = NOTHING_WITHIN if own_pdf else f"sandbox; {NOTHING_WITHIN}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
