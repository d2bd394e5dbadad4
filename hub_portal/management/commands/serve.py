"""Serve the whole portal from this terminal: web, worker and beat, until Ctrl-C."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from hub_portal.management.preparation import only_one_on_this_folder, prepare
from hub_portal.management.runner import Runner, answers, parts_of_the_portal

DEMO = """\
Sign in with one of the addresses above. The code arrives as a file in {mail},
and the hub manager sees every mail in the admin. A link that signs in without a mail:
  {manage} sign_in_link ADDRESS
"""
EMPTY = """\
The hub is empty. Make its first manager, then a link to sign in with:
  {manage} make_hub_manager ADDRESS "FULL NAME"
  {manage} sign_in_link ADDRESS
"""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # the web process makes them; this one only watches

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare", action="store_true", help="first make what is missing")
        parser.add_argument("--empty", action="store_true", help="prepare without the demo hub")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        with only_one_on_this_folder():
            if options["prepare"]:
                prepare(with_demo=not options["empty"], say=self.stdout.write)
            connections.close_all()  # what is inherited by three children is nobody's
            runner = Runner(
                parts_of_the_portal(port=port, base=settings.BASE_DIR),
                folder=settings.BASE_DIR,
                out=sys.stdout,
            )
            code = runner.run(
                is_ready=lambda: answers(port, "/healthz"),
                when_ready=lambda: self.stdout.write(_welcome(port=port, empty=options["empty"])),
            )
        if code:
            raise SystemExit(code)


def _welcome(*, port: int, empty: bool) -> str:
    """The last lines of the start: where the portal is, and how to get in."""
    standing = {"PORTAL_VAR": settings.BASE_DIR / "var", "PORTAL_URL": "http://127.0.0.1:8000"}
    here = {"PORTAL_VAR": settings.PORTAL_VAR, "PORTAL_URL": settings.PORTAL_URL}
    differing = [f"{name}={here[name]} " for name in here if here[name] != standing[name]]
    words = (EMPTY if empty else DEMO).format(
        manage="".join(differing) + "./run manage", mail=settings.MAIL_FOLDER
    )
    return f"\nOpen http://127.0.0.1:{port}/   (Ctrl-C stops the portal)\n\n{words}"
