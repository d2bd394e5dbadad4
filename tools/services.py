"""A throwaway PostgreSQL and Redis: a folder and a free loopback port of their own, then gone."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS_TO_START = 30
SECONDS_TO_STOP = 20


class ServiceMissing(Exception):
    """A program this machine does not have, with what to install."""


def free_port() -> int:
    """A loopback port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def chromium() -> str:
    """The browser for the journeys: CHROMIUM, or the first one found.

    The shell without windows is the same engine and starts with half the work.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    mac = Path("/Applications/Chromium.app/Contents/MacOS/Chromium")
    if not found and mac.exists():
        found = str(mac)
    if not found:
        raise ServiceMissing(
            "Chromium\n  Debian/Ubuntu: sudo apt-get install chromium-headless-shell\n"
            "  macOS: brew install --cask chromium   (or CHROMIUM=/path/to/it)"
        )
    return found


def nginx() -> str:
    """The proxy for the tests of what stands behind it."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if not found:
        raise ServiceMissing(
            "nginx\n  Debian/Ubuntu: sudo RUNLEVEL=1 apt-get install nginx-light\n"
            "  macOS: brew install nginx"
        )
    return found


def spamassassin() -> str:
    """The checker that reads our mails with the rules of those who sort mail."""
    found = shutil.which("spamassassin")
    if not found:
        raise ServiceMissing(
            "spamassassin\n  Debian/Ubuntu: sudo RUNLEVEL=1 apt-get install spamassassin\n"
            "  macOS: brew install spamassassin"
        )
    return found


def libreoffice() -> str:
    """The spreadsheet that opens our exports with other eyes than wrote them."""
    mac = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
    found = shutil.which("soffice") or (str(mac) if mac.exists() else "")
    if not found:
        raise ServiceMissing(
            "LibreOffice\n"
            "  Debian/Ubuntu: sudo apt-get install --no-install-recommends libreoffice-calc-nogui\n"
            "  macOS: brew install --cask libreoffice"
        )
    return found


@contextmanager
def postgresql(within: Path | None = None, **parameters: str) -> Iterator[str]:
    """A PostgreSQL with a superuser `portal`; gives its address. Durability is off: it is thrown
    away. `parameters` are server settings, so that a fault test may ask for `fsync="on"`; it lies
    `within` a folder, so that another may give it a small disk."""
    initdb, server = _postgresql_program("initdb"), _postgresql_program("postgres")
    home, account = (
        Path(tempfile.mkdtemp(prefix="portal-pg-", dir=within)),
        _account_for_postgresql(),
    )
    if account:
        os.chown(home, account["user"], account["group"])
    cluster, port = home / "cluster", free_port()
    make: list[Any] = [initdb, "-D", cluster, "-U", "portal", "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run(
        [*make, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd=home, **account
    )
    wanted = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"} | parameters
    options = [part for name, value in wanted.items() for part in ("-c", f"{name}={value}")]
    listen = ["-p", str(port), "-k", str(home), "-h", "127.0.0.1"]
    with _running([server, "-D", cluster, *listen, *options], port, home, signal.SIGINT, account):
        _wait_until_ready(port)
        yield f"postgres://portal@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """A Redis that keeps nothing; gives its address."""
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    if not server:
        raise ServiceMissing(
            "Redis\n  Debian/Ubuntu: sudo apt-get install redis-server\n  macOS: brew install redis"
        )
    home, port = Path(tempfile.mkdtemp(prefix="portal-redis-")), free_port()
    command = [server, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(home)]
    with _running(command, port, home, signal.SIGTERM, {}):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _running(
    command: list[Any], port: int, home: Path, stop_with: signal.Signals, account: dict[str, Any]
) -> Iterator[None]:
    """The program while the block runs, in a session of its own so a Ctrl-C is ours alone."""
    log = home / "log"
    with log.open("wb") as lines:
        child = subprocess.Popen(
            command, stdout=lines, stderr=lines, cwd=home, start_new_session=True, **account
        )
    try:
        _wait_until_it_answers(port, child, log)
        yield
    finally:
        child.send_signal(stop_with)
        try:
            child.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_it_answers(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{child.args!r} did not start:\n{log.read_text(errors='replace')}")


def _wait_until_ready(port: int) -> None:
    """PostgreSQL takes calls a moment before it answers them: “the system is starting up”."""
    asking = [_postgresql_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + SECONDS_TO_START
    while subprocess.run(asking, check=False).returncode:
        if time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL on port {port} did not become ready.")
        time.sleep(0.05)


def _postgresql_program(name: str) -> str:
    """Debian keeps the server's programs off the PATH, one folder for each version."""
    folders = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
        *Path("/usr/local/opt").glob("postgresql@*/bin"),
    ]
    newest_first = sorted(folders, key=_version, reverse=True)
    beside = next((str(folder / name) for folder in newest_first if (folder / name).exists()), None)
    found = beside or shutil.which(name)
    if not found:
        raise ServiceMissing(
            "PostgreSQL\n  Debian/Ubuntu: sudo apt-get install postgresql\n"
            "  macOS: brew install postgresql@16"
        )
    return found


def _version(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


def _account_for_postgresql() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the arguments of subprocess that make it somebody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise ServiceMissing("an account that PostgreSQL may run as (it refuses root): postgres")
