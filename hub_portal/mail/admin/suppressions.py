"""Addresses that are to get no newsletters, or nothing at all."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from hub_portal.mail.choices import SuppressedFor
from hub_portal.mail.forms import SuppressForm
from hub_portal.mail.models import Suppression
from hub_portal.mail.services.suppressions import lift, suppress
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, ReasonForm, act_page
from hub_portal.shared.london import now


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Who is kept from what, and why."""

    list_display = ("address", "suppressed_for", "reason", "made_at", "made_by", "lifted_at")
    list_filter = (("lifted_at", admin.EmptyFieldListFilter), "suppressed_for")
    list_select_related = ("made_by",)
    search_fields = ("address",)
    ordering = ("-made_at", "-pk")
    change_list_template = "admin/mail/suppressions.html"
    change_form_template = "admin/mail/suppression.html"

    def own_pages(self) -> list[OwnPage]:
        return [
            ("suppress/", self.suppress, "suppress"),
            ("<int:pk>/lift/", self.lift, "lift"),
        ]

    def suppress(self, request: HttpRequest) -> HttpResponse:
        """Keep mail from an address."""

        def act(given: dict[str, Any], by: AbstractBaseUser) -> None:
            suppress(
                address=given["address"],
                suppressed_for=SuppressedFor(given["suppressed_for"]),
                reason=given["reason"],
                by=by,
                at=now(),
            )

        page = AdminAct(
            title="Suppress an address",
            explains="Mail of this sort is not sent to the address until somebody lifts it. An "
            "address kept from every mail gets no sign-in codes either.",
            button="Suppress the address",
            done="The address is suppressed.",
            back_url=_page(),
            back_label="Back to the suppressions",
            form=SuppressForm,
            act=act,
        )
        return act_page(self, request, page)

    def lift(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let mail go to an address again."""
        row = Suppression.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        page = AdminAct(
            title="Lift a suppression",
            explains=f"Mail goes to {row.address} again.",
            button="Lift the suppression",
            done="The suppression is lifted.",
            back_url=_page(),
            back_label="Back to the suppressions",
            form=ReasonForm,
            act=lambda given, by: lift(suppression_id=pk, reason=given["reason"], by=by, at=now()),
        )
        return act_page(self, request, page)


def _page() -> str:
    return reverse("admin:mail_suppression_changelist")
