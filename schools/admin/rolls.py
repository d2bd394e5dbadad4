"""Pupil rolls and the files they come in, in the admin. Rules SC-3 and SC-4."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub_portal.clock.models import Job
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.admin_exports import SafeExportMixin
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import NoSuchFormat, export_response
from hub_portal.shared.london import london_date, now
from hub_portal.shared.wording import counted
from schools.choices import RollDefinition, RollImportStatus
from schools.forms.schools import RollOfSchoolForm, RollsOfCensusForm, RollUploadForm
from schools.models import PupilRoll, RollImport
from schools.services import roll_imports
from schools.services.roll_formats import Findings, school_year_of_period
from schools.services.roll_preview import RollPreview, preview
from schools.services.roll_report import REPORT_COLUMNS, ShownRow, report_rows
from schools.services.rolls import census_days_offered, enter_roll_by_hand


@admin.register(PupilRoll)
class PupilRollAdmin(SafeExportMixin, ReadOnlyAdmin):
    """Rolls as they were entered; a new one never overwrites an old one."""

    import_export_change_list_template = "admin/schools/roll_list.html"
    list_display = (
        "school", "pupils", "census_on", "definition", "source", "entered_at", "entered_by",
    )  # fmt: skip
    list_filter = ("definition", "source", "census_on")
    list_select_related = ("school", "entered_by")
    search_fields = ("school__name", "=school__urn")
    search_help_text = "Search by school or URN"
    ordering = ("-census_on", "school__name", "-pk")
    list_per_page = 50

    def own_pages(self) -> list[OwnPage]:
        return [("by-hand/", self.by_hand, "by_hand")]

    def by_hand(self, request: HttpRequest) -> HttpResponse:
        """One school's roll, typed in with a reason. Rule SC-3."""
        page = AdminAct(
            title="Enter a roll by hand",
            explains="It stands beside the rolls on record and, for its census, counts from now "
            "on. Nothing is overwritten.",
            button="Enter the roll",
            form=RollOfSchoolForm,
            act=lambda given, by: enter_roll_by_hand(
                school=given["school"],
                census_on=given["census_on"],
                pupils=given["pupils"],
                definition=RollDefinition(given["definition"]),
                reason=given["reason"],
                by=by,
                at=now(),
            ),
            done="The roll is entered.",
            back_url=self.url_of("changelist"),
            back_label="All rolls",
        )
        return act_page(self, request, page)


