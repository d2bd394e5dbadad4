"""Who may read a stored file: the app that gave it its kind says so."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from hub_portal.files.models import StoredFile

Reader = AbstractBaseUser | AnonymousUser
MayRead = Callable[[Reader, StoredFile], bool]

_registered: dict[str, MayRead] = {}


def register_reader(kind: str, may_read: MayRead) -> None:
    """Say, when the app is ready, who may read files of this kind. One answer for each kind."""
    if _registered.get(kind, may_read) is not may_read:
        raise ValueError(f"Somebody else says who may read files of the kind {kind!r}.")
    _registered[kind] = may_read


def is_registered(kind: str) -> bool:
    """Whether anybody can say who may read files of this kind."""
    return kind in _registered


def file_for(*, reader: Reader, name: str, at: datetime) -> StoredFile | None:
    """The file of this name, if it is still kept and this person may read it."""
    stored = StoredFile.objects.kept_at(at=at).filter(name=name).first()
    if stored is None or not is_registered(stored.kind):
        return None
    return stored if _registered[stored.kind](reader, stored) else None
