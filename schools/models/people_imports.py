"""Lists of people and their posts that the hub manager sends in. Rule SC-8."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub_portal.files.models import StoredFile


class PeopleImport(models.Model):
    """One list of people, looked at before it is saved.

    The list is deleted when it is saved or put aside, and after seven days; what stays is how
    many people and posts came of it, never a name.
    """

    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    people_added = models.PositiveIntegerField(default=0)
    posts_added = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField("put aside", null=True, blank=True)

    class Meta:
        verbose_name = "list of people"
        verbose_name_plural = "lists of people"
        constraints = [
            models.CheckConstraint(
                condition=Q(saved_at__isnull=True) | Q(discarded_at__isnull=True),
                name="people_import_saved_or_put_aside",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
