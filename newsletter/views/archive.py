"""The public archive of the newsletter, one page an issue, and its feed. Rule NL-4."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub_portal.shared.context import hub_identity
from hub_portal.shared.london import now
from newsletter.forms.archive import ArchiveSearch
from newsletter.models import Issue
from newsletter.services.archive import issues_found
from newsletter.services.saying import what_is_said
from newsletter.services.settings import the_newsletter

ISSUES_A_PAGE = 20
ISSUES_IN_THE_FEED = 20


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Every issue that was sent, newest first, and a search in them."""
    form = ArchiveSearch(request.GET or None)
    found = issues_found(form.words)
    context = {
        "newsletter": the_newsletter(),
        "form": form,
        "words": form.words,
        "page": Paginator(found, ISSUES_A_PAGE).get_page(request.GET.get("page", "1")),
    }
    status = 422 if form.errors else 200
    return render(request, "newsletter/archive.html", context, status=status)


@require_safe
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """One issue as it was sent, without the items for members and without anybody's own links."""
    sent = get_object_or_404(Issue.objects.in_the_archive(), number=number)
    said = what_is_said(sent, at=now(), public_only=True)
    return render(request, "newsletter/issue.html", {"said": said})


class IssuesFeed(Feed):  # type: ignore[type-arg]
    """The newest issues for feed readers, public items alone."""

    def title(self) -> str:
        return f"{the_newsletter().title}, {hub_identity().name}"

    def link(self) -> str:
        return reverse("newsletter:archive")

    def description(self) -> str:
        return f"The newsletter of {hub_identity().name}"

    def items(self) -> Iterable[Issue]:
        return issues_found("")[:ISSUES_IN_THE_FEED]

    def item_title(self, item: Any) -> str:
        """Plain words: the feed escapes them itself."""
        return str(item.subject)

    def item_description(self, item: Issue) -> str:
        """The public items, as its page shows them."""
        said = what_is_said(item, at=now(), public_only=True)
        return render_to_string("newsletter/_issue.html", {"said": said})

    def item_pubdate(self, item: Issue) -> datetime | None:
        return item.frozen_at
