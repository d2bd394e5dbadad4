"""Where a mail provider calls."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from hub_portal.mail.access import NotSigned, events_signed_by_mailgun
from hub_portal.mail.services.provider_events import hear_of_events
from hub_portal.shared.client_address import client_address
from hub_portal.shared.london import now
from hub_portal.shared.throttle import too_many

MOST_CALLS = 1_200
A_MINUTE = timedelta(minutes=1)


@csrf_exempt  # a provider has no page of ours and no cookie: its signature is its right
def mailgun(request: HttpRequest) -> HttpResponse:
    """Hear what Mailgun says became of our mails; nothing is here unless it is set up."""
    key, at = settings.MAILGUN_WEBHOOK_KEY, now()
    if not key:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if too_many("mail webhook", client_address(request), most=MOST_CALLS, within=A_MINUTE, at=at):
        return HttpResponse(status=429)  # a provider calls again later
    try:
        events = events_signed_by_mailgun(request, key=key, at=at)
    except NotSigned:
        return HttpResponse(status=400)
    hear_of_events(events, provider="mailgun", at=at)
    return HttpResponse(status=200)
