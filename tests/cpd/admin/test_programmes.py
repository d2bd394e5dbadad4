import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cpd.models import Programme, ProgrammeKind, Subject
from hub_portal.files.models import Picture
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


# ---- A picture in its text ----------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


def photo():
    content = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(content, "PNG")
    return SimpleUploadedFile("hall.png", content.getvalue())


def test_a_picture_added_with_the_form_stands_in_the_text_and_on_the_public_page(
    as_manager, typed, client
):
    sent = typed | {"picture": photo(), "picture_description": "The hall"}

    response = as_manager.post("/admin/cpd/programme/add/", sent, follow=True)

    picture = Picture.objects.get()
    assert "The picture stands at the end of the text." in response.content.decode()
    markup = f'<img src="stored-file:{picture.stored.name}" alt="The hall">'
    assert Programme.objects.get().description == f"<p>Come.</p><p>{markup}</p>"
    as_manager.logout()
    page = client.get("/courses/coaching/").content.decode()
    assert (
        f'<img src="/files/{picture.stored.name}/" alt="The hall" width="40" height="20" '
        'loading="lazy">'
    ) in page
    file = client.get(f"/files/{picture.stored.name}/")
    assert (file.status_code, file["Content-Type"]) == (200, "image/png")
    file.close()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"picture": photo()}, "Say in words what the picture shows."),
        ({"picture_description": "The hall"}, "Choose the picture that shows this."),
        (
            {"picture": SimpleUploadedFile("a.svg", b"<svg/>"), "picture_description": "x"},
            "Choose a JPEG, PNG or WebP picture.",
        ),
    ],
)
def test_half_a_picture_is_refused_and_nothing_typed_is_lost(as_manager, typed, sent, said):
    response = as_manager.post("/admin/cpd/programme/add/", typed | sent)

    page = response.content.decode()
    assert said in page
    assert "Coaching conversations" in page
    assert not Programme.objects.exists()
    assert not Picture.objects.exists()
