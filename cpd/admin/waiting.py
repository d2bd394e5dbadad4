"""Waiting lists, to look at in order and with reasons; an offer out of turn has its own page."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join

from cpd.choices import EntryStatus
from cpd.forms.admin_cohorts import OutOfTurnForm
from cpd.models import Offer, WaitingDelegate, WaitingEntry
from cpd.services.line import Line, line_of
from cpd.services.turns import offer_out_of_turn
from cpd.services.waiting_changes import changes_in_words
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, short_day
from schools.models import Person


class _LookedAt(admin.StackedInline):  # type: ignore[type-arg]
    """Rows below an entry that nobody edits."""

    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OffersOfEntry(_LookedAt):
    """Everything that was offered to the school."""

    model = Offer
    fields = (
        ("places", "status"),
        ("offered_at", "offered_by", "answer_by"),
        "reason",
        ("answered_at", "answered_by"),
    )
    readonly_fields = (
        "places",
        "status",
        "offered_at",
        "offered_by",
        "answer_by",
        "reason",
        "answered_at",
        "answered_by",
    )
    ordering = ("-pk",)


class DelegatesOfEntry(_LookedAt):
    """Whom the school named in advance."""

    model = WaitingDelegate
    fields = ("named_as",)
    readonly_fields = ("named_as",)


@admin.register(WaitingEntry)
class WaitingEntryAdmin(ReadOnlyAdmin):
    """Who waits for which course, in order, and why nothing is offered. Rule BK-8."""

    list_display = (
        "school",
        "course",
        "starts",
        "position",
        "wants",
        "how_it_stands",
        "status",
    )
    list_filter = ("status", "cohort__programme__kind")
    search_fields = ("school__name", "=school__urn", "cohort__programme__title")
    search_help_text = "A school or a course"
    ordering = ("cohort__starts_at", "cohort_id", "in_line_since", "pk")
    list_per_page = 50
    inlines = (OffersOfEntry, DelegatesOfEntry)
    change_form_template = "admin/cpd/waiting_entry.html"
    fields = (
        "school",
        "cohort",
        "status",
        ("wanted", "all_or_none"),
        ("position", "how_it_stands"),
        ("joined_by", "joined_at"),
        "changes",
        ("ended_by", "ended_at"),
    )
    readonly_fields = ("position", "how_it_stands", "changes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WaitingEntry]:
        """Each with the line it stands in, read once for all that stand in it."""
        self.lines: dict[int, Line] = {}
        entries: QuerySet[WaitingEntry] = WaitingEntry.objects.select_related(
            "school", "cohort__programme", "joined_by"
        )
        return entries

    @admin.display(description="course", ordering="cohort__programme__title")
    def course(self, entry: WaitingEntry) -> str:
        return str(entry.cohort.programme)

    @admin.display(description="starts", ordering="cohort__starts_at")
    def starts(self, entry: WaitingEntry) -> str:
        return short_day(entry.cohort.starts_at) if entry.cohort.starts_at else "no date yet"

    @admin.display(description="in line", ordering="in_line_since")
    def position(self, entry: WaitingEntry) -> str:
        if entry.status != EntryStatus.WAITING:
            return ""
        line = self._line(entry)
        return f"{line.of(entry.pk).position} of {len(line.waiting)}"

    @admin.display(description="wants")
    def wants(self, entry: WaitingEntry) -> str:
        return f"{counted(entry.wanted, 'place')}{', all or none' * entry.all_or_none}"

    @admin.display(description="how it stands")
    def how_it_stands(self, entry: WaitingEntry) -> str:
        if entry.status != EntryStatus.WAITING:
            return ""
        stands = self._line(entry).of(entry.pk)
        return stands.why or f"Is offered {counted(stands.takes, 'place')} when the list next runs."

    @admin.display(description="changed by the school")
    def changes(self, entry: WaitingEntry) -> str:
        """Each time it asked for another number, and whether that cost it its position."""
        said = changes_in_words(entry)
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in said)) or "never"

    def _line(self, entry: WaitingEntry) -> Line:
        if entry.cohort_id not in self.lines:
            self.lines[entry.cohort_id] = line_of(cohort=entry.cohort, at=now())
        return self.lines[entry.cohort_id]

    # ---- The hub's own act ----------------------------------------------------------------------

    def own_pages(self) -> list[OwnPage]:
        return [("<int:pk>/offer/", self.offer, "offer")]

    def offer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer places to a school before it is its turn. Rule BK-8."""
        entry = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            offer_out_of_turn(
                entry_id=pk, places=given["places"], reason=given["reason"], by=by, at=now()
            )

        page = AdminAct(
            title="Offer places out of turn",
            explains="The places are held for this school, whoever stands before it, and it is "
            "told at once until when to answer. Its position stays for what it wants beyond them.",
            button="Offer them",
            form=OutOfTurnForm,
            act=act,
            facts=self._facts(entry),
            initial={"places": entry.wanted},
            done="The places are offered, and the school is told.",
            back_url=self.url_of("change", entry.pk),
            back_label="Waiting list",
        )
        return act_page(self, request, page)

    def _facts(self, entry: WaitingEntry) -> Sequence[tuple[str, object]]:
        facts = [
            ("School", entry.school),
            ("Course", f"{entry.cohort.programme}, {self.starts(entry)}"),
            ("Wants", self.wants(entry)),
        ]
        if entry.status != EntryStatus.WAITING:
            return [*facts, ("Now", entry.get_status_display())]
        return [
            *facts,
            ("Position", self.position(entry)),
            ("Free places", self._line(entry).places.left),
            ("How it stands", self.how_it_stands(entry)),
        ]
