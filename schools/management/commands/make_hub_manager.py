"""Make somebody a hub manager, from the console: the first one of a new portal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.choices import StaffRole
from schools.models import Person
from schools.services.people import add_person, set_staff_role


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument("name", help="their name, in quotation marks")

    def handle(self, *args: Any, **options: Any) -> None:
        portal, at = Person.objects.portal(), now()
        try:
            person = add_person(full_name=options["name"], email=options["email"], by=portal, at=at)
            set_staff_role(
                person=person,
                staff_role=StaffRole.HUB_MANAGER,
                reason="Made hub manager from the console",
                by=portal,
                at=at,
            )
        except PortalError as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{person} is a hub manager and signs in with {person.email}.")
