"""What the hub manager chose on the preview of an allocation: the census, and single schools.

Everything travels in the form, so that two tabs, a reload and the back button do no harm.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from credits.forms import CensusForm
from credits.models import Instalment
from credits.services.censuses import Census, censuses_offered
from credits.services.planning import Choices
from hub_portal.shared.admin_acts import LONGEST_REASON
from hub_portal.shared.london import london_date, now
from hub_portal.shared.plain_text import clean_line
from hub_portal.shared.wording import counted, plain_day
from schools.choices import RollDefinition


@dataclass(frozen=True)
class Asked:
    """What the page was asked: the census, and what was typed of single schools."""

    form: CensusForm
    census: Census
    choices: Choices


def what_was_asked(request: HttpRequest, instalment: Instalment) -> Asked | None:
    """The census chosen, or the one offered first; None while there is no roll at all.

    Raises: BadInput for a reason that holds what cannot be seen.
    """
    offered = censuses_offered(year=instalment.funding.year, on=london_date(now()))
    if not offered:
        return None
    code = request.POST.get("census") or request.GET.get("census") or offered[0].code
    census = next((census for census in offered if census.code == code), None)
    if census is None:
        raise Http404
    return Asked(
        form=CensusForm(
            {"census": code}, censuses=[(census.code, _said(census)) for census in offered]
        ),
        census=census,
        choices=Choices(
            census_on=census.census_on,
            definition=census.definition,
            reasons=_typed(request, "reason"),
            omitted=_left_out(request),
        ),
    )


def _said(census: Census) -> str:
    label = RollDefinition(census.definition).label.lower()
    return f"{plain_day(census.census_on)}, {label}: {counted(census.members, 'member')}"


def _left_out(request: HttpRequest) -> dict[int, str]:
    """Schools to leave out: those ticked, and those with words in their own field for it."""
    reasons = _typed(request, "reason")
    ticked = {
        int(pk)
        for name in request.POST
        if name.startswith("omit-") and (pk := name.removeprefix("omit-")).isdecimal()
    }
    named = {pk: words for pk, words in _typed(request, "without").items() if words}
    return {pk: reasons.get(pk, "") for pk in ticked} | named


def _typed(request: HttpRequest, kind: str) -> dict[int, str]:
    """The words typed for each school, in fields named like "reason-12"."""
    return {
        int(pk): clean_line(str(words))[:LONGEST_REASON]
        for name, words in request.POST.items()
        if name.startswith(f"{kind}-") and (pk := name.removeprefix(f"{kind}-")).isdecimal()
    }
