"""Processes for the fault tests: started, watched from the other side, and always ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from celery import Celery
from django.conf import settings
from django.db import connection

FAULTS = Path(__file__).resolve().parent
PATIENCE = 60.0


def wait_until(is_so, *, what, patience=PATIENCE):
    """Wait for something to become so; the test fails when it does not."""
    until = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > until:
            raise AssertionError(f"waited {patience:.0f} s in vain: {what}")
        time.sleep(0.005)


class MailServer:
    """The misbehaving mail server as its test sees it."""

    def __init__(self, log, *wishes):
        self.log = log
        self.process = subprocess.Popen(
            [sys.executable, FAULTS / "mail_server.py", log, *wishes],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self.process.stdout.readline())

    def taken(self):
        """The Message-IDs it has taken responsibility for, with how often."""
        return Counter(line["id"] for line in self._lines())

    def sizes(self):
        """The bytes of each message it has taken."""
        return [line["size"] for line in self._lines()]

    def links(self):
        """By Message-ID: the link to unsubscribe that came with it."""
        return {line["id"]: line["link"] for line in self._lines()}

    def _lines(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]

    def kill_after_next_250(self, process_id):
        unfinished = Path(f"{self.log}.kill-")
        unfinished.write_text(str(process_id))
        unfinished.rename(f"{self.log}.kill")


@contextmanager
def running_mail_server(folder, *wishes):
    server = MailServer(folder / "mail.log", *wishes)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()
        server.process.stdout.close()


def environment(*, email_url):
    """What a process of the portal needs to work on the test's own database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        user = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
        url = f"postgres://{user}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "EMAIL_URL": email_url,
        "PORTAL_VAR": str(settings.PORTAL_VAR),
    }


class Sender:
    """One sender, told things by signals."""

    def __init__(self, pid):
        self.pid = pid

    def tell(self, what):
        with suppress(ProcessLookupError):
            os.kill(self.pid, what)


class Nursery:
    """Forks senders on demand."""

    def __init__(self, *, email_url):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mail_senders"],
            cwd=settings.BASE_DIR,
            env=environment(email_url=email_url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == "ready\n"
        self.born = []

    def start_sender(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self.born.append(Sender(int(self.process.stdout.readline())))
        return self.born[-1]

    def end(self):
        for sender in self.born:
            sender.tell(signal.SIGKILL)
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@contextmanager
def running_nursery(*, email_url):
    nursery = Nursery(email_url=email_url)
    try:
        yield nursery
    finally:
        nursery.end()


class Worker:
    """A Celery worker with a broker of its own: folders, whatever the leg runs on."""

    def __init__(self, folder, *, email_url, queues):
        self.queue = {name: folder / "queue" / name for name in ("messages", "control", "taken")}
        variables = environment(email_url=email_url) | {"PORTAL_VAR": str(folder)}
        variables.pop("REDIS_URL", None)
        command = ["-m", "celery", "-A", "hub_portal", "worker", "-Q", queues, "-c", "1"]
        self.process = subprocess.Popen(
            [sys.executable, *command, "--without-gossip", "--without-mingle", "-l", "ERROR"],
            cwd=settings.BASE_DIR,
            env=variables,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        wait_until(self.queue["messages"].exists, what="the worker made its queue")

    def ring(self, name):
        """What beat and the doorbell do."""
        bell = Celery("bell", broker="filesystem://", set_as_current=False)
        bell.conf.broker_transport_options = {
            "data_folder_in": str(self.queue["messages"]),
            "data_folder_out": str(self.queue["messages"]),
            "control_folder": str(self.queue["control"]),
        }
        bell.send_task(name, queue="mail" if name.startswith("mail.") else "portal")
        bell.close()


@contextmanager
def running_worker(folder, *, email_url, queues):
    worker = Worker(folder, email_url=email_url, queues=queues)
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            os.killpg(worker.process.pid, signal.SIGKILL)
            worker.process.wait()


def has_ended(sender):
    """Nobody waits for a sender, so one that has ended leaves nothing behind."""
    return not psutil.pid_exists(sender.pid)
