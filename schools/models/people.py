"""A person, who is the user of the portal."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from schools.choices import StaffRole
from schools.querysets import PersonManager

SESSION_SALT = "schools.Person.sessions"

FINANCE_OFFICERS_SEE = frozenset({"credits"})
"""The apps whose rows a finance officer may look at in the admin; they change none."""


class Person(AbstractBaseUser):
    """Somebody the hub knows: a rep, a headteacher, a teacher on a course, its own staff.

    Most need no password. A delegate may have no address (Rule PE-3). "The portal" is a
    person too, so that every act has an actor; it can never sign in.
    """

    full_name = models.CharField("name", max_length=150)
    email = models.EmailField(
        "email address", max_length=254, unique=True, null=True, blank=True, default=None
    )
    staff_role = models.CharField(
        "works for the hub as", max_length=20, choices=StaffRole, blank=True
    )
    is_active = models.BooleanField("may sign in", default=True)
    is_portal = models.BooleanField("the portal itself", default=False, editable=False)
    sessions_ended = models.PositiveIntegerField(
        "how often all sessions were ended", default=0, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name="is one with",
    )
    known_since = models.DateTimeField(auto_now_add=True, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_one_per_address"),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")) & ~models.Q(email=""),
                name="person_address_is_lower_case_or_null",
            ),
            models.UniqueConstraint(
                fields=["is_portal"],
                condition=models.Q(is_portal=True),
                name="person_only_one_portal",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | models.Q(is_active=False, email__isnull=True, staff_role=""),
                name="person_merged_into_another_signs_in_no_more",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is bound to: counting `sessions_ended` up ends them all. Rule PE-2."""
        bound = f"{self.password}:{self.sessions_ended}"
        return salted_hmac(SESSION_SALT, bound, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_hub_manager(self) -> bool:
        return self.is_active and self.staff_role == StaffRole.HUB_MANAGER

    @property
    def is_staff(self) -> bool:
        """May enter the admin."""
        return self.is_active and bool(self.staff_role)

    @property
    def is_superuser(self) -> bool:
        """Libraries ask under this name; the hub's word is hub manager."""
        return self.is_hub_manager

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """A hub manager may do everything in the admin; a finance officer looks."""
        if self.is_hub_manager:
            return True
        app, _, verb = perm.partition(".")
        return self.is_staff and app in FINANCE_OFFICERS_SEE and verb.startswith("view_")

    def has_perms(self, perms: Any, obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_hub_manager or (self.is_staff and app_label in FINANCE_OFFICERS_SEE)
