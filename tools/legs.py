"""`./test`: the whole suite on SQLite, then again on a throwaway PostgreSQL and Redis.

Browser journeys and fault tests run once, on PostgreSQL and Redis; a short browser walk and what
asks no database, on SQLite. What is missing is said with what to install; with CI set it is a
failure, never a skip.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

import services
from virtualenv import PYTHON, ROOT, stop

LEGS: tuple[str, ...] = ("sqlite", "postgresql")
OURS = ("DATABASE_URL", "REDIS_URL", "PORTAL_ENV", "PORTAL_URL", "DEBUG", "PORTAL_VAR")
# the suite starts some two hundred processes: they are not to read every source anew
HINDRANCES = ("PYTHONDONTWRITEBYTECODE",)
PROGRAMS = {
    "browser": ("the browser journeys", services.chromium),
    "nginx": ("the tests behind nginx", services.nginx),
    "libreoffice": ("reading exports back with LibreOffice", services.libreoffice),
    "spamassassin": ("reading mails as a spam checker does", services.spamassassin),
}
NOTHING_RAN = 5  # of pytest
PROCESSES = ("-n", "2", "--dist", "worksteal")


def run_both(arguments: list[str]) -> int:
    """Run the legs asked for, all of them by default; the exit code is the worst."""
    legs = LEGS
    if arguments[:1] == ["--leg"]:
        legs, arguments = tuple(arguments[1:2]), arguments[2:]
        if not set(legs) <= set(LEGS) or not legs:
            stop("./test --leg takes sqlite or postgresql.")
    left_out = _left_out()
    codes = [
        _run_leg(leg, arguments, [*left_out, "no_database"] if number else left_out)
        for number, leg in enumerate(legs)
    ]
    # what was asked for may belong to one of the legs alone
    return max([code for code in codes if code != NOTHING_RAN] or codes)


def _run_leg(leg: str, arguments: list[str], left_out: list[str]) -> int:
    print(f"\n== tests on {leg}", flush=True)
    if leg == "sqlite":
        return _pytest(leg, ["browser", "fault", *left_out], arguments)
    with ExitStack() as running:
        try:
            engines = {
                "DATABASE_URL": running.enter_context(services.postgresql()),
                "REDIS_URL": running.enter_context(services.redis()),
            }
        except services.ServiceMissing as missing:
            return _not_run("the tests on PostgreSQL and Redis", missing)
        return _pytest(leg, ["browser_walk", *left_out], arguments, **engines)


def _pytest(leg: str, left_out: list[str], arguments: list[str], **engines: str) -> int:
    """A child with none of the caller's engines; its closing lines are pytest's own."""
    left_behind = {*OURS, *HINDRANCES}
    kept = {name: value for name, value in os.environ.items() if name not in left_behind}
    with tempfile.TemporaryDirectory(prefix="portal-test-") as var:
        environment = {**kept, "PORTAL_VAR": var, "PORTAL_LEG": leg, **engines}
        marks = " and ".join(f"not {mark}" for mark in dict.fromkeys(left_out))
        command = [str(PYTHON), "-m", "pytest", *PROCESSES, "-m", marks, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment).returncode


def _left_out() -> list[str]:
    """The marks of tests whose program this machine does not have, each with a sentence."""
    marks = []
    for mark, (what, program) in PROGRAMS.items():
        try:
            program()
        except services.ServiceMissing as missing:
            if _not_run(what, missing):
                raise SystemExit(1) from None
            marks += [mark, "browser_walk"] if mark == "browser" else [mark]
    return marks


def _not_run(what: str, missing: services.ServiceMissing) -> int:
    print(f"\nNOT RUN: {what}; missing: {missing}\n", file=sys.stderr, flush=True)
    return 1 if os.environ.get("CI") else 0
