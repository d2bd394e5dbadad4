"""Lists of people and their posts that the hub manager sends in. Rule SC-8."""

from django.db import models

from hub_portal.files.models import SentList, saved_or_put_aside


class PeopleImport(SentList):
    """One list of people, and how many people and posts came of it."""

    people_added = models.PositiveIntegerField(default=0)
    posts_added = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "list of people"
        verbose_name_plural = "lists of people"
        constraints = [saved_or_put_aside("people_import")]
