"""Lists of running cohorts that the hub manager sends in. Rule SC-8."""

from django.db import models

from hub_portal.files.models import SentList, saved_or_put_aside


class CohortImport(SentList):
    """One list of running cohorts with their delegates, and how much came of it."""

    cohorts_added = models.PositiveIntegerField("courses added", default=0)
    places_added = models.PositiveIntegerField("places added", default=0)

    class Meta:
        verbose_name = "list of running courses"
        verbose_name_plural = "lists of running courses"
        constraints = [saved_or_put_aside("cohort_import")]
