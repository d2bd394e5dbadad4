"""Issues: the list, and the page of one as the place of work. Rule NL-1.

What changes an issue's course has a page of its own (`issue_acts.py`), what changes its words too
(`issue_items.py`); here it is looked at.
"""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin

from hub_portal.shared.admin_acts import OwnPage, ReadOnlyAdmin
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import moment
from newsletter.admin.issue_acts import ActsOnIssues
from newsletter.admin.issue_items import ItemsOfIssues
from newsletter.models import Issue
from newsletter.services.figures import rhythm_in_words
from newsletter.services.issue_page import issue_page, shown_mail
from newsletter.services.reports import (
    COLUMNS,
    how_far,
    outcome_in_words,
    record_report_taken,
    report_by_school,
    rows_to_take_away,
    schools_reached,
    subscribers_of,
)
from schools.access import TakesListsAway
from schools.models import Person

# a mail styles itself and shows pictures of ours, and may do nothing else: no script, no form
FRAMED_MAIL = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
DARK = "(prefers-color-scheme: dark)"
SUBSCRIBERS_A_PAGE = 100


@admin.register(Issue)
class IssueAdmin(TakesListsAway, ActsOnIssues, ItemsOfIssues, ReadOnlyAdmin):
    """Every issue, the next one first."""

    list_display = ("number", "subject", "goes", "status")
    list_display_links = ("number", "subject")
    list_filter = ("status",)
    search_fields = ("subject",)
    ordering = ("-number",)
    list_per_page = 50
    change_list_template = "admin/newsletter/issues.html"

    @admin.display(description="goes, or went", ordering="slot_at")
    def goes(self, issue: Issue) -> str:
        return moment(issue.frozen_at or issue.slot_at)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, under what comes next."""
        context = {"rhythm": rhythm_in_words(at=now()), **(extra_context or {})}
        return super().changelist_view(request, context)

    def own_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/preview/", self.preview, "preview"),
            ("<int:pk>/mail/", self.mail, "mail"),
            ("<int:pk>/report/", self.report, "report"),
            ("<int:pk>/recipients.csv", self.take_away_csv, "csv"),
            ("<int:pk>/recipients.xlsx", self.take_away_xlsx, "xlsx"),
            *self.acts(),
            *self.item_pages(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One issue: where it stands, what stands in it, what may be done."""
        issue = self.seen(request, object_id)
        return self.own_page(
            request,
            "admin/newsletter/issue.html",
            title=str(issue),
            page=issue_page(issue, at=now()),
        )

    # ---- Looking at the mail --------------------------------------------------------------------

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail at both widths, in both schemes, and its text part."""
        issue = self.row(request, pk)
        for_members = request.GET.get("for") != "everybody"
        return self.own_page(
            request,
            "admin/newsletter/preview.html",
            title=f"{issue} as a mail",
            issue=issue,
            for_members=for_members,
            shown=shown_mail(issue, at=now(), for_members=for_members),
            back_url=self.url_of("change", issue.pk),
        )

    @method_decorator(xframe_options_sameorigin)
    def mail(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML of the mail, for a frame of ours alone: it can do nothing there but be read."""
        issue = self.row(request, pk)
        for_members = request.GET.get("for") != "everybody"
        html = shown_mail(issue, at=now(), for_members=for_members).html
        scheme = "all" if request.GET.get("scheme") == "dark" else "not all"
        answer = HttpResponse(html.replace(DARK, scheme))
        answer["Content-Security-Policy"] = FRAMED_MAIL
        return answer

    # ---- Afterwards -----------------------------------------------------------------------------

    def report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who exactly got it, who did not and why. Rule NL-2."""
        issue = self._gone(request, pk)
        others = Paginator(subscribers_of(issue), SUBSCRIBERS_A_PAGE)
        page = others.get_page(request.GET.get("page"))
        return self.own_page(
            request,
            "admin/newsletter/report.html",
            title=f"Who got {str(issue).lower()}",
            issue=issue,
            progress=how_far(issue),
            reached=schools_reached(issue),
            schools=[
                (school, [(row, outcome_in_words(row)) for row in school.recipients])
                for school in report_by_school(issue)
            ],
            subscribers=[(row, outcome_in_words(row)) for row in page],
            page=page,
            back_url=self.url_of("change", issue.pk),
        )

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """The report as a file; that it was taken is kept. Rule XX-1."""
        issue = self._gone(request, pk)
        record_report_taken(issue=issue, form=form, by=by, at=now())
        name = f"issue-{issue.number}-recipients"
        return export_response(form, name=name, columns=COLUMNS, rows=rows_to_take_away(issue))

    def _gone(self, request: HttpRequest, pk: int) -> Issue:
        """An issue that went: before that there is nothing to report."""
        issue: Issue = self.row(request, pk)
        if issue.frozen_at is None:
            raise Http404
        return issue
