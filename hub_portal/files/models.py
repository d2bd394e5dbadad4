"""A file the portal keeps."""

import secrets
from typing import IO

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from hub_portal.files import rules
from hub_portal.files.querysets import StoredFileQuerySet
from hub_portal.files.storage import FOLDER, private_files
from hub_portal.shared.rich_text import LONGEST_DESCRIPTION


def new_name() -> str:
    """A name nobody can guess: 128 random bits."""
    return secrets.token_urlsafe(16)


class StoredFile(models.Model):
    """One file that somebody sent in or the portal made, under a random name.

    Who may read it is asked of the app that gave it its kind; what it is about is text
    ("roll_import:12"), so that files know nobody above them. Never changed, only deleted.
    """

    name = models.CharField(max_length=32, unique=True, default=new_name, editable=False)
    shown_name = models.CharField("file name", max_length=rules.LONGEST_SHOWN_NAME)
    kind = models.CharField(max_length=40, db_index=True)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    content_type = models.CharField("type", max_length=100)
    size = models.PositiveBigIntegerField("size in bytes")
    sha256 = models.CharField("hash", max_length=64)
    made_here = models.BooleanField("made by the portal", default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stored_files")
    created_at = models.DateTimeField("kept since")
    delete_after = models.DateTimeField("kept until", null=True, blank=True, db_index=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "stored file"
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_is_not_empty"),
            models.CheckConstraint(
                condition=Q(delete_after=None) | Q(delete_after__gt=models.F("created_at")),
                name="stored_file_is_kept_for_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    def get_absolute_url(self) -> str:
        return reverse("stored_file", args=[self.name])

    @property
    def path(self) -> str:
        """Where it lies within the store."""
        return f"{FOLDER}/{self.name[:2]}/{self.name}"

    @property
    def is_shown_in_the_browser(self) -> bool:
        """Only our own PDFs and pictures we have written again; all else is downloaded."""
        return self.made_here and self.content_type in rules.SHOWN_IN_THE_BROWSER

    def open(self) -> IO[bytes]:
        """The content, from its beginning."""
        return private_files.open(self.path, "rb")


class Picture(models.Model):
    """A picture that may stand in the texts of the portal, and what it shows in words.

    Everybody may see it: a text with pictures is public, or read by people of many schools.
    """

    stored = models.OneToOneField(StoredFile, models.PROTECT, related_name="picture")
    description = models.CharField(max_length=LONGEST_DESCRIPTION)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(description=""), name="picture_is_described_in_words"
            ),
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0), name="picture_has_a_size"
            ),
        ]

    def __str__(self) -> str:
        return self.description


class SentList(models.Model):
    """One list that somebody sends in, looked at before it is saved. Rule SC-8.

    The list is deleted when it is saved or put aside, and after seven days; what stays is how
    much came of it, never a name. Each kind of list is a table of its own, with its counts.
    """

    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField("put aside", null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_decided(self) -> bool:
        """Whether it was saved or put aside."""
        return bool(self.saved_at or self.discarded_at)


def saved_or_put_aside(named: str) -> models.CheckConstraint:
    """What holds of every kind of list: one of the two, not both."""
    return models.CheckConstraint(
        condition=Q(saved_at__isnull=True) | Q(discarded_at__isnull=True),
        name=f"{named}_saved_or_put_aside",
    )
