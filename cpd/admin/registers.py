"""Registers in the admin: every session with how far it is marked, and marking it for somebody.

The hub marks through the same service as the organiser does. Rule BK-10.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cpd.choices import CohortStatus
from cpd.forms.registers import RegisterForm
from cpd.models import Attendance, Session
from cpd.services.organised import registers_not_taken
from cpd.services.registers import register_of, take_register
from hub_portal.shared.admin_acts import OwnPage, ReadOnlyAdmin, tag
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import clock_span, counted, short_day
from schools.access import signed_in


class NotTaken(admin.SimpleListFilter):
    """Sessions that are over, with places nobody has marked."""

    title = "register"
    parameter_name = "register"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("missing", "Not taken")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session]:
        if self.value() == "missing":
            return queryset.filter(pk__in=registers_not_taken(at=now()).values("pk"))
        return queryset


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Sessions and their registers."""

    list_display = ("course", "on", "hours", "organiser", "register")
    list_display_links = ("course",)
    list_filter = (NotTaken, "cohort__status")
    search_fields = ("cohort__programme__title", "cohort__organiser__full_name")
    search_help_text = "A course, or who organises it"
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-pk")
    list_per_page = 50
    fields = ("course", "on", "hours", "title", "venue", "organiser", "register")
    change_form_template = "admin/cpd/session.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        sessions = Session.objects.exclude(cohort__status=CohortStatus.DRAFT).with_register()
        return sessions.select_related("cohort__programme", "cohort__organiser")

    @admin.display(description="course", ordering="cohort__programme__title")
    def course(self, session: Session) -> str:
        return str(session.cohort.programme)

    @admin.display(description="date", ordering="starts_at")
    def on(self, session: Session) -> str:
        return short_day(session.starts_at)

    @admin.display(description="time")
    def hours(self, session: Session) -> str:
        return clock_span(session.starts_at, session.ends_at)

    @admin.display(description="organiser")
    def organiser(self, session: Session) -> str:
        return str(session.cohort.organiser or "nobody")

    @admin.display(description="register")
    def register(self, session: Any) -> str:
        words = f"{session.marked} of {session.held} marked"
        is_over = session.ends_at <= now()
        if not session.held or not is_over:
            return words if session.held else "nobody booked"
        return tag(words, "ok" if session.marked >= session.held else "warn")

    def own_pages(self) -> list[OwnPage]:
        return [("<int:pk>/register/", self.take, "register")]

    def take(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The register on a page of its own, as the organiser has it."""
        session = self.row(request, pk)
        by = signed_in(request)
        shown = register_of(session=session, at=now())
        form = RegisterForm(request.POST or None, register=shown)
        if request.method == "POST" and by is not None and form.is_valid():
            try:
                changed = take_register(session_id=pk, marks=form.marks(), by=by, at=now())
            except PortalError as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, f"{counted(changed, 'mark')} changed.")
                return redirect(self.url_of("register", pk))
        return self.own_page(
            request,
            "admin/cpd/register.html",
            status=422 if form.errors else 200,
            title=f"Register of {short_day(session.starts_at)}",
            shown=shown,
            form=form,
            back_url=self.url_of("change", pk),
        )


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin):
    """Marks on registers, to look through; what each was before is in the trail."""

    list_display = ("named", "school", "course", "on", "mark", "marked_by", "marked_at")
    list_filter = ("mark", "session__cohort__programme__kind")
    search_fields = ("named_as", "booking__school__name", "session__cohort__programme__title")
    search_help_text = "A name, a school or a course"
    date_hierarchy = "marked_at"
    ordering = ("-marked_at", "-pk")
    list_per_page = 50
    fields = ("named", "school", "course", "on", "mark", ("marked_by", "marked_at"), "told_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        return Attendance.objects.select_related(
            "session__cohort__programme", "booking__school", "marked_by"
        ).annotate(starts_at=F("session__starts_at"))

    @admin.display(description="delegate", ordering="named_as")
    def named(self, mark: Attendance) -> str:
        return mark.named_as or "to be named"

    @admin.display(description="school", ordering="booking__school__name")
    def school(self, mark: Attendance) -> str:
        return str(mark.booking.school)

    @admin.display(description="course")
    def course(self, mark: Attendance) -> str:
        return str(mark.session.cohort.programme)

    @admin.display(description="session", ordering="starts_at")
    def on(self, mark: Attendance) -> str:
        return short_day(mark.session.starts_at)
