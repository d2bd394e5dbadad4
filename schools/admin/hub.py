"""The hub itself and the outside bodies it works with, in the admin."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse

from hub_portal.shared.admin_acts import AdminAct, ConfirmForm, OwnPage, OwnPagesAdmin, act_page
from hub_portal.shared.admin_exports import SafeExportMixin
from hub_portal.shared.london import now
from schools.admin.history import HistoryAdmin
from schools.forms.hub import HubProfileForm, LogoForm
from schools.models import HubProfile, PartnerOrganisation
from schools.services.hub_profile import change_hub_profile, remove_logo, set_logo


@admin.register(HubProfile)
class HubProfileAdmin(OwnPagesAdmin, HistoryAdmin):
    """One row, so its list is its page."""

    def own_pages(self) -> list[OwnPage]:
        return [
            ("change/", self.change, "edit"),
            ("logo/", self.logo, "logo"),
            ("no-logo/", self.no_logo, "no_logo"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How the hub is known, and its settings."""
        profile = self.row(request, 1)
        return self.own_page(
            request, "admin/schools/hub_profile.html", title="The hub", profile=profile
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The same page by the address other pages link to."""
        return self.changelist_view(request)

    def change(self, request: HttpRequest) -> HttpResponse:
        """Names, addresses, colour and settings."""
        profile = self.row(request, 1)
        page = AdminAct(
            title="Change the hub’s profile",
            explains="These stand on every page, mail and document from now on.",
            button="Save",
            form=HubProfileForm,
            act=lambda given, by: change_hub_profile(changes=given, by=by, at=now()),
            done="Saved.",
            back_url=self.url_of("changelist"),
            back_label="The hub",
            initial={name: getattr(profile, name) for name in HubProfileForm.Meta.fields},
        )
        return act_page(self, request, page)

    def logo(self, request: HttpRequest) -> HttpResponse:
        """The picture beside the hub's name."""
        page = AdminAct(
            title="Choose a logo",
            explains="The picture is written again without the place and camera it may carry.",
            button="Use this logo",
            form=LogoForm,
            act=lambda given, by: set_logo(upload=given["file"], by=by, at=now()),
            done="The logo is on every page now.",
            back_url=self.url_of("changelist"),
            back_label="The hub",
        )
        return act_page(self, request, page)

    def no_logo(self, request: HttpRequest) -> HttpResponse:
        """The portal's own mark instead."""
        page = AdminAct(
            title="Take the logo away",
            explains="The portal’s own mark stands beside the hub’s name again.",
            button="Take it away",
            form=ConfirmForm,
            act=lambda given, by: remove_logo(by=by, at=now()),
            done="The logo is gone.",
            back_url=self.url_of("changelist"),
            back_label="The hub",
        )
        return act_page(self, request, page)


@admin.register(PartnerOrganisation)
class PartnerOrganisationAdmin(SafeExportMixin, HistoryAdmin):
    """Bodies outside the alliance that provide programmes."""

    list_display = ("name", "contact_name", "contact_email", "website")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields = ("name", "contact_name")
    ordering = ("name",)
    show_full_result_count = False
