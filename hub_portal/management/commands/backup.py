"""Make a backup: the database and the stored files in one archive. Run as the owner."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub_portal.management.backups import make_backup
from hub_portal.shared.london import now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUP_FOLDER, help="a folder")
        parser.add_argument("--keep", type=int, default=14, help="how many of the newest stay")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 1:
            raise CommandError("--keep must be 1 or more.")
        make_backup(folder=options["to"], keep=options["keep"], at=now(), say=self.stdout.write)
