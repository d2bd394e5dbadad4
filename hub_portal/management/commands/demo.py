"""Build the demo hub into an empty portal, and say who may sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub_portal.management.demo import build_demo_hub, who_may_sign_in
from hub_portal.shared.london import now


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo hub is never loaded in production.")
        if build_demo_hub(at=now(), say=self.stdout.write):
            self.stdout.write("the demo hub is ready")
        for line in who_may_sign_in():
            self.stdout.write(f"  {line.role:<42} {line.email}")
