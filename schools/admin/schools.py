"""Schools, their numbers and their membership, in the admin. Rules SC-1 and SC-2."""

from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from import_export import fields, resources

from hub_portal.shared.admin_acts import (
    AdminAct,
    OwnPage,
    OwnPagesAdmin,
    ReasonForm,
    act_page,
    tag,
)
from hub_portal.shared.admin_exports import SafeExportMixin
from hub_portal.shared.london import london_date, now
from hub_portal.shared.wording import counted, plain_day
from schools.admin.gias import GiasPages
from schools.admin.history import HistoryAdmin
from schools.choices import Phase, RollDefinition, SchoolStatus
from schools.forms.schools import (
    FormerUrnForm,
    JoinForm,
    LeavingForm,
    NewSchoolForm,
    NewUrnForm,
    RollByHandForm,
    SchoolFactsForm,
)
from schools.models import Departure, Membership, PupilRoll, School
from schools.services.leaving import call_off_departure, held_by, plan_departure
from schools.services.membership import (
    begin_membership,
    give_new_urn,
    record_former_urn,
)
from schools.services.reach import not_reached
from schools.services.rolls import enter_roll_by_hand
from schools.services.school_facts import SchoolFacts, add_school, change_school


class MembershipFilter(admin.SimpleListFilter):
    """Members today, and the others."""

    title = "membership"
    parameter_name = "member"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "Members today"), ("other", "No members today")]

    def queryset(self, request: HttpRequest, rows: QuerySet[School]) -> QuerySet[School]:
        members = School.objects.members(london_date(now()))
        if self.value() == "now":
            return rows.filter(pk__in=members)
        return rows.exclude(pk__in=members) if self.value() == "other" else rows


class AuthorityFilter(admin.SimpleListFilter):
    """The authorities there are."""

    title = "local authority"
    parameter_name = "authority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        named = School.objects.exclude(local_authority="").order_by("local_authority")
        names = named.values_list("local_authority", flat=True).distinct()
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, rows: QuerySet[School]) -> QuerySet[School]:
        return rows.filter(local_authority=self.value()) if self.value() else rows


class SchoolResource(resources.ModelResource):
    """The list as it is taken away."""

    rep = fields.Field("rep_name", column_name="Rep")
    pupils = fields.Field("latest_pupils", column_name="Pupils on roll")
    census = fields.Field("latest_census_on", column_name="Census date")
    is_member = fields.Field("is_member", column_name="Member today")

    class Meta:
        model = School
        fields = (
            "urn",
            "name",
            "phase",
            "kind",
            "local_authority",
            "postcode",
            "status",
            "is_member",
            "pupils",
            "census",
            "rep",
        )
        export_order = fields


