"""Getting the newsletter and ending it: for everybody, by a mail's link, and signed in.

Rules NL-2 and NL-3. No page says whether an address is known.
"""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hub_portal.shared.client_address import client_address
from hub_portal.shared.errors import PortalError
from hub_portal.shared.links import arrive, carries_a_right, leave, row_arrived_with, row_behind
from hub_portal.shared.london import now
from hub_portal.shared.throttle import too_many
from newsletter.choices import How, SubscriptionStatus
from newsletter.emails.issue_mails import UNSUBSCRIBE
from newsletter.emails.opt_in_mails import OPT_IN
from newsletter.forms.subscribing import SubscribeForm
from newsletter.models import Subscription
from newsletter.services import subscriptions
from newsletter.services.settings import the_newsletter
from schools.access import PersonRequest, signed_in_only

MOST_ASKED_FROM_ONE_ADDRESS = 30
WITHIN = timedelta(hours=1)


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Leave an address; it is asked there whether it wants the newsletter. Rule NL-2."""
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "newsletter": the_newsletter()}
    if not form.is_bound or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "newsletter/subscribe.html", context, status=status)
    at = now()
    network = client_address(request)
    if too_many(
        "newsletter-subscribe", network, most=MOST_ASKED_FROM_ONE_ADDRESS, within=WITHIN, at=at
    ):
        return render(request, "429.html", status=429)
    try:
        subscriptions.ask_to_subscribe(address=form.cleaned_data["email"], at=at)
    except PortalError as refused:
        context["form_errors"] = refused.sentence
        return render(request, "newsletter/subscribe.html", context, status=422)
    return redirect("newsletter:asked")


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Look into your mailbox; the same for every address."""
    return render(request, "newsletter/asked.html")


@carries_a_right
@require_safe
def confirm_link(request: HttpRequest, token: str) -> HttpResponse:
    """Move the right into the session; a scanner that opens the link confirms nothing."""
    rows = Subscription.objects.all()
    return arrive(request, token, purpose=OPT_IN, rows=rows, then=reverse("newsletter:confirm"))


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Yes, send it to me."""
    row = row_arrived_with(request, purpose=OPT_IN, rows=Subscription.objects.all())
    if row is None:
        return render(request, "newsletter/link_void.html", status=404)
    if request.method != "POST":
        return render(request, "newsletter/confirm.html", {"newsletter": the_newsletter()})
    subscriptions.confirm(subscription=row, at=now())
    leave(request, purpose=OPT_IN)
    return redirect("newsletter:confirmed")


@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    """It comes with the next issue."""
    return render(request, "newsletter/confirmed.html", {"newsletter": the_newsletter()})


@csrf_exempt  # a mail program presses the button: it has no page of ours and no cookie (RFC 8058)
@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click in the mail program ends the newsletter; a GET changes nothing. Rule NL-3."""
    rows = Subscription.objects.all()
    if request.method != "POST":
        then = reverse("newsletter:preferences")
        return arrive(request, token, purpose=UNSUBSCRIBE, rows=rows, then=then)
    row = row_behind(token, purpose=UNSUBSCRIBE, rows=rows)
    if row is None:
        return HttpResponse("This link is not one of ours.", status=404, content_type="text/plain")
    subscriptions.unsubscribe(subscription=row, how=How.ONE_CLICK, at=now())
    return HttpResponse("You are unsubscribed.", content_type="text/plain")


@carries_a_right
@require_safe
def preferences_link(request: HttpRequest, token: str) -> HttpResponse:
    """The other link in every issue: to the same page, without ending anything."""
    rows = Subscription.objects.all()
    then = reverse("newsletter:preferences")
    return arrive(request, token, purpose=UNSUBSCRIBE, rows=rows, then=then)


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Whether this address gets the newsletter, and one button that changes it."""
    row = row_arrived_with(request, purpose=UNSUBSCRIBE, rows=Subscription.objects.all())
    if row is None:
        return render(request, "newsletter/link_void.html", status=404)
    if request.method == "POST":
        if "again" in request.POST:
            subscriptions.get_it_again(subscription=row, at=now())
        else:
            subscriptions.unsubscribe(subscription=row, how=How.LINK, at=now())
        return redirect("newsletter:preferences")
    context = {
        "newsletter": the_newsletter(),
        "veiled": f"{row.address[:1]}•••@",
        "gets_it": row.status != SubscriptionStatus.UNSUBSCRIBED,
    }
    return render(request, "newsletter/preferences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def own_newsletter(request: PersonRequest) -> HttpResponseBase:
    """Somebody signed in gets the newsletter, or does not. Rule NL-3."""
    if request.method == "POST":
        try:
            if "stop" in request.POST:
                subscriptions.stop_for_person(person=request.user, at=now())
                messages.success(request, "The newsletter no longer comes to you.")
            else:
                subscriptions.subscribe_person(person=request.user, at=now())
                messages.success(request, "The newsletter comes to you from the next issue on.")
        except PortalError as refused:
            messages.error(request, refused.sentence)
        return redirect("newsletter:own")
    context = {
        "newsletter": the_newsletter(),
        "standing": subscriptions.how_it_stands(person=request.user),
    }
    return render(request, "newsletter/own.html", context)
