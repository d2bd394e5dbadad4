"""The posts the newsletter goes to whether anybody asked for it or not. Rule NL-2."""

from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress

from newsletter.choices import Why
from schools.choices import Role
from schools.models import Appointment, School


@dataclass(frozen=True)
class Post:
    """A rep or an office of a member school, and where mail for it goes; "" for nowhere."""

    school: School
    why: Why
    address: str
    person_id: int | None


def posts_on(on: date) -> list[Post]:
    """Every member school's rep, or that it has none, and its office if it has an address."""
    members = School.objects.members(on)
    posts = Appointment.objects.live().held_as(Role.REP).filter(school__in=members)
    reps = {post.school_id: post.person for post in posts.select_related("person")}
    offices = [school.office_email.lower() for school in members if school.office_email]
    proved = dict(
        EmailAddress.objects.filter(verified=True, email__in=offices).values_list("email", "user")
    )
    found = []
    for school in members.order_by("name", "pk"):
        rep = reps.get(school.pk)
        found.append(Post(school, Why.REP, rep.email or "" if rep else "", rep and rep.pk))
        if school.office_email:
            office = school.office_email.lower()
            found.append(Post(school, Why.OFFICE, office, proved.get(office)))
    return found
