"""A school's staff list: colleagues named, confirmed and ended by their rep.

Rules SC-5, SC-6, PE-1 and PE-3.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.choices import Role
from schools.errors import DoesNotActFor
from schools.models import Appointment, Person, School
from schools.services.people import add_person, clean_address, person_with_address


def may_act_for(person: Person, school: School) -> bool:
    """Whether the person is rep, deputy or headteacher of the school now. Rule PE-4."""
    return School.objects.acted_for_by(person).filter(pk=school.pk).exists()


def require_may_act_for(person: Person, school: School) -> None:
    """Raises: DoesNotActFor, unless the person acts for the school or for the hub."""
    if not (person.is_hub_manager or may_act_for(person, school)):
        raise DoesNotActFor(school=school.name)


def colleague_names(*, school: School) -> dict[int, str]:
    """Everyone with a live post at the school: person id → the name the school knows. Rule PE-1."""
    posts = school.appointments.live().select_related("person").order_by("pk")
    names: dict[int, str] = {}
    for post in posts:
        if post.known_as or post.person_id not in names:
            names[post.person_id] = post.known_as or post.person.full_name
    return names


@transaction.atomic
def name_colleague(
    *, school: School, full_name: str, email: str | None, by: Person, at: datetime
) -> Person:
    """Find or add the colleague a school names, and put them on its staff list.

    Rule PE-1: for an address the portal knows already the post keeps the typed name, so the
    school learns nothing. Rule PE-3: without an address a colleague of that name on the
    list who has none either is the one meant.

    Raises: DoesNotActFor; BadInput without a name; SharedMailbox.
    """
    require_may_act_for(by, school)
    name = " ".join(full_name.split())
    on_the_list = _on_the_list(school, name, clean_address(email))
    if on_the_list is not None:
        return on_the_list
    was_known = person_with_address(email) is not None
    person = add_person(full_name=full_name, email=email, by=by, at=at)
    was_known = was_known or person.full_name != name
    _put_on_the_list(school, person, known_as=name if was_known else "", by=by, at=at)
    return person


def _on_the_list(school: School, name: str, address: str | None) -> Person | None:
    colleagues: QuerySet[Person] = Person.objects.on_staff_of(school)
    if address:
        known = person_with_address(address)
        return colleagues.filter(pk=known.pk).first() if known else None
    return colleagues.filter(email__isnull=True, full_name__iexact=name).order_by("pk").first()


def _put_on_the_list(
    school: School, person: Person, *, known_as: str, by: Person, at: datetime
) -> None:
    """The same colleague named twice at once is on the list once."""
    post = Appointment(
        school=school,
        person=person,
        role=Role.STAFF,
        known_as=known_as,
        from_on=london_date(at),
        confirmed_at=at,
    )
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError:
        if not school.appointments.live().filter(person=person, role=Role.STAFF).exists():
            raise
        return
    record_act(
        verb="post.began",
        subject=f"appointment:{post.pk}",
        school=f"school:{school.pk}",
        by=by,
        at=at,
        after={"person": person.pk, "role": Role.STAFF},
    )
