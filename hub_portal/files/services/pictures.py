"""Pictures in texts: added with a description, shown with their size, taken away when unused.

Where a picture stands is known to the apps whose texts they are; each says so when it is ready.
"""

from collections.abc import Callable, Sequence, Set
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from PIL import Image

from hub_portal.files import rules
from hub_portal.files.errors import PictureStandsInTexts
from hub_portal.files.models import Picture, StoredFile
from hub_portal.files.services.deleting import delete_file
from hub_portal.files.services.reading import Reader
from hub_portal.files.services.storing import Upload, keep_picture, picture_written_again
from hub_portal.shared.errors import BadInput
from hub_portal.shared.plain_text import clean_line
from hub_portal.shared.rich_text import RichText, ShownPicture, picture_markup
from hub_portal.trail.services.acts import record_act

KIND = "picture"

WhereItStands = Callable[[str], Sequence[str]]
_where_it_stands: list[WhereItStands] = []


def everybody(_reader: Reader, _stored: StoredFile) -> bool:
    """Who may see a picture of a text."""
    return True


def register_texts(where_it_stands: WhereItStands) -> None:
    """Say, when the app is ready, in which of its texts the file of this name stands."""
    if where_it_stands not in _where_it_stands:
        _where_it_stands.append(where_it_stands)


def refuse_unless_a_picture(*, upload: Upload) -> None:
    """Look at a picture before its form is saved.

    Raises: FileTooBig, WrongKindOfFile, PictureUnreadable.
    """
    picture_written_again(upload=upload)


def add_picture(*, upload: Upload, description: str, by: AbstractBaseUser, at: datetime) -> Picture:
    """Keep a picture for texts, no larger than a page shows it, with what it shows in words.

    Raises: BadInput without a description; FileTooBig, WrongKindOfFile, PictureUnreadable.
    """
    words = clean_line(description)
    if not words:
        raise BadInput("Say in words what the picture shows.")
    with transaction.atomic():
        stored = keep_picture(
            upload=upload, longest_side=rules.LONGEST_SIDE_IN_A_TEXT, kind=KIND, by=by, at=at
        )
        with stored.open() as content, Image.open(content) as picture:
            width, height = picture.size
        added = Picture.objects.create(stored=stored, description=words, width=width, height=height)
        record_act(verb="picture.added", subject=f"picture:{added.pk}", by=by, at=at)
    return added


def remove_picture(*, picture: Picture, by: AbstractBaseUser, at: datetime) -> None:
    """Let go of a picture that stands in no text any more, file and all.

    Raises: PictureStandsInTexts with where.
    """
    with transaction.atomic():
        places = where_it_stands(picture)
        if places:
            raise PictureStandsInTexts(places=places)
        subject = f"picture:{picture.pk}"
        stored = picture.stored
        picture.delete()
        delete_file(stored=stored)
        record_act(verb="picture.removed", subject=subject, by=by, at=at)


def where_it_stands(picture: Picture) -> list[str]:
    """The texts a picture stands in, as people call them."""
    name = picture.stored.name
    return [place for places in _where_it_stands for place in places(name)]


def markup_of(picture: Picture) -> str:
    """What to write into a text so that the picture stands there."""
    return picture_markup(picture.stored.name, picture.description)


def with_picture(text: str, picture: Picture) -> RichText:
    """A text with the picture at its end, in a paragraph of its own."""
    return RichText(f"{text}<p>{markup_of(picture)}</p>")


def pictures_named(names: Set[str]) -> dict[str, ShownPicture]:
    """The pictures of these names, as a page shows them."""
    found = Picture.objects.filter(stored__name__in=names).select_related("stored")
    return {
        picture.stored.name: ShownPicture(
            address=picture.stored.get_absolute_url(),
            width=picture.width,
            height=picture.height,
            description=picture.description,
        )
        for picture in found
    }