@admin.register(School)
class SchoolAdmin(SafeExportMixin, GiasPages, OwnPagesAdmin, HistoryAdmin):
    """The schools the hub knows, members first of all."""

    resource_classes = [SchoolResource]
    import_export_change_list_template = "admin/schools/school_list.html"
    list_display = ("name", "urn", "phase", "local_authority", "member", "roll", "rep")
    list_filter = (MembershipFilter, AuthorityFilter, "phase", "status")
    search_fields = ("name", "=urn", "postcode", "=former_urns__urn")
    search_help_text = "Search by name, URN (former ones too) or postcode"
    ordering = ("name", "pk")
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[School]:
        schools = cast("Any", super().get_queryset(request))
        today = london_date(now())
        return cast(
            "QuerySet[School]", schools.with_membership(today).with_latest_roll().with_rep()
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Schools are added by the two pages of their own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A school may leave and close; it is never deleted."""
        return False

    @admin.display(description="Member", ordering="is_member")
    def member(self, school: Any) -> str:
        if school.is_member:
            return tag("Member", "ok")
        return tag("No member")

    @admin.display(description="Latest roll", ordering="latest_pupils")
    def roll(self, school: Any) -> str:
        if school.latest_pupils is None:
            return tag("No roll", "warn")
        counted = "" if school.latest_definition == RollDefinition.HEADCOUNT else " (R to 11)"
        return f"{school.latest_pupils:,}{counted}, {plain_day(school.latest_census_on)}"

    @admin.display(description="Rep", ordering="rep_name")
    def rep(self, school: Any) -> str:
        return school.rep_name or tag("Nobody", "warn")

    # ---- Pages ----------------------------------------------------------------------------------

    def own_pages(self) -> list[OwnPage]:
        return [
            *self.gias_pages(),
            ("by-hand/", self.add_by_hand, "by_hand"),
            ("<int:pk>/facts/", self.facts, "facts"),
            ("<int:pk>/new-urn/", self.new_urn, "new_urn"),
            ("<int:pk>/former-urn/", self.former_urn, "former_urn"),
            ("<int:pk>/join/", self.join, "join"),
            ("<int:pk>/leave/<int:membership_id>/", self.leave, "leave"),
            ("<int:pk>/stay/<int:membership_id>/", self.stay, "stay"),
            ("<int:pk>/roll/", self.enter_roll, "roll"),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One school: what is known of it, and what may be done."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        school = self.get_queryset(request).filter(pk=_number(object_id)).first()
        if school is None:
            raise Http404
        return self.own_page(
            request,
            "admin/schools/school.html",
            title=school.name,
            school=school,
            today=london_date(now()),
            memberships=school.memberships.select_related("departure").order_by("-from_on"),
            former_urns=school.former_urns.order_by("urn"),
            rolls=PupilRoll.objects.filter(school=school)
            .select_related("entered_by")
            .order_by("-census_on", "-pk")[:12],
            posts=school.appointments.live()
            .of_the_school()
            .select_related("person")
            .order_by("role", "pk"),
            not_reached=not_reached(school),
            may_act=self.may_act(request),
        )

    def add_by_hand(self, request: HttpRequest) -> HttpResponse:
        """A school that is in no GIAS file at hand."""

        def add(given: dict[str, Any], by: Any) -> str:
            school = add_school(
                facts=SchoolFacts(
                    urn=given["urn"],
                    name=given["name"],
                    phase=Phase(given["phase"]),
                    kind=given["kind"],
                    local_authority=given["local_authority"],
                    postcode=given["postcode"].upper(),
                    status=SchoolStatus(given["status"]),
                ),
                member_from=given["member_from"],
                by=by,
                at=now(),
            )
            return self.url_of("change", school.pk)

        page = AdminAct(
            title="Add a school by hand",
            explains="For a school that is not in a GIAS file you have at hand. Better to pick it "
            "from the file: then nothing is mistyped.",
            button="Add the school",
            form=NewSchoolForm,
            act=add,
            done="The school is added.",
            back_url=self.url_of("changelist"),
            back_label="All schools",
        )
        return act_page(self, request, page)

    def facts(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put right what is known of a school."""
        school = self.row(request, pk)
        initial = {name: getattr(school, name) for name in SchoolFactsForm.Meta.fields}
        page = AdminAct(
            title=f"Change what is known of {school.name}",
            explains="The number is changed on its own page. What stood here before is kept in "
            "the school’s history.",
            button="Save",
            form=SchoolFactsForm,
            act=lambda given, by: change_school(school=school, changes=given, by=by, at=now()),
            done="Saved.",
            back_url=self.url_of("change", pk),
            back_label=school.name,
            initial=initial,
        )
        return act_page(self, request, page)

    def new_urn(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A conversion or an amalgamation. Rule SC-1."""
        school = self.row(request, pk)
        page = AdminAct(
            title=f"Give {school.name} a new URN",
            explains="For a school that has become an academy, or has been amalgamated. It stays "
            f"the same school: people, credits, bookings and rolls stay, and {school.urn} is kept "
            "as a former number by which files find it.",
            button="Give the new URN",
            form=NewUrnForm,
            act=lambda given, by: give_new_urn(
                school=school,
                urn=given["urn"],
                converted_on=given["converted_on"],
                reason=given["reason"],
                by=by,
                at=now(),
            ),
            done="The school has its new URN.",
            back_url=self.url_of("change", pk),
            back_label=school.name,
            facts=[("URN now", school.urn)],
        )
        return act_page(self, request, page)

    def former_urn(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A number by which older files know the school. Rule SC-1."""
        school = self.row(request, pk)
        page = AdminAct(
            title=f"Record a former URN of {school.name}",
            explains="A number the school had before, or that of a school which became part of "
            "it. Roll files of those years then find it.",
            button="Record it",
            form=FormerUrnForm,
            act=lambda given, by: record_former_urn(
                school=school,
                urn=given["urn"],
                ended_on=given["ended_on"],
                note=given["note"],
                by=by,
                at=now(),
            ),
            done="The former number is recorded.",
            back_url=self.url_of("change", pk),
            back_label=school.name,
        )
        return act_page(self, request, page)

    def join(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A school joins the alliance. Rule SC-2."""
        school = self.row(request, pk)
        page = AdminAct(
            title=f"{school.name} joins the alliance",
            explains="From its first day a member may be allocated credits and may spend them.",
            button="Make it a member",
            form=JoinForm,
            act=lambda given, by: begin_membership(
                school=school,
                from_on=given["from_on"],
                reason=given["reason"],
                by=by,
                at=now(),
            ),
            done="The membership is recorded.",
            back_url=self.url_of("change", pk),
            back_label=school.name,
        )
        return act_page(self, request, page)

    def leave(self, request: HttpRequest, pk: int, membership_id: int) -> HttpResponse:
        """A school leaves the alliance: its last day, and what it gives up. Rule SC-2."""
        school = self.row(request, pk)
        membership = get_object_or_404(Membership, pk=membership_id, school=school)
        planned = Departure.objects.filter(membership=membership).first()
        held = held_by(school)
        page = AdminAct(
            title=f"{school.name} leaves the alliance",
            explains="After its last day the school is allocated no credits and spends none. What "
            "is ticked is cancelled then and comes back in full; what is available goes to the "
            "reserve. Rep, deputy and headteacher may read on for a while.",
            button="Settle it",
            form=partial(LeavingForm, held=[(each.about, each.words) for each in held]),
            act=lambda given, by: plan_departure(
                membership=membership,
                last_day=given["last_day"],
                gives_up=given.get("gives_up", ()),
                reason=given["reason"],
                by=by,
                at=now(),
            ),
            done="It is settled. What is due is carried out the night after the last day.",
            back_url=self.url_of("change", pk),
            back_label=school.name,
            facts=[
                ("Membership", str(membership)),
                ("Live bookings", counted(len(held), "place") if held else "none"),
            ],
            initial={
                "last_day": membership.to_on.isoformat() if membership.to_on else None,
                "gives_up": planned.gives_up if planned else [],
            },
            is_dangerous=True,
        )
        return act_page(self, request, page)

    def stay(self, request: HttpRequest, pk: int, membership_id: int) -> HttpResponse:
        """A school that was to leave stays after all. Rule SC-2."""
        school = self.row(request, pk)
        planned = get_object_or_404(
            Departure.objects.select_related("membership"),
            membership=membership_id,
            membership__school=school,
        )
        page = AdminAct(
            title=f"{school.name} stays",
            explains="The membership is open again, and nothing is cancelled.",
            button="It stays",
            form=ReasonForm,
            act=lambda given, by: call_off_departure(
                departure=planned, reason=given["reason"], by=by, at=now()
            ),
            done="The school stays a member.",
            back_url=self.url_of("change", pk),
            back_label=school.name,
            facts=[("Last day, as settled", str(planned.membership))],
        )
        return act_page(self, request, page)

    def enter_roll(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One roll by hand. Rule SC-3."""
        school = self.row(request, pk)
        page = AdminAct(
            title=f"Enter a roll of {school.name} by hand",
            explains="It stands beside the rolls on record and, for its census, counts from now "
            "on. Nothing is overwritten.",
            button="Enter the roll",
            form=RollByHandForm,
            act=lambda given, by: enter_roll_by_hand(
                school=school,
                census_on=given["census_on"],
                pupils=given["pupils"],
                definition=RollDefinition(given["definition"]),
                reason=given["reason"],
                by=by,
                at=now(),
            ),
            done="The roll is entered.",
            back_url=self.url_of("change", pk),
            back_label=school.name,
        )
        return act_page(self, request, page)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
