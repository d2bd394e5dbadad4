"""The Hub Action Plan of a year: themes, lettered priorities, activities. Rule AP-1."""

from django.db import models

from schools.models.calendar import SchoolYear


class ActionPlan(models.Model):
    """The hub's plan for one school year."""

    year = models.OneToOneField(SchoolYear, models.PROTECT, related_name="action_plan")
    introduction = models.TextField(blank=True)

    class Meta:
        verbose_name = "action plan"

    def __str__(self) -> str:
        return f"Action plan {self.year}"


class Theme(models.Model):
    """A heading of the plan, such as "Assessment"."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="themes")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="theme_once_per_plan")]

    def __str__(self) -> str:
        return self.name


class Priority(models.Model):
    """A lettered aim under a theme."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="priorities")
    letter = models.CharField(max_length=1)
    title = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "priorities"
        constraints = [
            models.UniqueConstraint(fields=["theme", "letter"], name="priority_letter_once")
        ]

    def __str__(self) -> str:
        return f"{self.theme} {self.letter}: {self.title}"


class Activity(models.Model):
    """Something the hub does for a priority; cohorts and events link to it.

    The cost is in pence.
    """

    priority = models.ForeignKey(Priority, models.CASCADE, related_name="activities")
    title = models.CharField(max_length=200)
    planned_on = models.DateField(null=True, blank=True)
    cost_allocated_pence = models.PositiveIntegerField("cost allocated (pence)", default=0)
    eligible_schools = models.CharField(max_length=200, blank=True)
    impact_expected = models.TextField(blank=True)
    impact_achieved = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.title
