"""The portal as it is served, on engines of its own, for the benchmarks that go through HTTP.

with engines() as postgresql, served(portal_command) as web:
    with Visitor(web.port, cookies) as visitor:
        page = visitor.get("/courses/")
    spent = cpu_seconds(web.process, postgresql)
"""

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import services
from visitor import Page, Visitor

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 60

__all__ = [
    "Page",
    "Visitor",
    "Web",
    "bare_web",
    "cpu_seconds",
    "engines",
    "portal_web",
    "served",
    "signed_in_as",
]


@contextmanager
def engines(*, with_pages: bool = True) -> Iterator[psutil.Process]:
    """A throwaway PostgreSQL and Redis with the portal's empty tables; gives the former.

    Django is set up on them in this process, with the settings the portal is served with. Without
    pages the static files, which take longer than the tables, need not be gathered.
    """
    with (
        services.postgresql() as database,
        services.redis() as broker,
        tempfile.TemporaryDirectory(prefix="bench-") as var,
    ):
        os.environ |= {
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "PORTAL_VAR": var,
            "PORTAL_ENV": "",
            "DJANGO_SETTINGS_MODULE": "hub_portal.settings",
        }
        import django

        django.setup()
        logging.getLogger("portal.access").setLevel(logging.WARNING)  # of this process alone
        from django.core.management import call_command
        from django.db import connections

        from hub_portal.management.preparation import prepare

        if with_pages:
            prepare(with_demo=False, say=lambda _: None)
        else:
            call_command("migrate", verbosity=0)
        try:
            yield _server_of(database)
        finally:
            connections.close_all()


@dataclass
class Web:
    """A gunicorn that answers, and where."""

    port: int
    process: psutil.Process


def portal_web(port: int) -> list[str]:
    """The command of the portal's web process, as `./run` starts it."""
    from hub_portal.management.runner import parts_of_the_portal

    [web] = [part for part in parts_of_the_portal(port=port, base=ROOT) if part.name == "web"]
    return web.command


def bare_web(port: int) -> list[str]:
    """The same gunicorn with the bare views the portal is measured against."""
    return [*portal_web(port), "bench._bare"]


@contextmanager
def served(command: Callable[[int], list[str]], **environment: str) -> Iterator[Web]:
    """A gunicorn while the block runs, on a free port, answering on /healthz."""
    port = services.free_port()
    log = Path(os.environ["PORTAL_VAR"]) / f"web-{port}.log"
    with log.open("wb") as lines:
        child = subprocess.Popen(
            command(port),
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=lines,
            stderr=lines,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(port, child, log)
        yield Web(port, psutil.Process(child.pid))
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(15)
        child.kill()
        child.wait()


def cpu_seconds(*roots: psutil.Process) -> float:
    """What these processes and all theirs have used so far, those that have ended included."""
    total = 0.0
    for root in roots:
        with suppress(psutil.NoSuchProcess):
            own = root.cpu_times()
            total += own.user + own.system + own.children_user + own.children_system
        for child in root.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                used = child.cpu_times()
                total += used.user + used.system + used.children_user + used.children_system
    return total


def signed_in_as(person) -> dict[str, str]:
    """The cookies of somebody who has signed in, made through Django's session engine."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    [store[BACKEND_SESSION_KEY]] = settings.AUTHENTICATION_BACKENDS
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return {settings.SESSION_COOKIE_NAME: store.session_key}


def _server_of(database: str) -> psutil.Process:
    """The process of the PostgreSQL that listens there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        [cluster] = cursor.fetchone()
    return psutil.Process(int((Path(cluster) / "postmaster.pid").read_text().split()[0]))


def _wait_until_it_answers(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    from hub_portal.management.runner import answers

    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and child.poll() is None:
        if answers(port, "/healthz"):
            return
        time.sleep(0.05)
    raise SystemExit(f"{child.args!r} did not start:\n{log.read_text(errors='replace')}")
