"""Give the application's PostgreSQL role its rights; run as the owner after each migrate."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from hub_portal.management.roles import give_application_rights


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default="portal_app")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Roles are PostgreSQL's: set DATABASE_URL to its owner's address.")
        with transaction.atomic():
            give_application_rights(role=options["role"], password=settings.PORTAL_APP_PASSWORD)
        self.stdout.write(f"{options['role']} may serve; it cannot change what is append-only.")
