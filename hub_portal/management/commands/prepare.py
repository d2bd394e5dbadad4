"""Make or bring up to date the tables, the cache, the static files and the demo hub."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hub_portal.management.preparation import prepare


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--empty", action="store_true", help="no demo hub")

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(with_demo=not options["empty"], say=self.stdout.write)
