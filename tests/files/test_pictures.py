"""Pictures in texts: described, as small as a page needs, seen by all, removed when unused."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from hub_portal.files.errors import PictureStandsInTexts, PictureUnreadable, WrongKindOfFile
from hub_portal.files.models import Picture, StoredFile
from hub_portal.files.services.pictures import (
    add_picture,
    markup_of,
    pictures_named,
    refuse_unless_a_picture,
    remove_picture,
    with_picture,
)
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from tests.makers.cpd import make_cohort, make_programme
from tests.makers.schools import NOON, make_cast, make_finance_officer

pytestmark = pytest.mark.django_db
SECRET = b"SECRET-PLACE"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def cast():
    return make_cast()


def photo(size=(40, 20), image_format="JPEG"):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, image_format, exif=exif)
    return SimpleUploadedFile("hall.jpg", content.getvalue())


def add(by, *, upload=None, description="The hall, with four round tables"):
    return add_picture(upload=upload or photo(), description=description, by=by, at=NOON)


def files_in(tmp_path):
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_a_picture_is_kept_with_its_description_its_size_and_nothing_else(cast):
    picture = add(cast.hub_manager)

    assert (picture.description, picture.width, picture.height) == (
        "The hall, with four round tables",
        40,
        20,
    )
    assert picture.stored.kind == "picture"
    with picture.stored.open() as content:
        assert SECRET not in content.read()
    assert Act.objects.get(verb="picture.added").subject == f"picture:{picture.pk}"


@pytest.mark.parametrize(
    ("sent", "kept"), [((3200, 1600), (1600, 800)), ((1000, 4000), (400, 1600)), ((9, 9), (9, 9))]
)
def test_a_large_picture_is_made_as_small_as_a_page_needs(cast, sent, kept):
    picture = add(cast.hub_manager, upload=photo(sent))

    assert (picture.width, picture.height) == kept
    with picture.stored.open() as content, Image.open(content) as image:
        assert image.size == kept


@pytest.mark.parametrize(
    ("upload", "description", "refusal"),
    [
        (photo(), "  ", BadInput),
        (SimpleUploadedFile("a.svg", b"<svg xmlns='x'><script/></svg>"), "x", WrongKindOfFile),
        (SimpleUploadedFile("a.gif", b"GIF89a" + b"0" * 50), "x", WrongKindOfFile),
        (SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"0" * 50), "x", PictureUnreadable),
    ],
)
def test_what_is_no_described_picture_is_refused_and_nothing_is_kept(
    cast, tmp_path, upload, description, refusal
):
    upload.seek(0)

    with pytest.raises(refusal):
        add(cast.hub_manager, upload=upload, description=description)

    assert (StoredFile.objects.count(), Picture.objects.count()) == (0, 0)
    assert files_in(tmp_path) == []
    assert not Act.objects.filter(verb="picture.added").exists()


def test_looking_at_a_picture_keeps_nothing_and_it_can_still_be_kept(cast, tmp_path):
    upload = photo()

    refuse_unless_a_picture(upload=upload)

    assert files_in(tmp_path) == []
    assert add(cast.hub_manager, upload=upload).width == 40


def test_everybody_may_see_a_picture_at_the_address_a_text_shows(cast):
    picture = add(cast.hub_manager)

    shown = pictures_named({picture.stored.name, "another"})[picture.stored.name]
    answer = Client().get(shown.address)

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Content-Disposition"].startswith("inline")
    answer.close()


def test_a_picture_goes_to_the_end_of_a_text_and_is_shown_there(cast):
    picture = add(cast.hub_manager, description='The "hall" & stage')

    text = with_picture("<p>Come.</p>", picture)

    assert text == f"<p>Come.</p><p>{markup_of(picture)}</p>"
    assert (
        f'<img src="{picture.stored.get_absolute_url()}" alt="The &quot;hall&quot; &amp; stage" '
        'width="40" height="20" loading="lazy">'
    ) in text.__html__()
    assert text.text == 'Come.\n\n[The "hall" & stage]'


def test_a_picture_that_stands_in_a_text_is_not_removed(cast):
    picture = add(cast.hub_manager)
    programme = make_programme(title="Oracy", description=with_picture("", picture))
    cohort = make_cohort(programme=programme, joining_details=with_picture("", picture))

    with pytest.raises(PictureStandsInTexts) as refused:
        remove_picture(picture=picture, by=cast.hub_manager, at=NOON)

    assert refused.value.sentence == (
        f"This picture stands in Oracy and the joining details of Oracy ({cohort.pk}). "
        "Take it out of there first."
    )
    assert Picture.objects.count() == 1
    assert not Act.objects.filter(verb="picture.removed").exists()


def test_a_picture_that_stands_nowhere_is_removed_with_its_file(
    cast, tmp_path, django_capture_on_commit_callbacks
):
    picture = add(cast.hub_manager)
    subject = f"picture:{picture.pk}"

    with django_capture_on_commit_callbacks(execute=True):
        remove_picture(picture=picture, by=cast.hub_manager, at=NOON)

    assert (StoredFile.objects.count(), Picture.objects.count()) == (0, 0)
    assert files_in(tmp_path) == []
    assert Act.objects.get(verb="picture.removed").subject == subject


# ---- The hub manager's room ----------------------------------------------------------------------


@pytest.fixture
def as_manager(client, cast):
    client.force_login(cast.hub_manager)
    return client


def test_the_hub_manager_adds_a_picture_and_is_told_what_to_write(as_manager):
    response = as_manager.post(
        "/admin/files/picture/add-one/",
        {"picture": photo(), "description": "The hall"},
        follow=True,
    )

    picture = Picture.objects.get()
    page = response.content.decode()
    assert f"&lt;img src=&quot;stored-file:{picture.stored.name}&quot; alt=&quot;The hall" in page
    assert picture.stored.get_absolute_url() in page
    assert "no text" in page
    assert picture.description in as_manager.get("/admin/files/picture/").content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"description": "The hall"}, "Choose a picture."),
        ({"picture": photo()}, "Say in words what the picture shows."),
        (
            {"picture": SimpleUploadedFile("a.svg", b"<svg/>"), "description": "x"},
            "Choose a JPEG, PNG or WebP picture.",
        ),
    ],
)
def test_what_is_missing_is_said_on_the_page(as_manager, sent, said):
    response = as_manager.post("/admin/files/picture/add-one/", sent)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Picture.objects.exists()


EDITOR = "/admin/files/picture/in-the-editor/"


def test_the_editor_is_told_which_pictures_there_are_the_newest_first(as_manager, cast):
    older = add(cast.hub_manager)
    as_manager.get(EDITOR)  # the first answer of all also asks what is kept for a moment
    with CaptureQueriesContext(connection) as for_one:
        as_manager.get(EDITOR)
    newer = add(cast.hub_manager, description="The garden")

    with CaptureQueriesContext(connection) as for_two:
        offered = as_manager.get(EDITOR).json()["pictures"]

    assert [each["description"] for each in offered] == [newer.description, older.description]
    name = newer.stored.name
    assert offered[0] == {"name": name, "address": f"/files/{name}/", "description": "The garden"}
    assert len(for_two) == len(for_one) <= 8


def test_a_picture_is_kept_from_within_the_editor(as_manager):
    answer = as_manager.post(EDITOR, {"picture": photo(), "description": "The hall"})

    picture = Picture.objects.get()
    assert (answer.status_code, answer.json()["name"]) == (200, picture.stored.name)
    assert picture.description == "The hall"
    assert Act.objects.get(verb="picture.added").subject == f"picture:{picture.pk}"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"description": "The hall"}, "Choose a picture."),
        ({"picture": True}, "Say in words what the picture shows."),
        ({"picture": False, "description": "x"}, "Choose a JPEG, PNG or WebP picture."),
    ],
)
def test_the_editor_is_told_in_a_sentence_why_a_picture_is_refused(as_manager, sent, said):
    uploads = {True: photo(), False: SimpleUploadedFile("a.svg", b"<svg/>")}
    answer = as_manager.post(
        EDITOR, {key: uploads.get(value, value) for key, value in sent.items()}
    )

    assert answer.status_code == 422
    assert answer.json()["problem"].endswith(said)
    assert not Picture.objects.exists()


def test_the_hub_manager_removes_a_picture_after_confirming(as_manager, cast):
    picture = add(cast.hub_manager)
    address = f"/admin/files/picture/{picture.pk}/remove/"

    assert as_manager.post(address, {}).status_code == 422
    assert as_manager.post(address, {"is_sure": "on"}).status_code == 302
    assert not Picture.objects.exists()


def test_a_picture_in_a_text_is_not_removed_and_the_page_says_where_it_stands(as_manager, cast):
    picture = add(cast.hub_manager)
    make_programme(title="Oracy", description=with_picture("", picture))

    response = as_manager.post(f"/admin/files/picture/{picture.pk}/remove/", {"is_sure": "on"})

    assert response.status_code == 422
    assert "This picture stands in Oracy. Take it out of there first." in response.content.decode()


def test_nobody_else_adds_or_removes_pictures(client, cast):
    picture = add(cast.hub_manager)
    client.force_login(cast.rep)

    for page in ("add-one/", "in-the-editor/", f"{picture.pk}/remove/"):
        response = client.post(f"/admin/files/picture/{page}", {"is_sure": "on"})
        assert response.status_code in (302, 403, 404)
    client.force_login(make_finance_officer())
    assert client.get(EDITOR).status_code == 403
    assert Picture.objects.count() == 1
