"""A list that is sent in: kept to be looked at, then saved whole or put aside. Rule SC-8.

An app says of a kind of list how it is read, who may decide on it and what its refusals are
(`KindOfList`); what saving adds is a verb of the app's own, between `ready_to_save` and
`note_saved`. The list itself is deleted as soon as it is decided on, and after seven days anyhow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q

from hub_portal.files.models import SentList
from hub_portal.files.services.deleting import delete_file
from hub_portal.files.services.storing import keep_spreadsheet
from hub_portal.shared.errors import PortalError
from hub_portal.shared.sheets import Sheet, open_sheet
from hub_portal.trail.services.acts import record_act

KEPT_FOR = timedelta(days=7)


class Preview(Protocol):
    """What saving a list would do: all its rows, and those that cannot be."""

    @property
    def rows(self) -> Sequence[Any]: ...
    @property
    def problems(self) -> Sequence[Any]: ...


ListT = TypeVar("ListT", bound=SentList)
PreviewT = TypeVar("PreviewT", bound=Preview)


@dataclass(frozen=True)
class KindOfList(Generic[ListT, PreviewT]):
    """What differs between one kind of list and another.

    `named` is how acts and files call one ("people_import"); `counts` are the figures an act
    tells, each with the field that keeps it. `refuse_others` raises for whoever may not decide.
    """

    model: type[ListT]
    named: str
    file_kind: str
    read: Callable[[Sheet, datetime], PreviewT]
    most_rows: int
    refuse_others: Callable[[Any], None]
    is_gone: Callable[[], PortalError]
    is_wrong: Callable[[int], PortalError]
    counts: Mapping[str, str]

    def about(self, taken: ListT) -> str:
        """How acts, files and jobs name a list: "people_import:12"."""
        return f"{self.named}:{taken.pk}"


@transaction.atomic
def take_in_list(
    kind: KindOfList[ListT, PreviewT], *, upload: "File[Any]", by: AbstractBaseUser, at: datetime
) -> ListT:
    """Keep a list to look at. Raises: FileTooBig, WrongKindOfFile, BadSheet; whoever may not.

    A list whose columns are missing, or that is too long, is not kept at all.
    """
    kind.refuse_others(by)
    taken = kind.model._default_manager.create(
        file_name=str(upload.name)[:200], uploaded_by=by, uploaded_at=at
    )
    taken.file = keep_spreadsheet(
        upload=upload,
        kind=kind.file_kind,
        about=kind.about(taken),
        by=by,
        at=at,
        delete_after=at + KEPT_FOR,
    )
    taken.save(update_fields=["file"])
    look_at_list(kind, taken=taken, at=at)
    return taken


def look_at_list(kind: KindOfList[ListT, PreviewT], *, taken: ListT, at: datetime) -> PreviewT:
    """What saving the list would do now. Raises: the kind's `is_gone`, BadSheet."""
    if taken.file is None or taken.is_decided:
        raise kind.is_gone()
    with taken.file.open() as content, open_sheet(content) as sheet:
        sheet.refuse_longer_than(kind.most_rows)
        return kind.read(sheet, at)


def ready_to_save(
    kind: KindOfList[ListT, PreviewT], *, taken: ListT, by: AbstractBaseUser, at: datetime
) -> tuple[ListT, PreviewT]:
    """The list, locked, with what saving it will do: a list with a wrong row is refused whole.

    Raises: whoever may not; the kind's `is_gone` and `is_wrong`; BadSheet.
    """
    kind.refuse_others(by)
    locked = _locked(kind, taken)
    preview = look_at_list(kind, taken=locked, at=at)
    if preview.problems:
        raise kind.is_wrong(len(preview.problems))
    return locked, preview


def note_saved(
    kind: KindOfList[ListT, PreviewT], *, locked: ListT, by: AbstractBaseUser, at: datetime
) -> None:
    """Keep that the list was saved, with its counts, and delete it."""
    locked.saved_at = at
    locked.save(update_fields=["saved_at", *kind.counts.values()])
    _forget(locked)
    _record(kind, locked, "saved", by=by, at=at)


@transaction.atomic
def put_list_aside(
    kind: KindOfList[ListT, PreviewT], *, taken: ListT, by: AbstractBaseUser, at: datetime
) -> None:
    """Delete a list without saving it. Raises: whoever may not; the kind's `is_gone`."""
    kind.refuse_others(by)
    locked = _locked(kind, taken)
    if locked.is_decided:
        raise kind.is_gone()
    locked.discarded_at = at
    locked.save(update_fields=["discarded_at"])
    _forget(locked)
    _record(kind, locked, "put_aside", by=by, at=at)


@transaction.atomic
def note_taken_away(
    kind: KindOfList[ListT, PreviewT], *, taken: ListT, by: AbstractBaseUser, at: datetime
) -> None:
    """Keep that the rows of a list were taken away with what was found. Rule XX-1."""
    kind.refuse_others(by)
    _record(kind, taken, "taken_away", by=by, at=at)


def _locked(kind: KindOfList[ListT, PreviewT], taken: ListT) -> ListT:
    """The list, locked together with every other of its kind that waits.

    What is looked at before saving holds until it is saved: the same list sent in twice is
    not saved twice at once.
    """
    lists = kind.model._default_manager.select_for_update(no_key=True, of=("self",))
    waiting = Q(saved_at=None, discarded_at=None, file__isnull=False) | Q(pk=taken.pk)
    return next(each for each in lists.filter(waiting).order_by("pk") if each.pk == taken.pk)


def _forget(taken: SentList) -> None:
    stored = taken.file
    if stored is not None:
        delete_file(stored=stored)
        taken.file = None


def _record(
    kind: KindOfList[ListT, PreviewT],
    taken: ListT,
    what: str,
    *,
    by: AbstractBaseUser,
    at: datetime,
) -> None:
    record_act(
        verb=f"{kind.named}.{what}",
        subject=kind.about(taken),
        by=by,
        at=at,
        after={said: getattr(taken, field) for said, field in kind.counts.items()},
    )
