"""School years and terms, bank holidays, census days, in the admin. Rule SC-7."""

from typing import Any

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html_join

from hub_portal.shared.admin_acts import tag
from hub_portal.shared.admin_exports import PlainTableResource, SafeImportExportMixin
from hub_portal.shared.wording import plain_day
from schools.admin.history import HistoryAdmin
from schools.models import BankHoliday, CensusDay, SchoolYear, Term
from schools.services.calendar import oddities_of


class TermInline(admin.TabularInline):  # type: ignore[type-arg]
    """The three terms of a year, each with its half term."""

    model = Term
    extra = 0
    max_num = 3
    ordering = ("starts_on",)


@admin.register(SchoolYear)
class SchoolYearAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Years from 1 September to 31 August, with their terms."""

    inlines = (TermInline,)
    list_display = ("__str__", "terms", "to_look_at")
    ordering = ("-starts_on",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("terms")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The first day makes the year; it is said once."""
        return ("starts_on", "to_look_at") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Books and bookings hang on a year."""
        return False

    @admin.display(description="Terms")
    def terms(self, year: SchoolYear) -> str:
        terms = sorted(year.terms.all(), key=lambda term: term.starts_on)
        return format_html_join(
            "; ",
            "{}: {} to {}",
            ((t.get_name_display(), plain_day(t.starts_on), plain_day(t.ends_on)) for t in terms),
        )

    @admin.display(description="To look at")
    def to_look_at(self, year: SchoolYear) -> str:
        odd = oddities_of(year)
        if not odd:
            return tag("Nothing", "ok")
        return format_html_join(" ", "{}", ((sentence,) for sentence in odd))

    def save_related(
        self, request: HttpRequest, form: "ModelForm[Any]", formsets: Any, change: bool
    ) -> None:
        """What may be a mistake is said, and never stops anything. Rule SC-7."""
        super().save_related(request, form, formsets, change)
        for sentence in oddities_of(SchoolYear.objects.get(pk=form.instance.pk)):
            messages.warning(request, sentence)


class BankHolidayResource(PlainTableResource):
    """Day and name; a day that is known is changed, a new one added."""

    class Meta:
        model = BankHoliday
        fields = ("on", "name")
        import_id_fields = ("on",)
        skip_unchanged = True


@admin.register(BankHoliday)
class BankHolidayAdmin(SafeImportExportMixin, HistoryAdmin):
    """England's bank holidays: no working days."""

    resource_classes = [BankHolidayResource]
    list_display = ("name", "on")
    search_fields = ("name",)
    date_hierarchy = "on"
    ordering = ("-on",)
    show_full_result_count = False


class CensusDayResource(PlainTableResource):
    """Day and name; a day that is known is changed, a new one added."""

    class Meta:
        model = CensusDay
        fields = ("on", "name")
        import_id_fields = ("on",)
        skip_unchanged = True


@admin.register(CensusDay)
class CensusDayAdmin(SafeImportExportMixin, admin.ModelAdmin):  # type: ignore[type-arg]
    """Days on which England counts its pupils, offered for rolls and allocations."""

    resource_classes = [CensusDayResource]
    list_display = ("name", "on")
    ordering = ("-on",)
    show_full_result_count = False
