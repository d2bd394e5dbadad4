"""What the hub is called, how it looks, and its settings for schools. One row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from django.core.files.base import File
from django.db import transaction

from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_file
from hub_portal.files.services.storing import keep_picture
from hub_portal.trail.services.acts import record_act
from schools.errors import BrandColourTooPale
from schools.models import HubProfile, Person
from schools.rules import contrast_with_white

HUB_LOGO = "hub_logo"
LEAST_CONTRAST = 4.5
"""What WCAG 2.2 AA asks of text: the brand colour is written on white, and white on it."""
Upload: TypeAlias = "File[Any]"


def change_hub_profile(*, changes: Mapping[str, Any], by: Person, at: datetime) -> HubProfile:
    """Change the hub's names, addresses, colour or settings; the trail keeps which. Rule XX-1.

    `changes` maps names of fields to their new values.
    Raises: BrandColourTooPale.
    """
    _refuse_pale_colour(changes.get("brand_colour"))
    with transaction.atomic():
        profile = HubProfile.objects.select_for_update(no_key=True).get(pk=1)
        names = [name for name, value in changes.items() if getattr(profile, name) != value]
        if not names:
            return profile
        for name in names:
            setattr(profile, name, changes[name])
        profile.save(update_fields=names)
        _record(by=by, at=at, after={"fields": sorted(names)})
    return profile


def set_logo(*, upload: Upload, by: Person, at: datetime) -> HubProfile:
    """Show this picture beside the hub's name on every page.

    Raises: FileTooBig, WrongKindOfFile, PictureUnreadable.
    """
    with transaction.atomic():
        stored = keep_picture(upload=upload, kind=HUB_LOGO, about="hub_profile:1", by=by, at=at)
        return _exchange_logo(stored, by=by, at=at)


def remove_logo(*, by: Person, at: datetime) -> HubProfile:
    """Show the portal's own mark again."""
    with transaction.atomic():
        return _exchange_logo(None, by=by, at=at)


def _exchange_logo(new: StoredFile | None, *, by: Person, at: datetime) -> HubProfile:
    profile = HubProfile.objects.select_for_update(no_key=True).get(pk=1)
    old, profile.logo = profile.logo, new
    profile.save(update_fields=["logo"])
    if old is not None:
        delete_file(stored=old)
    _record(by=by, at=at, after={"fields": ["logo"]})
    return profile


def _refuse_pale_colour(colour: str | None) -> None:
    if colour is not None and contrast_with_white(colour) < LEAST_CONTRAST:
        raise BrandColourTooPale(colour=colour, least=LEAST_CONTRAST)


def _record(*, by: Person, at: datetime, after: Mapping[str, Any]) -> None:
    record_act(verb="hub_profile.changed", subject="hub_profile:1", after=dict(after), by=by, at=at)
