"""Whether mail reaches a school: at its rep and its office. Rule NL-3. Reading only."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from hub_portal.mail.models import Suppression
from schools.choices import Role
from schools.models import Appointment, School


def not_reached(school: School) -> QuerySet[Suppression]:
    """Addresses of the school and of its people that mail is kept from, each with the reason."""
    people = school.appointments.live().exclude(person__email=None)
    addresses = [*people.values_list("person__email", flat=True), school.office_email.lower()]
    rows = Suppression.objects.in_force().filter(address__in=[each for each in addresses if each])
    return rows.order_by("address")


def members_not_reached(*, on: date) -> QuerySet[School]:
    """Members with neither a rep nor an office at an address that takes the newsletter."""
    suppressed = Suppression.objects.in_force().values("address")
    reps = Appointment.objects.live().held_as(Role.REP).filter(school=OuterRef("pk"))
    reached = reps.exclude(person__email=None).exclude(person__email__in=suppressed)
    members: QuerySet[School] = School.objects.members(on)
    return (
        members.annotate(office=Lower("office_email"))
        .filter(Q(office="") | Q(office__in=suppressed))
        .exclude(Exists(reached))
    )
