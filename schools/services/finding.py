"""Whom and which school a list means: asked for all of its rows at once. Rules SC-1 and SC-8."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress

from schools.models import FormerUrn, Person, School


def schools_by_urn(urns: Iterable[str]) -> dict[str, School]:
    """Schools by the number they have, or had before. Rule SC-1."""
    numbers = {int(urn) for urn in urns if urn.isascii() and urn.isdigit() and len(urn) == 6}
    former = FormerUrn.objects.filter(urn__in=numbers).select_related("school")
    found = {str(one.urn): one.school for one in former}
    return found | {str(one.urn): one for one in School.objects.filter(urn__in=numbers)}


def schools_by_urn_or_name(written: Iterable[str]) -> dict[str, School]:
    """Schools as people write them: a number, or the whole name in large or small letters.

    By casefolded text; a name that two schools have finds neither.
    """
    wanted = {" ".join(text.split()).casefold() for text in written}
    named: dict[str, School | None] = {}
    for school in School.objects.order_by("pk"):
        name = school.name.casefold()
        if name in wanted:
            named[name] = None if name in named else school
    return {name: school for name, school in named.items() if school} | schools_by_urn(wanted)


def people_with_addresses(addresses: Iterable[str]) -> dict[str, Person]:
    """Who is known by these addresses, in small letters, whichever of theirs it is. Rule PE-2."""
    wanted = set(addresses) - {""}
    proved = EmailAddress.objects.filter(email__in=wanted, verified=True).select_related("user")
    found = {one.email: one.user for one in proved}
    people = Person.objects.filter(email__in=wanted)
    return found | {person.email: person for person in people if person.email}
