"""Reset a lost second step (authenticator, passkeys, recovery codes), from the console."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub_portal.shared.london import now
from schools.models import Person
from schools.services.people import person_with_address
from schools.services.sign_in import forget_second_step


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="an address of whoever lost it")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_with_address(options["email"])
        if person is None:
            raise CommandError("Nobody has this address.")
        removed = forget_second_step(
            person=person, reason="Reset from the console", by=Person.objects.portal(), at=now()
        )
        self.stdout.write(f"{person}: {removed} removed, and signed out everywhere.")
