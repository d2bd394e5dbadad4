"""What was sent, what waits and why, and what failed."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin

from hub_portal.mail.choices import MOVES, Status
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.deliveries import stop_mail, try_again
from hub_portal.mail.services.figures import why_waiting
from hub_portal.mail.services.gate import the_gate
from hub_portal.mail.services.showing import shown_mail
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, ReasonForm, act_page
from hub_portal.shared.london import now

# a mail styles itself, and may do nothing else: no script, no form, no address
WORDS_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


class WhyFilter(admin.SimpleListFilter):
    """Of the mails that wait: for what."""

    title = "waits because"
    parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("due", "it is due and will go"),
            ("answer", "the mail server asked to wait"),
            ("time", "its time has not come"),
            ("held", "a sender has it"),
        ]

    def queryset(self, request: HttpRequest, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
        waiting = rows.filter(status=Status.WAITING)
        later = waiting.filter(not_before__gt=now())
        choices = {
            "due": waiting.filter(not_before__lte=now()),
            "answer": later.exclude(answer=""),
            "time": later.filter(answer=""),
            "held": rows.filter(status__in=[Status.CLAIMED, Status.SENDING]),
        }
        return choices.get(self.value() or "", rows)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The outbox, the newest first."""

    list_display = ("subject", "to", "state", "created_at", "finished_at")
    list_filter = ("status", WhyFilter, "failure", "priority", "kind")
    search_fields = ("to", "subject")
    search_help_text = "Search by address or subject"
    ordering = ("-created_at", "-pk")
    list_per_page = 50

    @admin.display(description="state", ordering="status")
    def state(self, delivery: Delivery) -> str:
        """The state, and of a failed mail why."""
        words = delivery.get_status_display()
        return f"{words}: {delivery.get_failure_display()}" if delivery.failure else words

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every mail, with filters for its state and for why it waits."""
        return super().changelist_view(request, {"title": "Mail", **(extra_context or {})})

    def own_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/words/", self.words, "words"),
            ("<int:pk>/attachments/<int:position>/", self.attachment, "attachment"),
            ("<int:pk>/try-again/", self.try_again, "try_again"),
            ("<int:pk>/stop/", self.stop, "stop"),
        ]

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One mail as it looks, with what became of it."""
        delivery = self._seen(request, object_id)
        shown = shown_mail(delivery)
        context = {
            **self.admin_site.each_context(request),
            "title": shown.subject,
            "opts": self.opts,
            "delivery": delivery,
            "shown": shown,
            "why": why_waiting(delivery, the_gate(), at=now()),
            "attachments": delivery.attachments.order_by("position"),
            "attempts": delivery.unlucky_attempts.order_by("-at", "-pk"),
            "may_act": self.may_act(request),
            "may_be_tried_again": delivery.status in (Status.FAILED, Status.WAITING),
            "may_be_stopped": Status.STOPPED in MOVES[delivery.status],
        }
        return TemplateResponse(request, "admin/mail/delivery.html", context)

    @method_decorator(xframe_options_sameorigin)
    def words(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML of a mail, for the frame on its page: it can do nothing there but be read."""
        answer = HttpResponse(shown_mail(self._seen(request, pk)).html)
        answer["Content-Security-Policy"] = WORDS_POLICY
        return answer

    def attachment(self, request: HttpRequest, pk: int, position: int) -> HttpResponse:
        """A kept attachment, to be saved."""
        delivery = self._seen(request, pk)
        row = delivery.attachments.filter(position=position).select_related("content").first()
        if row is None or row.content is None:
            raise Http404
        answer = HttpResponse(bytes(row.content.content), content_type="application/octet-stream")
        answer["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
        answer["Content-Security-Policy"] = FILE_POLICY
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    def try_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a failed mail again, or a waiting one now."""
        delivery = self._seen(request, pk)
        page = AdminAct(
            title="Try this mail again",
            explains=f"“{delivery.subject}” to {delivery.to} goes again with the next run of the "
            "sender. If it is in doubt whether it arrived, it may arrive twice.",
            button="Try again",
            done="The mail goes again with the next run of the sender.",
            back_url=_page_of(delivery),
            back_label="Back to the mail",
            form=ReasonForm,
            act=lambda given, by: try_again(
                delivery_id=pk, reason=given["reason"], by=by, at=now()
            ),
        )
        return act_page(self, request, page)

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep a waiting mail from going, or put a failed one aside."""
        delivery = self._seen(request, pk)
        page = AdminAct(
            title="Stop this mail",
            explains=f"“{delivery.subject}” to {delivery.to} will not be sent. This cannot be "
            "undone.",
            button="Stop this mail",
            done="The mail is stopped.",
            back_url=_page_of(delivery),
            back_label="Back to the mail",
            form=ReasonForm,
            act=lambda given, by: stop_mail(
                delivery_id=pk, reason=given["reason"], by=by, at=now()
            ),
            is_dangerous=True,
        )
        return act_page(self, request, page)

    def _seen(self, request: HttpRequest, pk: int | str) -> Delivery:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Delivery.objects.select_related("body", "recipient")
        delivery = rows.filter(pk=pk).first() if str(pk).isdecimal() else None
        if delivery is None:
            raise Http404
        return delivery


def _page_of(delivery: Delivery) -> str:
    return reverse("admin:mail_delivery_change", args=[delivery.pk])
