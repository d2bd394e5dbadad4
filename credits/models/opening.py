"""Lists of opening figures that the hub manager sends in. Rule SC-8."""

from django.db import models

from hub_portal.files.models import SentList, saved_or_put_aside


class OpeningImport(SentList):
    """One list of what schools had received and spent before the portal, added up."""

    schools_opened = models.PositiveIntegerField("schools", default=0)
    credits_received = models.PositiveIntegerField("received (credits)", default=0)
    credits_spent = models.PositiveIntegerField("spent (credits)", default=0)

    class Meta:
        verbose_name = "list of opening figures"
        verbose_name_plural = "lists of opening figures"
        constraints = [saved_or_put_aside("opening_import")]
