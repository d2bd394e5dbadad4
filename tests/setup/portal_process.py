"""The portal as its users start it: real processes, watched from outside."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from hub_portal.management import runner
from tests.browser import services

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120
PARTS = {"web": "gunicorn", "worker": "worker", "beat": "beat"}


class Portal:
    """One `manage.py serve` on a folder and a port of its own."""

    def __init__(self, var: Path, *, port: int | None = None) -> None:
        self.var, self.port = var, port or services.free_port()
        outside = {"DATABASE_URL", "REDIS_URL", "PORTAL_LEG", "DJANGO_SETTINGS_MODULE"}
        kept = {name: value for name, value in os.environ.items() if name not in outside}
        self.environment = {**kept, "PORTAL_VAR": str(var), "PYTHONUNBUFFERED": "1"}
        self.log = var / "serve.log"

    def start(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--prepare", "--empty"]
        with self.log.open("ab") as lines:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=lines,
                stderr=lines,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def answers(self, path: str = "/readyz") -> bool:
        return runner.answers(self.port, path)

    def part(self, name: str) -> psutil.Process | None:
        """The direct child that is this part."""
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if PARTS[name] in child.cmdline():
                    return child
        return None

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def wait_until(condition, *, seconds: float = SECONDS_TO_START) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


@contextlib.contextmanager
def served(var: Path) -> Iterator[Portal]:
    """The whole portal, up and answering; whatever the test did to it, nothing is left behind."""
    portal = Portal(var)
    portal.start()
    try:
        assert wait_until(lambda: portal.answers() and all(map(portal.part, PARTS))), portal.said()
        yield portal
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in [*portal.family(), psutil.Process(portal.process.pid)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
        portal.process.wait()
