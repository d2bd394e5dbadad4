"""Print a link that signs one person in, once, within a quarter of an hour.

For the day mail is down. A second step is still asked for.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from hub_portal.shared.london import now
from schools.models import Person
from schools.services.people import person_with_address
from schools.services.sign_in import make_sign_in_link


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="an address of whoever is to sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_with_address(options["email"])
        if person is None or not person.is_active:
            raise CommandError("Nobody who may sign in has this address.")
        secret = make_sign_in_link(person=person, by=Person.objects.portal(), at=now())
        self.stdout.write(f"{settings.PORTAL_URL}{reverse('console_link', args=[secret])}")
