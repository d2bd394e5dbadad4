"""What the hub is called and how it looks."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hub_portal.files.errors import WrongKindOfFile
from hub_portal.files.models import StoredFile
from hub_portal.files.services.reading import file_for
from hub_portal.trail.models import Act
from schools.errors import BrandColourTooPale
from schools.models import HubProfile
from schools.rules import contrast_with_white
from schools.services.hub_profile import change_hub_profile, remove_logo, set_logo
from tests.makers.schools import NOON, make_hub_manager, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def hub_manager():
    return make_hub_manager()


def _picture(kind="PNG"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "#0b5563").save(content, kind)
    return SimpleUploadedFile("logo.png", content.getvalue())


def test_changes_are_saved_and_the_trail_says_which(hub_manager):
    change_hub_profile(
        changes={
            "name": "London West Alliance",
            "telephone": "",
            "roll_change_warning_percent": Decimal(10),
        },
        by=hub_manager,
        at=NOON,
    )

    profile = HubProfile.objects.get()
    assert (profile.name, profile.roll_change_warning_percent) == ("London West Alliance", 10)
    assert Act.objects.get().after == {"fields": ["name", "roll_change_warning_percent"]}
    assert profile.history.count() == 1


def test_nothing_changed_writes_nothing(hub_manager):
    change_hub_profile(changes={"name": HubProfile.objects.get().name}, by=hub_manager, at=NOON)

    assert not Act.objects.exists()


@pytest.mark.parametrize("colour", ["#ffffff", "#f2b84b", "#767980"])
def test_a_colour_too_pale_to_read_is_refused(hub_manager, colour):
    with pytest.raises(BrandColourTooPale):
        change_hub_profile(changes={"brand_colour": colour}, by=hub_manager, at=NOON)

    assert HubProfile.objects.get().brand_colour == "#0b5563"
    assert not Act.objects.exists()


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#ffffff", 1.0), ("#000000", 21.0), ("#0b5563", 8.4), ("#767676", 4.54)],
)
def test_contrast_is_what_wcag_computes(colour, contrast):
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.05)


def test_a_logo_is_kept_for_everybody_and_the_one_before_let_go(hub_manager):
    set_logo(upload=_picture(), by=hub_manager, at=NOON)
    profile = set_logo(upload=_picture("WEBP"), by=hub_manager, at=NOON)

    stored = StoredFile.objects.get()
    assert profile.logo == stored
    assert file_for(reader=make_person(), name=stored.name, at=NOON) == stored
    remove_logo(by=hub_manager, at=NOON)
    assert HubProfile.objects.get().logo is None
    assert not StoredFile.objects.exists()


def test_a_logo_that_is_no_picture_is_refused(hub_manager):
    svg = SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    with pytest.raises(WrongKindOfFile):
        set_logo(upload=svg, by=hub_manager, at=NOON)

    assert HubProfile.objects.get().logo is None
    assert not Act.objects.exists()
