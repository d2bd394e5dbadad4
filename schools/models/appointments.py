"""Posts that people hold at schools, planned hand-overs, and invitations to sign in."""

from django.conf import settings
from django.db import models

from schools.choices import Role
from schools.models.people import Person
from schools.models.schools import School
from schools.querysets import AppointmentQuerySet, InvitationQuerySet

HELD_BY_ONE = (Role.REP, Role.DEPUTY)
"""The posts a school has at most once at a time. Rule SC-5."""


class Appointment(models.Model):
    """A post a person holds at a school, from a day, to a day. Rules SC-5 and SC-6.

    `to_on` is never in the future: a post that is to end later ends by a planned hand-over.
    `known_as` is the name the school typed for an address the portal knew already, so that
    the school learns nothing beyond it (Rule PE-1).
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    school = models.ForeignKey(School, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role)
    known_as = models.CharField("known at the school as", max_length=150, blank=True)
    job_title = models.CharField(max_length=80, blank=True)
    from_on = models.DateField("from")
    to_on = models.DateField("ended on", null=True, blank=True)
    confirmed_at = models.DateTimeField("on the staff list, confirmed", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "role"],
                condition=models.Q(to_on__isnull=True, role__in=HELD_BY_ONE),
                name="appointment_one_live_rep_and_one_deputy_per_school",
            ),
            models.UniqueConstraint(
                fields=["person", "school", "role"],
                condition=models.Q(to_on__isnull=True),
                name="appointment_held_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="appointment_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["school", "role"], name="appointment_by_school_role")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.school}"


class PlannedHandover(models.Model):
    """A rep or deputy who takes over on a later day; the clock carries it out. Rule SC-5."""

    school = models.ForeignKey(School, models.CASCADE, related_name="planned_handovers")
    role = models.CharField(max_length=20, choices=Role)
    to_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField("on this day")
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "planned hand-over"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "role"],
                condition=models.Q(done_at__isnull=True),
                name="handover_one_planned_per_school_and_role",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=HELD_BY_ONE), name="handover_of_rep_or_deputy"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} of {self.school} from {self.on:%-d %B %Y}"


class Invitation(models.Model):
    """The hub's invitation to one person, for one post, at one address. Rule PE-4.

    Lives 14 days, is used once, and is void when person, post or address change.
    """

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="invitations")
    email = models.EmailField("sent to")
    version = models.PositiveIntegerField(default=1)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=models.Q(accepted_at__isnull=True, voided_at__isnull=True),
                name="invitation_one_open_per_post",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation to {self.appointment}"
