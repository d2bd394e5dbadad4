"""Who did what, when and why; and who signed in. Looked at, never changed. Rule XX-1."""

from django.contrib import admin

from hub_portal.shared.admin_acts import ReadOnlyAdmin
from hub_portal.shared.admin_exports import SafeExportMixin
from hub_portal.shared.wording import moment
from hub_portal.trail.models import Act, SignIn


@admin.register(Act)
class ActAdmin(SafeExportMixin, ReadOnlyAdmin):
    list_display = ("when", "by", "verb", "subject", "school", "reason")
    list_filter = ("verb",)
    list_select_related = ("by",)
    search_fields = ("=subject", "=school", "by__full_name", "verb")
    search_help_text = "A subject (“booking:345”), a school (“school:12”), a name or a verb."
    date_hierarchy = "at"
    show_full_result_count = False
    ordering = ("-pk",)

    @admin.display(description="when", ordering="at")
    def when(self, act: Act) -> str:
        return moment(act.at)


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    list_display = ("when", "person", "way")
    list_select_related = ("person",)
    search_fields = ("person__full_name", "person__email")
    date_hierarchy = "at"
    show_full_result_count = False
    ordering = ("-pk",)

    @admin.display(description="when", ordering="at")
    def when(self, sign_in: SignIn) -> str:
        return moment(sign_in.at)