@admin.register(RollImport)
class RollImportAdmin(ReadOnlyAdmin):
    """Files of rolls: uploaded, read, looked at, saved whole or put aside."""

    change_list_template = "admin/schools/roll_file_list.html"
    list_display = ("file_name", "format", "status", "rolls_saved", "uploaded_at", "uploaded_by")
    list_filter = ("status", "format")
    list_select_related = ("uploaded_by",)
    ordering = ("-uploaded_at", "-pk")
    list_per_page = 50

    @admin.display(description="Rolls saved")
    def rolls_saved(self, roll_import: RollImport) -> str:
        saved = sum(row.get("code") == "new" for row in roll_import.report)
        return str(saved) if roll_import.status == RollImportStatus.SAVED else ""

    def own_pages(self) -> list[OwnPage]:
        return [
            ("upload/", self.upload, "upload"),
            ("<int:pk>/about/", require_POST(self.say_about), "about"),
            ("<int:pk>/save/", require_POST(self.save), "save"),
            ("<int:pk>/put-aside/", require_POST(self.put_aside), "put_aside"),
            ("<int:pk>/report.<str:form>", self.report, "report"),
        ]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; a small one is read at once."""

        def take_in(given: dict[str, Any], by: Any) -> str:
            taken_in = roll_imports.take_in_roll_file(upload=given["file"], by=by, at=now())
            return self.url_of("change", taken_in.pk)

        page = AdminAct(
            title="Import a roll file",
            explains="Whatever the order of its columns and however many others there are, the "
            "portal finds the URN and the pupils. Nothing is saved before you have seen what "
            "would change.",
            button="Read the file",
            form=RollUploadForm,
            act=take_in,
            back_url=self.url_of("changelist"),
            back_label="All roll files",
        )
        return act_page(self, request, page)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One file: how far it is, what would change, or what was saved."""
        return self._page(request, self.seen(request, object_id))

    def say_about(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Which census the file is of, and who is counted."""
        roll_import = self.row(request, pk)
        if roll_import.status != RollImportStatus.PREVIEWED:
            return redirect(self.url_of("change", pk))
        form = _census_form(roll_import, data=request.POST)
        if not form.is_valid():
            return self._page(request, roll_import, form=form)
        try:
            roll_imports.say_about_file(
                roll_import=roll_import,
                census_on=form.cleaned_data["census_on"],
                definition=RollDefinition(form.cleaned_data["definition"]),
                by=cast("Any", request.user),
                at=now(),
            )
        except PortalError as refusal:
            form.add_error(None, refusal.sentence)
            return self._page(request, roll_import, form=form)
        return redirect(self.url_of("change", pk))

    def save(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save every new roll of the file, all or nothing."""
        roll_import = self.row(request, pk)
        try:
            rolls = roll_imports.save_roll_import(
                roll_import=roll_import,
                fingerprint=request.POST.get("fingerprint", ""),
                by=cast("Any", request.user),
                at=now(),
            )
        except PortalError as refusal:
            return self._page(request, roll_import, refusal=refusal.sentence)
        messages.success(request, f"{counted(len(rolls), 'roll')} saved.")
        return redirect(self.url_of("change", pk))

    def put_aside(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave the file unsaved for good."""
        roll_import = self.row(request, pk)
        try:
            roll_imports.put_aside(roll_import=roll_import, by=cast("Any", request.user), at=now())
        except PortalError as refusal:
            return self._page(request, roll_import, refusal=refusal.sentence)
        messages.success(request, "The file is put aside. Nothing of it was saved.")
        return redirect(self.url_of("changelist"))

    def report(self, request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
        """What was found, or what was saved, to take away. Rule XX-2."""
        roll_import = self.row(request, pk)
        if not roll_import.findings:
            raise Http404
        rows = report_rows(roll_import=roll_import, on=london_date(now()))
        try:
            return export_response(
                form, name=f"rolls-{roll_import.pk}", columns=REPORT_COLUMNS, rows=rows
            )
        except NoSuchFormat as unknown:
            raise Http404 from unknown

    def _page(
        self,
        request: HttpRequest,
        roll_import: RollImport,
        *,
        form: RollsOfCensusForm | None = None,
        refusal: str = "",
    ) -> HttpResponse:
        shown, findings = _what_it_says(roll_import)
        rows = [
            ShownRow(row) for row in report_rows(roll_import=roll_import, on=london_date(now()))
        ] if findings else []  # fmt: skip
        if form is None and shown is not None:
            form = _census_form(roll_import)
        return self.own_page(
            request,
            "admin/schools/roll_file.html",
            status=422 if refusal or (form is not None and form.errors) else 200,
            title=roll_import.file_name,
            roll_import=roll_import,
            shown=shown,
            findings=findings,
            form=form,
            refusal=refusal,
            job=_job(roll_import),
            to_look_at=[each for each in rows if each.row.get("needs_a_look")],
            as_expected=[each for each in rows if each.row.get("needs_a_look") is False],
            unknown=[each for each in rows if each.row["code"] == "unknown"],
            saved=sum(each.row["code"] == "new" for each in rows),
            may_act=self.may_act(request),
        )


def _what_it_says(roll_import: RollImport) -> tuple[RollPreview | None, Findings | None]:
    """The preview while the file waits to be saved, and what was found in it."""
    if not roll_import.findings:
        return None, None
    if roll_import.status == RollImportStatus.PREVIEWED:
        shown = preview(roll_import=roll_import, on=london_date(now()))
        return shown, shown.findings
    return None, Findings.from_json(roll_import.format, roll_import.findings)


def _census_form(roll_import: RollImport, data: Any = None) -> RollsOfCensusForm:
    """The question which census it is, with what the file itself suggests."""
    findings = Findings.from_json(roll_import.format, roll_import.findings)
    days = census_days_offered(on=london_date(now()))
    starts_in = school_year_of_period(findings.period)
    suggested = [
        day.on for day in days if starts_in and (day.on.year, day.on.month) == (starts_in + 1, 1)
    ]
    said = roll_import.census_on or next(iter(suggested), None)
    on_list = said is not None and said in [day.on for day in days]
    return RollsOfCensusForm(
        data,
        days=days,
        definitions=list(findings.definitions),
        initial={
            "census_day": said.isoformat() if said and on_list else "",
            "other_day": None if on_list else said,
            "definition": roll_import.definition,
        },
    )


def _job(roll_import: RollImport) -> Job | None:
    if roll_import.status != RollImportStatus.READING:
        return None
    about = f"roll_import:{roll_import.pk}"
    jobs = Job.objects.filter(kind=roll_imports.READING_JOB, about=about)
    return jobs.order_by("-pk").first()
