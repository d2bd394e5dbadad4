"""What the hub manager does for one school by hand: adjust, move, correct a roll, welcome."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from credits.admin.checked import CheckedAct, Facts, checked_page
from credits.choices import AccountKind
from credits.forms import AdjustForm, CorrectionForm, MoveForm, RollForm, WhichSchoolForm
from credits.models import Account
from credits.services.adjustments import adjust, move_between_schools
from credits.services.corrections import (
    correct_roll,
    foreseen_correction,
    foreseen_joiner_share,
    welcome_joiner,
)
from credits.services.figures import figures_of
from hub_portal.shared.admin_acts import OwnPage, OwnPagesAdmin
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, in_credits, plain_day, signed, whole
from schools.access import fresh_sign_in
from schools.models import Person, PupilRoll, School, SchoolYear

ROLLS_OFFERED = 12

Told = Callable[[School, SchoolYear, PupilRoll], str]


class ActsOnSchools(OwnPagesAdmin):
    """The pages of those acts; what they do is in the services."""

    def acts_on_schools(self) -> list[OwnPage]:
        return [
            ("adjust/", self.adjust, "adjust"),
            ("move/", self.move, "move"),
            ("correct/", self.correct, "correct"),
            ("welcome/", self.welcome, "welcome"),
        ]

    @method_decorator(fresh_sign_in)
    def adjust(self, request: HttpRequest) -> HttpResponse:
        """Give a school credits out of the reserve, or take some back."""

        def act(given: dict[str, Any], by: Person) -> None:
            adjust(
                key=given["page_key"],
                school=given["school"],
                year=given["year"],
                credits=given["credits"],
                reason=given["reason"],
                by=by,
                at=now(),
            )

        page = CheckedAct(
            title="Adjust a school’s credits",
            explains="Credits come out of the reserve for corrections, or go back into it. The "
            "school sees the line and its reason.",
            button="Adjust",
            done="The credits are adjusted.",
            form=AdjustForm,
            act=act,
            effect=partial(_of_school_and_reserve, "school"),
            back_url=self.url_of("changelist"),
            back_label="Journal",
        )
        return checked_page(self, request, page)

    @method_decorator(fresh_sign_in)
    def move(self, request: HttpRequest) -> HttpResponse:
        """Move credits from one school to another. Rule CR-9."""

        def act(given: dict[str, Any], by: Person) -> None:
            move_between_schools(
                key=given["page_key"],
                giving=given["giving"],
                receiving=given["receiving"],
                year=given["year"],
                credits=given["credits"],
                agreed_by=given["agreed_by"],
                reason=given["reason"],
                by=by,
                at=now(),
            )

        def effect(given: dict[str, Any]) -> Facts:
            return [
                _available(given["giving"], given["year"]),
                _available(given["receiving"], given["year"]),
            ]

        page = CheckedAct(
            title="Move credits between schools",
            explains="The giving school must have agreed; both schools see the line.",
            button="Move the credits",
            done="The credits are moved.",
            form=MoveForm,
            act=act,
            effect=effect,
            back_url=self.url_of("changelist"),
            back_label="Journal",
        )
        return checked_page(self, request, page)

    @method_decorator(fresh_sign_in)
    def correct(self, request: HttpRequest) -> HttpResponse:
        """Put one school right at the year's published rate. Rule CR-4."""

        def act(given: dict[str, Any], by: Person) -> None:
            correct_roll(
                school=given["school"],
                year=given["year"],
                roll=_chosen(given),
                reason=given["reason"],
                by=by,
                at=now(),
            )

        page = CheckedAct(
            title="Correct a roll",
            explains="The school gets what the corrected roll comes to at the rate the year was "
            "shared at, out of the reserve. A reduction takes what is free; the rest is told "
            "here and can be taken later on this page. Other schools keep what they have.",
            button="Put it right",
            done="The school is put right.",
            form=CorrectionForm,
            act=act,
            effect=partial(_of_school_and_reserve, "school"),
            back_url=self.url_of("changelist"),
            back_label="Journal",
        )
        return self._with_a_roll(request, page, told=_told_correction)

    @method_decorator(fresh_sign_in)
    def welcome(self, request: HttpRequest) -> HttpResponse:
        """Give a school that joined its part of the year. Rule CR-4."""

        def act(given: dict[str, Any], by: Person) -> None:
            welcome_joiner(
                school=given["school"], year=given["year"], roll=_chosen(given), by=by, at=now()
            )

        page = CheckedAct(
            title="Welcome a school that joined",
            explains="It gets the published rate for the terms that are left, out of the reserve, "
            "for every instalment that was shared without it.",
            button="Give it its part",
            done="The school has its part.",
            form=RollForm,
            act=act,
            effect=partial(_of_school_and_reserve, "school"),
            back_url=self.url_of("changelist"),
            back_label="Journal",
        )
        return self._with_a_roll(request, page, told=_told_joining)

    def _with_a_roll(self, request: HttpRequest, page: CheckedAct, *, told: Told) -> HttpResponse:
        """First which school and year, then one of its rolls, each told with its effect."""
        if not self.may_act(request):
            raise PermissionDenied
        which = WhichSchoolForm(request.POST or request.GET or None)
        if not which.is_valid():
            return self.own_page(
                request,
                "admin/credits/which_school.html",
                status=422 if which.errors else 200,
                title=page.title,
                page=page,
                form=which,
            )
        school, year = which.cleaned_data["school"], which.cleaned_data["year"]
        rolls = _rolls_told(school, year, told)
        return checked_page(
            self,
            request,
            replace(
                page,
                title=f"{page.title}: {school} {year}",
                form=_with_rolls(page.form, rolls),
                initial={"school": school.pk, "year": year.pk},
            ),
        )


