"""Answering an evaluation by a mailed link, and reading what the answers add up to. Rule BK-12.

Opening the link changes nothing: school mail scanners open every link.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cpd.emails.afterwards_mails import EVALUATION
from cpd.forms.evaluations import AnswersForm
from cpd.models import Evaluation
from cpd.services import organised
from cpd.services.evaluation_results import results_of
from cpd.services.evaluations import answer_evaluation
from cpd.views.organise import OrganisersRequest
from hub_portal.shared.errors import PortalError
from hub_portal.shared.links import arrive, carries_a_right, leave, row_arrived_with
from hub_portal.shared.london import now
from schools.access import signed_in_only


@carries_a_right
@require_safe
def evaluation_link(request: HttpRequest, token: str) -> HttpResponse:
    """Move the right to answer into the session and go on to an address without it."""
    return arrive(
        request,
        token,
        purpose=EVALUATION,
        rows=Evaluation.objects.open(at=now()),
        then=reverse("cpd:evaluation"),
    )


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation(request: HttpRequest) -> HttpResponse:
    """The questions about one course; nobody is named on the page."""
    rows = Evaluation.objects.open(at=now()).select_related("form", "cohort__programme", "person")
    found = row_arrived_with(request, purpose=EVALUATION, rows=rows)
    if found is None:
        return render(request, "cpd/evaluation_void.html", status=404)
    questions = list(found.form.questions.order_by("position", "pk"))
    form = AnswersForm(request.POST if request.method == "POST" else None, questions=questions)
    if request.method != "POST":
        return _page(request, found, form)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        answer_evaluation(evaluation_id=found.pk, answers=form.answers(), at=now())
    except PortalError as refused:
        return _page(request, found, form, refused.sentence, status=422)
    leave(request, purpose=EVALUATION)
    return redirect("cpd:evaluation_thanks")


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """It has arrived."""
    return render(request, "cpd/evaluation_thanks.html")


@require_safe
@signed_in_only
def results(request: OrganisersRequest, cohort_id: int) -> HttpResponse:
    """The summary for whoever ran the course: ratings, and what may be quoted."""
    found = get_object_or_404(organised.cohorts_of(request.user), pk=cohort_id)
    summaries = results_of(cohort=found, at=now())
    return render(request, "cpd/evaluation_results.html", {"cohort": found, "results": summaries})


def _page(
    request: HttpRequest,
    found: Evaluation,
    form: AnswersForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "evaluation": found,
        "programme": found.cohort.programme,
        "form": form,
        "form_errors": refused,
    }
    return render(request, "cpd/evaluation.html", context, status=status)
