"""What the hub manager does with one person, each on a page of its own."""

from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from hub_portal.shared.admin_acts import AdminAct, OwnPage, OwnPagesAdmin, ReasonForm, act_page
from hub_portal.shared.london import london_date, now
from hub_portal.shared.wording import in_a_row
from schools.access import fresh_sign_in
from schools.choices import Role
from schools.forms.admin_people import (
    AddPersonForm,
    AppointForm,
    ChangeAddressForm,
    RenameForm,
    StaffRoleForm,
)
from schools.models import Person
from schools.services.addresses import change_address
from schools.services.merging import (
    MOST_CANDIDATES,
    candidates_for,
    merge_people,
    merger_of,
)
from schools.services.people import add_person, rename_person, set_may_sign_in, set_staff_role
from schools.services.posts import appoint
from schools.services.sign_in import forget_second_step


class BackTo(TypedDict):
    """Where the page of an act came from."""

    back_url: str
    back_label: str


class ActsOnPeople(OwnPagesAdmin):
    """The pages of those acts; what they do is in the services."""

    def own_pages(self) -> list[OwnPage]:
        return [
            ("new/", self.add_person, "new"),
            ("<int:pk>/appoint/", self.appoint, "appoint"),
            ("<int:pk>/rename/", self.rename, "rename"),
            ("<int:pk>/address/", self.change_address, "address"),
            ("<int:pk>/sign-in/", self.set_may_sign_in, "sign_in"),
            ("<int:pk>/hub-role/", self.set_staff_role, "staff_role"),
            ("<int:pk>/second-step/", self.forget_second_step, "second_step"),
            ("<int:pk>/merge/", self.choose_record, "merge"),
            ("<int:pk>/merge/<int:other>/", self.merge, "merge_with"),
        ]

    def add_person(self, request: HttpRequest) -> HttpResponse:
        """Make somebody known to the hub."""

        def act(given: dict[str, Any], by: Person) -> str:
            return self.url_of("change", add_person(by=by, at=now(), **given).pk)

        page = AdminAct(
            title="Add a person",
            explains="Nobody is mailed by it. If the address is known already, you come to that "
            "person. Give them a post next.",
            button="Add",
            form=AddPersonForm,
            act=act,
            back_url=self.url_of("changelist"),
            back_label="People",
        )
        return act_page(self, request, page)

    def appoint(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give somebody a post at a school."""
        person = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            given = given | {"role": Role(given["role"])}
            given.pop("is_sure")
            appoint(person=person, by=by, at=now(), **given)

        page = AdminAct(
            title=f"Appoint {person}",
            explains="Nobody is mailed by it: invite them afterwards. A school has one rep and "
            "one deputy; to replace one, hand the post over.",
            button="Appoint",
            form=AppointForm,
            act=act,
            initial={"from_on": london_date(now()).isoformat()},
            done=f"{person} is appointed.",
            **self._back_to(person),
        )
        return act_page(self, request, page)

    def rename(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct how a name is written."""
        person = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            rename_person(
                person=person, full_name=given["full_name"], reason=given["reason"], by=by, at=now()
            )

        page = AdminAct(
            title=f"Correct the name of {person}",
            explains="Certificates and statements issued before keep the name as printed.",
            button="Correct the name",
            form=RenameForm,
            act=act,
            initial={"full_name": person.full_name},
            done="The name is corrected.",
            **self._back_to(person),
        )
        return act_page(self, request, page)

    @method_decorator(fresh_sign_in)
    def change_address(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give somebody another main address. Rule PE-2."""
        person = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            change_address(
                person=person, email=given["email"], reason=given["reason"], by=by, at=now()
            )

        page = AdminAct(
            title=f"Change the address of {person}",
            explains="Whoever reads the new address can sign in as this person. Make sure that "
            "it is theirs: telephone the school. Every session and open invitation ends.",
            button="Change the address",
            form=ChangeAddressForm,
            act=act,
            facts=[("Now", person.email or "none")],
            done="The address is changed, and both addresses are told.",
            is_dangerous=True,
            **self._back_to(person),
        )
        return act_page(self, request, page)

    @method_decorator(fresh_sign_in)
    def set_may_sign_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shut somebody out, or let them in again."""
        person = self.row(request, pk)
        lets_in = not person.is_active

        def act(given: dict[str, Any], by: Person) -> None:
            set_may_sign_in(
                person=person, may_sign_in=lets_in, reason=given["reason"], by=by, at=now()
            )

        page = AdminAct(
            title=f"Let {person} sign in again" if lets_in else f"Stop {person} from signing in",
            explains="They can sign in with their addresses again."
            if lets_in
            else "They are signed out everywhere at once. Posts, bookings and records stay.",
            button="Let them sign in" if lets_in else "Stop them from signing in",
            form=ReasonForm,
            act=act,
            done=f"{person} may sign in again." if lets_in else f"{person} may not sign in.",
            is_dangerous=not lets_in,
            **self._back_to(person),
        )
        return act_page(self, request, page)

    @method_decorator(fresh_sign_in)
    def set_staff_role(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make somebody hub manager or finance officer, or end that."""
        person = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            set_staff_role(
                person=person,
                staff_role=given["staff_role"],
                reason=given["reason"],
                by=by,
                at=now(),
            )

        page = AdminAct(
            title=f"The hub role of {person}",
            explains="A hub manager may do everything here; a finance officer looks at credits. "
            "Either needs a second step to sign in. Every session of the person ends.",
            button="Set the role",
            form=StaffRoleForm,
            act=act,
            initial={"staff_role": person.staff_role},
            done="The role is set.",
            is_dangerous=True,
            **self._back_to(person),
        )
        return act_page(self, request, page)

    @method_decorator(fresh_sign_in)
    def forget_second_step(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove a lost authenticator or passkey."""
        person = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            forget_second_step(person=person, reason=given["reason"], by=by, at=now())

        page = AdminAct(
            title=f"Reset the second step of {person}",
            explains="Removes authenticator app, passkeys and recovery codes. Make sure that it "
            "is this person who asks: telephone them on a number you know.",
            button="Reset the second step",
            form=ReasonForm,
            act=act,
            done="The second step is reset, and the person is told.",
            is_dangerous=True,
            **self._back_to(person),
        )
        return act_page(self, request, page)

    def choose_record(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Find the other record of the same person. Rule PE-5."""
        person = self.row(request, pk)
        words = request.GET.get("q", "").strip()[:100]
        found = candidates_for(person=person, words=words)
        return self.own_page(
            request,
            "admin/schools/merge.html",
            title=f"Another record of {person}",
            person=person,
            words=words,
            found=found,
            is_cut=len(found) == MOST_CANDIDATES,
            **self._back_to(person),
        )

    @method_decorator(fresh_sign_in)
    def merge(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        """Make one record of two. Rule PE-5."""
        stays, goes = self.row(request, pk), self.row(request, other)
        merger = merger_of(stays=stays, goes=goes)

        def act(given: dict[str, Any], by: Person) -> None:
            merge_people(stays=stays, goes=goes, reason=given["reason"], by=by, at=now())

        page = AdminAct(
            title=f"Make one record of {stays} and {goes}",
            explains="What is listed here goes over to the record that stays. The other one signs "
            "in no more and points here. It cannot be undone: make sure that they are one person.",
            button="Make them one",
            form=ReasonForm,
            act=act,
            facts=[
                ("This record stays", f"{stays}, {stays.email or 'no address'}"),
                ("This one goes", f"{goes}, {goes.email or 'no address'}"),
                ("Goes over", in_a_row(list(merger.moving)) or "nothing but the name"),
                ("Addresses that go over", in_a_row(list(merger.addresses)) or "none"),
                ("In the way", " ".join(merger.clashes) or "nothing"),
            ],
            done="The two are one record now.",
            is_dangerous=True,
            **self._back_to(stays),
        )
        return act_page(self, request, page)

    def _back_to(self, person: Person) -> BackTo:
        return {"back_url": self.url_of("change", person.pk), "back_label": str(person)}
