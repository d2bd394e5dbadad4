"""The words of `./run`. Standard library only; the portal itself starts in `.venv`."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import virtualenv
from virtualenv import PYTHON, ROOT, stop

USAGE = """\
./run                       make everything and serve the portal with a demo hub
./run --empty               serve an empty hub with its starting list (in var/empty)
./run --port 8001           on another port
./run demo --reset          throw the demo hub away and build it again
./run manage COMMAND ...    Django's commands
./run check                 lint, types, import order, migrations, production settings
./run fix                   let the tools put right what they can
./run bench NAME [--quick]  measure against the bars; no NAME lists them
./test                      the whole suite, on SQLite and on PostgreSQL and Redis
"""
PORT_IN_USE = """\
Port {port} is in use: perhaps the portal runs already.
  Stop that program, or take another port: ./run --port {other}"""
NOT_EMBEDDED = """\
`./run demo --reset` throws away the embedded SQLite portal only.
  With DATABASE_URL set, make a new database and run: ./run manage migrate && ./run manage demo"""
STILL_RUNNING = "The portal is running on this folder; stop it first (Ctrl-C in its terminal)."


def main(arguments: list[str]) -> int:
    """Do what the first word says; without a word, serve."""
    word, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    match word:
        case "test":
            return _test(rest)
        case "check" | "fix":
            return _check(word)
        case "manage":
            virtualenv.install("run")
            _become([PYTHON, "manage.py", *rest])
        case "bench":
            return _bench(rest)
        case "demo":
            return _demo(rest)
        case "help" | "--help" | "-h":
            print(USAGE, end="")
            return 0
        case "" | "--empty" | "--port":
            _serve(arguments)
        case _:
            stop(f"./run does not know “{word}”.\n\n{USAGE}")
    return 0


def _serve(arguments: list[str]) -> None:
    """Make what is missing, then become the process that keeps web, worker and beat."""
    empty = "--empty" in arguments
    rest = [word for word in arguments if word != "--empty"]
    if rest and (rest[0] != "--port" or len(rest) != 2 or not rest[1].isdecimal()):
        stop(f"./run does not know “{' '.join(rest)}”.\n\n{USAGE}")
    port = int(rest[1]) if rest else 8000
    _stop_when_taken(port)
    virtualenv.install("run")
    if empty:
        os.environ.setdefault("PORTAL_VAR", str(ROOT / "var" / "empty"))
    os.environ.setdefault("PORTAL_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")  # into a file, too, it says at once what it does
    hub = ["--empty"] if empty else []
    _become([PYTHON, "manage.py", "serve", "--prepare", "--port", str(port), *hub])


def _stop_when_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            stop(PORT_IN_USE.format(port=port, other=port + 1))


def _demo(arguments: list[str]) -> int:
    virtualenv.install("run")
    if "--reset" in arguments:
        if os.environ.get("DATABASE_URL"):
            stop(NOT_EMBEDDED)
        _throw_away(Path(os.environ.get("PORTAL_VAR", ROOT / "var")))
    return subprocess.run([PYTHON, "manage.py", "prepare"], cwd=ROOT).returncode


def _throw_away(var: Path) -> None:
    """The embedded hub: its database, files, mail and queue. Its keys stay."""
    import fcntl

    if not var.exists():
        return
    with (var / "serving").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop(STILL_RUNNING)
        for path in var.glob("portal.sqlite3*"):
            path.unlink()
        for folder in ("files", "mail", "queue"):
            shutil.rmtree(var / folder, ignore_errors=True)


def _test(arguments: list[str]) -> int:
    virtualenv.install("test")
    import legs

    return legs.run_both(arguments)


def _check(word: str) -> int:
    virtualenv.install("lint")
    import checks

    return checks.check() if word == "check" else checks.fix()


def _bench(arguments: list[str]) -> int:
    virtualenv.install("test")
    known = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))
    if not arguments or arguments[0] not in known:
        stop(f"./run bench takes one of: {', '.join(known)}")
    command = [str(PYTHON), "-m", f"bench.{arguments[0]}", *arguments[1:]]
    return subprocess.run(command, cwd=ROOT).returncode


def _become(command: list[object]) -> None:
    words = [str(word) for word in command]
    os.execv(words[0], words)  # noqa: S606 a shell would only stand between


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    raise SystemExit(code)
