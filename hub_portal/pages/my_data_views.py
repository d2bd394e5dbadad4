"""The page on which somebody takes away all that is held about them. Rule XX-3."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hub_portal.pages.my_data import take_my_data, what_is_held
from hub_portal.shared.london import london_date, now
from schools.access import PersonRequest, fresh_sign_in, signed_in_only


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
@fresh_sign_in
def my_data(request: PersonRequest) -> HttpResponseBase:
    """What kinds of things are held; by POST everything, as a file."""
    if request.method != "POST":
        return render(request, "pages/my_data.html", {"held": what_is_held(request.user)})
    at = now()
    name = f"my-data-{london_date(at)}.zip"
    return HttpResponse(
        take_my_data(person=request.user, at=at),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
