"""Send what is due now, from a console: for the day the workers are down."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hub_portal.mail.services import sender, stopping


class Command(BaseCommand):
    help = "Send the mails that are due. Ends in good order when told to (TERM or Ctrl-C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--for-seconds", type=float, default=3600.0, help="how long at most (default: an hour)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.ask_to_stop())
        sent = sender.send_due(for_seconds=options["for_seconds"])
        self.stdout.write(f"{sent} sent.")
