"""Who is signed in: asked once a page, together with the schools they act for."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import BigIntegerField, QuerySet

from hub_portal.shared.prepared import prepared
from schools.models import Appointment, Person, School

ACTED_FOR = "_schools_acted_for"


class HubBackend(AuthenticationBackend):
    """Signs people in as allauth does. Every page of a school shows for which one it is."""

    def get_user(self, user_id: int) -> Person | None:
        """The person, with the schools they are rep, deputy or headteacher of now. Rule PE-4.

        Whoever acts for a school is read with their posts, anybody else alone.
        """
        schools: dict[int, School] = {}
        person: Person | None = None
        for post in _posts_that_act(person=user_id):
            person = post.person
            schools[post.school_id] = post.school
        if person is None:
            person = super().get_user(user_id)
        elif not self.user_can_authenticate(person):
            person = None
        if person is not None:
            setattr(person, ACTED_FOR, list(schools.values()))
        return person


@prepared(person=BigIntegerField())
def _posts_that_act(person: Any) -> "QuerySet[Appointment]":
    """The posts in which somebody acts for a school, in order of those."""
    posts = Appointment.objects.live().of_the_school().filter(person=person)
    return posts.select_related("person", "school").order_by("school__name", "school")
