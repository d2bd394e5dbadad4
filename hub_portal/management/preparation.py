"""What must stand before the portal is served: tables, the cache's table, static files, a hub."""

import contextlib
import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

Say = Callable[[str], object]


def prepare(*, with_demo: bool, say: Say) -> None:
    """Bring everything up to date; a second time there is next to nothing to do."""
    with _static_files_gathered(say):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("making the tables")
            call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if with_demo:
            call_command("demo")


@contextlib.contextmanager
def only_one_on_this_folder() -> Iterator[None]:
    """Hold `var/serving`: two portals on one folder would share a queue and a database file."""
    path = Path(settings.PORTAL_VAR) / "serving"
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(
                f"The portal runs already on {settings.PORTAL_VAR}; stop it first (Ctrl-C there)."
            ) from None
        yield


@contextlib.contextmanager
def _static_files_gathered(say: Say) -> Iterator[None]:
    """Gather and compress changed static files on the other core, while the block runs."""
    stamp = Path(settings.STATIC_ROOT).with_name("static.stamp")
    wanted = _fingerprint_of_static_files()
    if settings.DEBUG or (stamp.exists() and stamp.read_text() == wanted):
        yield
        return
    say("gathering the static files")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR) as gathering:
        yield
        if gathering.wait():
            raise CommandError("The static files could not be gathered (see above).")
    stamp.write_text(wanted)


def _fingerprint_of_static_files() -> str:
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            changed = storage.get_modified_time(name).timestamp()
            seen.update(f"{name} {storage.size(name)} {changed}\n".encode())
    return seen.hexdigest()
