"""Evaluation forms in the admin, and the summaries of courses. Rule BK-12."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cpd.forms.evaluations import EvaluationFormForm
from cpd.models import EvaluatedCohort, Evaluation, EvaluationForm, EvaluationQuestion
from cpd.services.delegate_lists import file_name
from cpd.services.evaluation_forms import copy_form, is_asked, put_away, put_to_use
from cpd.services.evaluation_results import (
    RESULTS,
    record_results_taken,
    result_rows,
    results_of,
)
from hub_portal.shared.admin_acts import (
    AdminAct,
    ConfirmForm,
    OwnPage,
    OwnPagesAdmin,
    ReadOnlyAdmin,
    act_page,
    tag,
)
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import short_day
from schools.access import TakesListsAway
from schools.models import Person


class QuestionsOfForm(admin.TabularInline):  # type: ignore[type-arg]
    """The questions, while nobody was asked."""

    model = EvaluationQuestion
    fields = ("position", "words", "kind")
    ordering = ("position", "pk")
    extra = 3


@admin.register(EvaluationForm)
class EvaluationFormAdmin(OwnPagesAdmin):
    """What people are asked after a course; each form is for some programmes or for all."""

    form = EvaluationFormForm
    inlines = (QuestionsOfForm,)
    list_display = ("name", "moment", "whom", "state")
    list_filter = ("moment", "is_in_use")
    list_select_related = ("kind", "programme")
    search_fields = ("name", "programme__title", "kind__name")
    ordering = ("-is_in_use", "name", "pk")
    change_form_template = "admin/cpd/evaluation_form.html"

    @admin.display(description="for")
    def whom(self, form: EvaluationForm) -> str:
        return str(form.programme or form.kind or "every programme")

    @admin.display(description="state", ordering="is_in_use")
    def state(self, form: EvaluationForm) -> str:
        return tag("In use", "ok") if form.is_in_use else tag("Not in use")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that people were asked with stays as it is."""
        return super().has_change_permission(request, obj) and not (obj and is_asked(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and is_asked(obj))

    def own_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/use/", self.use, "use"),
            ("<int:pk>/put-away/", self.put_away, "put_away"),
            ("<int:pk>/copy/", self.copy, "copy"),
        ]

    def use(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask with this form from now on."""
        form = self.row(request, pk)
        page = AdminAct(
            title="Put this form to use",
            explains="Whoever attends a course it is for is asked with it from now on. A form it "
            "takes over from is put away.",
            button="Put it to use",
            form=ConfirmForm,
            act=lambda given, by: put_to_use(form=form, by=by, at=now()),
            facts=self._facts(form),
            done="The form is in use.",
            back_url=self.url_of("change", pk),
            back_label=form.name,
        )
        return act_page(self, request, page)

    def put_away(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask nobody with this form any more."""
        form = self.row(request, pk)
        page = AdminAct(
            title="Put this form away",
            explains="Nobody is asked with it any more. Whoever was asked may still answer.",
            button="Put it away",
            form=ConfirmForm,
            act=lambda given, by: put_away(form=form, by=by, at=now()),
            facts=self._facts(form),
            done="The form is not in use any more.",
            back_url=self.url_of("change", pk),
            back_label=form.name,
        )
        return act_page(self, request, page)

    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A copy whose questions can be changed."""
        form = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> str:
            return self.url_of("change", copy_form(form=form, by=by, at=now()).pk)

        page = AdminAct(
            title="Copy this form",
            explains="The copy has the same questions and can be changed. It is not in use "
            "before you put it to use.",
            button="Make a copy",
            form=ConfirmForm,
            act=act,
            facts=self._facts(form),
            done="This is the copy.",
            back_url=self.url_of("change", pk),
            back_label=form.name,
        )
        return act_page(self, request, page)

    def _facts(self, form: EvaluationForm) -> list[tuple[str, object]]:
        return [
            ("Form", form.name),
            ("Asked", form.get_moment_display()),
            ("For", self.whom(form)),
            ("Questions", form.questions.count()),
        ]


@admin.register(EvaluatedCohort)
class EvaluationAdmin(TakesListsAway, ReadOnlyAdmin):
    """Courses whose delegates were asked, and what their answers add up to."""

    list_display = ("programme", "began", "organiser", "asked", "answered")
    list_filter = ("programme__kind",)
    list_select_related = ("programme", "organiser")
    search_fields = ("programme__title",)
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-pk")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        answered = Count("evaluations", filter=Q(evaluations__answered_at__isnull=False))
        asked = EvaluatedCohort.objects.filter(pk__in=Evaluation.objects.values("cohort"))
        return cast("QuerySet[Any]", asked.annotate(asked=Count("evaluations"), answered=answered))

    @admin.display(description="began", ordering="starts_at")
    def began(self, cohort: Any) -> str:
        return short_day(cohort.starts_at)

    @admin.display(description="asked")
    def asked(self, cohort: Any) -> int:
        return int(cohort.asked)

    @admin.display(description="answered")
    def answered(self, cohort: Any) -> int:
        return int(cohort.answered)

    def own_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/evaluation.csv", self.take_away_csv, "csv"),
            ("<int:pk>/evaluation.xlsx", self.take_away_xlsx, "xlsx"),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The summary, instead of a form."""
        cohort = self.seen(request, object_id)
        return self.own_page(
            request,
            "admin/cpd/evaluation.html",
            title=f"What it was worth, {self.began(cohort)}",
            cohort=cohort,
            results=results_of(cohort=cohort, at=now()),
        )

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """What everybody answered; that it was taken is kept. Rule XX-1."""
        cohort = self.row(request, pk)
        record_results_taken(cohort=cohort, form=form, by=by, at=now())
        rows = result_rows(cohort=cohort, at=now())
        name = file_name(cohort, "evaluation")
        return export_response(form, name=name, columns=RESULTS, rows=rows)
