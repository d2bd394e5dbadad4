"""Check the books by hand: every difference on a line of its own, and exit 1 if there is one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credits.services.books import reconcile_ledger
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.models import Person


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        check = reconcile_ledger(by=Person.objects.portal(), at=now())
        for difference in check.differences:
            self.stdout.write(difference)
        if check.differences:
            raise CommandError(f"The books differ in {counted(len(check.differences), 'place')}.")
        entries = counted(check.entries_checked, "entry", "entries")
        self.stdout.write(
            f"The books are clean: {entries} checked. Head of the chain: {check.head}"
        )
