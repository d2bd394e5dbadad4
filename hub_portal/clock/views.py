"""The pages of long work: how far it has come, for who started it and for the hub."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import job_kind

JOBS_ON_A_PAGE = 20


@login_required
@require_safe
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job. It can be come back to at any time. Rule XX-5."""
    found = get_object_or_404(Job.objects.seen_by(request.user), pk=job_id)
    kind = job_kind(found.kind)
    leads_to = kind.leads_to(found) if found.has_succeeded else ""
    context = {"job": found, "kind": kind, "leads_to": leads_to}
    return render(request, "clock/job.html", context)


@login_required
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """The long work this person has started, the newest first."""
    mine = Job.objects.filter(started_by_id=request.user.pk).order_by("-started_at", "-pk")
    page = Paginator(mine, JOBS_ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [(each, job_kind(each.kind).title) for each in page]
    return render(request, "clock/jobs.html", {"page": page, "lines": lines})
