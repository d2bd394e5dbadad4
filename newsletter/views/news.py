"""News a school sends in, and what became of what it sent before."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from newsletter.forms.news import NewsForm
from newsletter.models import News
from newsletter.services.news import send_news
from schools.access import SchoolRequest, school_page

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@school_page
def send(request: SchoolRequest) -> HttpResponseBase:
    """The form, and the school's news of before."""
    school = request.acting_school
    form = NewsForm(
        request.POST if request.method == "POST" else None, initial={"school": school.pk}
    )
    context = {
        "form": form,
        "form_errors": "",
        "earlier": News.objects.filter(school=school).order_by("-sent_at", "-pk")[:SHOWN],
    }
    if not form.is_bound:
        return render(request, "newsletter/news.html", context)
    if not form.is_valid():
        return render(request, "newsletter/news.html", context, status=422)
    if form.cleaned_data["school"] != school.pk:
        context["form_errors"] = "You act for another school now. Look at the form again."
        return render(request, "newsletter/news.html", context, status=422)
    try:
        send_news(
            school=school,
            heading=form.cleaned_data["heading"],
            text=form.cleaned_data["text"],
            by=request.user,
            at=now(),
        )
    except PortalError as refused:
        context["form_errors"] = refused.sentence
        return render(request, "newsletter/news.html", context, status=422)
    messages.success(request, "Sent to the hub. It looks at news before each issue.")
    return redirect("newsletter:news")
