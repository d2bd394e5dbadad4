"""What was done, and who signed in: rows that are written once."""

from django.conf import settings
from django.db import models

from hub_portal.shared.append_only import AppendOnlyModel


class Act(AppendOnlyModel):
    """One thing somebody did that changed money, places, people, membership or settings.

    Rule XX-1. The subject and the school are text ("booking:345"), so that the trail knows
    nobody above it; `before` and `after` hold codes and ids, never a name.
    """

    at = models.DateTimeField("when", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="acts", verbose_name="who"
    )
    seen_as = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="viewing as",
    )
    verb = models.CharField("what", max_length=60, db_index=True)
    subject = models.CharField("about", max_length=80, db_index=True)
    school = models.CharField(max_length=40, blank=True, db_index=True)
    reason = models.TextField("why", blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "act"

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class SignIn(models.Model):
    """One time a person signed in; kept 24 months. Rule XX-1."""

    at = models.DateTimeField("when", db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins", verbose_name="who"
    )
    way = models.CharField("how", max_length=30)

    class Meta:
        verbose_name = "sign-in"

    def __str__(self) -> str:
        return f"{self.way} {self.at:%Y-%m-%d %H:%M}"
