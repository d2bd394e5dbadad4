"""The portal's real web process on the test's database, asked over HTTP, killed and replaced."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis
from django.conf import settings
from django.db import connection
from django.test import Client

from hub_portal.management.runner import answers, parts_of_the_portal
from tests.browser import services
from tests.faults.harness import environment, wait_until
from tests.makers.schools import sign_in

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from visitor import Visitor


@dataclass
class WebServer:
    """A gunicorn as `./run` starts it: a master and its workers."""

    port: int
    process: psutil.Process

    def kill_workers(self):
        """What the kernel does to a worker that has had too much memory."""
        for worker in self.process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.send_signal(signal.SIGKILL)


@contextlib.contextmanager
def running_web(folder: Path, *, database_url=None, redis_url=None, variables=None):
    """The web process while the block runs; nothing of it is left behind."""
    port = services.free_port()
    [web] = [
        part
        for part in parts_of_the_portal(port=port, base=settings.BASE_DIR)
        if part.name == "web"
    ]
    variables = environment(email_url="dummymail://") | (variables or {})
    variables |= {"DATABASE_URL": database_url} if database_url else {}
    variables |= {"REDIS_URL": redis_url} if redis_url else {}
    log = folder / "web.log"
    with log.open("wb") as lines:
        child = subprocess.Popen(
            web.command,
            cwd=settings.BASE_DIR,
            env=variables,
            stdout=lines,
            stderr=lines,
            start_new_session=True,
        )
    try:
        wait_until(lambda: answers(port, "/healthz"), what=f"web answers ({log.read_text()})")
        yield WebServer(port, psutil.Process(child.pid))
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def cookies_of(person):
    """The cookies of somebody who has signed in."""
    client = Client()
    sign_in(client, person)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def checked_booking(visitor, cohort, names):
    """The form and the check page for people typed in; the fields left to confirm."""
    course = f"/courses/{cohort.programme.slug}/{cohort.pk}"
    form = visitor.get(f"{course}/book/")
    assert form.status == 200, form.text[:1000]
    fields = [pair for pair in form.hidden() if pair[0] != "typed-TOTAL_FORMS"]
    fields.append(("typed-TOTAL_FORMS", str(len(names))))
    for number, name in enumerate(names):
        address = f"{name.lower().replace(' ', '.')}@our.example"
        fields += [(f"typed-{number}-full_name", name), (f"typed-{number}-email", address)]
    check = visitor.post(f"{course}/check/", fields)
    assert check.status == 200, check.text[:1000]
    return [*check.hidden(), ("confirm", "1")]


def confirm(visitor, cohort, fields):
    return visitor.post(f"/courses/{cohort.programme.slug}/{cohort.pk}/check/", fields)


def nobody_waits_for_a_lock():
    """Whether no other connection of this database waits for a row."""
    return not _waiting_for_a_lock()


def somebody_waits_for_a_lock():
    return bool(_waiting_for_a_lock())


def _waiting_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees one moment
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchall()


@contextlib.contextmanager
def deaf_broker():
    """A Redis that takes every call and never answers: its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@contextlib.contextmanager
def emptied_broker():
    """A Redis that takes the bell and is emptied before anybody has heard it."""
    with services.redis() as url:
        yield url
        with contextlib.closing(redis.Redis.from_url(url)) as there:
            assert there.llen("mail") > 0
            there.flushall()


@contextlib.contextmanager
def absent_broker():
    """The address of a Redis that has gone."""
    yield f"redis://127.0.0.1:{services.free_port()}/0"


class DurableDatabase:
    """A PostgreSQL of this test's own, careful with its disk, that is stopped and started."""

    def __init__(self, url):
        self.url = url
        with self.connected() as found, found.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            self.cluster = Path(cursor.fetchone()[0])
        self.server = self._server()
        self.command, self.user = self.server.cmdline(), self.server.uids().real
        self.group = self.server.gids().real

    def connected(self):
        import psycopg2

        return contextlib.closing(psycopg2.connect(self.url))

    def take_over_the_tests(self):
        """Everything the test has made so far, as another database has it."""
        ours = connection.settings_dict
        source = ["-h", ours["HOST"], "-p", str(ours["PORT"]), "-U", ours["USER"], ours["NAME"]]
        dump = subprocess.run(
            [services._postgresql_program("pg_dump"), *source], capture_output=True, check=True
        )
        subprocess.run(
            [services._postgresql_program("psql"), "-q", "-v", "ON_ERROR_STOP=1", self.url],
            input=dump.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def stop_at_once(self):
        """`pg_ctl stop -m immediate`: no goodbye to anybody, nothing flushed."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(30)

    def start_again(self):
        with (self.cluster.parent / "log-again").open("wb") as lines:
            self.again = subprocess.Popen(
                self.command,
                cwd=self.cluster.parent,
                stdout=lines,
                stderr=lines,
                start_new_session=True,
                user=self.user,
                group=self.group,
                extra_groups=[],
            )
        wait_until(self._answers, what="PostgreSQL came back")

    def end(self):
        again = getattr(self, "again", None)
        if again is not None:
            again.send_signal(signal.SIGINT)
            again.wait(30)

    def asked(self, statement):
        with self.connected() as found, found.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def differences(self):
        """What the books check finds there: asked by a process of its own."""
        code = (
            "from credits.services import proofs\n"
            "from cpd.services.proofs import differences\n"
            "print([*proofs.differences(), *differences()])"
        )
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", code]
        answer = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=environment(email_url="dummymail://") | {"DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=True,
        )
        return answer.stdout.strip().splitlines()[-1]

    def has_ended(self):
        """Whether the server is gone, as one may be that could not write."""
        return not self.server.is_running() or self.server.status() == psutil.STATUS_ZOMBIE

    def _answers(self):
        import psycopg2

        with contextlib.suppress(psycopg2.OperationalError), self.connected():
            return True
        return False

    def _server(self):
        pid = (self.cluster / "postmaster.pid").read_text().split()[0]
        return psutil.Process(int(pid))


@contextlib.contextmanager
def durable_database(within=None):
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    with services.postgresql(within, **wanted) as url:
        database = DurableDatabase(url)
        try:
            yield database
        finally:
            database.end()


def seconds_since(began):
    return time.monotonic() - began


__all__ = [
    "Visitor",
    "absent_broker",
    "checked_booking",
    "confirm",
    "cookies_of",
    "deaf_broker",
    "durable_database",
    "emptied_broker",
    "nobody_waits_for_a_lock",
    "running_web",
    "seconds_since",
    "somebody_waits_for_a_lock",
]
