import pytest

from cpd.models import Programme, ProgrammeKind, Subject
from schools.models import PartnerOrganisation
from tests.makers.cpd import make_programme


@pytest.fixture
def typed(cast):
    return {
        "title": "Coaching conversations",
        "slug": "coaching",
        "summary": "A practical course.",
        "description": "<p>Come.</p><script>alert(1)</script>",
        "is_public": "on",
        "kind": str(ProgrammeKind.objects.create(name="OLEVI").pk),
        "subject": str(Subject.objects.create(name="Leadership").pk),
        "format": "in_person",
        "hours": "3",
        "for_primary": "on",
    }


def test_a_programme_is_added_with_its_text_cleaned(as_manager, typed):
    response = as_manager.post("/admin/cpd/programme/add/", typed)

    assert response.status_code == 302
    assert Programme.objects.get().description == "<p>Come.</p>"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"for_primary": ""}, "Tick at least one phase."),
        ({"hours": "0"}, "Give the hours of CPD it counts for."),
        ({"slug": "not a slug"}, "slug"),
    ],
)
def test_what_a_programme_lacks_is_said(as_manager, typed, facts, said):
    response = as_manager.post("/admin/cpd/programme/add/", typed | facts)

    assert response.status_code == 200
    assert said in response.content.decode()
    assert not Programme.objects.exists()


def test_a_programme_has_one_provider(as_manager, cast, typed):
    partner = PartnerOrganisation.objects.create(name="Hounslow Language Service")

    response = as_manager.post(
        "/admin/cpd/programme/add/",
        typed | {"provider": str(partner.pk), "provider_school": str(cast.our_school.pk)},
    )

    assert "Name a partner organisation or a school, not both." in response.content.decode()
    assert not Programme.objects.exists()


@pytest.mark.parametrize("page", ["programme", "programmekind", "subject"])
def test_lists_open_and_find(as_manager, page):
    make_programme(title="Coaching")

    assert as_manager.get(f"/admin/cpd/{page}/?q=coach").status_code == 200
    assert as_manager.get(f"/admin/cpd/{page}/add/").status_code == 200
