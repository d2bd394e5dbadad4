"""Make an empty portal what a backup says, and prove it. Run as the owner."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub_portal.management.backups import restore_backup
from hub_portal.shared.london import now


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # there are no tables yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument("--role", default="portal_app", help="the PostgreSQL role that serves")

    def handle(self, *args: Any, **options: Any) -> None:
        archive: Path = options["archive"]
        if not archive.is_file():
            raise CommandError(f"There is no archive {archive}.")
        is_clean = restore_backup(
            archive=archive, role=options["role"], at=now(), say=self.stdout.write
        )
        if not is_clean:
            raise SystemExit(1)
