"""News that schools sent in: looked at, put into the next draft, or declined."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hub_portal.shared.admin_acts import AdminAct, ConfirmForm, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.admin_rich_text import ReadsRichText
from hub_portal.shared.london import now
from newsletter.models import News
from newsletter.services.news import decline_news
from newsletter.services.news_in_issues import next_draft, use_news


@admin.register(News)
class NewsAdmin(ReadsRichText, ReadOnlyAdmin):
    """The newest first; those nobody has looked at are one click away."""

    list_display = ("heading", "school", "sent_at", "status")
    list_filter = ("status",)
    list_select_related = ("school",)
    search_fields = ("heading", "school__name")
    ordering = ("-sent_at", "-pk")
    list_per_page = 50
    fieldsets = (
        (None, {"fields": ("heading", "text", "school", "sent_by", "sent_at")}),
        ("What became of it", {"fields": ("status", "item", "looked_at_by", "looked_at_at")}),
    )
    change_form_template = "admin/newsletter/news.html"

    def own_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/use/", self.use, "use"),
            ("<int:pk>/decline/", self.decline, "decline"),
        ]

    def use(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make an item of it in the next draft."""
        news = self.row(request, pk)
        draft = next_draft()

        def act(_given: dict[str, Any], by: Any) -> str:
            item = use_news(news=news, by=by, at=now())
            return reverse("admin:newsletter_issue_item", args=[item.issue_id, item.pk])

        page = AdminAct(
            title="Use this news",
            explains="It becomes an item of your own in the next draft, and you can change it "
            "there.",
            button="Put it into the draft",
            form=ConfirmForm,
            act=act,
            facts=[*_facts(news), ("Goes into", draft or "no issue is a draft at the moment")],
            done="The news is in the draft. Look at its words here.",
            back_url=self.url_of("change", news.pk),
            back_label="The news",
        )
        return act_page(self, request, page)

    def decline(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put it aside. Nobody is told."""
        news = self.row(request, pk)
        page = AdminAct(
            title="Do not use this news",
            explains="It is put aside. The school sees under its news that it was not used; no "
            "mail goes.",
            button="Put it aside",
            form=ConfirmForm,
            act=lambda _given, by: decline_news(news=news, by=by, at=now()),
            facts=_facts(news),
            done="The news is put aside.",
            back_url=self.url_of("change", news.pk),
            back_label="The news",
        )
        return act_page(self, request, page)


def _facts(news: News) -> list[tuple[str, object]]:
    return [("News", news.heading), ("From", news.school)]
