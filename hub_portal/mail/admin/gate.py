"""The mail gate: how it stands, closing it and opening it, and its limits."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from hub_portal.mail.choices import ClosedFor
from hub_portal.mail.forms import GateForm, LimitsForm
from hub_portal.mail.models import MailGate
from hub_portal.mail.services.figures import mail_figures
from hub_portal.mail.services.gate import set_gate, set_mail_limits, the_gate
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.london import now


@admin.register(MailGate)
class MailGateAdmin(ReadOnlyAdmin):
    """One gate, so its list is its page."""

    def own_pages(self) -> list[OwnPage]:
        return [("set/", self.set, "set"), ("limits/", self.limits, "limits")]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How mail stands."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Mail gate",
            "opts": self.opts,
            "gate": the_gate(),
            "figures": mail_figures(now()),
            "may_act": self.may_act(request),
        }
        return TemplateResponse(request, "admin/mail/gate.html", context)

    def set(self, request: HttpRequest) -> HttpResponse:
        """Close the gate or open it."""
        page = AdminAct(
            title="Close or open the mail gate",
            explains="What the gate holds waits in the outbox and goes when it is opened; nothing "
            "is lost. Sign-in codes live ten minutes: closed for every mail, nobody can sign in "
            "by code.",
            button="Set the gate",
            done="The mail gate is set.",
            back_url=_page(),
            back_label="Back to the mail gate",
            form=GateForm,
            act=lambda given, by: set_gate(
                closed_for=ClosedFor(given["closed_for"]),
                reason=given["reason"],
                by=by,
                at=now(),
            ),
            initial={"closed_for": the_gate().closed_for},
            is_dangerous=True,
        )
        return act_page(self, request, page)

    def limits(self, request: HttpRequest) -> HttpResponse:
        """Change the cap and the days words are kept."""
        gate = the_gate()
        page = AdminAct(
            title="Limits of mail",
            explains="These hold from the next run of the sender, and from the next night.",
            button="Save the limits",
            done="The limits are saved.",
            back_url=_page(),
            back_label="Back to the mail gate",
            form=LimitsForm,
            act=lambda given, by: set_mail_limits(**given, by=by, at=now()),
            initial={name: getattr(gate, name) for name in LimitsForm.base_fields},
        )
        return act_page(self, request, page)


def _page() -> str:
    return reverse("admin:mail_mailgate_changelist")