def _with_rolls(form: Callable[..., forms.Form], rolls: list[tuple[int, str]]) -> Any:
    return partial(form, rolls=rolls)


def _chosen(given: dict[str, Any]) -> PupilRoll:
    return PupilRoll.objects.get(pk=given["roll"])


def _rolls_told(school: School, year: SchoolYear, told: Told) -> list[tuple[int, str]]:
    """The rolls that count, the latest census first, each with its effect."""
    rolls = PupilRoll.objects.filter(school=school).latest_per_school()
    rolls = rolls.order_by("-census_on", "-pk")
    return [(roll.pk, told(school, year, roll)) for roll in rolls[:ROLLS_OFFERED]]


def _told(roll: PupilRoll, effect: str) -> str:
    pupils = counted(roll.pupils, "pupil")
    counting = roll.get_definition_display().lower()
    return f"{pupils}, {counting}, {plain_day(roll.census_on)}: {effect}"


def _told_correction(school: School, year: SchoolYear, roll: PupilRoll) -> str:
    try:
        foreseen = foreseen_correction(school=school, year=year, roll=roll)
    except PortalError as refused:
        return _told(roll, refused.sentence)
    effect = f"{signed(foreseen.moved)} credits now" if foreseen.moved else "nothing now"
    if foreseen.not_recovered:
        effect += f", {in_credits(foreseen.not_recovered)} more when they are free"
    return _told(roll, effect)


def _told_joining(school: School, year: SchoolYear, roll: PupilRoll) -> str:
    try:
        share = foreseen_joiner_share(school=school, year=year, roll=roll, at=now())
    except PortalError as refused:
        return _told(roll, refused.sentence)
    return _told(roll, in_credits(share))


def _available(school: School, year: SchoolYear) -> tuple[str, str]:
    return (f"{school} has available", whole(figures_of(school, year).available))


def _of_school_and_reserve(name: str, given: dict[str, Any]) -> Facts:
    """What the school has and what the reserve holds; read before and after."""
    reserve = Account.objects.filter(
        school=None, year=given["year"], kind=AccountKind.RESERVE
    ).values_list("balance", flat=True)
    return [
        _available(given[name], given["year"]),
        (f"Reserve of {given['year']}", whole(reserve.first() or 0)),
    ]
