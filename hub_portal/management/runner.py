"""Web, worker and beat in one terminal: one Ctrl-C ends all three and leaves no process behind.

A worker or beat that dies is started again; a web process that dies stops the rest with exit 1.
"""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

SECONDS_TO_STOP = 20.0
SECONDS_BETWEEN_LOOKS = 0.2
LONGEST_PAUSE = 10.0
COLOURS = {"web": "\033[36m", "worker": "\033[33m", "beat": "\033[35m"}
PLAIN = "\033[0m"


@dataclass
class Part:
    """One of the three processes, and what happens when it ends by itself."""

    name: str
    command: list[str]
    is_restarted: bool
    process: subprocess.Popen[str] | None = None
    pause: float = 1.0
    starts_again_at: float = field(default=0.0)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def parts_of_the_portal(*, port: int, base: Path) -> list[Part]:
    """What the portal is made of, as it runs on one machine."""
    python = [sys.executable, "-m"]
    # in a container root is all there is, and the messages are JSON, never code
    no_sermon = ["-W", "ignore:You're running the worker with superuser"]
    celery = [sys.executable, *no_sermon, "-m", "celery", "-A", "hub_portal", "--quiet"]
    quiet = ["--loglevel", "WARNING"]
    # -O fair: a long task holds up no other; two processes, so an import never delays all mail
    worker = ["worker", "-O", "fair", "-c", "2", "-Q", "mail,portal", "--without-gossip"]
    configured = ["--config", str(base / "deploy" / "gunicorn.conf.py")]
    return [
        Part(
            "web",
            [*python, "gunicorn", *configured, "--bind", f"127.0.0.1:{port}"],
            is_restarted=False,
        ),
        Part("worker", [*celery, *worker, "--without-mingle", *quiet], is_restarted=True),
        Part("beat", [*celery, "beat", "--pidfile=", *quiet], is_restarted=True),
    ]


class Runner:
    """Keeps the parts running until it is told to stop."""

    def __init__(self, parts: list[Part], *, folder: Path, out: TextIO) -> None:
        self.parts = parts
        self.folder = folder
        self.out = out
        self.stopping = threading.Event()
        self.copiers: list[threading.Thread] = []

    def run(self, *, is_ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Start everything, look after it, stop it: 0 when asked to stop, 1 when web died."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        for part in self.parts:
            self._start(part)
        try:
            return self._look_after(is_ready, when_ready)
        finally:
            self._stop_all()

    def _look_after(self, is_ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        said = False
        while not self.stopping.wait(SECONDS_BETWEEN_LOOKS):
            for part in self.parts:
                if part.is_running:
                    continue
                if not part.is_restarted:
                    self._say(f"{part.name} has ended; stopping the rest")
                    return 1
                self._start_again_in_a_while(part)
            if not said and is_ready():
                said = True
                when_ready()
        return 0

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _start(self, part: Part) -> None:
        # a session of its own: a terminal's Ctrl-C reaches only us, and each part is asked once
        part.process = subprocess.Popen(
            part.command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        copier = threading.Thread(target=self._copy, args=(part, part.process), daemon=True)
        copier.start()
        self.copiers.append(copier)

    def _start_again_in_a_while(self, part: Part) -> None:
        now = time.monotonic()
        if not part.starts_again_at:
            self._say(f"{part.name} has ended; starting it again in {part.pause:.0f} s")
            _kill_group(part)  # what it left behind would work beside its successor
            part.starts_again_at = now + part.pause
            part.pause = min(part.pause * 2, LONGEST_PAUSE)
        elif now >= part.starts_again_at:
            part.starts_again_at = 0.0
            self._start(part)

    def _copy(self, part: Part, process: subprocess.Popen[str]) -> None:
        colour, plain = (COLOURS[part.name], PLAIN) if self.out.isatty() else ("", "")
        for line in process.stdout or ():
            self.out.write(f"{colour}{part.name:<6}{plain} | {line}")
            self.out.flush()

    def _say(self, sentence: str) -> None:
        self.out.write(f"{sentence}\n")
        self.out.flush()

    def _stop_all(self) -> None:
        """Ask each once; whoever has not gone when the time is up is killed with its children."""
        for part in self.parts:
            if part.process and part.is_running:
                part.process.terminate()
        until = time.monotonic() + SECONDS_TO_STOP
        for part in self.parts:
            try:
                if part.process:
                    part.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"{part.name} did not stop in {SECONDS_TO_STOP:.0f} s and is killed")
            _kill_group(part)
        for copier in self.copiers:
            copier.join(1)


def answers(port: int, path: str) -> bool:
    """Whether the web process on this port of our own machine gives a 200."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        asked.request("GET", path)
        return asked.getresponse().status == 200
    except (http.client.HTTPException, OSError):
        return False
    finally:
        asked.close()


def _kill_group(part: Part) -> None:
    if part.process is None:
        return
    try:
        os.killpg(part.process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    part.process.wait()


def _end_with_parent() -> None:
    """Linux: a part gets TERM when this process is killed outright."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
