"""The catalogue and the page of one course: for everybody, with more for members."""

from dataclasses import dataclass

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cpd.forms.filters import CatalogueFilters
from cpd.models import Cohort
from cpd.services import catalogue
from cpd.services.asking import own_standing
from cpd.services.calendars import calendar_of_cohort
from cpd.services.course_page import course_page
from credits.services.figures import figures_of
from hub_portal.shared.london import london_date, now
from schools.access import acting_school, signed_in
from schools.models import School


@dataclass(frozen=True)
class CataloguePage:
    """What the catalogue shows; `available` is the school's balance, if there is one."""

    form: CatalogueFilters
    page: "Page[catalogue.CourseCard]"
    sees_prices: bool
    school: School | None
    available: int | None
    is_filtered: bool


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """The courses to come, filtered by what the address asks for. Rule PU-2."""
    shown = _catalogue(request)
    status = 422 if shown.form.errors else 200
    return render(request, "cpd/courses.html", vars(shown), status=status)


def _catalogue(request: HttpRequest) -> CataloguePage:
    at = now()
    terms = catalogue.terms_offered()
    person, school = signed_in(request), acting_school(request)
    year = catalogue.year_among(terms, london_date(at))
    available = figures_of(school, year).available if school and year else None
    form = CatalogueFilters(
        request.GET,
        terms=catalogue.terms_from(terms, london_date(at)),
        sees_prices=person is not None,
        available=available,
    )
    wanted = form.wanted()
    subjects = catalogue.subjects_found(wanted, at=at)
    form.offer_subjects(subjects)
    page = catalogue.page_of_cards(
        wanted, subjects=subjects, number=request.GET.get("page", "1"), at=at
    )
    asked = [name for name in form.fields if any(request.GET.getlist(name))]
    return CataloguePage(form, page, person is not None, school, available, bool(asked))


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """One course with its dates, what it costs and how to get a place."""
    person, school, at = signed_in(request), acting_school(request), now()
    page = course_page(slug=slug, school=school, at=at)
    if page is None:
        raise Http404
    own = None
    if person is not None and school is None:
        own = own_standing(person=person, programme=page.programme, at=at)
    context = {
        "course": page,
        "school": school,
        "sees_prices": person is not None,
        "own": own,
    }
    return render(request, "cpd/course.html", context)


@require_safe
def calendar(request: HttpRequest, slug: str, cohort_id: int) -> HttpResponse:
    """The dates of one cohort as a calendar file."""
    cohort = get_object_or_404(
        Cohort.objects.public().select_related("programme"), pk=cohort_id, programme__slug=slug
    )
    name = f"{slug}-{cohort.pk}.ics"
    return HttpResponse(
        calendar_of_cohort(cohort, page_address=request.build_absolute_uri(f"/courses/{slug}/")),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
