"""`./test`: the whole suite on SQLite, then again on a throwaway PostgreSQL and Redis.

Browser journeys and fault tests run once, on PostgreSQL and Redis; a short browser walk runs on
SQLite. What is missing is said with what to install; with CI set it is a failure, never a skip.
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
PROCESSES = ("-n", "2", "--dist", "worksteal")


def run_both(arguments: list[str]) -> int:
    """Run the legs asked for, all of them by default; the exit code is the worst."""
    legs = LEGS
    if arguments[:1] == ["--leg"]:
        legs, arguments = tuple(arguments[1:2]), arguments[2:]
        if not set(legs) <= set(LEGS) or not legs:
            stop("./test --leg takes sqlite or postgresql.")
    browser = _browser_or_sentence()
    codes = [_run_leg(leg, arguments, has_browser=browser) for leg in legs]
    return max(codes)


def _run_leg(leg: str, arguments: list[str], *, has_browser: bool) -> int:
    print(f"\n== tests on {leg}", flush=True)
    if leg == "sqlite":
        marks = "not browser and not fault"
        return _pytest(leg, marks if has_browser else f"{marks} and not browser_walk", arguments)
    with ExitStack() as running:
        try:
            engines = {
                "DATABASE_URL": running.enter_context(services.postgresql()),
                "REDIS_URL": running.enter_context(services.redis()),
            }
        except services.ServiceMissing as missing:
            return _not_run("the tests on PostgreSQL and Redis", missing)
        marks = "not browser_walk" if has_browser else "not browser_walk and not browser"
        return _pytest(leg, marks, arguments, **engines)


def _pytest(leg: str, marks: str, arguments: list[str], **engines: str) -> int:
    """A child with none of the caller's engines; its closing lines are pytest's own."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    with tempfile.TemporaryDirectory(prefix="portal-test-") as var:
        environment = {**kept, "PORTAL_VAR": var, "PORTAL_LEG": leg, **engines}
        command = [str(PYTHON), "-m", "pytest", *PROCESSES, "-m", marks, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment).returncode


def _browser_or_sentence() -> bool:
    try:
        services.chromium()
    except services.ServiceMissing as missing:
        if _not_run("the browser journeys", missing):
            raise SystemExit(1) from None
        return False
    return True


def _not_run(what: str, missing: services.ServiceMissing) -> int:
    print(f"\nNOT RUN: {what}; missing: {missing}\n", file=sys.stderr, flush=True)
    return 1 if os.environ.get("CI") else 0
