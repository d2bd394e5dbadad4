"""People, their posts and invitations, in the admin. Rules PE-1 to PE-4, SC-5, SC-8."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hub_portal.shared.admin_acts import (
    AdminAct,
    ConfirmForm,
    OwnPage,
    ReadOnlyAdmin,
    ReasonForm,
    act_page,
)
from hub_portal.shared.exports import Column, export_response
from hub_portal.shared.london import london_date, now
from hub_portal.shared.wording import counted, in_a_row
from hub_portal.trail.models import Act
from schools.access import TakesListsAway
from schools.admin.acts_on_people import ActsOnPeople, BackTo
from schools.choices import Role
from schools.forms.admin_people import HandOverForm, InviteForm
from schools.models import Appointment, Invitation, Person, PlannedHandover
from schools.models.appointments import HELD_BY_ONE
from schools.services.handovers import call_off_handover, hand_over_to_newcomer
from schools.services.invitations import invite, invite_all, still_to_invite
from schools.services.people import note_people_export
from schools.services.posts import end_post

ACTS_SHOWN = 30


def _posts(person: Person) -> str:
    live = [post for post in person.appointments.all() if post.to_on is None]
    return in_a_row([str(post) for post in live])


PEOPLE_COLUMNS = (
    Column[Person]("Name", lambda person: person.full_name),
    Column[Person]("Email", lambda person: person.email),
    Column[Person]("Posts", _posts),
    Column[Person]("May sign in", lambda person: person.is_active),
    Column[Person]("Last signed in", lambda person: person.last_login),
)


@admin.register(Person)
class PersonAdmin(TakesListsAway, ActsOnPeople, ReadOnlyAdmin):
    """Somebody the hub knows: looked up here, changed by acts."""

    list_display = ("full_name", "email", "posts", "is_active")
    list_filter = ("is_active", "staff_role", "appointments__role")
    search_fields = ("full_name", "email", "emailaddress__email")
    ordering = ("full_name", "pk")
    list_per_page = 50
    fields = (
        "full_name",
        "email",
        "addresses",
        "staff_role",
        "is_active",
        "merged_into",
        "known_since",
    )
    readonly_fields = ("addresses", "merged_into", "known_since")
    change_form_template = "admin/schools/person.html"
    change_list_template = "admin/schools/people.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return Person.objects.filter(is_portal=False).prefetch_related("appointments__school")

    @admin.display(description="posts")
    def posts(self, person: Person) -> str:
        return _posts(person) or "none"

    @admin.display(description="all addresses")
    def addresses(self, person: Person) -> str:
        rows = EmailAddress.objects.filter(user=person).order_by("-primary", "email")
        named = [f"{row.email} ({'proved' if row.verified else 'not proved'})" for row in rows]
        return ", ".join(named) or "none"

    def own_pages(self) -> list[OwnPage]:
        return [
            *super().own_pages(),
            ("people.csv", self.take_away_csv, "csv"),
            ("people.xlsx", self.take_away_xlsx, "xlsx"),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The person with what was done to them."""
        person = self.get_object(request, object_id)
        if person is None:
            return super().change_view(request, object_id, form_url, extra_context)
        acts = Act.objects.filter(subject__in=_subjects(person)).select_related("by")
        posts = person.appointments.select_related("school")
        context = {
            **(extra_context or {}),
            "acts": acts.order_by("-pk")[:ACTS_SHOWN],
            "posts": posts.order_by("to_on", "-from_on", "pk"),
        }
        return super().change_view(request, object_id, form_url, context)

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """Everybody with their posts; that it was taken is kept. Rules XX-1 and XX-2."""
        people = self.get_queryset(request).filter(merged_into__isnull=True)
        people = people.order_by("full_name", "pk")
        response = export_response(form, name="people", columns=PEOPLE_COLUMNS, rows=people)
        note_people_export(by=by, at=now())
        return response


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    """Who holds which post where: ended, handed over and invited on pages of their own."""

    list_display = ("person", "role", "school", "job_title", "from_on", "to_on")
    list_filter = ("role", ("to_on", admin.EmptyFieldListFilter))
    search_fields = ("person__full_name", "person__email", "school__name", "=school__urn")
    list_select_related = ("person", "school")
    ordering = ("school__name", "role", "from_on", "pk")
    list_per_page = 50
    change_form_template = "admin/schools/appointment.html"

    def own_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/end/", self.end, "end"),
            ("<int:pk>/hand-over/", self.hand_over, "hand_over"),
            ("<int:pk>/invite/", self.invite, "invite"),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "held_by_one": HELD_BY_ONE}
        return super().change_view(request, object_id, form_url, context)

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a post today. Rule SC-6."""
        post = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            end_post(appointment=post, reason=given["reason"], by=by, at=now())

        page = AdminAct(
            title=f"End the post of {post.person}",
            explains="It ends today and takes effect at their next click. The person stays, with "
            "bookings, tickets and certificates.",
            button="End the post",
            form=ReasonForm,
            act=act,
            facts=[("Post", post)],
            done="The post has ended.",
            is_dangerous=True,
            **self._back_to(post),
        )
        return act_page(self, request, page)

    def hand_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have somebody else take a post over. Rule SC-5."""
        post = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            given.pop("is_sure")
            hand_over_to_newcomer(
                school=post.school, role=Role(post.role), by=by, at=now(), **given
            )

        page = AdminAct(
            title=f"Hand over from {post.person}",
            explains="Whoever takes over is put on the school’s staff list and invited.",
            button="Hand over",
            form=HandOverForm,
            act=act,
            facts=[("Post", post)],
            initial={"on": london_date(now()).isoformat()},
            done="The post is handed over, or planned to be.",
            **self._back_to(post),
        )
        return act_page(self, request, page)

    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Invite the holder of one post. Rule PE-4."""
        post = self.row(request, pk)

        def act(_given: dict[str, Any], by: Person) -> None:
            invite(appointment=post, by=by, at=now())

        page = AdminAct(
            title=f"Invite {post.person}",
            explains="An invitation is mailed to them. It lives 14 days; one sent before is void.",
            button="Invite",
            form=ConfirmForm,
            act=act,
            facts=[("Post", post), ("Address", post.person.email or "none")],
            done="The invitation is on its way.",
            **self._back_to(post),
        )
        return act_page(self, request, page)

    def _back_to(self, post: Appointment) -> BackTo:
        return {"back_url": self.url_of("change", post.pk), "back_label": str(post.person)}


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was invited, and who came. Nobody is mailed until the hub manager presses Invite."""

    list_display = ("appointment", "email", "invited_at", "expires_at", "accepted_at", "voided_at")
    list_filter = (
        ("accepted_at", admin.EmptyFieldListFilter),
        ("voided_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("email", "appointment__person__full_name", "appointment__school__name")
    list_select_related = ("appointment__school",)
    ordering = ("-invited_at", "-pk")
    exclude = ("version",)
    change_list_template = "admin/schools/invitations.html"

    def own_pages(self) -> list[OwnPage]:
        return [("invite/", self.invite_many, "invite")]

    def invite_many(self, request: HttpRequest) -> HttpResponse:
        """Invite everybody who acts for a school and never came, or those of one school."""

        def act(given: dict[str, Any], by: Person) -> None:
            posts = still_to_invite()
            if given["school"]:
                posts = posts.filter(school=given["school"])
            invited = invite_all(appointments=list(posts), by=by, at=now())
            self.message_user(request, f"{counted(invited, 'person', 'people')} invited.")

        page = AdminAct(
            title="Invite",
            explains="Reps, deputies and headteachers who were never invited and never signed "
            "in. Each gets one mail, now.",
            button="Invite them",
            form=InviteForm,
            act=act,
            back_url=self.url_of("changelist"),
            back_label="Invitations",
        )
        return act_page(self, request, page)


@admin.register(PlannedHandover)
class PlannedHandoverAdmin(ReadOnlyAdmin):
    """Hand-overs that the clock carries out on their day."""

    list_display = ("school", "role", "to_person", "on", "planned_by", "done_at")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "role")
    list_select_related = ("school", "to_person", "planned_by")
    ordering = ("-on", "-pk")
    change_form_template = "admin/schools/planned_handover.html"

    def own_pages(self) -> list[OwnPage]:
        return [("<int:pk>/call-off/", self.call_off, "call_off")]

    def call_off(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back a hand-over whose day has not come."""
        planned = self.row(request, pk)

        def act(_given: dict[str, Any], by: Person) -> None:
            call_off_handover(planned=planned, by=by, at=now())

        page = AdminAct(
            title="Call off the hand-over",
            explains="Whoever holds the post now keeps it.",
            button="Call it off",
            form=ConfirmForm,
            act=act,
            facts=[("Hand-over", planned), ("To", planned.to_person)],
            back_url=self.url_of("changelist"),
            back_label="Planned hand-overs",
            done="The hand-over is called off.",
            is_dangerous=True,
        )
        return act_page(self, request, page)


def _subjects(person: Person) -> list[str]:
    """The person with the records that are one with it, and their posts, as acts name them."""
    people = [person.pk, *person.merged.values_list("pk", flat=True)]
    posts = person.appointments.values_list("pk", flat=True)
    return [*(f"person:{pk}" for pk in people), *(f"appointment:{pk}" for pk in posts)]
