"""What must stand before the portal is served: tables, the cache's table, static files, a hub."""

import contextlib
import fcntl
import hashlib
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
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("making the tables")
        call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    _collect_static(say)
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


def _collect_static(say: Say) -> None:
    """Gather and compress the static files when any of them changed."""
    if settings.DEBUG:
        return
    stamp = Path(settings.STATIC_ROOT).with_name("static.stamp")
    wanted = _fingerprint_of_static_files()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("gathering the static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def _fingerprint_of_static_files() -> str:
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            changed = storage.get_modified_time(name).timestamp()
            seen.update(f"{name} {storage.size(name)} {changed}\n".encode())
    return seen.hexdigest()
