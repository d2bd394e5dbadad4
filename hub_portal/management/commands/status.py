"""How the portal is, part by part; the exit code is 1 when somebody should see to something."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hub_portal.shared import readiness


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # a sick portal must still be able to say so

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for a program that watches")

    def handle(self, *args: Any, **options: Any) -> None:
        found = readiness.status(at=timezone.now())
        if options["json"]:
            parts = {
                name: {"is_fine": finding.is_fine, "says": finding.says, **finding.facts}
                for name, finding in found.items()
            }
            self.stdout.write(json.dumps(parts, indent=2, ensure_ascii=False))
        else:
            for name, finding in found.items():
                mark = "ok " if finding.is_fine else "SEE"
                self.stdout.write(f"{mark} {name:<12} {finding.says}")
        if not all(finding.is_fine for finding in found.values()):
            raise SystemExit(1)
