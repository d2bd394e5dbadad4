"""The newsletter's settings: one row, so its list is its page."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse

from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.london import now
from newsletter.forms.admin_newsletter import NewsletterForm
from newsletter.models import Newsletter
from newsletter.services.figures import rhythm_in_words
from newsletter.services.settings import THE_ONE, change_newsletter, the_newsletter


@admin.register(Newsletter)
class NewsletterAdmin(ReadOnlyAdmin):
    """When it goes, and what stands under every issue."""

    def own_pages(self) -> list[OwnPage]:
        return [("settings/", self.settings, "settings")]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How the newsletter is set, and what comes next."""
        newsletter = self.row(request, the_newsletter().pk)
        context = {"newsletter": newsletter, "rhythm": rhythm_in_words(at=now())}
        return self.own_page(
            request, "admin/newsletter/newsletter.html", title=newsletter.title, **context
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The same page by the address other pages link to."""
        if object_id != str(THE_ONE):
            raise Http404
        return self.changelist_view(request)

    def settings(self, request: HttpRequest) -> HttpResponse:
        """Change when it goes and what stands under every issue."""
        newsletter = the_newsletter()
        page = AdminAct(
            title="Settings of the newsletter",
            explains="They hold for issues begun from now on; those that wait keep their time.",
            button="Save",
            form=NewsletterForm,
            act=lambda given, by: change_newsletter(by=by, at=now(), **given),
            done="Saved.",
            back_url=self.url_of("changelist"),
            back_label="The newsletter",
            initial={name: getattr(newsletter, name) for name in NewsletterForm.Meta.fields},
        )
        return act_page(self, request, page)
